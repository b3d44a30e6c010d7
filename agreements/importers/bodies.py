"""Which body is meant: by key, by slug, by name. What is not certain becomes a question, never a guess.

All bodies of a file are fetched at once, in a number of queries that does not grow with the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q

from agreements.importers.cells import shown
from agreements.importers.parties import Party
from coopportal.common.dates import format_day
from coopportal.common.search import sort_key
from municipalities.keys import is_key
from municipalities.models import Municipality, Organisation, Succession

Body = Municipality | Organisation

#: How many values one query takes; SQLite allows some ten thousands.
PORTION = 5_000
#: How many times a body may have passed into another.
_GENERATIONS = 6
#: What an import never reads of a body.
_UNREAD = (
    *("created_at", "updated_at", "search_text", "lat", "lon", "coordinates_source", "travel_area_key", "travel_area"),
    *("urbanisation", "population", "population_date", "area_km2", "directory_state", "directory_source"),
)


class Option(NamedTuple):
    """One answer to a question: what stands in the column ``decision`` for it, and what it says to people."""

    decision: str
    label: str


class Question(NamedTuple):
    """What has to be decided about a row; ``key`` names it within the row."""

    key: str
    column: str
    text: str
    options: tuple[Option, ...]


class Unknown(ValueError):
    """No body is meant by this text; the message says so in German."""


class Doubtful(Exception):
    """More than one body may be meant, or one that is no more."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text)
        self.question = question


def portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, each once, as many at a time as one query takes."""
    rest = list(dict.fromkeys(values))
    for start in range(0, len(rest), PORTION):
        yield rest[start : start + PORTION]


class Bodies:
    """The bodies that the parties of a file may mean, as they are on ``day``."""

    def __init__(self, texts: Iterable[tuple[str, bool]], day: dt.date) -> None:
        """``texts`` are keys or names, and slugs (marked by True)."""
        self.day = day
        wanted = set(texts)
        keys = {key for text, is_slug in wanted if not is_slug for key in _keys(text)}
        names = {sort_key(text) for text, is_slug in wanted if not is_slug and not _is_number(text)}
        slugs = {text for text, is_slug in wanted if is_slug}
        self.by_key: dict[str, Municipality] = {}
        for some in portions(sorted(keys)):
            self.by_key |= Municipality.objects.defer(*_UNREAD).holding_each(some, day)
        self.by_name: dict[str, list[Body]] = {}
        self.by_slug: dict[str, Organisation] = {}
        self._fetch_names(sorted(names))
        self._fetch_slugs(sorted(slugs), sorted(names))
        self.heirs: dict[int, list[Municipality]] = {}
        self._fetch_heirs()
        # One object for each, that what is fetched of it later is fetched once.
        bodies = {body.pk: body for body in self._municipalities()}
        self.by_key = {key: bodies[body.pk] for key, body in self.by_key.items()}
        for rows in self.by_name.values():
            rows[:] = [bodies[row.pk] if isinstance(row, Municipality) else row for row in rows]

    def _fetch_names(self, names: list[str]) -> None:
        for some in portions(names):
            for body in Municipality.objects.defer(*_UNREAD).filter(sort_key__in=some).order_by("ars", "pk"):
                self.by_name.setdefault(body.sort_key, []).append(body)

    def _fetch_slugs(self, slugs: list[str], names: list[str]) -> None:
        for some in portions([*slugs, *names]):
            for other in Organisation.objects.filter(Q(slug__in=some) | Q(sort_key__in=some)).order_by("slug"):
                self.by_slug[other.slug] = other
                self.by_name.setdefault(other.sort_key, []).append(other)

    def _municipalities(self) -> list[Municipality]:
        named = [body for rows in self.by_name.values() for body in rows if isinstance(body, Municipality)]
        return [*self.by_key.values(), *named, *(body for rows in self.heirs.values() for body in rows)]

    def _fetch_heirs(self) -> None:
        """The bodies that stand today in the place of ended ones, through all generations."""
        ended = {body.pk for body in self._municipalities() if body.valid_until and body.valid_until < self.day}
        steps: dict[int, list[Municipality]] = {}
        wanted = ended
        for _generation in range(_GENERATIONS):
            if not wanted:
                break
            rows = Succession.objects.filter(predecessor__in=wanted).select_related("successor").order_by("on", "pk")
            for row in rows:
                steps.setdefault(row.predecessor_id, []).append(row.successor)
            wanted = {row.successor_id for row in rows if row.successor.valid_until} - steps.keys()
        for pk in ended:
            self.heirs[pk] = list(dict.fromkeys(self._living(pk, steps, set())))

    def _living(self, pk: int, steps: dict[int, list[Municipality]], seen: set[int]) -> Iterator[Municipality]:
        for heir in steps.get(pk, []):
            if heir.pk not in seen:
                seen.add(heir.pk)
                if heir.valid_until is None or heir.valid_until >= self.day:
                    yield heir
                else:
                    yield from self._living(heir.pk, steps, seen)

    # --- Asking ---

    def of(self, party: Party, ends: dt.date, answers: dict[str, str]) -> Body:
        """The body of a participant of something that lasts until ``ends``. Raises Unknown, Doubtful."""
        if answer := answers.get(party.body):
            return self.checked(self.named(answer, answer.startswith(":")), party, ends)
        return self.checked(self.named(party.body, party.is_slug), party, ends)

    def named(self, text: str, is_slug: bool) -> Body:
        if is_slug:
            if found := self.by_slug.get(text.removeprefix(":")):
                return found
            raise Unknown(f"Eine Stelle mit dem Kurznamen „{shown(text)}“ gibt es nicht.")
        if _is_number(text):
            return self._by_number(text)
        return self._by_name(text)

    def _by_number(self, text: str) -> Body:
        if found := self.by_key.get(text):
            return found
        if guess := self.by_key.get(f"0{text}"):
            words = f"„{shown(text)}“ ist kein amtlicher Schlüssel. Fehlt die führende Null?"
            raise Doubtful(_question(text, words, [guess]))
        if not _is_key(text):
            raise Unknown(f"„{shown(text)}“ ist kein amtlicher Schlüssel (5, 8, 9 oder 12 Ziffern).")
        raise Unknown(f"Den Schlüssel {shown(text)} hat keine Kommune.")

    def _by_name(self, text: str) -> Body:
        found = self.by_name.get(sort_key(text), [])
        living = [body for body in found if not isinstance(body, Municipality) or body.existed_on(self.day)]
        if len(living) == 1:
            return living[0]
        if living:
            raise Doubtful(_question(text, f"„{shown(text)}“ heißen {len(living)}. Welche ist gemeint?", living))
        if len(found) == 1:
            return found[0]
        if found:
            raise Doubtful(_question(text, f"„{shown(text)}“ hießen {len(found)}, die nicht mehr bestehen.", found))
        raise Unknown(f"„{shown(text)}“ ist hier keine Kommune und keine Stelle. Tragen Sie den Schlüssel ein.")

    def checked(self, body: Body, party: Party, ends: dt.date) -> Body:
        """The body, if it exists as long as the cooperation; else who stands in its place is asked."""
        if isinstance(body, Organisation) or body.valid_until is None or body.valid_until >= ends:
            return body
        words = f"{body.name} bestand nur bis {format_day(body.valid_until)}."
        heirs = self.heirs.get(body.pk, [])
        if not heirs:
            raise Unknown(f"{words} Wer nachfolgt, ist nicht bekannt; nennen Sie die Kommune.")
        raise Doubtful(_question(party.body, f"{words} Ist die Nachfolgerin gemeint?", heirs))


def _question(typed: str, words: str, bodies: Iterable[Body]) -> Question:
    options = [Option(f"{typed}={key_of(body)}", told(body)) for body in bodies]
    return Question(typed, "participations", words, tuple(options))


def key_of(body: Body) -> str:
    """How a file names the body for certain: twelve digits, or ``:`` and the slug."""
    return body.ars if isinstance(body, Municipality) else f":{body.slug}"


def told(body: Body) -> str:
    """The body for people, never to be mistaken for another."""
    if isinstance(body, Organisation):
        return body.name
    return f"{body.name} ({body.get_kind_display()}, {body.short_key})"


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(" ", "").isdecimal()


def _is_key(text: str) -> bool:
    return is_key(text.strip())


def _keys(text: str) -> list[str]:
    """The keys that a text may mean: itself, and with the zero that spreadsheets take away."""
    return [key for key in (text, f"0{text}") if _is_number(text) and _is_key(key)]
