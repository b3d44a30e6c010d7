"""Forms of the import: the file and for whom it is, and what is decided about doubtful rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.importers.bodies import Question
from agreements.importers.judgements import Judgement
from agreements.importers.tables import LARGEST
from agreements.importers.wishes import SKIP, decision_of
from coopportal.common.forms import KernForm
from municipalities.models import Municipality

#: How many doubtful rows are asked about on one page; more are decided in the file.
MOST_ASKED = 100


class FileForm(KernForm):
    """A file, and on whose behalf it comes in; reviewers (without ``towns``) bring in drafts only."""

    file = forms.FileField(
        label=_("Datei"),
        help_text=_("CSV oder XLSX, höchstens 20 MB. Die Spalten stehen in der Vorlage."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    town = forms.ChoiceField(label=_("Für welche Kommune?"))
    submit = forms.ChoiceField(
        label=_("Neue Einträge"),
        choices=[("draft", _("als Entwürfe anlegen")), ("submitted", _("gleich zur Prüfung einreichen"))],
        initial="draft",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, towns: Sequence[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.towns = {town.ars: town for town in towns}
        if not towns:
            del self.fields["submit"]
        if len(towns) < 2:
            del self.fields["town"]
        else:
            self.fields["town"].choices = [(ars, str(town)) for ars, town in self.towns.items()]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LARGEST:
            raise ValidationError(_("Die Datei ist größer als 20 MB."))
        return self.cleaned_data["file"]

    @property
    def town_chosen(self) -> Municipality | None:
        """The municipality, None at the reviewer's desk."""
        return self.towns.get(self.cleaned_data.get("town", "")) or next(iter(self.towns.values()), None)

    @property
    def hands_in(self) -> bool:
        return self.cleaned_data.get("submit") == "submitted"


class DecisionForm(KernForm):
    """One choice for each question about a doubtful row."""

    marks_optional = False

    def __init__(self, *args: Any, rows: Iterable[Judgement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)[:MOST_ASKED]
        for row in self.rows:
            for question in row.questions:
                self.fields[self.name_of(row, question)] = forms.ChoiceField(
                    label=question.text,
                    choices=[("", _("bitte wählen"))]
                    + [(option.decision, option.label) for option in question.options]
                    + [(SKIP, _("die Zeile auslassen"))],
                    required=False,
                )

    @staticmethod
    def name_of(row: Judgement, question: Question) -> str:
        return f"q-{row.number}-{question.key}"

    def asked(self) -> list[tuple[Judgement, list[Any]]]:
        """Every doubtful row with the fields of its questions."""
        return [(row, [self[self.name_of(row, one)] for one in row.questions]) for row in self.rows]


def answers_in(data: Iterable[tuple[str, str]]) -> dict[int, dict[str, str]]:
    """The decisions a page sent, by row: they are kept whatever the register says of the row by now."""
    answers: dict[int, dict[str, str]] = {}
    for name, text in data:
        head, _line, rest = name.partition("-")
        number = rest.partition("-")[0]
        if head == "q" and text and number.isascii() and number.isdecimal() and len(number) < 7:
            answers.setdefault(int(number), {}).update(decision_of(text) or {})
    return answers
