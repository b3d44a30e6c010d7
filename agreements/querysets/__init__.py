"""Reads of the cooperations, as words. The day is always an argument."""

from agreements.querysets.imports import ImportFileQuerySet
from agreements.querysets.reading import (
    AgreementQuerySet,
    AwardQuerySet,
    CooperationQuerySet,
    EventQuerySet,
    ParticipationQuerySet,
    ParticipationStepQuerySet,
    StatusStepQuerySet,
)
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
