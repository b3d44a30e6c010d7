"""Two people wrote the same step: both versions side by side, and one made of what was chosen of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.forms.registering.entered import Entered, Row
from agreements.forms.registering.stepping import RowEntry, StepEntry

THEIRS = "theirs"
_HIDDEN = frozenset({"id", "choice", "asked"})


@dataclass(frozen=True)
class Difference:
    """A value or a row that is not the same in both versions; a row that one of them does not have is empty there."""

    place: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def differences(mine: StepEntry, theirs: StepEntry) -> list[Difference]:
    """What differs, in the order of the form."""
    found = []
    for name, field in mine.form.fields.items() if mine.form else ():
        ours, others = mine.entered.fields.get(name, []), theirs.entered.fields.get(name, [])
        if sorted(ours) != sorted(others):
            found.append(Difference(name, str(field.label), shown(field, ours), shown(field, others)))
    return found + _rows(mine, theirs)


def _rows(mine: StepEntry, theirs: StepEntry) -> list[Difference]:
    found = []
    for key in _keys(mine, theirs):
        one, other = _row_of(mine, key, "neu"), _row_of(theirs, key, THEIRS)
        texts = lines_of(one), lines_of(other)
        if texts[0] != texts[1]:
            present = one or other
            found.append(Difference(key, (present.heading if present else "") or _("neue Zeile"), *texts))
    return found


def merged(mine: StepEntry, theirs: StepEntry, chosen: Mapping[str, str]) -> Entered:
    """The step with the chosen one of both versions; where nothing was chosen it is mine."""
    names = mine.entered.fields
    fields = {
        name: (theirs if chosen.get(f"wahl-{name}") == THEIRS else mine).entered.fields.get(name, []) for name in names
    }
    rows: list[Row] = []
    for key in _keys(mine, theirs):
        is_theirs = chosen.get(f"wahl-{key}") == THEIRS
        entry = _row_of(theirs, key, THEIRS) if is_theirs else _row_of(mine, key, "neu")
        if entry is not None:
            rows.append(entry.row)
    return Entered(fields, rows).renumbered()


def _key(entry: RowEntry, new: str) -> str:
    """Which row it is; those not stored yet are known by their number and by whose they are (``new``)."""
    return entry.row.of or (f"{new}-{entry.row.number}")


def _keys(mine: StepEntry, theirs: StepEntry) -> list[str]:
    """Every row of either version once, the stored first; a new one that both have alike is mine."""
    ours = [entry for entry in mine.rows if not entry.is_blank]
    alike = [lines_of(entry) for entry in ours if not entry.row.of]
    others = [entry for entry in theirs.rows if not entry.is_blank and (entry.row.of or lines_of(entry) not in alike)]
    found = [_key(entry, THEIRS) for entry in others] + [_key(entry, "neu") for entry in ours]
    return list(dict.fromkeys(found))


def _row_of(step: StepEntry, key: str, new: str) -> RowEntry | None:
    return next((entry for entry in step.rows if _key(entry, new) == key and not entry.is_blank), None)


def lines_of(entry: RowEntry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    fields = [(name, field) for name, field in entry.form.fields.items() if name not in _HIDDEN]
    told = [(field.label, " ".join(shown(field, entry.row.texts.get(name, [])))) for name, field in fields]
    return tuple(f"{label}: {text}" for label, text in told if text)


def shown(field: Any, texts: list[str]) -> tuple[str, ...]:
    """The texts as people read them: the words of a list instead of its codes; what is unknown is not there."""
    words: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        if isinstance(label, list | tuple):
            words |= {str(code): str(word) for code, word in label}
        else:
            words[str(value)] = str(label)
    return tuple(words.get(text, text) for text in texts if text and text != "unknown")
