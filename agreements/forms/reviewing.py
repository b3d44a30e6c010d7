"""Forms of the reviewer's desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.choices import Decision
from agreements.comparisons import Line
from agreements.newcomers import Newcomer
from agreements.workflow import Verdict
from coopportal.common.forms import KernForm

#: The answer that a named body is none of those it resembles.
NEW_BODY = "new"


class ReviewForm(KernForm):
    """What is decided about a record, with a remark for each of its places.

    The button that was pressed says what; ``version`` is the one the reviewer read.
    """

    RETURN, PUBLISH, WITHDRAW = "return", "publish", "withdraw"

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[(one, one) for one in (RETURN, PUBLISH, WITHDRAW)], required=False)
    reason = forms.CharField(
        label=_("Bemerkung zum Eintrag als Ganzem"),
        help_text=_("Steht im Verlauf. Bei Rückgabe und Zurückziehen liest sie die Kommune auch in der Mail."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, lines: Iterable[Line], newcomers: Iterable[Newcomer] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.newcomers = list(lines), list(newcomers)
        for one in self.newcomers:
            self.fields[f"body-{one.body.pk}"] = _which(one)
        for line in self.lines:
            self.fields[f"remark.{line.place}"] = forms.CharField(
                label=_("Anmerkung zu „%(label)s“") % {"label": line.label},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2, "form": "entscheidung"}),
            )

    def pairs(self) -> list[tuple[Line, Any]]:
        """Every place with the field of its remark."""
        return [(line, self[f"remark.{line.place}"]) for line in self.lines]

    def bodies(self) -> list[tuple[Newcomer, Any]]:
        """Every body that is new to the register with the field that says who it is."""
        return [(one, self[f"body-{one.body.pk}"]) for one in self.newcomers]

    @property
    def meant(self) -> dict[int, Any]:
        """Which body of the register a named one is, by id of the named one; None: a new one."""
        known = {str(row.pk): row for one in self.newcomers for row in one.alike}
        return {one.body.pk: known.get(self.cleaned_data.get(f"body-{one.body.pk}", "")) for one in self.newcomers}

    def clean(self) -> dict[str, Any]:
        """Who resembles somebody in the register is not entered without a look."""
        data: dict[str, Any] = super().clean() or {}
        for one in self.newcomers:
            if one.alike and data.get("decision") == self.PUBLISH and not data.get(f"body-{one.body.pk}"):
                self.add_error(f"body-{one.body.pk}", _("Sagen Sie, ob eine dieser Stellen gemeint ist."))
        return data

    @property
    def remarks(self) -> dict[str, str]:
        """What was written, by place."""
        said = {line.place: self.cleaned_data.get(f"remark.{line.place}", "") for line in self.lines}
        return {place: text for place, text in said.items() if text}

    def written(self) -> list[tuple[Any, str]]:
        """Label and text of every field something was written in."""
        fields = [self["reason"], *[field for _line, field in self.pairs()]]
        return [(field.label, field.value()) for field in fields if field.value()]

    def take(self, error: ValidationError) -> None:
        """Show what a verb found wrong, each thing at its field."""
        for name, messages in error.message_dict.items():
            field = name if name in self.fields else f"remark.{name}"
            self.add_error(field if field in self.fields else None, messages)


def _which(one: Newcomer) -> forms.ChoiceField:
    """Is it one of those that it resembles? Where it resembles none it is new."""
    alike = [(str(row.pk), _("%(name)s (%(kind)s) steht schon im Register") % _of(row)) for row in one.alike]
    return forms.ChoiceField(
        label=_("Neue Stelle: %(name)s") % {"name": one.body.name},
        choices=[*alike, (NEW_BODY, _("keine davon: neu ins Register aufnehmen"))],
        initial="" if alike else NEW_BODY,
        required=False,
        widget=forms.RadioSelect(attrs={"form": "entscheidung"}),
    )


def _of(row: Any) -> dict[str, str]:
    return {"name": row.name, "kind": str(row.get_kind_display())}


def typed_words(sent: Mapping[str, str]) -> dict[str, str]:
    """What is typed in a ``ReviewForm`` that is not decided yet, by field."""
    return {name: text for name, text in sent.items() if text and (name == "reason" or name.startswith("remark."))}


class VerdictForm(KernForm):
    """Yes or no to each change of a proposal; days, which are three columns, are decided in one."""

    marks_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, changes: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = list(changes)
        for change in self.changes:
            self.fields[f"verdict-{change.key}"] = forms.ChoiceField(
                label=_("Entscheidung: %(label)s") % {"label": change.label},
                choices=[(Decision.ACCEPTED, _("annehmen")), (Decision.REJECTED, _("ablehnen"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Entscheiden Sie über diese Änderung.")},
            )
            self.fields[f"reason-{change.key}"] = forms.CharField(
                label=_("Begründung, wenn Sie ablehnen"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Every change with its two fields."""
        return [(change, self[f"verdict-{change.key}"], self[f"reason-{change.key}"]) for change in self.changes]

    def verdicts(self) -> dict[int, Verdict]:
        """What ``workflow.decide`` is to be called with."""
        found: dict[int, Verdict] = {}
        for change in self.changes:
            accepted = self.cleaned_data[f"verdict-{change.key}"] == Decision.ACCEPTED
            reason = "" if accepted else self.cleaned_data[f"reason-{change.key}"]
            found |= {item.pk: Verdict(accepted, reason) for item in change.items}
        return found

    def take(self, error: ValidationError) -> None:
        """Show what the verb found wrong at the change it is about; what no longer fits the record stands above."""
        of_item = {f"items.{item.pk}": f"reason-{change.key}" for change in self.changes for item in change.items}
        said = set()
        for name, messages in error.message_dict.items():
            field = of_item.get(name)
            if field is None or field not in said:
                self.add_error(field, messages)
            said.add(field)


class OutcomeForm(KernForm):
    """What came of a remark of the public."""

    outcome = forms.CharField(
        label=_("Was wurde daraus?"),
        help_text=_("Zum Beispiel: an die Kommune weitergegeben; berichtigt; ohne Beleg nicht übernommen."),
        max_length=300,
    )


class ReleaseForm(KernForm):
    """Which of the two buttons beside a document was pressed."""

    released = forms.BooleanField(required=False)
