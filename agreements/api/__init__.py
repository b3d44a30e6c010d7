"""Cooperations in the API: reading is open to all, registering is for those with a mandate."""

from agreements.api.reading import (
    AgreementResource,
    AwardResource,
    CooperationResource,
    EventResource,
    ParticipationResource,
    TaskFieldResource,
)
from agreements.api.registrations import RegistrationResource

__all__ = [
    "AgreementResource",
    "AwardResource",
    "CooperationResource",
    "EventResource",
    "ParticipationResource",
    "RegistrationResource",
    "TaskFieldResource",
]
