"""A registration as those concerned read it, and a proposal as it is answered. Keys name bodies; dates are ISO."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreements.choices import Degree, RecordState
from agreements.models import (
    Agreement,
    Award,
    ChangeProposal,
    Cooperation,
    FieldRemark,
    Participation,
    ProposalItem,
    Transition,
)
from agreements.workflow import missing_pieces
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS
from coopportal.common.dates import Precision


class RegistrationRow(serializers.ModelSerializer[Cooperation]):
    """A registration in the list of one's own."""

    municipality = serializers.CharField(source="keeper.ars", default=None, allow_null=True)
    record_state = serializers.ChoiceField(choices=RecordState.choices)

    class Meta:
        model = Cooperation
        fields = ("id", "name", "municipality", "record_state", "version", "submitted_at", "published_on", "updated_at")


def _of_step(field_class: Any, name: str, **options: Any) -> Any:
    """A column of the participation's last step; null where there is none."""
    return field_class(source=f"last_step.{name}", default=None, allow_null=True, **options)


class PartnerOutput(serializers.ModelSerializer[Participation]):
    """A participant with its last step (``last_step``) and its own answer (empty: open)."""

    municipality = serializers.CharField(source="municipality.ars", default=None, allow_null=True)
    organisation = serializers.CharField(source="organisation.slug", default=None, allow_null=True)
    degree = _of_step(serializers.ChoiceField, "degree", choices=Degree.choices)
    on = _of_step(serializers.DateField, "on")
    on_precision = _of_step(serializers.ChoiceField, "on_precision", choices=Precision.choices)
    on_wording = _of_step(serializers.CharField, "on_wording")
    answer = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Participation
        fields = (
            *("id", "municipality", "organisation", "role", "note"),
            *("degree", "on", "on_precision", "on_wording", "answer", "reason"),
        )

    def get_answer(self, row: Participation) -> str:
        return str(row.confirmation.answer) if hasattr(row, "confirmation") else ""

    def get_reason(self, row: Participation) -> str:
        return str(row.confirmation.reason) if hasattr(row, "confirmation") else ""


class ActOutput(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        fields = ("id", *ACT_FIELDS)


class MoneyOutput(serializers.ModelSerializer[Award]):
    programme = serializers.CharField(source="programme.slug")

    class Meta:
        model = Award
        fields = ("id", *MONEY_FIELDS)


class StepOutput(serializers.ModelSerializer[Transition]):
    """A step of the record through its states."""

    from_ = serializers.CharField(source="from_state")
    to = serializers.ChoiceField(source="to_state", choices=RecordState.choices)
    by = serializers.SerializerMethodField()

    class Meta:
        model = Transition
        fields = ("from_", "to", "at", "by", "reason")

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language."""
        declared = super().get_fields()
        return {name.rstrip("_"): field for name, field in declared.items()}

    def get_by(self, step: Transition) -> str:
        return str(step.by or "")


class RemarkOutput(serializers.ModelSerializer[FieldRemark]):
    message = serializers.CharField(source="text")

    class Meta:
        model = FieldRemark
        fields = ("field", "message")


class PieceOutput(serializers.Serializer[Any]):
    """What is missing, at its field; what is not required is advice."""

    field = serializers.CharField()
    message = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]


class RegistrationOutput(RegistrationRow):
    """A registration with its content, its log, the remarks of the last return and what is still missing."""

    slug = serializers.SerializerMethodField()
    task_fields: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    participants = serializers.SerializerMethodField()
    agreements = ActOutput(many=True)
    awards = serializers.SerializerMethodField()
    transitions = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta(RegistrationRow.Meta):
        fields = (  # type: ignore[assignment]
            *RegistrationRow.Meta.fields,
            *("slug", *(name for name in FIELDS if name != "name"), "task_fields", "participants", "agreements"),
            *("awards", "transitions", "remarks", "missing"),
        )

    def get_slug(self, row: Cooperation) -> str | None:
        """A record that was never published has no address yet."""
        return row.slug if row.published_on or row.record_state == RecordState.PUBLISHED else None

    @extend_schema_field(PartnerOutput(many=True))
    def get_participants(self, row: Cooperation) -> Any:
        rows = row.participations.select_related("municipality", "organisation", "confirmation")
        partners = list(rows.prefetch_related("steps").order_by("pk"))
        for partner in partners:
            partner.last_step = max(partner.steps.all(), key=lambda one: one.pk, default=None)
        return PartnerOutput(partners, many=True).data

    @extend_schema_field(MoneyOutput(many=True))
    def get_awards(self, row: Cooperation) -> Any:
        return MoneyOutput(row.awards.select_related("programme"), many=True).data

    @extend_schema_field(StepOutput(many=True))
    def get_transitions(self, row: Cooperation) -> Any:
        return StepOutput(row.transitions.select_related("by"), many=True).data

    @extend_schema_field(RemarkOutput(many=True))
    def get_remarks(self, row: Cooperation) -> Any:
        last = row.transitions.filter(to_state=RecordState.RETURNED).last()
        return RemarkOutput(last.remarks.all(), many=True).data if last else []

    @extend_schema_field(PieceOutput(many=True))
    def get_missing(self, row: Cooperation) -> Any:
        if row.record_state not in (RecordState.DRAFT, RecordState.RETURNED, RecordState.SUBMITTED):
            return []
        return PieceOutput(missing_pieces(row), many=True).data


class ItemOutput(serializers.ModelSerializer[ProposalItem]):
    """One change; ``old`` and ``new`` are of whatever type the value has, null where there is none."""

    class Meta:
        model = ProposalItem
        fields = (
            *("id", "kind", "field", "participation", "agreement", "event", "award"),
            *("old", "new", "decision"),
        )
        # Described as any value, which includes null; "any value or null" (``oneOf``) would take null twice, so never.
        extra_kwargs = {name: {"allow_null": False} for name in ("old", "new")}


class ProposalOutput(serializers.ModelSerializer[ChangeProposal]):
    """A proposal with its changes, each of them to be decided."""

    items = ItemOutput(many=True)

    class Meta:
        model = ChangeProposal
        fields = ("id", "state", "based_on", "items")
