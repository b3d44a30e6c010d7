"""How the API tells cooperations and all that belongs to them. Keys point elsewhere, dates are three fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreements.choices import (
    COUNTED_DEGREES,
    GONE_DEGREES,
    AgreementStatus,
    Answer,
    CooperationKind,
    CooperationStatus,
    Degree,
    EventKind,
    LegalForm,
    RecordState,
    Role,
)
from agreements.models import Agreement, Award, Cooperation, Event, Participation, ParticipationStep, TaskField
from coopportal.common.dates import Precision
from coopportal.common.fields import KeysField, WordField
from funding.serializers import MoneySerializer
from sources.serializers import CitedSerializer

#: What the API calls the answer of a body to its own participation.
TOLD_ANSWERS: dict[str | None, str] = {Answer.CONFIRMED: "confirmed", Answer.REFUSED: "denied", Answer.OPEN: "open"}


class TaskFieldSerializer(CitedSerializer):
    """A municipal task in a vocabulary of two levels."""

    parent = serializers.CharField(source="parent_id", allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = TaskField
        fields = ("code", "parent", "name_de", "name_en")


class BodySerializer(serializers.Serializer[Any]):
    """A body that takes part: a municipality (ARS) or an organisation (slug), and its role."""

    municipality = serializers.CharField(allow_null=True)
    organisation = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)


#: What a cooperation tells of its participations; it needs ``members`` (``member_rows``).
OF_MEMBERS = ("states", "participant_count", "mentioned_count", "participations", "confirmed")


class MemberSerializer(serializers.Serializer[Any]):
    """A participation as a list of cooperations tells it."""

    municipality = serializers.CharField(source="ars", allow_null=True)
    organisation = serializers.CharField(source="organisation_slug", allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    degree = serializers.ChoiceField(source="day_degree", choices=Degree.choices, allow_null=True)
    confirmation = WordField(
        TOLD_ANSWERS, source="answer", allow_null=True, help_text=_("Was sagt sie selbst dazu? null: nie gefragt")
    )


class CooperationSerializer(CitedSerializer):
    """An undertaking of several bodies, with the status, participants and counts of the day asked for.

    ``participant_count`` counts ``existing``, ``party`` and ``member``, ``mentioned_count`` all others listed.
    ``confirmed`` is true when there are municipal participants and each of them has confirmed; those that left or were
    directed elsewhere are not asked.
    """

    kind = serializers.ChoiceField(choices=CooperationKind.choices)
    status = serializers.ChoiceField(source="shown_status", choices=CooperationStatus.choices)
    legal_forms = serializers.SerializerMethodField(help_text=_("der Kooperation selbst und ihrer Vereinbarungen"))
    task_fields = KeysField(source="task_field_codes", child=serializers.CharField())
    states = serializers.SerializerMethodField(help_text=_("Länder der Beteiligten"))
    participant_count = serializers.SerializerMethodField(help_text=_("zählt existing, party und member"))
    mentioned_count = serializers.SerializerMethodField(help_text=_("zählt alle übrigen Beteiligungen"))
    participations = MemberSerializer(source="members", many=True)
    agreements = serializers.SerializerMethodField()
    events = KeysField(source="event_ids", child=serializers.IntegerField())
    awards = KeysField(source="award_ids", child=serializers.IntegerField())
    started_precision = serializers.ChoiceField(choices=Precision.choices)
    ended_precision = serializers.ChoiceField(choices=Precision.choices)
    record_state = serializers.ChoiceField(choices=RecordState.choices)
    confirmed = serializers.SerializerMethodField(help_text=_("Haben alle beteiligten Kommunen bestätigt?"))

    words = {"legal_forms": serializers.ChoiceField(choices=LegalForm.choices)}
    reads = {
        "legal_forms": ("legal_form", "acts"),
        "agreements": ("acts",),
        **dict.fromkeys(OF_MEMBERS, ("members",)),
    }

    class Meta:
        model = Cooperation
        fields = (
            *("slug", "name", "short_name", "summary", "kind", "status", "region", "legal_forms", "task_fields"),
            *("states", "participant_count", "mentioned_count", "participations", "agreements", "events", "awards"),
            *("started_on", "started_precision", "started_wording", "ended_on", "ended_precision", "ended_wording"),
            *("record_state", "confirmed", "updated_at"),
        )

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=LegalForm.choices)))
    def get_legal_forms(self, row: Any) -> list[str]:
        forms = {row.legal_form, *(act["legal_form"] for act in row.acts)}
        return sorted(form for form in forms if form)

    def get_states(self, row: Any) -> list[str]:
        return sorted({member.body_state for member in row.members if member.body_state})

    def get_participant_count(self, row: Any) -> int:
        return len([member for member in row.members if member.day_degree in COUNTED_DEGREES])

    def get_mentioned_count(self, row: Any) -> int:
        return len([member for member in row.members if member.day_degree not in COUNTED_DEGREES])

    def get_agreements(self, row: Any) -> list[int]:
        return sorted(act["id"] for act in row.acts)

    def get_confirmed(self, row: Any) -> bool:
        asked = [member for member in row.members if member.ars and member.day_degree not in GONE_DEGREES]
        return bool(asked) and all(member.answer == Answer.CONFIRMED for member in asked)


class StepSerializer(serializers.ModelSerializer[ParticipationStep]):
    """A degree of belonging: from the day stated (``on``), else known since ``attested_on``."""

    degree = serializers.ChoiceField(choices=Degree.choices)
    on_precision = serializers.ChoiceField(choices=Precision.choices)

    class Meta:
        model = ParticipationStep
        fields = ("degree", "on", "on_precision", "on_wording", "attested_on", "note")


class ParticipationSerializer(CitedSerializer):
    """A body's place in a cooperation.

    ``degree`` is the latest step on the day asked for (null: none yet). ``since`` is the day from which it is listed:
    that of the first step (the day stated, else the day it is attested; null: unknown, it is listed on every day).
    ``until`` is the last day before it left. ``confirmation`` is what the body itself says today (null: never asked).
    """

    cooperation = serializers.CharField(source="cooperation_slug")
    municipality = serializers.CharField(source="ars", allow_null=True)
    organisation = serializers.CharField(source="organisation_slug", allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    degree = serializers.ChoiceField(
        source="day_degree", choices=Degree.choices, allow_null=True, help_text=_("am gefragten Tag; null: noch keiner")
    )
    since = serializers.DateField(
        source="first_attested_on", allow_null=True, help_text=_("erster belegter Tag; null: unbekannt")
    )
    until = serializers.SerializerMethodField(help_text=_("letzter Tag vor dem Austritt"))
    confirmation = WordField(
        TOLD_ANSWERS, source="answer", allow_null=True, help_text=_("Was sagt sie selbst dazu? null: nie gefragt")
    )
    steps = StepSerializer(many=True)

    reads = {"until": ("day_degree", "day_degree_on")}

    class Meta:
        model = Participation
        fields = (
            *("id", "cooperation", "municipality", "organisation", "role", "degree", "since", "until", "steps"),
            *("note", "confirmation", "updated_at"),
        )

    def get_until(self, row: Any) -> dt.date | None:
        left_on = row.day_degree_on if row.day_degree == Degree.LEFT else None
        return left_on - dt.timedelta(days=1) if left_on and left_on > dt.date.min else None


#: What the terms of an agreement are reckoned from.
_OF_TERMS = (
    *("status", "effective_on", "effective_precision", "ends_on", "ends_precision"),
    *("term_months", "renewal_months", "notice_months"),
)


class AgreementSerializer(CitedSerializer):
    """A legal act of a cooperation; ``ends_on`` is the last day on which it holds.

    ``current_term_ends_on`` and ``notice_by`` are reckoned for the day asked for (BGB §§ 187, 188): with tacit renewal
    from the term then running. They are null where the agreement does not tell them to the day.
    """

    cooperation = serializers.CharField(source="cooperation_slug")
    legal_form = serializers.ChoiceField(choices=LegalForm.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=AgreementStatus.choices)
    parties = serializers.SerializerMethodField()
    signed_precision = serializers.ChoiceField(choices=Precision.choices)
    effective_precision = serializers.ChoiceField(choices=Precision.choices)
    ends_precision = serializers.ChoiceField(choices=Precision.choices)
    current_term_ends_on = serializers.SerializerMethodField(
        help_text=_("letzter Tag der am gefragten Tag laufenden Laufzeit; null: keiner auf den Tag bekannt")
    )
    notice_by = serializers.SerializerMethodField(
        help_text=_("letzter Tag für eine Kündigung zum Ende der laufenden Laufzeit; er kann vorbei sein")
    )

    reads = {
        "parties": ("party_keys",),
        **dict.fromkeys(("current_term_ends_on", "notice_by"), ("told_of", *_OF_TERMS)),
    }
    #: Words of the model that a plain row with these columns has, too.
    lent = ("terms", "current_term", "notice_by")

    class Meta:
        model = Agreement
        fields = (
            *("id", "cooperation", "title", "summary", "legal_form", "status", "parties", "attested_on"),
            *("signed_on", "signed_precision", "signed_wording"),
            *("effective_on", "effective_precision", "effective_wording"),
            *("ends_on", "ends_precision", "ends_wording"),
            *("term_months", "renewal_months", "notice_months", "current_term_ends_on", "notice_by", "updated_at"),
        )

    def get_current_term_ends_on(self, row: Any) -> dt.date | None:
        term = row.current_term(row.told_of)
        return term.ends if term else None

    def get_notice_by(self, row: Any) -> dt.date | None:
        day: dt.date | None = row.notice_by(row.told_of)
        return day

    @extend_schema_field(BodySerializer(many=True))
    def get_parties(self, row: Any) -> list[dict[str, Any]]:
        told = [  # PostgreSQL keeps the names in an order of its own, files tell the values in this
            {"municipality": one["municipality"], "organisation": one["organisation"], "role": one["role"]}
            for one in row.party_keys
        ]
        return sorted(told, key=lambda one: (one["municipality"] or "~", one["organisation"] or ""))


class EventSerializer(CitedSerializer):
    """Something that happened; ``until`` is its last day."""

    kind = serializers.ChoiceField(choices=EventKind.choices)
    date = serializers.DateField(source="on", allow_null=True)
    date_precision = serializers.ChoiceField(source="on_precision", choices=Precision.choices)
    date_wording = serializers.CharField(source="on_wording")
    cooperations = KeysField(source="cooperation_slugs", child=serializers.CharField())
    municipalities = KeysField(source="municipality_keys", child=serializers.CharField())
    organisations = KeysField(source="organisation_slugs", child=serializers.CharField())
    programmes = KeysField(source="programme_slugs", child=serializers.CharField())
    agreements = KeysField(source="agreement_ids", child=serializers.IntegerField())

    class Meta:
        model = Event
        fields = (
            *("id", "kind", "title", "summary", "place", "date", "date_precision", "date_wording", "until"),
            *("cooperations", "municipalities", "organisations", "programmes", "agreements", "updated_at"),
        )


class AwardSerializer(MoneySerializer):
    """Money of a programme for one cooperation."""

    programme = serializers.CharField(source="programme.slug")
    cooperation = serializers.CharField(source="cooperation.slug")

    class Meta:
        model = Award
        fields = (
            *("id", "programme", "cooperation", "amount", "currency", "rung"),
            *("date", "date_precision", "date_wording", "is_inferred", "updated_at"),
        )
