"""Pictures of the chosen cooperations: each a title, what is counted, rows of a table, and bars drawn from them.

Sums of money are formed per rung and year, never across; an amount nobody knows is counted as unknown, never as 0.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, compress
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.choices import CooperationStatus, LegalForm
from agreements.filters import CooperationFilterSet, presences
from agreements.models import Award, Spell, TaskField
from agreements.places import districts_of, shares_of, taking_part_of, totals_by_district
from coopportal.common.charts import Bars, bars
from coopportal.common.dates import DATED
from coopportal.common.prepared import Prepared
from coopportal.common.remembered import remembered
from coopportal.common.templatetags.portal import german_money, german_number
from funding.choices import Rung
from funding.models import BudgetLine
from municipalities.models import State

#: So many values the sentence of a picture names.
NAMED = 2
#: So many bars a picture of years has at most where it stands beside others.
MOST_BARS = 24
#: Classes of the number of participants: from, to (None: or more).
SIZES: list[tuple[int, int | None]] = [(0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, None)]


@dataclass(frozen=True)
class Row:
    """One bar: ``value`` None is unknown; ``query`` leads to the cooperations behind it, if a filter finds them."""

    key: str
    label: str
    value: int | float | Decimal | None
    told: str
    query: tuple[str, list[str]] | None = None
    year: int | None = None


@dataclass(frozen=True)
class Chart:
    """A picture with its table; ``base`` says what is counted and of how many, ``heads`` names the two columns."""

    slug: str
    title: str
    base: str
    heads: tuple[str, str]
    rows: list[Row]
    whole: int | None = None
    #: What the picture says, in a sentence; empty where it says nothing.
    answer: str = ""
    #: The first year shown, where earlier ones are left out (``latest``), and how many rows there are in all.
    since: int | None = None
    of: int = 0

    @cached_property
    def latest(self) -> Chart:
        """The same with the newest years only, as many as are seen at a glance, one at least."""
        years = Counter(row.year for row in self.rows if row.year)
        if len(self.rows) <= MOST_BARS or not years:
            return self
        newest = sorted(years, reverse=True)
        fitting = sum(number <= MOST_BARS for number in accumulate(years[year] for year in newest))
        since = newest[max(fitting, 1) - 1]
        rows = [row for row in self.rows if row.year and row.year >= since]
        return replace(self, rows=rows, since=since, of=len(self.rows))

    @cached_property
    def drawing(self) -> Bars:
        return bars([(row.label, row.value, row.told) for row in self.rows], whole=self.whole)


class Statistics:
    """The charts of one question; each asks the database for itself, in a constant number of queries.

    Together they look at every participation of the register, so they are kept until something is written.
    """

    def __init__(self, asked: CooperationFilterSet) -> None:
        self.asked, self.day = asked, asked.day
        self.keys = asked.qs.order_by().values("pk")

    @cached_property
    def total(self) -> int:
        return self.asked.total()

    @property
    def of_all(self) -> str:
        text = ngettext("%(number)s Kooperation ist gewählt.", "%(number)s Kooperationen sind gewählt.", self.total)
        return text % {"number": german_number(self.total)}

    def charts(self, slugs: Iterable[str] = ()) -> list[Chart]:
        """Those of the slugs given, or all, in their order."""
        wanted = list(slugs) or list(CHARTS)
        name = f"charts {wanted} {self.day} {self.asked.is_cut}"
        return remembered(name, self.asked.qs, lambda: self._made(wanted), size=_bars_in)

    def _made(self, wanted: list[str]) -> list[Chart]:
        return [make(self) for slug, (_title, make) in CHARTS.items() if slug in wanted]

    # --- how many cooperations ---

    def _numbers(
        self, slug: str, facet: str, parameter: str, names: dict[str, str], note: str = "", *, ranked: bool = True
    ) -> Chart:
        """The chosen cooperations by the values of a facet; values nobody bears are left out."""
        counted = self.asked.shares[facet]
        rows = [
            Row(code, label, counted[code], german_number(counted[code]), (parameter, [code]))
            for code, label in names.items()
            if counted[code]
        ]
        if ranked:
            rows.sort(key=lambda row: (-(row.value or 0), row.label))
        title = str(CHARTS[slug][0])
        base, heads = f"{self.of_all} {note}".strip(), (_("Merkmal"), _("Kooperationen"))
        return Chart(slug, title, base, heads, rows, answer=self._most(rows))

    def _most(self, rows: Sequence[Row]) -> str:
        """``Am häufigsten: aktiv (3 von 6), geplant (2 von 6).``"""
        ranked = sorted((row for row in rows if row.value), key=lambda row: -(row.value or 0))
        named = ranked[:NAMED]
        if len(ranked) > NAMED and ranked[NAMED].value == named[-1].value:
            named = [row for row in named if row.value != ranked[NAMED].value]  # none stands out from its equals
        if not named:
            return ""
        of = german_number(self.total)
        words = _("%(label)s (%(number)s von %(of)s)")
        listed = ", ".join(words % {"label": row.label, "number": row.told, "of": of} for row in named)
        return _("Am häufigsten: %s.") % listed

    def fields(self) -> Chart:
        groups = dict(TaskField.objects.filter(parent__isnull=True).values_list("code", TaskField.name_column()))
        note = _("Eine Kooperation mit mehreren Aufgabenfeldern zählt in jedem.")
        return self._numbers("aufgabenfelder", "task_field", "aufgabenfeld", groups, note)

    def forms(self) -> Chart:
        names = {str(code): str(label) for code, label in LegalForm.choices}
        note = _("Eigene Form und Formen der Vereinbarungen; mehrere zählen jede, wer keine nennt, zählt nicht.")
        return self._numbers("rechtsformen", "legal_form", "rechtsform", names, note)

    def statuses(self) -> Chart:
        names = {str(code): str(label) for code, label in CooperationStatus.choices}
        return self._numbers("stand", "status", "status", names, ranked=False)

    def states(self) -> Chart:
        names = dict(State.objects.values_list("code", "name"))
        note = _("Eine Kooperation mit Beteiligten aus mehreren Ländern zählt in jedem.")
        return self._numbers("laender", "state", "land", names, note)

    def years(self) -> Chart:
        chosen = presences.chosen(self.asked)
        known = chosen.years() if chosen else self._years()
        rows = [Row(str(year), str(year), n, german_number(n), year=year) for year, n in sorted(known.items())]
        missing = self.total - sum(known.values())
        note = ngettext(
            "Bei %(number)s ist der Beginn nicht bekannt.", "Bei %(number)s ist der Beginn nicht bekannt.", missing
        ) % {"number": german_number(missing)}
        heads = (_("Jahr des Beginns"), _("Kooperationen"))
        return Chart("jahre", str(CHARTS["jahre"][0]), f"{self.of_all} {note}", heads, rows, answer=self._most(rows))

    def _years(self) -> Counter[int]:
        """The same, told by the database."""
        days = self.asked.qs.order_by().filter(started_precision__in=DATED, started_on__isnull=False)
        known = Counter[int]()
        for day, number in days.values_list("started_on").annotate(Count("pk")):
            known[day.year] += number
        return known

    def sizes(self) -> Chart:
        chosen = presences.chosen(self.asked)
        numbers = chosen.sizes() if chosen else self._sizes()
        numbers[0] = self.total - sum(numbers.values())
        rows = [self._size(low, high, numbers) for low, high in SIZES]
        base = f"{self.of_all} " + _("Gezählt sind Partner, Vertragsparteien und Mitglieder.")
        heads = (_("Beteiligte"), _("Kooperationen"))
        return Chart("beteiligte", str(CHARTS["beteiligte"][0]), base, heads, rows, answer=self._most(rows))

    def _sizes(self) -> Counter[int]:
        """The same, told by the database."""
        bodies = Spell.objects.on(self.day).filter(cooperation__in=self.keys).counting().order_by()
        return Counter(bodies.values("cooperation").annotate(number=Count("pk")).values_list("number", flat=True))

    def _size(self, low: int, high: int | None, numbers: Counter[int]) -> Row:
        value = sum(n for size, n in numbers.items() if size >= low and (high is None or size <= high))
        label = str(low) if low == high else f"{low}–{high}" if high else _("%(low)d und mehr") % {"low": low}
        label = _("keine bekannt") if high == 0 else label
        return Row(label, label, value, german_number(value))

    # --- shares ---

    def coverage(self) -> Chart:
        """By district where Länder are chosen, else by Land; without the official directory there is no base."""
        chosen = list(self.asked.form.cleaned_data.get("state") or [])
        totals = totals_by_district(self.asked, chosen)
        names = districts_of(self.asked, chosen) if chosen else dict(State.objects.values_list("code", "name"))
        found = shares_of(totals, taking_part_of(self.asked), names) if totals else []
        rows = [
            Row(share.key, share.name, share.percent, _told_share(share.taking_part, share.of, share.percent))
            for share in found
        ]
        base = _("Gemeinden des amtlichen Verzeichnisses, die an einer der gewählten Kooperationen beteiligt sind.")
        if not totals:
            base += " " + _("Für diesen Tag ist kein amtliches Verzeichnis eingelesen, die Grundmenge fehlt.")
        heads = (_("Kreis") if chosen else _("Land"), _("Anteil der Gemeinden"))
        return Chart("anteil", str(CHARTS["anteil"][0]), base, heads, rows, whole=100, answer=_highest(rows))

    # --- money ---

    def awards(self) -> Chart:
        base = _("Geld von Programmen für die gewählten Kooperationen, je Sicherheit und Jahr der Angabe.")
        return self._money("bewilligungen", self.money_given(), base)

    def money_given(self) -> list[tuple[str, int | None, Decimal | None]]:
        """Rung, year and amount of each award of the chosen cooperations."""
        rows = Award.objects.order_by()
        if self.asked.is_cut:
            rows = rows.stated_by(self.day)
        chosen = presences.chosen(self.asked)
        if chosen is None:
            rows = rows.filter(cooperation__in=self.keys)
        told = _read(rows, ["cooperation", "rung", "on", "on_precision", "amount"])
        if chosen:
            told = [*compress(told, chosen.holds([key for key, *_money in told]))]
        return [(rung, on.year if on and exact in DATED else None, amount) for _key, rung, on, exact, amount in told]

    def budgets(self) -> Chart:
        """Programmes are not chosen by cooperations, only by Land and by themselves."""
        chosen, condition = self.asked.form.cleaned_data, Q()
        if states := chosen.get("state"):
            condition &= Q(programme__state__in=states)
        if programmes := chosen.get("programme"):
            condition &= Q(programme__in=programmes)
        rows = BudgetLine.objects.filter(condition)
        if self.asked.is_cut:
            rows = rows.stated_by(self.day)
        found = _read(rows.order_by(), ["rung", "year", "amount"])
        base = _("Geld der Programme, je Sicherheit und Haushaltsjahr; gefiltert nur nach Land und Förderprogramm.")
        return self._money("haushalt", found, base)

    def _money(self, slug: str, found: Sequence[tuple[str, int | None, Decimal | None]], base: str) -> Chart:
        groups: dict[tuple[int, int, str], list[Decimal | None]] = defaultdict(list)
        order = {rung: place for place, rung in enumerate(Rung.values)}
        for rung, year, amount in found:
            groups[order[rung], year or dt.MAXYEAR + 1, rung].append(amount)
        rows = [_sum(rung, year, amounts) for (_place, year, rung), amounts in sorted(groups.items())]
        heads = (_("Sicherheit und Jahr"), _("Summe"))
        return Chart(slug, str(CHARTS[slug][0]), base, heads, rows, answer=_highest(rows))


def _read(rows: QuerySet[Any], columns: Sequence[str]) -> list[Any]:
    question = Prepared(rows, columns)
    return question.values(question.all())


def _highest(rows: Sequence[Row]) -> str:
    """``Am höchsten: im Haushalt vorgesehen, 2025 – 5 Mio. €.`` Rungs of money are never added up."""
    known = [row for row in rows if row.value is not None]
    if not known:
        return _("Ein Betrag ist nirgends bekannt.") if rows else ""
    top = max(known, key=lambda row: row.value or 0)
    return _("Am höchsten: %(label)s – %(told)s.") % {"label": top.label, "told": top.told}


def _bars_in(charts: list[Chart]) -> int:
    return sum(len(chart.rows) for chart in charts)


def _sum(rung: str, year: int, amounts: list[Decimal | None]) -> Row:
    """What is known of one rung and year; amounts nobody knows are said beside it."""
    when = str(year) if year <= dt.MAXYEAR else _("Jahr unbekannt")
    known = [amount for amount in amounts if amount is not None]
    unknown = len(amounts) - len(known)
    told = german_money(sum(known, Decimal(0)), "short") if known else _("Betrag unbekannt")
    if known and unknown:
        told = _("mindestens %(sum)s, dazu %(number)s unbekannt") % {"sum": told, "number": german_number(unknown)}
    label = f"{Rung(rung).label}, {when}"
    value = sum(known, Decimal(0)) if known else None
    return Row(f"{rung} {when}", label, value, told, year=year if year <= dt.MAXYEAR else None)


def _told_share(part: int, of: int, percent: float) -> str:
    told = {"part": german_number(part), "of": german_number(of), "percent": german_number(percent, 1)}
    return _("%(part)s von %(of)s (%(percent)s %%)") % told


#: Address → title, and how the chart is made.
CHARTS: dict[str, tuple[Any, Callable[[Statistics], Chart]]] = {
    "aufgabenfelder": (gettext_lazy("Kooperationen nach Aufgabenfeld"), Statistics.fields),
    "rechtsformen": (gettext_lazy("Kooperationen nach Rechtsform"), Statistics.forms),
    "stand": (gettext_lazy("Kooperationen nach Stand"), Statistics.statuses),
    "laender": (gettext_lazy("Kooperationen nach Land der Beteiligten"), Statistics.states),
    "jahre": (gettext_lazy("Kooperationen nach Jahr des Beginns"), Statistics.years),
    "beteiligte": (gettext_lazy("Beteiligte je Kooperation"), Statistics.sizes),
    "anteil": (gettext_lazy("Gemeinden mit mindestens einer Kooperation"), Statistics.coverage),
    "bewilligungen": (gettext_lazy("Geld für Kooperationen"), Statistics.awards),
    "haushalt": (gettext_lazy("Geld der Förderprogramme"), Statistics.budgets),
}

COLUMNS = ["key", "label", "value", "told"]


def records(chart: Chart) -> list[dict[str, Any]]:
    """The rows of the file; a value nobody knows is empty, never 0."""
    return [{"key": row.key, "label": row.label, "value": row.value, "told": row.told} for row in chart.rows]
