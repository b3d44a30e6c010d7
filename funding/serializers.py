"""How the API tells programmes, their money, figures and criteria. An amount that is unknown is null, never 0."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from coopportal.common.dates import Precision
from coopportal.common.fields import KeysField
from funding.choices import CriterionKind, ProgrammeKind, ProgrammeStatus, Qualifier, Rung
from funding.models import BudgetLine, Criterion, Figure, Programme
from sources.serializers import CitedSerializer


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """What a programme asks for; ``parameters`` are those of its kind."""

    kind = serializers.ChoiceField(choices=CriterionKind.choices)
    parameters = serializers.DictField()

    class Meta:
        model = Criterion
        fields = ("id", "kind", "parameters", "wording", "is_hard")


class ProgrammeSerializer(CitedSerializer):
    """A funding programme, initiative or reform of a Land; budget lines and figures are ids."""

    kind = serializers.ChoiceField(choices=ProgrammeKind.choices)
    status = serializers.ChoiceField(choices=ProgrammeStatus.choices)
    state = serializers.CharField(source="state_id")
    funder = serializers.CharField(source="funder_slug", allow_null=True, help_text=_("Stelle (slug)"))
    budget_lines = KeysField(source="budget_line_ids", child=serializers.IntegerField())
    figures = KeysField(source="figure_ids", child=serializers.IntegerField())
    criteria = CriterionSerializer(many=True)

    class Meta:
        model = Programme
        fields = (
            *("slug", "name", "short_name", "summary", "kind", "status", "state", "funder", "budget_lines", "figures"),
            *("criteria", "updated_at"),
        )


class MoneySerializer(CitedSerializer):
    """Money with its rung and the day of which it is told."""

    amount = serializers.DecimalField(14, 2, allow_null=True, help_text=_("Text mit zwei Stellen; null: unbekannt"))
    rung = serializers.ChoiceField(choices=Rung.choices)
    date = serializers.DateField(source="on", allow_null=True)
    date_precision = serializers.ChoiceField(source="on_precision", choices=Precision.choices)
    date_wording = serializers.CharField(source="on_wording")


class BudgetLineSerializer(MoneySerializer):
    """Money of a programme for a year, on one rung of the ladder."""

    programme = serializers.CharField(source="programme.slug")

    class Meta:
        model = BudgetLine
        fields = (
            *("id", "programme", "year", "amount", "currency", "rung", "purpose"),
            *("date", "date_precision", "date_wording", "updated_at"),
        )


class FigureSerializer(CitedSerializer):
    """A number that a source gives of a programme or a Land; it is never divided by one of another base."""

    subject_type = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField(help_text=_("Programm (slug) oder Land (Schlüssel)"))
    value = serializers.FloatField()
    qualifier = serializers.ChoiceField(choices=Qualifier.choices)
    part_of = serializers.IntegerField(source="part_of_id", allow_null=True)
    as_of_precision = serializers.ChoiceField(choices=Precision.choices)

    class Meta:
        model = Figure
        fields = (
            *("id", "subject_type", "subject", "indicator", "value", "qualifier", "unit", "base", "part_of"),
            *("as_of", "as_of_precision", "as_of_wording", "updated_at"),
        )

    def get_subject_type(self, row: Any) -> str:
        return "programme" if row.programme_id else "state"

    def get_subject(self, row: Any) -> str:
        return str(row.programme.slug if row.programme_id else row.state_id)
