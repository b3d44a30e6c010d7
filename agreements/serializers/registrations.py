"""A registration as its keeper writes it, answers about it, wishes to change it. Keys name bodies; dates are ISO."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreements.choices import GONE_DEGREES, Answer, Degree, Role
from agreements.models import Agreement, Award, Cooperation, Participation, TaskField
from agreements.workflow import Changes, Contents, Leaving, Part, Partner, Position
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS
from agreements.workflow.wishes import EVENT_FIELDS
from coopportal.common.dates import Precision
from coopportal.common.fields import KeyField, Known
from funding.models import Programme
from municipalities.keys import parse_key
from municipalities.models import Municipality, Organisation

#: More than any record needs, less than what would keep a worker busy.
MOST_ROWS = 500
_PUBLIC = tuple(name for name in FIELDS if name != "basis")


class Strict(serializers.Serializer[Any]):
    """Takes the fields it knows and no other: a misspelt one is an error, not a silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [str(name) for name in data if name not in self.fields]):
            raise serializers.ValidationError({name[:60]: [_("Diese Angabe gibt es nicht.")] for name in unknown})
        return super().to_internal_value(data)


@extend_schema_field({"type": "string"})
class MunicipalityField(serializers.Field[Any, Any, Any, Any]):
    """A municipality by any form of its key; the context has the ``known`` ones (``naming.known_of``)."""

    def to_internal_value(self, data: Any) -> Municipality:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Erwartet wird ein Schlüssel als Text."))
        try:
            parse_key(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None
        known: Known = self.context["known"]
        if data not in known[Municipality]:
            raise serializers.ValidationError(_("Diesen Schlüssel hat keine Kommune."))
        return known[Municipality][data]

    def to_representation(self, value: Any) -> str:
        return str(value.ars)


def _slug(model: Any, **options: Any) -> Any:
    return KeyField(slug_field="slug", queryset=model.objects.all(), **options)


def _rows(serializer: Any) -> Any:
    return serializer(many=True, required=False, max_length=MOST_ROWS)


class BodyInput(Strict):
    """Exactly one of both keys."""

    municipality = MunicipalityField(required=False, allow_null=True)
    organisation = _slug(Organisation, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        bodies = [attrs.pop(name, None) for name in ("municipality", "organisation")]
        if (bodies[0] is None) == (bodies[1] is None):
            message = _("Nennen Sie entweder eine Kommune (ARS) oder eine Stelle (Kurzname).")
            raise serializers.ValidationError({"municipality": [message]})
        return attrs | {"body": bodies[0] or bodies[1]}


class PartnerInput(BodyInput):
    """A body that takes part."""

    role = serializers.ChoiceField(choices=Role.choices, default=Role.PARTNER)
    degree = serializers.ChoiceField(choices=Degree.choices, default=Degree.PARTY)
    on = serializers.DateField(required=False, allow_null=True)
    on_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    on_wording = serializers.CharField(max_length=120, required=False, allow_blank=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ActInput(Strict, serializers.ModelSerializer[Agreement]):
    """An agreement: with ``id`` one that is there, else a new one. ``parties`` left out: all participants."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    parties = _rows(BodyInput)

    class Meta:
        model = Agreement
        fields = ("id", *ACT_FIELDS, "parties")
        # What is empty is a fault of content, told by the workflow together with all others.
        extra_kwargs = {name: {"required": False} for name in ACT_FIELDS} | {
            "title": {"required": False, "allow_blank": True}
        }

    def validate_parties(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        seen = set()
        for row in rows:
            if row["body"] in seen:
                raise serializers.ValidationError(_("%(name)s steht schon in der Liste.") % {"name": row["body"].name})
            seen.add(row["body"])
        return rows


class MoneyInput(Strict, serializers.ModelSerializer[Award]):
    """Money of a programme: with ``id`` one that is there, else a new one."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    programme = _slug(Programme, required=False)

    class Meta:
        model = Award
        fields = ("id", *MONEY_FIELDS)
        extra_kwargs = {name: {"required": False} for name in MONEY_FIELDS if name != "programme"}


class ContentsInput(Strict, serializers.ModelSerializer[Cooperation]):
    """What the keeper writes; what is left out stays as it is, a list replaces the one that is there."""

    task_fields = KeyField(slug_field="code", queryset=TaskField.objects.all(), many=True, required=False)
    participants = _rows(PartnerInput)
    agreements = _rows(ActInput)
    awards = _rows(MoneyInput)

    class Meta:
        model = Cooperation
        fields = (*FIELDS, "task_fields", "participants", "agreements", "awards")
        extra_kwargs = {name: {"required": False} for name in FIELDS} | {
            "name": {"required": False, "allow_blank": True}
        }

    def contents(self) -> Contents:
        data = self.validated_data
        return Contents(
            values={name: data[name] for name in FIELDS if name in data},
            task_fields=data.get("task_fields"),
            partners=[Partner(**one) for one in data["participants"]] if "participants" in data else None,
            agreements=_parts(data, "agreements", ACT_FIELDS),
            awards=_parts(data, "awards", MONEY_FIELDS),
        )


def _parts(data: dict[str, Any], name: str, fields: tuple[str, ...]) -> list[Part] | None:
    if name not in data:
        return None
    return [
        Part(
            pk=one.get("id"),
            values={field: one[field] for field in fields if field in one},
            parties=[party["body"] for party in one["parties"]] if "parties" in one else None,
        )
        for one in data[name]
    ]


class RegistrationInput(ContentsInput):
    """A new registration: for whom, and whether it is handed in at once."""

    municipality = MunicipalityField()
    submit = serializers.BooleanField(default=False)

    class Meta(ContentsInput.Meta):
        fields = ("municipality", "submit", *ContentsInput.Meta.fields)  # type: ignore[assignment]


class ReasonInput(Strict):
    reason = serializers.CharField(max_length=2000)


class AnswerInput(Strict):
    """The answer of a municipality about its own participation."""

    municipality = MunicipalityField()
    answer = serializers.ChoiceField(choices=[choice for choice in Answer.choices if choice[0]])
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class LeavingInput(BodyInput):
    last_day = serializers.DateField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PositionInput(BodyInput):
    """A participant that gets another role, or from a day on another degree. What is left out stays as it is."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    degree = serializers.ChoiceField(
        choices=[choice for choice in Degree.choices if choice[0] not in GONE_DEGREES], required=False
    )
    on = serializers.DateField(required=False, allow_null=True)
    on_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    on_wording = serializers.CharField(max_length=120, required=False, allow_blank=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class EventInput(Strict):
    """An event of the cooperation: with ``id`` one that is there, else a new one. The workflow checks its words."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    kind = serializers.CharField(max_length=20, required=False)
    title = serializers.CharField(max_length=200, required=False)
    summary = serializers.CharField(required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    on = serializers.DateField(required=False, allow_null=True)
    on_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    on_wording = serializers.CharField(max_length=120, required=False, allow_blank=True)
    until = serializers.DateField(required=False, allow_null=True)


class WishedFields(Strict, serializers.ModelSerializer[Cooperation]):
    """New values of public fields."""

    task_fields = serializers.ListField(child=serializers.CharField(max_length=5), required=False, max_length=50)

    class Meta:
        model = Cooperation
        fields = (*_PUBLIC, "task_fields")
        extra_kwargs = {name: {"required": False} for name in _PUBLIC}


class ActProposalInput(Strict, serializers.ModelSerializer[Agreement]):
    """An agreement: with ``id`` one that is there, else a new one, whose parties are those who take part when it is
    accepted."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    class Meta:
        model = Agreement
        fields = ("id", *ACT_FIELDS)
        extra_kwargs = ActInput.Meta.extra_kwargs


class ProposalInput(Strict):
    """What a participant wishes to be changed, why, and what supports it."""

    municipality = MunicipalityField()
    reason = serializers.CharField(max_length=2000)
    source = serializers.CharField(max_length=300)  # type: ignore[assignment]
    fields_ = WishedFields(required=False)
    joining = _rows(PartnerInput)
    leaving = _rows(LeavingInput)
    participants = _rows(PositionInput)
    agreements = _rows(ActProposalInput)
    events = _rows(EventInput)
    awards = _rows(MoneyInput)

    def get_fields(self) -> dict[str, Any]:
        """``fields`` is a name that serializers need for themselves."""
        declared = super().get_fields()
        declared["fields"] = declared.pop("fields_")
        return declared

    def changes(self, cooperation: Cooperation) -> Changes:
        data = self.validated_data
        return Changes(
            fields=dict(data.get("fields", {})),
            joining=[Partner(**one) for one in data.get("joining", [])],
            leaving=[
                Leaving(_participation(cooperation, one["body"], f"leaving.{place}"), one["last_day"], one["note"])
                for place, one in enumerate(data.get("leaving", []))
            ],
            participants=[
                _position(cooperation, one, f"participants.{place}")
                for place, one in enumerate(data.get("participants", []))
            ],
            agreements=_wished(data, "agreements", ACT_FIELDS),
            events=_wished(data, "events", EVENT_FIELDS),
            awards=_wished(data, "awards", MONEY_FIELDS),
        )


def _wished(data: dict[str, Any], name: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{field: one[field] for field in ("id", *fields) if field in one} for one in data.get(name, [])]


def _position(cooperation: Cooperation, one: dict[str, Any], place: str) -> Position:
    values = {name: value for name, value in one.items() if name != "body"}
    return Position(_participation(cooperation, one["body"], place), **values)


def _participation(cooperation: Cooperation, body: Any, place: str) -> Participation:
    kind = "municipality" if isinstance(body, Municipality) else "organisation"
    row = cooperation.participations.filter(**{kind: body}).first()
    if row is None:
        message = _("%(name)s ist nicht als beteiligt eingetragen.") % {"name": body.name}
        raise serializers.ValidationError({place: [message]})
    return row
