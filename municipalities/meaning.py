"""Which municipal body somebody means who writes a key or a name. What is not clear is asked, never guessed.

"Kaiserslautern" may be the city (07312000) or the district (07335); "7335" may be 07335 whose first digit a spreadsheet
took away; who writes the name of a body that is no more may mean the one that stands in its place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coopportal.common.search import fold
from municipalities.choices import Kind
from municipalities.keys import Key, parse_key
from municipalities.models import Municipality
from municipalities.names import fold_name
from municipalities.workflow import kind_words

#: So many candidates are offered at most.
MOST_CANDIDATES = 10

#: A key as people write it: digits with blanks, points, strokes in between.
_KEY = re.compile(r"^[\d\s./-]*\d[\d\s./-]*$")
#: The entry of a body in a field: "Kaiserslautern (Landkreis, 07335)".
_ENTRY = re.compile(r"^(?P<name>.*)\((?:[^()]*,)?\s*(?P<key>\d{5,12})\s*\)\s*$")


class Unclear(TextChoices):
    """Why it is not clear who is meant."""

    HOMONYM = "homonym", _("„%(text)s“ heißen mehrere. Welche meinen Sie?")
    ENDED = "ended", _("„%(text)s“ besteht nicht mehr. Meinen Sie die Nachfolge?")
    ENDED_WITHOUT_HEIR = "ended_without_heir", _("„%(text)s“ besteht nicht mehr; eine Nachfolge ist nicht bekannt.")
    ZERO_LOST = "zero_lost", _("„%(text)s“ ist kein amtlicher Schlüssel. Fehlt vorn die Null?")
    NO_KEY = (
        "no_key",
        _("„%(text)s“ ist kein amtlicher Schlüssel (5, 8, 9 oder 12 Ziffern, beginnend mit 01 bis 16)."),
    )
    KEY_OF_NOBODY = "key_of_nobody", _("Den Schlüssel „%(text)s“ trägt keine Kommune.")
    OTHER_NAME = "other_name", _("Name und Schlüssel in „%(text)s“ passen nicht zusammen. Welche Kommune meinen Sie?")
    SIMILAR = "similar", _("Eine Kommune „%(text)s“ steht nicht im Verzeichnis. Meinen Sie eine von diesen?")
    NOBODY = (
        "nobody",
        _("Eine Kommune „%(text)s“ steht nicht im Verzeichnis. Prüfen Sie Schreibweise oder Schlüssel."),
    )


@dataclass(frozen=True)
class Meant:
    """``body`` where it is clear who is meant; else why it is not, and whom to ask about (maybe nobody)."""

    body: Municipality | None = None
    unclear: Unclear | None = None
    candidates: tuple[Municipality, ...] = ()


def meant_by(text: str, day: dt.date, rows: Any = None, *, ended: bool = False) -> Meant:
    """Whom ``text`` means among ``rows`` (all bodies, unless told): a key old or new, a name, or an entry of a field.

    With ``ended`` a body that does not exist on ``day`` may be meant as well; without it, its heirs are suggested.
    At most four queries, two for each generation of heirs.
    """
    rows = Municipality.objects.all() if rows is None else rows
    text = " ".join(text.replace("\x00", " ").split())[:200]
    if _KEY.match(text):
        meant = _by_key(re.sub(r"\D", "", text), day, rows)
    elif entry := _ENTRY.match(text):
        meant = _by_entry(entry["name"], entry["key"], day, rows)
    else:
        meant = _by_name(text, day, rows)
    return meant if ended or meant.body is None else _existing(meant.body, day)


@dataclass(frozen=True)
class Heir:
    """A body that stands in the place of another; only supposed where not every succession on the way is confirmed."""

    body: Municipality
    confirmed: bool = True


def heirs_of(bodies: Collection[Municipality], day: dt.date) -> dict[int, list[Heir]]:
    """Who stands on ``day`` in the place of bodies that are no more: id → those that exist, by name; maybe nobody.

    Follows successions from generation to generation; one query for each. Existing bodies are left out.
    """
    ways: dict[int, dict[int, bool]] = {body.pk: {body.pk: True} for body in bodies if _is_over(body, day)}
    heirs: dict[int, dict[int, Heir]] = {pk: {} for pk in ways}
    seen: set[int] = set()
    while waiting := {one for ahead in ways.values() for one in ahead} - seen:
        seen |= waiting
        links: dict[int, list[Any]] = {}
        for link in Municipality.objects.succeeding(waiting):
            links.setdefault(link.predecessor_id, []).append(link)
        for pk, ahead in ways.items():
            steps = [(link, sure and link.confirmed) for one, sure in ahead.items() for link in links.get(one, ())]
            reached = {link.successor.pk: Heir(link.successor, sure) for link, sure in steps}
            heirs[pk] |= {one: heir for one, heir in reached.items() if heir.body.existed_on(day)}
            ways[pk] = {one: heir.confirmed for one, heir in reached.items() if _is_over(heir.body, day)}
    return {pk: sorted(found.values(), key=lambda one: (one.body.sort_key, one.body.pk)) for pk, found in heirs.items()}


def _is_over(body: Municipality, day: dt.date) -> bool:
    return body.valid_until is not None and body.valid_until < day


def _existing(body: Municipality, day: dt.date) -> Meant:
    """The body itself, where it exists on the day; else its heirs, as a question."""
    if not _is_over(body, day):
        return Meant(body)
    heirs = [heir.body for heir in heirs_of([body], day)[body.pk]]
    unclear = Unclear.ENDED if heirs else Unclear.ENDED_WITHOUT_HEIR
    return Meant(unclear=unclear, candidates=tuple(heirs[:MOST_CANDIDATES]))


def _holder(key: str, day: dt.date, rows: Any) -> Municipality | None:
    holder: Municipality | None = rows.with_relations().holding(key, day)
    return holder


def _parsed(digits: str) -> Key | None:
    try:
        return parse_key(digits)
    except ValueError:
        return None


def _by_key(digits: str, day: dt.date, rows: Any) -> Meant:
    if _parsed(digits) and (body := _holder(digits, day, rows)):
        return Meant(body)
    if _parsed(f"0{digits}") and (body := _holder(f"0{digits}", day, rows)):
        return Meant(unclear=Unclear.ZERO_LOST, candidates=(body,))
    return Meant(unclear=Unclear.KEY_OF_NOBODY if _parsed(digits) else Unclear.NO_KEY)


def _by_entry(name: str, key: str, day: dt.date, rows: Any) -> Meant:
    """What a field itself wrote; where somebody changed the name and left the key, both are asked about."""
    body = _holder(key, day, rows) if _parsed(key) else None
    if not name.strip():
        return _by_key(key, day, rows)
    if body is None:
        return _by_name(name.strip(), day, rows)
    if f"  {fold_name(name)}  " in body.search_text:
        return Meant(body)
    named = _by_name(name.strip(), day, rows)
    others = [named.body] if named.body else list(named.candidates)
    return Meant(unclear=Unclear.OTHER_NAME, candidates=(body, *(one for one in others if one != body)))


def _by_name(text: str, day: dt.date, rows: Any) -> Meant:
    """The one existing body of that name; else the one that bore it or is called so too; else those like it."""
    found = list(rows.search_ranked(text, day).with_relations()[: MOST_CANDIDATES + 1]) if fold(text) else []
    own = [row for row in found if row.rank == 0 or _with_kind(text, row)]
    existing = [row for row in own if not row.over]
    if not existing and not _is_word_of_kinds(text):
        own += [row for row in found if row.rank == 1 and row not in own]
    called = existing or own
    if len(called) == 1:
        return Meant(called[0])
    candidates = called or found
    unclear = Unclear.HOMONYM if called else Unclear.SIMILAR if candidates else Unclear.NOBODY
    return Meant(unclear=unclear, candidates=tuple(candidates[:MOST_CANDIDATES]))


def _with_kind(text: str, row: Municipality) -> bool:
    """Is it the name with nothing but the kind before or behind it: "Landkreis Kaiserslautern"?"""
    folded, name = f" {fold_name(text)} ", f" {fold_name(row.name)} "
    if not name.strip() or not (folded.startswith(name) or folded.endswith(name)):
        return False
    rest = folded.removeprefix(name) if folded.startswith(name) else folded.removesuffix(name)
    return set(rest.split()) <= set(fold(" ".join(kind_words(row.kind))).split())


def _is_word_of_kinds(text: str) -> bool:
    """Is it "Stadt" or "VG", which finds thousands and names nobody?"""
    return fold(text) in {fold(word) for kind in Kind for word in kind_words(kind)}
