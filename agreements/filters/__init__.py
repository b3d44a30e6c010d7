"""FilterSets of cooperations and all that belongs to them, each used by its page and by the API."""

from agreements.filters.belongings import (
    AgreementFilterSet,
    AwardFilterSet,
    EventFilterSet,
    ParticipationFilterSet,
    TaskFieldFilterSet,
)
from agreements.filters.cooperations import CooperationFilterSet

__all__ = [
    "AgreementFilterSet",
    "AwardFilterSet",
    "CooperationFilterSet",
    "EventFilterSet",
    "ParticipationFilterSet",
    "TaskFieldFilterSet",
]
