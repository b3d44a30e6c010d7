"""How the API tells cooperations and all that belongs to them, and how it takes registrations."""

from agreements.serializers.reading import (
    OF_MEMBERS,
    AgreementSerializer,
    AwardSerializer,
    CooperationSerializer,
    EventSerializer,
    ParticipationSerializer,
    TaskFieldSerializer,
)

__all__ = [
    "OF_MEMBERS",
    "AgreementSerializer",
    "AwardSerializer",
    "CooperationSerializer",
    "EventSerializer",
    "ParticipationSerializer",
    "TaskFieldSerializer",
]
