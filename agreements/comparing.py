"""Cooperations side by side: the same questions asked of each, and where the answers differ."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.choices import CooperationStatus, Degree
from agreements.models import Award, Cooperation
from agreements.records import CooperationRecord, CooperationRow, known_day
from agreements.sentences import called
from coopportal.common.dates import format_day
from coopportal.common.languages import in_german
from coopportal.common.templatetags.portal import german_money


@dataclass(frozen=True)
class Said:
    """One thing said of a cooperation; ``everywhere``: of each of the others too."""

    text: str
    everywhere: bool = False


@dataclass(frozen=True)
class Line:
    """One question and the answers, one list for each cooperation; an empty one is "not known"."""

    label: str
    answers: list[list[Said]]

    @property
    def differs(self) -> bool:
        return self._different(self.answers)

    @property
    def is_open(self) -> bool:
        """Do they differ only by what is not known of some? What is known of the others may hold of these too."""
        return self.differs and not self._different(answer for answer in self.answers if answer)

    @staticmethod
    def _different(answers: Iterable[list[Said]]) -> bool:
        return len({tuple(sorted(said.text for said in answer)) for answer in answers}) > 1


def _label(part: Any) -> str:
    return str(part.body.label if part.municipality else part.body)


class Comparison:
    """Two to four cooperations on a day, in the order given: five queries, whatever their number."""

    def __init__(self, chosen: Iterable[Cooperation], day: dt.date, *, cut: bool) -> None:
        self.day, self.cut = day, cut
        order = [row.pk for row in chosen]
        awards: Any = Award.objects.for_list()
        rows: Any = Cooperation.objects.public().filter(pk__in=order).for_list(day, cut=cut)
        found = rows.prefetch_related(Prefetch("awards", awards.stated_by(day) if cut else awards))
        self.cooperations = sorted(found, key=lambda row: order.index(row.pk))

    @property
    def lines(self) -> list[Line]:
        """What is known of none of them is left out."""
        lines = [(label, [ask(self, row) for row in self.cooperations]) for label, ask in ASKED]
        return [Line(str(label), self._marked(answers)) for label, answers in lines if any(answers)]

    def _marked(self, answers: list[list[str]]) -> list[list[Said]]:
        """Each thing said, marked where all of the others say it too."""
        times = Counter(text for answer in answers for text in set(answer))
        return [[Said(text, times[text] == len(answers)) for text in answer] for answer in answers]

    # --- the file ---

    @property
    def columns(self) -> list[str]:
        """The question, whether the answers differ, and a column for each cooperation by its key."""
        return ["question", "differs", *(row.slug for row in self.cooperations)]

    @property
    def records(self) -> list[dict[str, Any]]:
        """First the names, then the lines of the table; several things said are parted by semicolons."""
        named = {"question": _("Name"), "differs": True, **{row.slug: row.name for row in self.cooperations}}
        return [named, *map(self._record, self.lines)]

    def _record(self, line: Line) -> dict[str, Any]:
        told = ("; ".join(said.text for said in answer) for answer in line.answers)
        keys = (row.slug for row in self.cooperations)
        return {"question": line.label, "differs": line.differs, **dict(zip(keys, told, strict=True))}

    # --- what is asked of each ---

    def kind(self, row: Any) -> list[str]:
        return [row.get_kind_display()]

    def status(self, row: Any) -> list[str]:
        code = row.day_status or (CooperationStatus.UNKNOWN if self.cut else row.status)
        return [str(CooperationStatus(code).label)]

    def status_since(self, row: Any) -> list[str]:
        known = known_day(row, "day_status")
        return [str(known)] if known else []

    def fields(self, row: Any) -> list[str]:
        return [str(field) for field in row.task_fields.all()]

    def forms(self, row: Any) -> list[str]:
        return CooperationRow(row).legal_forms

    def states(self, row: Any) -> list[str]:
        return CooperationRow(row).states

    def numbers(self, row: Any) -> list[str]:
        return [CooperationRow(row).counts]

    def bodies(self, row: Any) -> list[str]:
        return [called(_label(part), refuses=CooperationRecord.refuses(part)) for part in row.participations.all()]

    def degrees(self, row: Any) -> list[str]:
        found = Counter(part.day_degree for part in row.participations.all() if part.day_degree)
        return [f"{Degree(code).label}: {found[code]}" for code in Degree.values if found[code]]

    def region(self, row: Any) -> list[str]:
        return [in_german(row.region)] if row.region else []

    def started(self, row: Any) -> list[str]:
        return [in_german(str(row.started))] if row.started else []

    def ended(self, row: Any) -> list[str]:
        return [in_german(str(row.ended))] if row.ended else []

    def agreements(self, row: Any) -> list[str]:
        acts = row.agreements.all()
        return [format_html("{} ({})", in_german(act.title), act.get_status_display()) for act in acts]

    def terms(self, row: Any) -> list[str]:
        told = []
        for act in row.agreements.all():
            if term := act.current_term(self.day):
                notice = act.notice_by(self.day)
                until = _("bis %(day)s") % {"day": format_day(term.ends)}
                told.append(until + self._notice(notice) if notice else until)
        return told

    def _notice(self, notice: dt.date) -> str:
        text = _(", zu kündigen war bis %(day)s") if notice < self.day else _(", zu kündigen bis %(day)s")
        return text % {"day": format_day(notice)}

    def money(self, row: Any) -> list[str]:
        return [f"{award.get_rung_display()}: {german_money(award.amount, 'short')}" for award in row.awards.all()]


#: The questions in their order.
ASKED: list[tuple[Any, Callable[[Comparison, Any], list[str]]]] = [
    (gettext_lazy("Art"), Comparison.kind),
    (gettext_lazy("Stand"), Comparison.status),
    (gettext_lazy("Stand bekannt seit"), Comparison.status_since),
    (gettext_lazy("Aufgabenfelder"), Comparison.fields),
    (gettext_lazy("Rechtsform"), Comparison.forms),
    (gettext_lazy("Länder"), Comparison.states),
    (gettext_lazy("Raum"), Comparison.region),
    (gettext_lazy("Beginn"), Comparison.started),
    (gettext_lazy("Ende"), Comparison.ended),
    (gettext_lazy("Zahl der Beteiligten"), Comparison.numbers),
    (gettext_lazy("Grade der Beteiligung"), Comparison.degrees),
    (gettext_lazy("Beteiligte"), Comparison.bodies),
    (gettext_lazy("Vereinbarungen"), Comparison.agreements),
    (gettext_lazy("Laufende Laufzeit"), Comparison.terms),
    (gettext_lazy("Geld, je Sicherheit"), Comparison.money),
]
