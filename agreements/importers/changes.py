"""How a row differs from the record it names, and what may become of that.

A draft or returned record of the own house is written. For a published one the difference becomes a change proposal
of the municipality, with reason and source, which a reviewer decides. What a proposal cannot say is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agreements.choices import (
    EDITABLE,
    AgreementStatus,
    CooperationKind,
    CooperationStatus,
    Degree,
    LegalForm,
    RecordState,
    Role,
)
from agreements.importers.bodies import told
from agreements.importers.cells import plain
from agreements.importers.judgements import Difference, Judgement, Outcome, Proposed, Purpose
from agreements.importers.stored import BodyKey, Known
from agreements.importers.tables import Fault
from agreements.importers.wishes import Wish
from agreements.models import TaskField
from agreements.workflow import Changes, Contents, Entry, Part, Partner
from agreements.workflow.faults import IT_IS
from coopportal.common.dates import Precision, format_day
from coopportal.common.search import sort_key
from funding.choices import Rung
from municipalities.models import Municipality

_LABELS: dict[str, Any] = {
    "kind": CooperationKind,
    "status": CooperationStatus,
    "legal_form": LegalForm,
    "started_precision": Precision,
    "ended_precision": Precision,
    "rung": Rung,
}
#: What a row of a published record has to say besides; what it changes is told all the same.
_WHY = ("change_reason", "change_source")
#: An agreement's status is not a column; a new one is unknown.
NEW_ACT = {"status": AgreementStatus.UNKNOWN}


@dataclass
class Found:
    """What differs: for people, as values by column of the record, and what cannot be done by a file."""

    known: Known
    differences: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    task_fields: list[TaskField] | None = None
    partners: list[Partner] | None = None
    joining: list[Partner] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    agreements: list[Part] | None = None
    awards: list[Part] | None = None


def differences_of(
    wish: Wish,
    known: Known,
    *,
    task_fields: list[TaskField] | None,
    partners: Mapping[BodyKey, Partner],
    award: dict[str, Any],
) -> Found:
    """Everything in which the row differs from the record."""
    found = Found(known)
    if not wish.values.items() <= known.values.items():  # of most rows everything is there already, as it is
        _values(wish, known, found)
    _forms(wish, known, found)
    if task_fields is not None and sorted(one.code for one in task_fields) != known.task_fields:
        found.task_fields = task_fields
        new = "; ".join(sorted(one.code for one in task_fields))
        found.differences.append(Difference("task_fields", "; ".join(known.task_fields), new))
    if wish.tells_parties:
        _bodies(partners, known, found)
    found.agreements = _part(wish.agreement, known.agreements, "agreement", "title", found)
    found.awards = _part(award, known.awards, "award", "programme", found)
    return found


def _values(wish: Wish, known: Known, found: Found) -> None:
    for name, value in wish.values.items():
        if not _same(known.values.get(name), value):
            found.values[name] = value
            old = words_of(name, known.values[name]) if name in known.values else "(nicht öffentlich)"
            found.differences.append(Difference(name, old, words_of(name, value)))


def _same(old: Any, new: Any) -> bool:
    """Equal, or what an export made of the old."""
    if old == new or (old in (None, "") and new in (None, "")):
        return True
    return isinstance(old, str) and isinstance(new, str) and plain(old) == new


def words_of(name: str, value: Any) -> str:
    """A value for people."""
    if value in (None, ""):
        return ""
    if name in _LABELS:
        return str(_LABELS[name](value).label)
    return format_day(value) if hasattr(value, "isoformat") else str(value)


def _forms(wish: Wish, known: Known, found: Found) -> None:
    if wish.forms is None or wish.forms == known.forms:
        return
    own = [form for form in wish.forms if form not in known.forms_of_acts]
    missing = [form for form in known.forms_of_acts if form not in wish.forms]
    if missing or len(own) > 1:
        words = "Die Rechtsform einer Vereinbarung ändern Sie im Eintrag selbst; die Kooperation hat höchstens eine."
        found.faults.append(("legal_forms", words))
    old, new = ("; ".join(words_of("legal_form", form) for form in forms) for forms in (known.forms, wish.forms))
    found.values["legal_form"] = own[0] if own else ""
    found.differences.append(Difference("legal_forms", old, new))


def _bodies(wished: Mapping[BodyKey, Partner], known: Known, found: Found) -> None:
    """Participants by role and degree of the day; where no step has come yet an empty degree says the same."""
    if wished.keys() == known.bodies.keys():
        for key, (role, degree, _name) in known.bodies.items():
            one = wished[key]
            if one.role != role or one.degree != (degree or Degree.PARTY):
                break
        else:
            return
    found.partners = [*wished.values()]
    found.joining = [one for key, one in wished.items() if key not in known.bodies]
    found.leaving = [name for key, (_role, _degree, name) in known.bodies.items() if key not in wished]
    old, new = [], [f"{told(one.body)}, {_place(one.role, one.degree)}" for one in found.joining]
    for key, (role, degree, name) in known.bodies.items():
        after = wished.get(key)
        if after is None:
            old.append(f"{name}, {_place(role, degree)}")
        elif (after.role, after.degree) != (role, degree or Degree.PARTY):
            found.moved.append(name)
            old.append(f"{name}, {_place(role, degree)}")
            new.append(f"{name}, {_place(after.role, after.degree)}")
    found.differences.append(Difference("participations", "; ".join(old), "; ".join(new)))


def _place(role: str, degree: str) -> str:
    return f"{Role(role).label}, {Degree(degree).label if degree else '–'}"


def _part(wished: dict[str, Any], rows: list[dict[str, Any]], head: str, key: str, found: Found) -> list[Part] | None:
    """The agreements (or money) with the wished one in its place, None where nothing differs.

    The wished one is known by its title (or programme); without one of these it is new.
    """
    if not wished:
        return None
    if len(rows) == 1 and wished.items() <= rows[0].items():
        return None
    parts, same, differs = [], False, False
    for row in rows:
        is_it = _is_title(row[key], wished[key]) if key == "title" else row[key] == wished[key].pk
        values: dict[str, Any] = {}
        if is_it and not same:
            same = True
            values = {name: value for name, value in wished.items() if name != key and not _same(row[name], value)}
            for name, value in values.items():
                found.differences.append(Difference(f"{head}_{name}", words_of(name, row[name]), words_of(name, value)))
            differs = bool(values)
        parts.append(Part(values=values, pk=row["pk"]))
    if not same:
        found.differences.append(Difference(f"{head}_{key}", "", str(wished[key])))
        parts.append(Part(values=dict(wished)))
    return parts if differs or not same else None


def _is_title(old: str, new: str) -> bool:
    return old == new or sort_key(old) == sort_key(new)


# --- What becomes of it ---


def settle(judgement: Judgement, wish: Wish, found: Found, purpose: Purpose) -> None:
    """Say what is written for a row that differs: the draft itself, a proposal, or why nothing can be."""
    known, town = found.known, purpose.town
    judgement.faults += found.faults
    if not found.faults:
        if town is None:
            judgement.faults.append(("", "Vorhandene Einträge ändert eine beteiligte Kommune, nicht die Prüfung."))
        elif known.record_state in EDITABLE and known.keeper == town.pk:
            judgement.outcome, judgement.contents = Outcome.CHANGED, _contents(found)
        elif known.record_state == RecordState.PUBLISHED:
            _propose(judgement, wish, found, town)
        else:
            judgement.faults.append(("", _locked(known)))
    if all(column in _WHY for column, _words in judgement.faults):
        judgement.differences = found.differences
    if judgement.faults:
        judgement.outcome = Outcome.WRONG
    elif town is not None:
        judgement.trial = Entry(town, _whole(found))


def _whole(found: Found) -> Contents:
    """The record as it would be, to be checked like a new one; places of parts are those of the row's own."""
    acts, awards = ([part for part in parts or [] if part.values] for parts in (found.agreements, found.awards))
    known = found.known
    agreements = [Part(_of(known.agreements, part) | part.values) for part in acts]
    money = [Part(_of(known.awards, part) | part.values) for part in awards]
    return Contents(known.values | found.values, found.task_fields, found.partners or [], agreements, money)


def _of(rows: Iterable[dict[str, Any]], part: Part) -> dict[str, Any]:
    """What stands in the row that a part changes; relations are known to be right."""
    row = next((row for row in rows if row["pk"] == part.pk), {})
    return {name: value for name, value in row.items() if name not in ("pk", "cooperation", "programme")}


def _locked(known: Known) -> str:
    return f"{IT_IS[RecordState(known.record_state)]} Ändern können Sie ihn jetzt nicht."


def _contents(found: Found) -> Contents:
    """What is written of a draft: only what differs."""
    return Contents(found.values, found.task_fields, found.partners, found.agreements, found.awards)


def _propose(judgement: Judgement, wish: Wish, found: Found, town: Municipality) -> None:
    judgement.faults += _barred(found, wish, town)
    if judgement.faults:
        return
    fields = dict(found.values)
    if found.task_fields is not None:
        fields["task_fields"] = [one.code for one in found.task_fields]
    changes = Changes(
        fields=fields,
        joining=found.joining,
        agreements=_rows_of(found.agreements, NEW_ACT),
        awards=_rows_of(found.awards, {}),
    )
    judgement.proposal = Proposed(changes, wish.reason, wish.source)
    judgement.outcome = Outcome.PROPOSED


def _rows_of(parts: list[Part] | None, of_new: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows as a proposal has them: what differs of those that are there, and new ones."""
    there = [part.values | {"id": part.pk} for part in parts or [] if part.pk is not None and part.values]
    return [*there, *(part.values | of_new for part in parts or [] if part.pk is None)]


def _barred(found: Found, wish: Wish, town: Municipality) -> list[Fault]:
    """Why the difference cannot become a proposal."""
    known = found.known
    if ("municipality", town.pk) not in known.bodies and known.keeper != town.pk:
        return [("", "Der Eintrag ist veröffentlicht, Ihre Kommune ist nicht beteiligt: Sie können ihn nicht ändern.")]
    said: list[Fault] = []
    if known.has_open_proposal:
        said.append(("", "Über einen Änderungsvorschlag Ihrer Kommune zu diesem Eintrag ist noch nicht entschieden."))
    for name in found.leaving:
        words = f"{name} fehlt: Zu einem Austritt gehört der letzte Tag; schlagen Sie ihn im Eintrag vor."
        said.append(("participations", words))
    for name in found.moved:
        words = f"{name}: Rolle und Grad eines veröffentlichten Eintrags ändert ein Import nicht."
        said.append(("participations", words))
    if "basis" in found.values:
        said.append(("basis", "Die Grundlage der Angaben gehört zur Registrierung; nennen Sie change_source."))
    words = "Der Eintrag ist veröffentlicht: Die Änderung wird vorgeschlagen und braucht Grund und Quelle."
    said += [
        (name, words) for name, text in (("change_reason", wish.reason), ("change_source", wish.source)) if not text
    ]
    return said
