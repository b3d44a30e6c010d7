"""Records that a process keeps as it told them are what the database says, whatever happened meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from agreements.api import CooperationResource
from agreements.filters.cooperation_records import RECORDS
from agreements.models import Cooperation, Event
from coopportal.common import feed, finished, touched
from coopportal.common.finished import Finished
from coopportal.common.picking import Picked
from municipalities.models import Municipality
from tests import builders as make
from tests.api import counted_queries
from tests.roof.test_bits import Busy
from tests.roof.test_records import asked

pytestmark = pytest.mark.django_db

API = "/api/v1/cooperations/"
LISTS = [
    "?page_size=7",
    "?page_size=5&page=2",
    "?cursor=&page_size=6",
    "?page_size=100&state=16",
    "?page_size=100&fields=name,participations,events",
    "?page_size=100&as_of=2022-01-01",
    "?page_size=100&as_of=2020-01-20&fields=status,events,awards,agreements",
    "?page_size=3&expand=agreements",
]
DETAILS = ["", "?as_of=2022-01-01", "?fields=participations,status", "?include=sources"]


class Busier(Busy):
    """A life in which also happens what changes what records tell, and nothing by which they are found."""

    def do_change_order(self) -> None:
        key = f"{self.dice.choice('amz')} {self.count}"
        Municipality.objects.filter(pk=self.one(Municipality).pk).update(sort_key=key)

    def do_postpone(self) -> None:
        day = dt.date(2020, 1, self.count % 28 + 1)
        Event.objects.filter(pk=self.one(Event).pk).update(on=day, on_precision="day")

    def do_swap_addresses(self) -> None:
        one, other = self.one(Cooperation), self.one(Cooperation)
        if one != other:
            for row, slug in ((one, "einstweilen"), (other, one.slug), (one, other.slug)):
                Cooperation.objects.filter(pk=row.pk).update(slug=slug)


def begin(day: dt.date | None = None) -> None:
    """As the thread that prepares does."""
    RECORDS.prepare(day or timezone.localdate(), feed.version().number)


def shelves() -> Any:
    return RECORDS.at_hand(timezone.localdate(), feed.version().number)


def told(address: str) -> tuple[int, Any]:
    answer = Client().get(f"{API}{address}")
    return answer.status_code, answer.content


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_the_database_says_whatever_happens(
    seed: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed:  # few rows are many, and hardly anything is kept
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(touched, "MOST_MARKS", 40)
    megabytes, life, kept = 0.02 if seed else 32, Busier(seed), 0
    for turn in range(30):
        for _edit in range(life.dice.randint(0, 8)):
            life.happen()
        if turn % 10 == 0:
            begin()
        slug = life.one(Cooperation).slug
        for address in [*life.dice.sample(LISTS, 2), f"{slug}/{life.dice.choice(DETAILS)}"]:
            settings.KEPT_RECORDS_MB = megabytes
            found = [told(address), told(address)]
            settings.KEPT_RECORDS_MB = 0
            assert found == [told(address)] * 2, (life.count, address)
        kept += bool(shelves() and shelves().late.told)
    assert kept > 15


@pytest.fixture
def row() -> Cooperation:
    """Published, of two towns, with what is kept begun."""
    row = make.make_cooperation(slug="bauhof", name="Bauhof")
    for name in ("Arnstadt", "Weimar"):
        make.make_participation(row, make.make_municipality(name=name, state="16"))
    begin()
    return row


def test_who_asks_again_costs_the_version_alone(row: Cooperation) -> None:
    for address in ("?page_size=100", "bauhof/"):
        told(address)
        with counted_queries() as queries:
            told(address)
        assert len(queries) == 1


def test_a_page_and_an_object_share_what_is_kept(row: Cooperation) -> None:
    told("?page_size=100")
    with counted_queries() as queries:
        assert json.loads(told("bauhof/")[1])["name"] == "Bauhof"
    assert len(queries) == 1


def test_after_a_write_only_the_record_concerned_is_read(row: Cooperation) -> None:
    other = make.make_cooperation(slug="archiv")
    for slug in ("bauhof", "archiv"):
        told(f"{slug}/")
    Cooperation.objects.filter(pk=other.pk).update(name="Stadtarchiv")
    with counted_queries() as queries:
        told("bauhof/")
    assert len(queries) == 4  # the version, its place, marks, changes
    with counted_queries() as queries:
        assert json.loads(told("archiv/")[1])["name"] == "Stadtarchiv"
    assert len(queries) == 3  # the version, the record, its participations


def test_nothing_hidden_is_told_from_what_is_kept(row: Cooperation) -> None:
    for state in ("withdrawn", "draft"):
        Cooperation.objects.filter(pk=row.pk).update(record_state="published")
        assert told("bauhof/")[0] == 200
        Cooperation.objects.filter(pk=row.pk).update(record_state=state)
        assert json.loads(told("?page_size=100")[1])["results"] == []
        assert "name" not in json.loads(told("bauhof/")[1])


def test_an_address_leads_to_who_bears_it_now(row: Cooperation) -> None:
    told("bauhof/")
    Cooperation.objects.filter(pk=row.pk).update(slug="werkhof")
    other = make.make_cooperation(slug="bauhof", name="Neuer Bauhof")
    assert [json.loads(told(f"{slug}/")[1])["name"] for slug in ("werkhof", "bauhof")] == ["Bauhof", "Neuer Bauhof"]
    assert other.pk != row.pk


def test_participants_are_told_in_the_order_of_their_names_of_today(row: Cooperation) -> None:
    first, second = [one["municipality"] for one in json.loads(told("bauhof/")[1])["participations"]]
    feed.settle(timezone.localdate())
    Municipality.objects.filter(ars=first).update(name="Zeulenroda", sort_key="zeulenroda")
    feed.settle(timezone.localdate())  # whoever looks later sees no mark, only what was told
    assert [one["municipality"] for one in json.loads(told("bauhof/")[1])["participations"]] == [second, first]


def test_what_is_written_in_a_transaction_is_kept_by_nobody(row: Cooperation) -> None:
    told("bauhof/")
    with transaction.atomic():
        Cooperation.objects.filter(pk=row.pk).update(name="Nie gewesen")
        assert shelves() is None
        assert json.loads(told("bauhof/")[1])["name"] == "Nie gewesen"
        transaction.set_rollback(True)
    Cooperation.objects.filter(pk=row.pk).update(region="Ilm")  # the same number of the version again
    assert [json.loads(told("bauhof/")[1])[name] for name in ("name", "region")] == ["Bauhof", "Ilm"]


def test_what_was_read_before_a_write_and_comes_after_it_is_not_kept(row: Cooperation) -> None:
    told("bauhof/")
    before = shelves()
    old = dict(before.late.told)
    Cooperation.objects.filter(pk=row.pk).update(name="Werkhof")
    assert shelves() is not before  # somebody else has looked meanwhile
    for shape, records in old.items():
        RECORDS.keep(before, shape, {row.pk: ("bauhof", finished.orjson.Fragment(b'{"name":"Bauhof"}'), 9)})
        assert row.pk not in records
    assert json.loads(told("bauhof/")[1])["name"] == "Werkhof"


def test_the_next_day_nothing_is_kept() -> None:
    today = dt.date(2026, 11, 22)
    tomorrow = today + dt.timedelta(days=1)
    row = make.make_cooperation(status="planned")
    make.make_status_step(row, "active", tomorrow)

    def status(day: dt.date) -> str:
        view: Any = CooperationResource()
        view.picked, view.asked = Picked(None), asked(CooperationResource, "")
        view.asked.today = day
        reader = Finished.of(view.reader(), RECORDS, (None, None), "slug", day, feed.version().number)
        return str(json.loads(finished.orjson.dumps(reader.in_order([row.pk])))[0]["status"])

    begin(today)
    assert [status(today), status(today), status(tomorrow)] == ["planned", "planned", "active"]
    begin(tomorrow)
    assert [status(tomorrow), status(tomorrow), status(today)] == ["active", "active", "planned"]


def test_it_takes_no_more_than_it_may(settings: Any, row: Cooperation) -> None:
    settings.KEPT_RECORDS_MB = 0.01
    for number in range(40):
        make.make_cooperation(slug=f"k-{number}")
    for number in range(40):
        told(f"k-{number}/")
        assert shelves().late.size + shelves().before.size <= 10_000 + 1_000
    assert shelves().before.size > 4_000


def test_who_is_not_found_leaves_nothing_in_whatever_shape(row: Cooperation) -> None:
    for year in range(2000, 2010):
        assert told(f"nirgends/?as_of={year}-01-01")[0] == 404
        assert told(f"nirgends/?fields=name,status&as_of={year}-01-01")[0] == 404
    assert (shelves().late.told, shelves().late.size) == ({}, 0)


def test_json_that_is_indented_and_linked_data_are_made_of_records(row: Cooperation) -> None:
    plain = json.loads(told("bauhof/")[1])
    for _each in range(2):
        indented = Client().get(f"{API}bauhof/", headers={"accept": "application/json; indent=2"}).content
        assert indented.startswith(b'{\n  "slug"')
        assert json.loads(indented) == plain
        linked = Client().get(f"{API}bauhof/", headers={"accept": "application/ld+json"})
        assert "@context" in linked.json()


def test_without_the_thread_that_prepares_nothing_is_kept() -> None:
    make.make_cooperation(slug="bauhof")
    told("bauhof/")
    assert shelves() is None


@pytest.mark.postgresql  # SQLite's database of the tests is one of memory, which readers and a writer lock
@pytest.mark.django_db(transaction=True)
def test_readers_and_a_writer_at_once() -> None:
    """Whoever asks after a write was committed is told what it wrote, by whichever thread."""
    row = make.make_cooperation(slug="bauhof", name="0")
    begin()
    wrong: list[Any] = []
    committed = [0]

    def read() -> None:
        try:
            for _each in range(60):
                least = committed[0]
                if int(json.loads(told("bauhof/")[1])["name"]) < least:
                    wrong.append(least)
        except Exception as fault:
            wrong.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=read) for _each in range(3)]
    for one in threads:
        one.start()
    number = 0
    while any(one.is_alive() for one in threads):
        number += 1
        Cooperation.objects.filter(pk=row.pk).update(name=str(number))
        committed[0] = number
    for one in threads:
        one.join()
    assert wrong == []
    assert json.loads(told("bauhof/")[1])["name"] == str(number)
