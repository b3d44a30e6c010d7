"""What a reader has already is not sent again, and nobody is ever told so of an answer that has changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from coopportal.common import conditional, feed
from coopportal.common.models import Change, Clock
from tests import builders as make
from tests.agreements.people import make_world
from tests.api import RESOURCES, ROWS, counted_queries, detail_url, list_url
from tests.roof.random_life import Life

pytestmark = pytest.mark.django_db


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told_for_a_while(seconds: int = 60) -> None:
    """Everything is told, and has been for so long."""
    feed.settle(timezone.localdate())
    Clock.objects.update(moved_at=timezone.now() - dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("query", [{}, {"format": "csv"}])
def test_a_list_that_is_known_costs_one_query(client: Client, resource: str, query: dict[str, str]) -> None:
    ROWS[resource]()
    first = client.get(list_url(resource), query)
    with counted_queries() as queries:
        again = client.get(list_url(resource), query, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, body_of(again), len(queries)) == (304, b"", 1)
    assert {name: again[name] for name in ("ETag", "Vary", "Cache-Control")} == {
        name: first[name] for name in ("ETag", "Vary", "Cache-Control")
    }


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_that_is_known_costs_one_query(client: Client, resource: str) -> None:
    url = detail_url(resource, ROWS[resource]())
    first = client.get(url, {"include": "sources"})
    with counted_queries() as queries:
        again = client.get(url, {"include": "sources"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, len(queries)) == (304, 1)


@pytest.mark.parametrize("url", ["/api/v1/", "/api/v1/schema/", "/api/v1/catalog.jsonld", "/api/v1/changes/"])
def test_so_do_the_other_answers(client: Client, url: str) -> None:
    client.get("/api/v1/changes/")  # tells what waits
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_no_answer_is_ever_stale(client: Client) -> None:
    life = Life(7)
    urls = [list_url(name) for name in RESOURCES] + ["/api/v1/cooperations/?search=wort", "/api/v1/changes/?cursor=0"]
    known = {url: client.get(url) for url in urls}
    kept = 0
    for _ in range(25):
        life.happen()
        for url, before in known.items():
            asked = client.get(url, headers={"If-None-Match": before["ETag"]})
            fresh = client.get(url)
            if asked.status_code == 304:
                kept += 1
                assert fresh.content == before.content, url
            known[url] = fresh
    assert kept > 0  # nothing happens now and then


def test_a_new_day_is_another_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/v1/cooperations/")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    assert client.get("/api/v1/cooperations/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_other_code_is_another_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/v1/states/")
    monkeypatch.setattr(conditional, "release", lambda: "another")
    assert client.get("/api/v1/states/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_every_question_and_representation_has_its_own_validator(client: Client) -> None:
    url = "/api/v1/cooperations/"
    answers = [
        *(client.get(url), client.get(url, {"page_size": 10}), client.get(url, {"format": "csv"})),
        *(client.get(url, headers={"Accept": "text/csv"}), client.get("/api/v1/states/")),
    ]
    assert len({answer["ETag"] for answer in answers}) == 5


def test_a_wrong_question_is_told_whatever_the_reader_says_to_have(client: Client) -> None:
    told_for_a_while()
    later = http_date((timezone.now() + dt.timedelta(days=1)).timestamp())
    for headers in ({"If-None-Match": "*"}, {"If-None-Match": '"x"'}, {"If-Modified-Since": later}):
        assert client.get("/api/v1/states/", {"was": "1"}, headers=headers).status_code == 400
        assert client.get("/api/v1/states/99/", headers=headers).status_code == 404
    assert not client.get("/api/v1/states/99/").has_header("ETag")


def test_the_time_of_the_last_change_is_told_when_it_is_sure(client: Client) -> None:
    url = "/api/v1/organisations/"
    make.make_organisation(slug="amt")
    assert not client.get(url).has_header("Last-Modified")  # the write waits to be told
    feed.settle(timezone.localdate())
    assert not client.get(url).has_header("Last-Modified")  # another one could still happen in this second
    told_for_a_while(3)
    first = client.get(url)
    assert parse_http_date(first["Last-Modified"]) >= int(conditional.STARTED.timestamp())
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(url, headers=since).status_code == 304
    assert client.get(url, headers={"If-Modified-Since": http_date(0)}).status_code == 200
    make.make_organisation(slug="neu")
    assert client.get(url, headers=since).status_code == 200
    assert client.get(url, headers=since | {"If-None-Match": first["ETag"]}).status_code == 200


def test_answers_of_one_person_are_kept_by_nobody(client: Client) -> None:
    client.force_login(make_world()["lead_officer"])
    answer = client.get("/api/v1/registrations/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert {"Cookie", "Authorization"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_an_object_that_is_known_by_its_time_is_not_read(client: Client) -> None:
    make.make_organisation("Amt", slug="amt")
    told_for_a_while()
    Change.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    url = detail_url("organisations", "amt")
    first = client.get(url)
    with counted_queries() as queries:
        again = client.get(url, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content, len(queries)) == (304, b"", 2)  # the version and its last change
    assert client.get(f"{url}?as_of=gestern", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 400


def test_an_object_is_as_old_as_its_own_last_change(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditional, "STARTED", timezone.now() - dt.timedelta(days=9))
    midnight = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time.min))
    make.make_organisation("Amt", slug="amt")
    feed.settle(timezone.localdate())
    Change.objects.update(at=midnight)
    make.make_organisation("Andere")
    told_for_a_while()
    since = {"If-Modified-Since": http_date(midnight.timestamp() + 1)}
    url = detail_url("organisations", "amt")
    assert client.get(url, headers=since).status_code == 304
    for asked in ("expand=state", "include=sources", "format=jsonld", "as_of=2020-01-01"):
        assert client.get(f"{url}?{asked}", headers=since).status_code == 200, asked  # these tell of others too
    assert client.get(list_url("organisations"), headers=since).status_code == 200


def test_a_list_that_is_known_by_its_time_is_not_read(client: Client) -> None:
    make.make_cooperation()
    told_for_a_while()
    since = {"If-Modified-Since": client.get(list_url("cooperations"))["Last-Modified"]}
    with counted_queries() as queries:
        assert client.get(list_url("cooperations"), headers=since).status_code == 304
    assert len(queries) == 1
    assert client.get(list_url("cooperations"), {"format": "csv"}, headers=since).status_code == 304
    assert client.get(list_url("cooperations"), {"page": "99"}, headers=since).status_code == 404
    assert client.get(list_url("cooperations"), {"format": "csv", "page": "1"}, headers=since).status_code == 400
