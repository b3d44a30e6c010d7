"""Cooperations: who takes part since when and how far, under which agreements, with which events and money."""

from agreements.models.acts import Agreement, Event
from agreements.models.bodies import ProposedBody
from agreements.models.confirmations import Confirmation
from agreements.models.cooperations import Cooperation, DatedStep, StatusStep, TaskField
from agreements.models.earlier import EarlierEntry, EarlierSource
from agreements.models.imports import ImportFile
from agreements.models.money import Award
from agreements.models.participations import Participation, ParticipationStep
from agreements.models.proposals import ChangeProposal, ProposalDraft, ProposalItem, PublicRemark
from agreements.models.registration import Evidence, FieldRemark, IdempotencyKey, Transition, Unfinished
from agreements.models.spells import Spell

__all__ = [
    "Agreement",
    "Award",
    "ChangeProposal",
    "Confirmation",
    "Cooperation",
    "DatedStep",
    "EarlierEntry",
    "EarlierSource",
    "Event",
    "Evidence",
    "FieldRemark",
    "IdempotencyKey",
    "ImportFile",
    "Participation",
    "ParticipationStep",
    "ProposalDraft",
    "ProposalItem",
    "ProposedBody",
    "PublicRemark",
    "Spell",
    "StatusStep",
    "TaskField",
    "Transition",
    "Unfinished",
]
