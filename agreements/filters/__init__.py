"""FilterSets of cooperations and all that belongs to them, each used by its page and by the API."""

from agreements.filters.belongings import (
    AgreementFilterSet,
    AwardFilterSet,
    EventFilterSet,
    ParticipationFilterSet,
    TaskFieldFilterSet,
)
from agreements.filters.changes import ChangeFilterSet
from agreements.filters.comparing import CompareFilterSet
from agreements.filters.cooperations import CooperationFilterSet
from agreements.filters.deadlines import DeadlineFilterSet
from agreements.filters.network import NetworkFilterSet
from agreements.filters.partners import PartnerFilterSet
from agreements.filters.reviewing import ReviewQueueFilterSet

__all__ = [
    "AgreementFilterSet",
    "AwardFilterSet",
    "ChangeFilterSet",
    "CompareFilterSet",
    "CooperationFilterSet",
    "DeadlineFilterSet",
    "EventFilterSet",
    "NetworkFilterSet",
    "ParticipationFilterSet",
    "PartnerFilterSet",
    "ReviewQueueFilterSet",
    "TaskFieldFilterSet",
]
