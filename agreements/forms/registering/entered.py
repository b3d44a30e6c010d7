"""What stands in the fields of a step, as texts: as it was typed, as the draft holds it, as it is kept for later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict

from agreements.steps import Step

LONGEST = 20_000
Texts = dict[str, list[str]]


def _tidy(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]


@dataclass
class Row:
    """One line of a list: its texts, the number it has in the form, and which stored row it is ``of`` (none: new)."""

    number: int
    texts: Texts = field(default_factory=dict)

    @property
    def of(self) -> str:
        return "".join(self.texts.get("id", [])[:1])

    def is_empty(self, blank: Mapping[str, list[str]]) -> bool:
        """Nothing but what a new line shows anyway."""
        return not self.of and all(not any(texts) or texts == blank.get(name, []) for name, texts in self.texts.items())


@dataclass
class Entered:
    """The texts of one step."""

    fields: Texts = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def of_post(cls, data: Any, step: Step, names: Iterable[str], row_names: Iterable[str]) -> Entered:
        """What a browser sent (a QueryDict), tidied; names that the step does not have are passed over.

        Values that were not sent are left out, but of boxes nothing sent means that none is ticked.
        """
        boxes = {"task_fields"}
        sent = {name: data.getlist(name) for name in names if name in data or name in boxes}
        found = cls({name: sorted(_tidy(text) for text in texts) for name, texts in sent.items()})
        if not step.rows:
            return found
        wanted, rows = set(row_names), dict[int, Row]()
        pattern = re.compile(rf"{step.rows}-(\d{{1,4}})-(\w+)$", re.ASCII)
        for key in data:
            match = pattern.match(key)
            if match and match[2] in wanted:
                row = rows.setdefault(int(match[1]), Row(int(match[1])))
                row.texts[match[2]] = [_tidy(text) for text in data.getlist(key)]
        found.rows = [rows[number] for number in sorted(rows)]
        return found

    def as_data(self, step: Step) -> MultiValueDict[str, str]:
        """The same as a form is given it."""
        data = MultiValueDict({name: list(texts) for name, texts in self.fields.items()})
        for row in self.rows:
            for name, texts in row.texts.items():
                data.setlist(f"{step.rows}-{row.number}-{name}", list(texts))
        return data

    def pairs(self, step: Step) -> list[tuple[str, str]]:
        """The same as hidden fields."""
        return [(name, text) for name, texts in self.as_data(step).lists() for text in texts]

    def renumbered(self) -> Entered:
        """The same with its rows numbered from 0."""
        return Entered(self.fields, [Row(number, row.texts) for number, row in enumerate(self.rows)])

    def row_of(self, key: str) -> Row | None:
        """The row that is of this stored row."""
        return next((row for row in self.rows if key and row.of == key), None)

    def without(self, number: int) -> Entered:
        """Without the row of this number."""
        return Entered(self.fields, [row for row in self.rows if row.number != number])

    def over(self, kept: dict[str, Any]) -> Entered:
        """This (as it is stored) with what was kept of unfinished entries laid over it; numbered from 0."""
        fields = self.fields | {name: texts for name, texts in kept.get("fields", {}).items() if name in self.fields}
        rows = [Row(row.number, dict(row.texts)) for row in self.rows]
        for one in kept.get("rows", []):
            if not one["of"]:
                rows.append(Row(0, one["texts"]))
                continue
            for row in rows:
                if row.of == one["of"]:
                    row.texts.update(one["texts"])
        return Entered(fields, rows).renumbered()
