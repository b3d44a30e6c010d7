"""Maps and statistics reckoned in the process say what the database says, whatever happened meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict

from agreements.choices import COUNTED_DEGREES
from agreements.filters import CooperationFilterSet, presences
from agreements.gaps import Gaps
from agreements.models import Award, Cooperation, Participation, ParticipationStep, Spell
from agreements.places import districts_of, numbers_of, participations_at, places_of, spells_of, totals_by_district
from agreements.statistics import Statistics
from coopportal.common import feed, followed, remembered, touched
from coopportal.common.dates import DATED
from coopportal.common.models import Mark
from municipalities import roll
from municipalities.choices import Involvement, Level
from municipalities.filters import MunicipalityFilterSet
from municipalities.models import Municipality, MunicipalityPeriod, State
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.random_life import STATES, Life

pytestmark = pytest.mark.django_db

LATER = TODAY + dt.timedelta(days=400)
EDITS = 150
MOST = 2
QUESTIONS = [
    "",
    "state=16",
    "state=14,16&task_field=04",
    "search=wort",
    "role=partner&state=16",
    "as_of=2021-06-01",
    "as_of=2019-06-01&state=16",
    f"as_of={LATER}&legal_form=informal",
]


class Wandering(Life):
    """A life in which bodies come, go and change, and cooperations begin and get money in other years."""

    def do_begin(self) -> None:
        began = {"started_on": dt.date(self.dice.randint(2018, 2021), 5, 1)}
        began["started_precision"] = self.dice.choice(["day", "year", "vague"])
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(**began)

    def do_join_later(self) -> None:
        days = self.dice.sample([None, "2019-01-01", "2021-01-01", "2022-01-01", str(LATER)], 2)
        degrees = self.dice.sample(["member", "invited", "party", "left"], 2)
        body = self.dice.choice([self.one(Municipality), make.make_organisation()])
        make.make_participation(self.one(Cooperation), body, steps=list(zip(degrees, days, strict=True)))

    def do_forget_a_step(self) -> None:
        if row := self.one(ParticipationStep):
            row.delete()

    def do_change_body(self) -> None:
        values = {
            "level": self.dice.choice(Level.values),
            "state": self.one(State),
            "valid_from": self.dice.choice([None, dt.date(2020, 1, 1)]),
            "valid_until": self.dice.choice([None, dt.date(2021, 12, 31)]),
            "directory_state": self.dice.choice([None, TODAY, TODAY]),
            "shares_name": self.dice.choice([False, True]),
            "sort_key": self.dice.choice(["a", "b", "c"]),
            "lat": self.dice.choice([None, 51]),
            "lon": 11,
        }
        Municipality.objects.filter(pk=self.one(Municipality).pk).update(**values)

    def do_rename_body(self) -> None:
        if row := self.one(MunicipalityPeriod):
            MunicipalityPeriod.objects.filter(pk=row.pk).update(name=self.word())

    def do_pay(self) -> None:
        make.make_award(self.one(Cooperation), on=dt.date(2020, 5, 1), amount=self.dice.choice([None, 5]))

    def do_many_at_once(self) -> None:
        rows = Cooperation.objects.exclude(record_state="merged")
        rows.filter(pk__gt=self.one(Cooperation).pk - 9).update(record_state=self.dice.choice(STATES))

    def do_settle(self) -> None:
        feed.settle(self.dice.choice([TODAY, LATER]))


def asked(query: str, day: dt.date = TODAY) -> Any:
    return CooperationFilterSet(QueryDict(query), Cooperation.objects.public(), today=day)


# --- The slow way ---


def slow_places(question: Any) -> list[tuple[Any, ...]]:
    numbers = numbers_of(spells_of(question))
    rows = sorted(
        Municipality.objects.filter(pk__in=numbers).order_by("sort_key", "pk"), key=lambda row: -numbers[row.pk][0]
    )
    if question.is_cut:
        for row in rows:
            period = MunicipalityPeriod.objects.on(question.day).filter(municipality=row).first()
            row.name, row.kind = (period.name, period.kind) if period else (row.name, row.kind)
    return [(*numbers[row.pk], row.ars, row.name, row.label, row.get_kind_display()) for row in rows]


def slow_shares(question: Any) -> tuple[Counter[str], Counter[str]]:
    """Municipalities that count, and all that the directory told of, by district."""
    numbers = numbers_of(spells_of(question))
    there = Municipality.objects.existing_on(question.day).filter(level=Level.MUNICIPALITY)
    counted = Counter(row.ars[:5] for row in there if numbers.get(row.pk, (0, 0))[1])
    rows = there.filter(directory_state__isnull=False)
    if states := question.form.cleaned_data.get("state") or []:
        rows = rows.filter(state__in=states)
    return counted, Counter(rows.per_district())


def slow_seats(question: Any) -> dict[int, list[tuple[str, str, str | None]]]:
    """The window of the database over the spells of each body."""
    spells = Spell.objects.on(question.day).filter(municipality__isnull=False)
    spells = spells.appeared() if question.is_cut else spells
    spells = spells.filter(Exists(question.qs.order_by().filter(pk=OuterRef("cooperation"))))
    name = Subquery(Cooperation.objects.filter(pk=OuterRef("cooperation")).values("sort_key"))
    nth = Window(RowNumber(), partition_by=F("municipality"), order_by=(name, F("participation")))
    shown = spells.annotate(nth=nth).filter(nth__lte=MOST).values("participation")
    rows = Participation.objects.filter(pk__in=shown).with_degree_on(question.day).select_related("cooperation")
    found: dict[int, list[tuple[str, str, str | None]]] = {}
    for row in rows.order_by("cooperation__sort_key", "pk"):
        found.setdefault(row.municipality_id, []).append((row.cooperation.slug, row.cooperation.name, row.day_degree))
    return found


def slow_numbers(question: Any) -> tuple[Counter[int], Counter[int]]:
    """Cooperations by the year in which they began, and by how many take part."""
    rows = question.qs.order_by()
    began = rows.filter(started_precision__in=DATED, started_on__isnull=False).values_list("started_on", flat=True)
    counts = Q(spells__begins__lte=question.day, spells__ends__gte=question.day, spells__degree__in=COUNTED_DEGREES)
    keys = Cooperation.objects.filter(pk__in=rows.values("pk"))
    sizes = keys.annotate(size=Count("spells", filter=counts)).filter(size__gt=0).values_list("size", flat=True)
    return Counter(day.year for day in began), Counter(sizes)


def slow_money(question: Any) -> Counter[Any]:
    awards = Award.objects.filter(cooperation__in=question.qs.order_by().values("pk"))
    awards = awards.stated_by(question.day) if question.is_cut else awards
    return Counter((row.rung, row.on.year if row.on and row.on_precision in DATED else None) for row in awards)


def bodies_asked(query: str, day: dt.date, *, known: bool) -> tuple[Any, set[int]]:
    """Facets and rows of the list of bodies: who takes part as the process knows it, or as the database says it."""
    question = MunicipalityFilterSet(QueryDict(query), Municipality.objects.all(), german=True, today=day)
    if known:
        question.begin_with_version()
        assert presences.known_to_take_part(day, day, question.version) is not None
    else:
        question.quicker = {}  # type: ignore[misc]
    remembered.forget()
    return question.counts, set(question.qs.values_list("pk", flat=True))


def totals_told(query: str, day: dt.date) -> tuple[int, int]:
    """How many bodies the API says there are, and how many it tells."""
    question = MunicipalityFilterSet(QueryDict(query), Municipality.objects.all(), today=day)
    question.begin_with_version()
    assert presences.known_to_take_part(day, day, question.version) is not None
    remembered.forget()
    return question.total(), question.qs.count()


# --- Compared ---


def compare(query: str, day: dt.date) -> None:
    question = asked(query, day)
    places = places_of(question)
    told = [(one.listed, one.counted, one.ars, one.name, one.label, one.kind_label) for one in places]
    assert told == slow_places(question)
    assert places.unplaced == sum(one.body.lat is None for one in places)
    states = question.form.cleaned_data.get("state") or []
    assert (places.taking_part(question.day), totals_by_district(question, states)) == slow_shares(question)
    districts = Municipality.objects.existing_on(question.day).filter(state__in=states).districts()
    assert list(districts_of(question, states).items()) == list({one.ars[:5]: one.label for one in districts}.items())
    seats = participations_at(places, question, most=MOST)
    told_seats = {key: [(one.slug, one.cooperation, one.degree) for one in rows] for key, rows in seats.items()}
    assert told_seats == slow_seats(question)
    involved = Municipality.objects.with_involvement_on(question.day).filter(involvement=Involvement.YES)
    counted = presences.taking_part(question.day, day, question.version)
    assert set(counted or ()) == set(involved.values_list("pk", flat=True))
    for given in ("", "mit_kooperation=yes", f"mit_kooperation=no&stand={question.day}"):
        assert bodies_asked(given, day, known=True) == bodies_asked(given, day, known=False)
    for given in ("cooperating=yes", "cooperating=yes,no", f"cooperating=no&as_of={question.day}"):
        total, told_rows = totals_told(given, day)
        assert total == told_rows
    found = presences.chosen(question)
    assert found is not None
    assert (found.years(), found.sizes()) == slow_numbers(question)
    days = (day, question.day, dt.date(2021, 1, 1))
    counting = Spell.objects.counting().filter(cooperation__in=question.qs.values("pk"))
    assert presences.at_hand(question).counted_on(*days) == [counting.on(one).count() for one in days]  # type: ignore[union-attr]
    gaps = Gaps(question)
    shown = {field.code for field in gaps.fields}
    assert +gaps._known(found) == Counter({cell: n for cell, n in gaps._read().items() if cell[1] in shown})
    assert Counter((rung, year) for rung, year, _amount in Statistics(question).money_given()) == slow_money(question)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_reckoned_is_what_the_database_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(presences, "MOST_STALE", 6)
    life = Wandering(seed)
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        compare(life.dice.choice(QUESTIONS), life.dice.choice([TODAY, TODAY, LATER]))


def test_what_is_kept_is_brought_forward_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    row, town = make.make_cooperation(), make.make_municipality()
    make.make_participation(row, town, steps=[("party", "2019-04-24")])
    assert [place.counted for place in places_of(asked(""))] == [1]
    monkeypatch.setattr(presences, "_anew", None)
    monkeypatch.setattr(roll, "_read", None)
    make.make_participation(make.make_cooperation(), town, steps=[("party", "2019-04-24")])
    assert [place.counted for place in places_of(asked(""))] == [2]
    row.delete()
    assert [place.counted for place in places_of(asked(""))] == [1]


def test_what_is_not_public_is_in_no_number() -> None:
    town, row = make.make_municipality(), make.make_cooperation()
    for one in (row, make.make_cooperation(record_state="draft")):
        make.make_participation(one, town, steps=[("party", "2019-04-24")])
        make.make_award(one, amount=5)
    assert [place.listed for place in places_of(asked(""))] == [1]
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    question = asked("")
    assert (len(places_of(question)), Statistics(question).money_given()) == (0, [])


def test_what_is_rolled_back_leaves_no_trace() -> None:
    town, row = make.make_municipality("Altdorf"), make.make_cooperation()
    make.make_participation(row, town, steps=[("party", "2019-04-24")])
    assert [place.name for place in places_of(asked(""))] == ["Altdorf"]
    with transaction.atomic():
        Municipality.objects.filter(pk=town.pk).update(name="Neudorf")
        make.make_participation(make.make_cooperation(), town, steps=[("party", "2019-04-24")])
        assert [(place.name, place.listed) for place in places_of(asked(""))] == [("Neudorf", 2)]
        transaction.set_rollback(True)
    remembered.forget()
    Cooperation.objects.filter(pk=row.pk).update(name="Ein anderer Name")
    Cooperation.objects.filter(pk=row.pk).update(name="Noch ein anderer")
    assert [(place.name, place.listed) for place in places_of(asked(""))] == [("Altdorf", 1)]


def test_a_day_that_begins_shows_what_it_brings() -> None:
    """A participation whose first step is yet to come is listed, and counts from its day on."""
    make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("party", str(LATER))])

    def told(day: dt.date) -> list[tuple[int, int]]:
        return [(place.listed, place.counted) for place in places_of(asked("", day))]

    assert [told(TODAY), told(LATER), told(TODAY)] == [[(1, 0)], [(1, 1)], [(1, 0)]]
    followed.forget()
    assert told(TODAY) == [(1, 0)]


def test_a_register_put_in_place_of_another_one_is_read_anew() -> None:
    """A backup is put back under a running process: what was written since is not true any more."""
    row = make.make_cooperation()
    make.make_participation(row, make.make_municipality(), steps=[("member", "2020-01-01")])
    feed.settle(TODAY)
    lost = make.make_participation(row, make.make_municipality(), steps=[("member", "2020-01-01")])
    assert len(places_of(asked(""))) == 2
    lost.steps.all().delete()
    lost.delete()
    Mark.objects.all().delete()
    assert len(places_of(asked(""))) == 1
