"""One row of a step's list as it was filled in, and what the page shows of fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from agreements.forms.registering.bodies import Body
from agreements.forms.registering.entered import Row


@dataclass(frozen=True)
class Line:
    """A field as the page shows it, with what the reviewer said of it."""

    field: Any
    remarks: list[str]


@dataclass(frozen=True)
class Problem:
    """Something wrong, with the id of its control."""

    anchor: str
    label: str
    text: str


def problems_of(form: Any) -> list[Problem]:
    """What is wrong with the fields of a form."""
    return [Problem(field.anchor, str(field.label), str(said)) for field in form for said in field.errors]


class RowEntry:
    """One row of a list: its form and, for a participant, the body it is about."""

    def __init__(self, form: Any, row: Row, *, is_blank: bool) -> None:
        self.form, self.row, self.is_blank = form, row, is_blank
        self.body: Body | None = None
        self.candidates: list[tuple[str, str]] = []
        self.remarks: dict[str, list[str]] = {}

    @property
    def lines(self) -> list[Line]:
        """The fields that can be seen; whose name stands in the heading is not asked again."""
        hidden = {"id", "choice", "asked", *(["body"] if self.is_stored else [])}
        return [Line(field, self.remarks.get(field.name, [])) for field in self.form if field.name not in hidden]

    @property
    def own_remarks(self) -> list[str]:
        """What the reviewer said of the row as a whole, or of the body that its heading names."""
        return [*self.remarks.get("", []), *(self.remarks.get("body", []) if self.is_stored else [])]

    @property
    def is_stored(self) -> bool:
        return bool(self.row.of)

    @property
    def heading(self) -> str:
        """What the row is called on the page."""
        if self.body is not None:
            return self.body.name
        return "".join(self.row.texts.get("title", [""])[:1])

    @property
    def called(self) -> str:
        """What the summary of faults calls the row: its heading, what was typed for it, else its number."""
        typed = "".join(self.row.texts.get("body", [""])[:1])
        return self.heading or typed or gettext("Zeile %d") % (self.row.number + 1)

    def changed(self, before: Row | None) -> list[str]:
        """The names of the valid values that are not what is stored."""
        old = before.texts if before else {}
        names = [name for name in self.form.fields if name not in ("id", "choice", "asked", "body")]
        return [name for name in names if name not in self.form.errors and self._new(name, old)]

    def _new(self, name: str, old: dict[str, list[str]]) -> bool:
        given = self.row.texts.get(name)
        return given is not None and given != old.get(name, [""])
