"""What several FilterSets of this room share: German names, cooperations and task fields by their keys."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Cooperation, Spell, TaskField
from coopportal.common.filter_kinds import KeysFilter

ALIASES = {
    "land": "state",
    "kommune": "municipality",
    "stelle": "organisation",
    "innerhalb": "within",
    "kooperation": "cooperation",
    "aufgabenfeld": "task_field",
    "rechtsform": "legal_form",
    "status": "status",
    "art": "kind",
    "programm": "programme",
    "rolle": "role",
    "grad": "degree",
    "von": "started_after",
    "bis": "started_before",
}


class CooperationKeyFilter(KeysFilter):
    """Rows of published cooperations called by slug; unpublished ones do not exist for the public."""

    def __init__(self, field_name: str = "cooperation", **kwargs: Any) -> None:
        super().__init__(
            field_name=field_name,
            queryset=Cooperation.objects.public(),
            lookup="slug",
            label=_("Kooperation"),
            **kwargs,
        )


class TaskFieldFilter(KeysFilter):
    """Rows of the given task fields; a group (``04``) stands for all its fields (``04.01``, …)."""

    def __init__(self, field_name: str = "task_fields", **kwargs: Any) -> None:
        super().__init__(
            field_name=field_name,
            queryset=TaskField.objects.all(),
            lookup="code",
            told_by=("parent", "name_de", "name_en"),
            label=_("Aufgabenfeld"),
            **kwargs,
        )

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        codes = [field.code for field in value]
        of_row = TaskField.objects.filter(Q(code__in=codes) | Q(parent__in=codes))
        through = Cooperation.task_fields.through.objects.filter(taskfield__in=of_row)
        column = "pk" if self.field_name == "task_fields" else "cooperation"
        return qs.filter(Exists(through.filter(cooperation=OuterRef(column))))


def participations_asked(asked: Any) -> Any:
    """The spells of the participations of the day, role and degree asked for; of each of them one."""
    spells = Spell.objects.on(asked.day)
    if asked.is_cut:
        spells = spells.appeared()
    chosen = asked.form.cleaned_data
    if roles := chosen.get("role"):
        spells = spells.filter(role__in=roles)
    if degrees := chosen.get("degree"):
        spells = spells.filter(degree__in=degrees)
    return spells
