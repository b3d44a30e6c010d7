"""Reads of the cooperations, as words. The day is always an argument."""

from agreements.querysets.acts import AgreementQuerySet, AwardQuerySet, EventQuerySet
from agreements.querysets.cooperations import CooperationQuerySet, StatusStepQuerySet
from agreements.querysets.imports import ImportFileQuerySet
from agreements.querysets.participations import ParticipationQuerySet, ParticipationStepQuerySet
from agreements.querysets.registration import (
    ChangeProposalQuerySet,
    EvidenceQuerySet,
    ProposalDraftQuerySet,
    PublicRemarkQuerySet,
)
from agreements.querysets.spells import SpellQuerySet

__all__ = [
    "AgreementQuerySet",
    "AwardQuerySet",
    "ChangeProposalQuerySet",
    "CooperationQuerySet",
    "EventQuerySet",
    "EvidenceQuerySet",
    "ImportFileQuerySet",
    "ParticipationQuerySet",
    "ParticipationStepQuerySet",
    "ProposalDraftQuerySet",
    "PublicRemarkQuerySet",
    "SpellQuerySet",
    "StatusStepQuerySet",
]
