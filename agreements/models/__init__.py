"""Cooperations: who takes part since when and how far, under which agreements, with which events and money."""

from agreements.models.acts import Agreement, Event
from agreements.models.confirmations import Confirmation
from agreements.models.cooperations import Cooperation, DatedStep, StatusStep, TaskField
from agreements.models.money import Award
from agreements.models.participations import Participation, ParticipationStep

__all__ = [
    "Agreement",
    "Award",
    "Confirmation",
    "Cooperation",
    "DatedStep",
    "Event",
    "Participation",
    "ParticipationStep",
    "StatusStep",
    "TaskField",
]
