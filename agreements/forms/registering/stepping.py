"""One step as it was filled in: its forms, what of it can be recorded, what is wrong with the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements import steps
from agreements.choices import LegalForm
from agreements.forms.registering.bodies import body_of, entry_of, find_body, key_of
from agreements.forms.registering.entered import Entered, Row
from agreements.forms.registering.fields import DayField
from agreements.forms.registering.rows import Line, Problem, RowEntry
from agreements.forms.registering.steps import FORMS, ROWS, programme_choices
from agreements.forms.registering.stored import as_partner, day_columns, participations_of, stored
from agreements.legal_hints import form_choices
from agreements.models import Cooperation, TaskField
from agreements.permissions import review_state_of
from agreements.steps import Step
from agreements.workflow import Contents, Part, Partner, Saved
from coopportal.common.dates import UncertainDate
from coopportal.common.numbers import number_of
from funding.models import Programme

#: New rows whose body is looked for in one request.
MOST_SOUGHT = 20


class StepEntry:
    """The forms of a step filled with ``entered``; ``cooperation`` as it is stored."""

    def __init__(self, step: Step, cooperation: Cooperation, entered: Entered, *, day: dt.date) -> None:
        self.step, self.cooperation, self.day = step, cooperation, day
        self.sought = 0
        self.stored = stored(cooperation, step)
        self.entered = self._completed_texts(entered)
        self.form = FORMS[step.slug](self.entered.as_data(step)) if step.slug in FORMS else None
        if self.form:
            if "legal_form" in self.form.fields:
                self.form.fields["legal_form"].choices = [  # type: ignore[attr-defined]
                    ("", _("noch nicht festgelegt")),
                    *form_choices(self.land),
                ]
            self.form.is_valid()
            _forgive(self.form, self.entered.fields, self.stored.fields)
            _check_order(self.form, "started_on", "ended_on", _("Die Kooperation endet vor ihrem Beginn."))
        self.rows = [self._row(row) for row in self.entered.rows]
        self.remarks: dict[str, list[str]] = {}

    @property
    def list_remarks(self) -> list[str]:
        """What the reviewer said of the list as a whole."""
        return self.remarks.get(self.step.rows, []) if self.step.rows else []

    @property
    def lines(self) -> list[Line]:
        return [Line(field, self.remarks.get(field.name, [])) for field in self.form or ()]

    def show(self, remarks: dict[str, list[str]]) -> None:
        """Put what the reviewer said at its fields; rows are numbered as they were when it was said."""
        self.remarks = remarks
        for number, entry in enumerate(self.rows):
            start = f"{self.step.rows}.{number}."
            entry.remarks = {place.removeprefix(start): said for place, said in remarks.items() if start in place}
            entry.remarks[""] = remarks.get(start[:-1], [])

    @property
    def _fields(self) -> list[Any]:
        return list(self.form or ())

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, for the summary on top of the page."""
        found = [
            Problem(field.anchor, str(field.label), str(message)) for field in self._fields for message in field.errors
        ]
        found += [
            Problem("inhalt", "", str(message)) for message in (self.form.non_field_errors() if self.form else ())
        ]
        for entry in self.rows:
            row = f"zeile-{self.step.rows}-{entry.row.number}"
            for field in entry.form if not entry.is_blank else ():
                anchor = row if field.is_hidden or (field.name == "body" and entry.is_stored) else field.anchor
                label = f"{entry.called}, {field.label}"
                found += [Problem(anchor, label, str(message)) for message in field.errors]
            if not entry.is_blank:
                found += [Problem(row, entry.called, str(message)) for message in entry.form.non_field_errors()]
        return found

    def with_blank_row(self) -> StepEntry:
        """The same with an empty row at the end."""
        number = max((entry.row.number for entry in self.rows), default=-1) + 1
        self.rows.append(self._row(Row(number, ROWS[self.step.slug].blank())))
        return self

    @property
    def pattern(self) -> RowEntry:
        """An empty row whose number is still to be filled in by a script."""
        form = ROWS[self.step.slug](prefix=f"{self.step.rows}-__nr__", **self._options)
        return RowEntry(form, Row(0), is_blank=True)

    def _completed_texts(self, entered: Entered) -> Entered:
        """What was not sent at all stays as it is; of boxes nothing sent means none."""
        fields = {name: entered.fields.get(name, texts) for name, texts in self.stored.fields.items()}
        rows = []
        for row in entered.rows:
            if self.step.slug in _WITH_IDS and number_of(row.of) is None:
                row.texts["id"] = [""]
            before = self.stored.row_of(row.of)
            rows.append(Row(row.number, (before.texts if before else ROWS[self.step.slug].blank()) | row.texts))
        return Entered(fields, rows)

    # --- the rows ---

    def _row(self, row: Row) -> RowEntry:
        kind = ROWS[self.step.slug]
        form = kind(Entered(rows=[row]).as_data(self.step), prefix=f"{self.step.rows}-{row.number}", **self._options)
        entry = RowEntry(form, row, is_blank=row.is_empty(kind.blank()))
        form.is_valid()
        if self.step is steps.WHO:
            self._find(entry)
        elif not entry.is_blank:
            _forgive(form, row.texts, getattr(self.stored.row_of(row.of), "texts", {}))
            _check_order(form, "effective_on", "ends_on", _("Die Vereinbarung endet, bevor sie wirksam wird."))
            if self.step is steps.MONEY and not form.cleaned_data.get("programme") and "programme" not in form.errors:
                form.add_error("programme", _("Wählen Sie das Programm, aus dem das Geld kommt."))
        return entry

    @cached_property
    def _options(self) -> dict[str, Any]:
        if self.step is steps.DATES:
            return {"land": self.land}
        return {"programmes": self.programmes} if self.step is steps.MONEY else {}

    @cached_property
    def land(self) -> str:
        """The code of the Land of the lead, else of the keeper; empty where neither has one."""
        return review_state_of(self.cooperation) or ""

    @cached_property
    def programmes(self) -> list[Any]:
        return programme_choices(self.land)

    @cached_property
    def _present(self) -> dict[str, Any]:
        """The participations by the key of their body."""
        rows = participations_of(self.cooperation) if self.step is steps.WHO else []
        return {key_of(row.body): row for row in rows}

    def _find(self, entry: RowEntry) -> None:
        """Whom the row is about; what is not clear is asked at the row, a body named twice is an error."""
        form, row = entry.form, entry.row
        if row.of:
            part = self._present.get(row.of)
            entry.body = part.body if part else body_of(row.of, self.day)
            if entry.body is None:
                form.add_error("body", _("Diese Stelle gibt es nicht mehr im Verzeichnis."))
            return
        if entry.is_blank:
            return
        self.sought += 1
        text = form.cleaned_data.get("body", "")
        chosen = form.cleaned_data.get("choice", "") if text == form.cleaned_data.get("asked") else ""
        if chosen and (body := body_of(chosen, self.day)):
            entry.body = body
        elif not text:
            form.add_error("body", _("Wer ist beteiligt? Geben Sie einen Namen ein."))
        elif self.sought > MOST_SOUGHT:
            form.add_error("body", _("Das sind viele neue Zeilen auf einmal. Speichern Sie zuerst die anderen."))
        else:
            found = find_body(text, self.day)
            entry.body = found.body
            entry.candidates = [(key_of(body), entry_of(body)) for body in found.candidates]
            if found.body is None:
                form.add_error("body", found.question)

    # --- what can be recorded ---

    def contents(self) -> Contents:
        """What is valid and not yet stored."""
        values, task_fields = self._values()
        lists: dict[str, Any] = {}
        if self.step is steps.WHO:
            lists["partners"] = self._partners()
        elif self.step.rows:
            lists[self.step.rows] = self._parts()
        return Contents(values=values, task_fields=task_fields, **lists)

    def _values(self) -> tuple[dict[str, Any], list[TaskField] | None]:
        values: dict[str, Any] = {}
        task_fields = None
        for name, field in self.form.fields.items() if self.form else ():
            given, before = self.entered.fields.get(name, []), self.stored.fields.get(name, [])
            if name in self.form.errors or sorted(given) == sorted(before):  # type: ignore[union-attr]
                continue
            value = self.form.cleaned_data[name]  # type: ignore[union-attr]
            if name == "task_fields":
                task_fields = list(TaskField.objects.filter(code__in=value))
            else:
                values |= _columns(name, field, value)
        return values, task_fields

    def _partners(self) -> list[Partner] | None:
        partners, seen = [], set()
        for number, entry in enumerate(self.rows):
            if entry.body is None:
                continue
            key = key_of(entry.body)
            if key in seen:
                words = _("%(name)s steht schon in der Liste.") % {"name": entry.body.name}
                self.rows[number].form.add_error("body", words)
                continue
            seen.add(key)
            partners.append(self._partner(entry, key))
        before = [as_partner(row) for row in self._present.values()]
        return None if partners == before else partners

    def _partner(self, entry: RowEntry, key: str) -> Partner:
        """The partner as the row says; what of it is not valid stays as it is stored."""
        part = self._present.get(key)
        partner = as_partner(part) if part else Partner(entry.body)  # type: ignore[arg-type]
        given = {name: getattr(partner, name) for name in Partner.__dataclass_fields__}
        for name in entry.changed(self.stored.row_of(key)):
            given |= _columns(name, entry.form.fields[name], entry.form.cleaned_data[name])
        return Partner(**given)

    def _parts(self) -> list[Part] | None:
        parts = []
        for entry in self.rows:
            if entry.is_blank:
                continue
            before = self.stored.row_of(entry.row.of)
            values: dict[str, Any] = {}
            for name in entry.changed(before):
                values |= _columns(name, entry.form.fields[name], entry.form.cleaned_data[name])
            values = self._completed(values, entry)
            if not entry.is_stored and self.step is steps.MONEY and "programme" not in values:
                continue
            parts.append(Part(values=values, pk=int(entry.row.of) if entry.is_stored else None))
        kept = [part.pk for part in parts]
        nothing = kept == [int(row.of) for row in self.stored.rows] and not any(part.values for part in parts)
        return None if nothing else parts

    def _completed(self, values: dict[str, Any], entry: RowEntry) -> dict[str, Any]:
        """A title for an agreement without one; the row of a programme for its name in the form."""
        if self.step is steps.DATES and not (values.get("title") or (entry.is_stored and "title" not in values)):
            code = entry.form.cleaned_data.get("legal_form") or self.cooperation.legal_form
            if "title" not in entry.form.errors:
                values["title"] = str(LegalForm(code).label if code else _("Vereinbarung"))
        if values.get("programme"):
            values["programme"] = Programme.objects.get(slug=values["programme"])
        elif "programme" in values:
            del values["programme"]
        return values

    @property
    def _written(self) -> list[RowEntry]:
        """The rows that ``contents`` holds, in its order."""
        rows = [entry for entry in self.rows if not entry.is_blank]
        if self.step is steps.WHO:
            return [entry for entry in rows if entry.body is not None and "body" not in entry.form.errors]
        if self.step is steps.MONEY:
            return [entry for entry in rows if entry.is_stored or "programme" not in entry.form.errors]
        return rows

    def take(self, saved: Saved) -> dict[str, str]:
        """Learn what became of the rows: faults at their fields, ids of new ones; returns these by field."""
        written = self._written
        self.add_faults({self._here(place, written): said for place, said in saved.faults.items()})
        refused = {place.split(".")[1] for place in saved.faults if place.count(".") == 1}
        ids, given = iter(saved.new_ids.get(self.step.rows, [])), {}
        for number, entry in enumerate(written):
            if entry.is_stored or str(number) in refused:
                continue
            if self.step is steps.WHO:
                key = key_of(entry.body) if entry.body and not entry.form.errors.get("body") else ""
            else:
                key = str(next(ids, ""))
            if key:
                entry.row.texts["id"] = [key]
                given[f"{self.step.rows}-{entry.row.number}-id"] = key
        return given

    def _here(self, place: str, written: list[RowEntry]) -> str:
        """A place of the contents as one of this step: rows by their position in the form."""
        head, *rest = place.split(".")
        if rest and head == self.step.rows and int(rest[0]) < len(written):
            rest[0] = str(self.rows.index(written[int(rest[0])]))
        return ".".join([head, *rest])

    def carry(self, other: StepEntry) -> None:
        """Show the faults of ``other``, the same step before it was saved, at the rows as they stand here."""
        new = iter([n for n, entry in enumerate(self.rows) if not entry.is_stored])
        moved: dict[str, str] = {}
        for number, entry in enumerate(other.rows):
            if entry.is_stored:
                here = next((n for n, one in enumerate(self.rows) if one.row.of == entry.row.of), None)
            else:
                here = next(new, None) if entry.form.errors and not entry.is_blank else None
            if here is not None:
                moved[str(number)] = str(here)
        found = {}
        for place, said in other.faults.items():
            head, *rest = place.split(".")
            if not rest or rest[0] in moved:
                found[".".join([head, *(moved[one] if n == 0 else one for n, one in enumerate(rest))])] = said
        self.add_faults(found)

    # --- what is wrong ---

    def add_faults(self, faults: dict[str, list[str]]) -> None:
        """Show what the record refused at its field, where there is one."""
        for place, messages in faults.items():
            head, *rest = place.split(".")
            form: Any = self.form
            if rest and head == self.step.rows and int(rest[0]) < len(self.rows):
                form, head = self.rows[int(rest[0])].form, ".".join(rest[1:])
            for message in messages:
                if form is not None and message not in form.errors.get(head, []):
                    form.add_error(head if head in form.fields else None, message)

    @property
    def faults(self) -> dict[str, list[str]]:
        """Everything wrong, by place; rows by their position."""
        found: dict[str, list[str]] = {}
        for name, messages in self.form.errors.items() if self.form else ():
            found[name] = [str(message) for message in messages]
        for number, entry in enumerate(self.rows):
            for name, messages in entry.form.errors.items() if not entry.is_blank else ():
                place = f"{self.step.rows}.{number}"
                found[place if name == "__all__" else f"{place}.{name}"] = [str(message) for message in messages]
        return found

    def unfinished(self) -> dict[str, Any]:
        """The texts that are not recorded, to be kept: faulty values, and whole rows that are not stored."""
        fields = {name: self.entered.fields.get(name, []) for name in (self.form.errors if self.form else ())}
        rows = []
        for entry in self.rows:
            if entry.is_blank or not entry.form.errors:
                continue
            wrong = [name for name in entry.form.errors if name in entry.row.texts]
            texts = {name: entry.row.texts[name] for name in wrong} if entry.is_stored else entry.row.texts
            rows.append({"of": entry.row.of, "texts": texts})
        return {"fields": {name: texts for name, texts in fields.items() if name != "__all__"}, "rows": rows}


#: The steps whose rows are known by numbers.
_WITH_IDS = frozenset({steps.DATES.slug, steps.MONEY.slug})


def _forgive(form: Any, given: dict[str, list[str]], before: dict[str, list[str]]) -> None:
    """What stands there as it is stored is no fault of who did not touch it."""
    for name in [name for name in form.errors if name in given and given[name] == before.get(name)]:
        del form.errors[name]


def _check_order(form: Any, first: str, last: str, message: str) -> None:
    """Two days in the wrong order are a fault of the second."""
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and start.on and end.on and start.on > end.on:
        form.add_error(last, message)


def _columns(name: str, field: Any, value: Any) -> dict[str, Any]:
    """The columns that a value of a field is written to."""
    if isinstance(field, DayField) and isinstance(value, UncertainDate):
        return dict(zip(day_columns(name), (value.on, value.precision, value.wording), strict=True))
    return {name: value}
