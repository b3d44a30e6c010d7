"""The footnotes of a page: one collector, one numbering, one query over everything the page speaks of.

A view builds the collector and gives it to its template under the name ``footnotes``::

    def extra_context(self, obj, asked):
        return {"footnotes": Footnotes.about(obj, obj.budget_lines.all(), obj.figures.all())}

The template sets the marks, lists what passages say of a field, and shows the footnotes at its end::

    {% load sources %}
    {{ object.name }}{% footnote object "name" %}
    {% footnote object "amount" "rung" other "value" %}              several fields, several objects
    {% said object "goal" as goals %}
    {% for goal in goals %}<li>{{ goal.text }}{% footnote goal %}</li>{% endfor %}
    {% footnotes %}

A footnote is a passage; its number is given where it is first used. What nobody marks is not shown. The collector costs
three queries (citations, speakers, attached texts) and one more where a text is attached, however many subjects.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Coalesce

from coopportal.common.objects import Objects
from sources.choices import Cardinality
from sources.models import Citation, Conflict, Passage, SourceDocument, SourceText, Speaker
from sources.quotes import quotation

#: What a subject may be given as: an object, or several in a list or queryset (whose objects are then fetched).
Subjects: TypeAlias = models.Model | Iterable[models.Model] | None
SubjectKey = tuple[int, int]


@dataclass(frozen=True)
class Statement:
    """What the passages say of a field in the same way: once in words, with all citations that say so."""

    text: str
    citations: tuple[Citation, ...]

    @property
    def is_inferred(self) -> bool:
        """Is there no passage that says it outright?"""
        return all(citation.is_inferred for citation in self.citations)


@dataclass(frozen=True)
class Dispute:
    """A contradiction with its object and what the passages say, each different answer once."""

    conflict: Conflict
    subject: Any
    statements: list[Statement]

    @property
    def disagrees(self) -> bool:
        """Do the statements shown name different values? Cut by a day, those left may not."""
        return len({citation.value for row in self.statements for citation in row.citations} - {""}) > 1


@dataclass(frozen=True)
class Manner:
    """Who says it when, in which manner and how directly; and all that the passage says that way."""

    modality: str
    confidence: str
    is_inferred: bool
    speakers: tuple[Speaker, ...]
    day: dt.date | None
    texts: dict[str, str]  # what it says → our note on it

    @property
    def words(self) -> str:
        """``so much [a note]; and that``"""
        texts = [(text.removesuffix("."), note) for text, note in self.texts.items()]
        return "; ".join(f"{text} [{note}]" if note else text for text, note in texts)


@dataclass
class Footnote:
    """A passage under its number on the page, with what was cited from it there."""

    number: int
    passage: Passage
    is_first_of_document: bool
    quote: str | None = None
    citations: list[Citation] = field(default_factory=list)
    is_placed: bool = False

    def place(self) -> bool:
        """Is the mark now set the first of this footnote? Only that one can be led back to."""
        first, self.is_placed = not self.is_placed, True
        return first

    @property
    def anchor(self) -> str:
        return f"beleg-{self.number}"

    @property
    def document(self) -> SourceDocument:
        return self.passage.document

    @property
    def manners(self) -> list[Manner]:
        """What was cited, put together where it was said by the same people on the same day in the same manner."""
        found: dict[Any, Manner] = {}
        for citation in self.citations:
            said_by = tuple(citation.speakers.all())
            key = (citation.modality, citation.confidence, citation.stated_on, *(speaker.pk for speaker in said_by))
            how = (citation.get_modality_display(), citation.get_confidence_display(), citation.is_inferred)
            manner = found.setdefault(key, Manner(*how, said_by, self._day(citation), {}))
            manner.texts[citation.stated_value] = citation.note
        return list(found.values())

    def _day(self, citation: Citation) -> dt.date | None:
        """The day of the statement where it is not that of the document."""
        return citation.stated_on if citation.stated_on != self.document.published_on else None


@dataclass(frozen=True)
class Mark:
    """The sign beside a value that leads to a footnote; whether the value is inferred is of this place alone."""

    footnote: Footnote
    is_first: bool
    is_inferred: bool


class Footnotes:
    """Collects the footnotes of one page, in the order in which the template asks for them.

    ``until`` is the day asked for: what was said later is left out, what was said on an unknown day is not.
    """

    def __init__(self, *, until: dt.date | None = None) -> None:
        self.until = until
        self._by_subject: dict[SubjectKey, list[Citation]] = defaultdict(list)
        self._kinds: dict[type[models.Model], int] = {}
        self._quotes: dict[int, str] = {}
        self._used: dict[int, Footnote] = {}

    @classmethod
    def about(cls, *subjects: Subjects, until: dt.date | None = None) -> Footnotes:
        """The collector of a page that speaks of ``subjects``: objects, lists of objects, None."""
        footnotes = cls(until=until)
        footnotes.add(*subjects)
        return footnotes

    def add(self, *subjects: Subjects) -> None:
        """Speak of further subjects too: for a part of a page that the view knows nothing of."""
        keys = map(self._key, _each(subjects))
        self._add(dict.fromkeys(key for key in keys if key not in self._by_subject))

    def add_rows(self, keys: Mapping[type[models.Model], Iterable[int]]) -> None:
        """The same of rows that are told by their keys alone."""
        told = ((self._kind(model), pk) for model, rows in keys.items() for pk in rows)
        self._add(dict.fromkeys(key for key in told if key not in self._by_subject))

    def _add(self, keys: Collection[SubjectKey]) -> None:
        found = _citations(connection.vendor, self.until).of(keys)
        _speakers(connection.vendor).belonging(found, "speakers", "_of")
        for citation in found:
            self._by_subject[citation.content_type_id, citation.object_id].append(citation)
        self._quotes |= _quotes(citation.passage for citation in found)

    def _kind(self, model: type[models.Model]) -> int:
        if model not in self._kinds:
            self._kinds[model] = ContentType.objects.get_for_model(model).pk
        return self._kinds[model]

    def _key(self, subject: models.Model) -> SubjectKey:
        return self._kind(type(subject)), subject.pk

    def all(self) -> Iterator[Citation]:
        """Every citation about the subjects, used or not; of each subject the earliest said first."""
        for rows in self._by_subject.values():
            yield from rows

    def of(self, subject: models.Model, *fields: str) -> list[Citation]:
        """The citations about fields of a subject (all its fields, where none is named)."""
        rows = self._by_subject.get(self._key(subject), [])
        return [citation for citation in rows if not fields or citation.field in fields]

    def of_row(self, content_type: int, key: int) -> list[Citation]:
        """The citations about a row that is told by its key (``add_rows``)."""
        return self._by_subject.get((content_type, key), [])

    def said(self, subject: Any, *fields: str) -> list[Statement]:
        """What the passages say of fields, each statement once, in the order of the days.

        Of a field with one true value the same value is the same statement, else the same words are.
        """
        groups: dict[str, list[Citation]] = defaultdict(list)
        for citation in self.of(subject, *fields):
            single = subject.citable_fields[citation.field][1] == Cardinality.SINGLE
            groups[(single and citation.value) or citation.stated_value].append(citation)
        return [Statement(rows[0].stated_value, tuple(rows)) for rows in groups.values()]

    def disputes(self, *subjects: Subjects) -> list[Dispute]:
        """The contradictions about subjects of this page, open ones first: one query.

        Cut by a day, only those about which sources already disagreed.
        """
        known = {self._key(subject): subject for subject in _each(subjects)}
        found = _conflicts(connection.vendor).of(known)
        rows = [(conflict, known[conflict.content_type_id, conflict.object_id]) for conflict in found]
        return self.known(
            [Dispute(conflict, subject, self.said(subject, conflict.field)) for conflict, subject in rows]
        )

    def known(self, disputes: list[Dispute]) -> list[Dispute]:
        """The contradictions there already were on the day asked for; all of them where none is asked for."""
        return disputes if self.until is None else [dispute for dispute in disputes if dispute.disagrees]

    def documents(self) -> list[SourceDocument]:
        """The documents that speak of the subjects, each once."""
        return list({citation.passage.document_id: citation.passage.document for citation in self.all()}.values())

    def mark(self, citations: Iterable[Citation]) -> list[Footnote]:
        """The footnotes of some citations, each once, by number; new ones get the next numbers."""
        found = {}
        for citation in citations:
            footnote = self._used.get(citation.passage_id) or self._new(citation.passage)
            if citation not in footnote.citations:
                footnote.citations.append(citation)
            found[footnote.number] = footnote
        return [found[number] for number in sorted(found)]

    def marks(self, citations: Iterable[Citation]) -> list[Mark]:
        """The marks to set beside values for the citations about them, by number.

        A value is inferred where every citation given here about it is, whatever else its passage is cited for.
        """
        given = list(citations)
        stated = {_value_key(citation) for citation in given if not citation.is_inferred}
        outright = {citation.passage_id for citation in given if _value_key(citation) in stated}
        return [Mark(footnote, footnote.place(), footnote.passage.pk not in outright) for footnote in self.mark(given)]

    def used(self) -> list[Footnote]:
        """The footnotes marked so far, by number."""
        return list(self._used.values())

    def _new(self, passage: Passage) -> Footnote:
        known = any(footnote.passage.document_id == passage.document_id for footnote in self._used.values())
        footnote = Footnote(len(self._used) + 1, passage, not known, self._quotes.get(passage.pk))
        self._used[passage.pk] = footnote
        return footnote


@lru_cache(maxsize=20)
def _citations(_vendor: str, until: dt.date | None) -> Objects:
    rows = Citation.objects.all() if until is None else Citation.objects.stated_by(until)
    rows = rows.annotate(day=Coalesce("stated_on", "passage__document__published_on"))
    rows = rows.order_by(F("day").asc(nulls_last=True), "passage__document_id", "passage__start", "pk")
    return Objects(rows.select_related("passage__document"), ("content_type", "object_id"))


@lru_cache(maxsize=2)
def _speakers(_vendor: str) -> Objects:
    return Objects(Speaker.objects.annotate(_of=F("statements")), "_of")


@lru_cache(maxsize=2)
def _conflicts(_vendor: str) -> Objects:
    return Objects(Conflict.objects.open_first(), ("content_type", "object_id"))


@lru_cache(maxsize=2)
def _texts(_vendor: str) -> Objects:
    return Objects(SourceText.objects.all(), "document")


def _value_key(citation: Citation) -> tuple[int, int, str]:
    return citation.content_type_id, citation.object_id, citation.field


def _each(subjects: Iterable[Subjects]) -> Iterator[models.Model]:
    for subject in subjects:
        if isinstance(subject, models.Model):
            yield subject
        elif subject is not None:
            yield from subject


def _quotes(passages: Iterable[Passage]) -> dict[int, str]:
    """What of the passages may be quoted (see ``sources.quotes``), by id; nothing where no text is attached."""
    wanted: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        wanted[passage.document_id].append(passage)
    texts = _texts(connection.vendor).of(wanted)
    personal: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if texts:
        hidden = Passage.objects.personal().filter(document__in=[text.document_id for text in texts])
        for row in hidden.values("document_id", "start", "end"):
            personal[row["document_id"]].append((row["start"], row["end"]))
    quotes: dict[int, str] = {}
    for text in texts:
        for passage in wanted[text.document_id]:
            if quote := quotation(text.content, passage.start, passage.end, personal[text.document_id]):
                quotes[passage.pk] = quote
    return quotes


def citations_in(footnotes: Footnotes, *arguments: Any) -> list[Citation]:
    """The citations a template names: objects, each followed by fields; or citations and statements themselves.

    ``object "a" "b" other`` means fields a and b of ``object`` and everything said of ``other``.
    """
    groups: list[tuple[Any, list[str]]] = []
    for argument in arguments:
        if isinstance(argument, str):
            groups[-1][1].append(argument)
        elif argument is not None:
            groups.append((argument, []))
    found: list[Citation] = []
    for thing, fields in groups:
        if isinstance(thing, Citation):
            found.append(thing)
        elif isinstance(thing, Statement):
            found += thing.citations
        elif isinstance(thing, models.Model):
            found += footnotes.of(thing, *fields)
        else:
            found += [citation for one in thing for citation in citations_in(footnotes, one, *fields)]
    return found
