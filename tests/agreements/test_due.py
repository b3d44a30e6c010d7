"""Days found at once are those of every agreement and record looked at by itself; facets tell what is found."""

from __future__ import annotations

import datetime as dt
import random
from itertools import takewhile
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agreements.choices import AgreementStatus, DeadlineKind, DueWhen
from agreements.deadlines import Deadlines
from agreements.filters import DeadlineFilterSet
from agreements.models import Agreement, Cooperation
from coopportal.common.dates import add_months
from tests.builders import (
    make_agreement,
    make_cooperation,
    make_criterion,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
)

pytestmark = pytest.mark.django_db

#: (day, kind, title, key up to the number of the term)
Row = tuple[dt.date, str, str, str]


#: The kinds in the order in which the deadlines of one day stand: what binds before what is asked.
KINDS = ["notice", "term_end", "application", "affirmation"]


def found(query: str, today: dt.date) -> Deadlines:
    return Deadlines(DeadlineFilterSet(QueryDict(query), Agreement.objects.none(), german=True, today=today))


def told(rows: Any) -> list[Row]:
    return [(row.on, str(row.kind), row.title, "-".join(row.key.split("-")[:2])) for row in rows]


def looked_at(states: set[str], kinds: set[str], months: int, today: dt.date) -> list[Row]:
    """Every agreement from its first term on, every record, the slow way."""
    last = add_months(today, months)
    rows: list[Row] = []
    for row in Agreement.objects.public():
        if row.status in AgreementStatus.without_terms() or not _binds(row, states):
            continue
        if row.cooperation.ended_on and row.cooperation.ended_on < today:
            continue
        key = f"agreement-{row.pk}"
        first = row.terms.last_day or row.terms.first_day
        terms = (
            []
            if first is None
            else list(takewhile(lambda one: one.begins <= add_months(last, 24), row.terms.following(first)))
        )
        running = [term for term in terms if term.ends >= today]
        rows += [(term.ends, "term_end", row.title, key) for term in running[:1]]
        notices = [row.terms.notice_for(term) for term in running]
        rows += [(on, "notice", row.title, key) for on in [on for on in notices if on and on >= today][:1]]
    for record in Cooperation.objects.public().filter(keeper__isnull=False).with_last_affirmed():
        if not states or record.keeper.state_id in states:
            due = record.last_affirmed + dt.timedelta(days=365)
            rows.append((due, "affirmation", record.name, f"cooperation-{record.pk}"))
    return sorted(
        (row for row in rows if row[0] <= last and (not kinds or row[1] in kinds)),
        key=lambda row: (row[0] < today, row[0], KINDS.index(row[1]), row[2], f"{row[3]}-"),
    )


def _binds(row: Agreement, states: set[str]) -> bool:
    parties = list(row.parties.all()) or list(row.cooperation.participations.all())
    return not states or bool(states & {party.body.state_id for party in parties})


def make_register(chance: random.Random) -> None:
    """Agreements and records of three Länder, many on the same day, with and without parties."""
    bodies: list[Any] = [make_municipality(f"Ort {code}", state=code) for code in ("07", "09", "16")]
    bodies += [make_organisation(state=bodies[1].state), make_organisation()]
    for number in range(60):
        keeper = chance.choice([None, *bodies[:3]])
        row = make_cooperation(
            f"Verbund {number % 7}",
            keeper=keeper,
            published_on=dt.date(2022, 1, 1) + dt.timedelta(days=chance.choice([0, 0, 0, 400, 700, 1000])),
            ended_on=chance.choice([None] * 5 + [dt.date(2023, 6, 30)]),
            record_state=chance.choice(["published"] * 8 + ["draft"]),
        )
        parties = [make_participation(row, body) for body in chance.sample(bodies, chance.randint(1, 3))]
        ends = chance.choice([None] * 4 + [dt.date(2024, 1, 1) + dt.timedelta(days=chance.randint(0, 600))])
        make_agreement(
            row,
            title=f"Vertrag {number % 5}",
            status=chance.choice(["in_force"] * 6 + ["terminating", "ended", "signed"]),
            effective_on=dt.date(2015, 1, 1) + dt.timedelta(days=chance.choice([0, 30, 59, chance.randint(0, 3000)])),
            effective_precision=chance.choice(["day"] * 7 + ["month"]),
            ends_on=ends,
            ends_precision=chance.choice(["day", "day", "year"]) if ends else "unknown",
            term_months=chance.choice([None, 1, 12, 36, 60]),
            renewal_months=chance.choice([None, 1, 12, 12, 24]),
            notice_months=chance.choice([None, 0, 3, 6, 18]),
            parties=chance.choice([[], parties[:1], parties]),
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    make_register(chance)
    for _try in range(12):
        states = set(chance.sample(["07", "09", "16"], chance.randint(0, 2)))
        kinds = set(chance.sample(["notice", "term_end", "affirmation"], chance.randint(0, 2)))
        months = chance.choice([1, 12, 60])
        today = dt.date(2024, 1, 1) + dt.timedelta(days=chance.randint(0, 500))
        query = f"land={','.join(sorted(states))}&art={','.join(sorted(kinds))}&monate={months}"
        rows, expected = found(query, today), looked_at(states, kinds, months, today)
        assert told(rows) == expected, query
        assert len(rows) == len(expected)
        for start in range(0, len(rows), 7):
            assert told(rows[start : start + 7]) == expected[start : start + 7]


@pytest.mark.parametrize(
    "query",
    [
        *("faelligkeit=overdue", "faelligkeit=coming&land=09", "faelligkeit=overdue&art=notice,application"),
        *("", "land=09", "art=notice", "land=07&art=affirmation,term_end", "monate=2"),
        *("programm=frist", "programm=frist&land=07", "programm=frist&art=notice", "land=16&programm=anders"),
    ],
)
def test_facets_tell_how_many_are_found(query: str) -> None:
    make_register(random.Random(3))
    for slug, state in (("frist", "09"), ("anders", "16")):
        programme = make_programme(slug=slug, state=state)
        make_criterion(programme, kind="application_window", parameters={"until": "03-15"})
        make_criterion(programme, kind="application_window", parameters={"until": "10-15"})
    today, asked = dt.date(2024, 2, 1), QueryDict(query)
    counts = found(query, today).due.counts
    facets = (
        *(("art", "kind", DeadlineKind.values), ("faelligkeit", "due", DueWhen.values)),
        ("land", "state", ["07", "09", "16"]),
    )
    for name, facet, values in (*facets, ("programm", "programme", ["frist", "anders"])):
        for value in values:
            other = asked.copy()
            other[name] = value
            assert counts[facet][value] == len(found(other.urlencode(), today)), (facet, value)


def test_of_one_day_what_binds_stands_before_what_is_asked() -> None:
    day = dt.date(2024, 6, 30)
    town = make_municipality("Jena", state="16")
    record = make_cooperation("Akte", keeper=town, published_on=day - dt.timedelta(days=365))
    make_agreement(record, title="Zweckvereinbarung", ends_on=day, ends_precision="day")
    renewed = {"term_months": 12, "renewal_months": 12, "notice_months": 6}
    make_agreement(record, effective_on=dt.date(2024, 1, 1), effective_precision="day", **renewed)
    make_criterion(make_programme("Förderung", state="16"), kind="application_window", parameters={"until": "06-30"})
    for today in (day, dt.date(2024, 6, 1)):
        assert [row[:2] for row in told(found("monate=3", today))] == [(day, kind) for kind in KINDS]


def test_a_programme_chosen_leaves_its_windows_alone() -> None:
    make_register(random.Random(4))
    programme = make_programme("Fristenprogramm", slug="frist", state="09")
    make_criterion(programme, kind="application_window", parameters={"until": "03-15"})
    make_criterion(make_programme(), kind="application_window", parameters={"until": "04-15"})
    rows = found("programm=frist", dt.date(2024, 2, 1))
    assert [(row.on, row.kind, row.title) for row in rows] == [
        (dt.date(2024, 3, 15), DeadlineKind.APPLICATION, "Fristenprogramm")
    ]
    assert rows.undated == 0


def test_the_page_offers_kinds_and_states_with_their_numbers(client: Client) -> None:
    make_cooperation("Bald", keeper=make_municipality("Jena", state="16"), published_on=dt.date(2023, 3, 1))
    page = client.get("/fristen/", {"stand": "2024-02-01"})
    for field, number in (("art:affirmation", 1), ("art:notice", 0), ("land:16", 1)):
        assert f'data-of="{field}">{number}<' in page.text
    part = client.get("/fristen/", {"stand": "2024-02-01", "land": "16"}, headers={"HX-Request": "true"})
    assert "data-counts" in part.text
    assert "Filter entfernen:" in part.text
