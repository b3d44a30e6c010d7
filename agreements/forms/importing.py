"""Forms of the import: the file and for whom it is, and what is decided about doubtful rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.importers.bodies import Question
from agreements.importers.comparison import Answers
from agreements.importers.judgements import Judgement, Outcome
from agreements.importers.tables import LARGEST
from agreements.importers.wishes import NEW, SAME, SKIP, decision_of, written
from coopportal.common.forms import KernBoundField, KernForm
from municipalities.models import Municipality

#: How many rows are asked about on one page; more are decided in the file.
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


class _BoundQuestion(KernBoundField):
    """Known to the page by row and place: what was typed in the file may have spaces, an id may not."""

    @property
    def auto_id(self) -> str:
        return str(self.field.place)  # type: ignore[attr-defined]


class QuestionField(forms.ChoiceField):
    """The answers to a question about a row; ``place`` is its id on the page."""

    bound_field_class = _BoundQuestion

    def __init__(self, questions: Sequence[Question], *, place: str, required: bool) -> None:
        options = [(option.decision, option.label) for question in questions for option in question.options]
        super().__init__(
            label=questions[0].text,
            choices=[("", _("bitte wählen")), *dict(options).items(), (SKIP, _("die Zeile auslassen"))],
            required=required,
            error_messages={"required": _("Wählen Sie eine Antwort, oder lassen Sie die Zeile aus.")},
        )
        self.place = place


class DecisionForm(KernForm):
    """One choice for each question about a row: those that are open, and those of rows answered on this page.

    ``demanding``: the file is to be written, open questions are errors.
    """

    marks_optional = False
    use_required_attribute = False

    def __init__(self, *args: Any, rows: Iterable[Judgement], answers: Answers, demanding: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [row for row in rows if row.questions or (row.answered and row.number in answers)]
        asked.sort(key=lambda row: (not row.questions, row.outcome != Outcome.WRONG, row.number))
        self.more = sum(1 for row in asked[MOST_ASKED:] if row.questions)
        self.rows = sorted(asked[:MOST_ASKED], key=lambda row: row.number)
        self.answers = answers
        self.names: dict[int, list[str]] = {}
        for row in self.rows:
            by_key: dict[str, list[Question]] = {}
            for question in [*row.questions, *row.answered]:
                by_key.setdefault(question.key, []).append(question)
            still_open = {question.key for question in row.questions}
            for number, (key, questions) in enumerate(by_key.items()):
                name = f"q-{row.number}-{key}"
                place = f"frage-{row.number}-{number}"
                self.fields[name] = QuestionField(questions, place=place, required=demanding and key in still_open)
                self.names.setdefault(row.number, []).append(name)

    def asked(self) -> list[tuple[Judgement, list[Any]]]:
        """Every row that is asked about, with the fields of its questions."""
        return [(row, [self[name] for name in self.names[row.number]]) for row in self.rows]

    def faulty(self) -> list[tuple[Judgement, Any]]:
        """The fields with errors and their rows, for the summary."""
        return [(row, field) for row, fields in self.asked() for field in fields if field.errors]

    def kept(self) -> list[tuple[str, str]]:
        """Decisions that the page does not ask for, to be sent again: (name of the field, decision)."""
        found = []
        for number, decisions in self.answers.items():
            names = self.names.get(number, [])
            shown = {decision for name in names for decision in (self.data.get(name), name.split("-", 2)[2])}
            found += [
                (f"q-{number}-{key}", text)
                for (key, text) in zip(decisions, written(decisions), strict=True)
                if key not in shown and not (key == NEW and SAME in shown)
            ]
        return found


def answers_in(data: Iterable[tuple[str, str]]) -> dict[int, dict[str, str]]:
    """The decisions a page sent, by row: they are kept whatever the register says of the row by now."""
    answers: dict[int, dict[str, str]] = {}
    for name, text in data:
        head, _line, rest = name.partition("-")
        number = rest.partition("-")[0]
        if head == "q" and text and number.isascii() and number.isdecimal() and len(number) < 7:
            answers.setdefault(int(number), {}).update(decision_of(text) or {})
    return answers
