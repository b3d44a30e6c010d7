"""What is kept of a question is how it is asked: its answer is read for every asker."""

from __future__ import annotations

import pytest
from django.test import Client

from coopportal.common import ahead, feed, questions, remembered
from coopportal.common.models import Clock, Mark
from coopportal.common.prepared import Prepared
from municipalities.models import State
from tests import builders as make
from tests.api import ROWS, counted_queries, list_url

pytestmark = pytest.mark.django_db


def test_a_row_that_nothing_belongs_to_is_told_with_empty_lists(client: Client) -> None:
    make.make_cooperation(slug="allein")
    [record] = client.get(list_url("cooperations")).json()["results"]
    empty = ("legal_forms", "task_fields", "states", "participations", "agreements", "events", "awards")
    assert {name: record[name] for name in empty} == {name: [] for name in empty}
    assert (record["participant_count"], record["mentioned_count"], record["confirmed"]) == (0, 0, False)


def test_a_percent_sign_in_a_question_is_one(client: Client) -> None:
    make.make_cooperation(name="Zu 100 % gemeinsam", slug="ganz")
    make.make_cooperation(name="Zu 100 Teilen", slug="geteilt")
    answer = client.get(list_url("cooperations"), {"search": "100 %", "fields": "slug"})
    assert answer.status_code == 200
    assert "ganz" in [record["slug"] for record in answer.json()["results"]]


def test_a_question_is_asked_anew_after_every_write(client: Client) -> None:
    """What is kept of a question is how it is asked, and its number of rows for one version of the data."""
    ROWS["cooperations"]()
    asked_for = {"state": "16"}
    before = client.get(list_url("cooperations"), asked_for).json()
    cooperation = make.make_cooperation(name="Danach")
    body = make.make_municipality(state=State.objects.get(code="16"))
    make.make_participation(cooperation, body)
    after = client.get(list_url("cooperations"), asked_for).json()
    assert after["count"] == before["count"] + 1
    assert [row["name"] for row in after["results"] if row not in before["results"]] == ["Danach"]


def test_two_pages_are_refused_whoever_asked_twice_for_the_same_before(client: Client) -> None:
    for number in (1, 2, 1):
        answer = client.get(list_url("cooperations"), {"page": [1, number], "page_size": 1})
        assert answer.status_code == {1: 200, 2: 400}[number]


def test_a_key_that_is_not_there_yet_is_an_error_until_it_is(client: Client) -> None:
    asked_for = {"task_field": "77.01"}
    assert client.get(list_url("cooperations"), asked_for).status_code == 400
    make.make_task_field("77.01")
    assert client.get(list_url("cooperations"), asked_for).json()["count"] == 0


def test_the_version_is_that_of_the_clock_and_of_what_waits() -> None:
    ROWS["cooperations"]()
    clock = Clock.objects.get(pk=1)
    waiting = Mark.objects.count()
    version = feed.version()
    assert version == feed.Version(clock.settled + waiting, waiting, clock.position, clock.day, clock.moved_at)


def test_rows_are_found_by_keys_of_texts_and_numbers() -> None:
    make.make_state("07")
    state = make.make_state("16")
    by_code = Prepared(State.objects.order_by("code"), ["code", "name"], column="code")
    assert by_code.values(by_code.of(["16", "99"])) == [("16", state.name)]
    assert [code for code, _name in by_code.of(["16", "07"])] == ["07", "16"]
    assert by_code.of([]) == []


def test_the_keys_of_a_page_are_those_of_the_present_data(client: Client) -> None:
    """A page that was asked for before shows neither what is no longer public nor what no longer fits."""
    rows = [make.make_cooperation(name=f"Verbund {letter}", slug=letter) for letter in "abc"]
    asked_for = {"kind": rows[0].kind, "fields": "slug", "page_size": 2}

    def slugs() -> list[str]:
        return [row["slug"] for row in client.get(list_url("cooperations"), asked_for).json()["results"]]

    assert slugs() == slugs() == ["a", "b"]
    rows[0].record_state = "draft"
    rows[0].save()
    assert slugs() == slugs() == ["b", "c"]
    rows[2].delete()
    assert slugs() == ["b"]


@pytest.mark.parametrize("name", ["agreements", "citations", "conflicts", "cooperations", "events"])
def test_far_pages_are_those_of_the_list(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for _each in range(4):
        ROWS[name]()
    ahead.look()
    every = client.get(list_url(name)).json()["results"]
    assert len(every) >= 4
    monkeypatch.setattr(questions, "FAR", 1)
    for size in (1, 3):
        for start in range(0, len(every), size):
            page = client.get(list_url(name), {"page_size": size, "page": start // size + 1}).json()
            assert (page["count"], page["results"]) == (len(every), every[start : start + size])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_far_page_of_objects_takes_one_query_more(client: Client, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """The version, how many there are, what is told of the page; of a far one its keys before that."""
    for _each in range(rows):
        ROWS["citations"]()
    client.get(list_url("citations"))
    numbers = []
    for far in (1_000, 0):
        monkeypatch.setattr(questions, "FAR", far)
        remembered.forget()
        with counted_queries() as queries:
            client.get(list_url("citations"))
        numbers.append(len(queries))
    assert numbers == [3, 4]
