"""Every list as an Atom feed: the same selection as the page, the newest change first."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.utils import timezone

from agreements.models import Cooperation
from coopportal.common.views import ListPage
from municipalities.models import State
from tests.builders import (
    make_agreement,
    make_conflict,
    make_cooperation,
    make_document,
    make_event,
    make_municipality,
    make_organisation,
    make_programme,
    make_state,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
ROWS = {
    "/kooperationen/": make_cooperation,
    "/vereinbarungen/": make_agreement,
    "/ereignisse/": lambda: make_event(cooperations=[make_cooperation()]),
    "/kommunen/": make_municipality,
    "/stellen/": make_organisation,
    "/foerderung/": make_programme,
    "/quellen/": make_document,
    "/widersprueche/": lambda: make_conflict(make_cooperation(), "since"),
}


def read(client, address: str) -> ET.Element:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(answer.content)


def titles(feed: ET.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in feed.iter(f"{ATOM}entry")]


def changed(cooperation: Cooperation, days_ago: int) -> Cooperation:
    Cooperation.objects.filter(pk=cooperation.pk).update(updated_at=timezone.now() - dt.timedelta(days=days_ago))
    return cooperation


@pytest.mark.parametrize("place", ROWS)
def test_every_list_has_one_and_leads_there(client, place):
    ROWS[place]()
    feed = read(client, f"{place}feed.atom")
    [entry] = feed.iter(f"{ATOM}entry")
    for name in ("id", "title", "updated"):
        assert (feed.findtext(f"{ATOM}{name}"), entry.findtext(f"{ATOM}{name}")) != ("", "")
    assert entry.findtext(f"{ATOM}id", "").startswith("tag:")
    assert f'href="{place}feed.atom"' in client.get(place).text


def test_no_list_page_is_without_one():
    def below(page: type[ListPage]) -> set[type[ListPage]]:
        return {page} | {one for row in page.__subclasses__() for one in below(row)}

    lists = {page.__name__ for page in below(ListPage) if page.feed and not page.__name__.endswith("Feed")}
    assert len(lists) == len(ROWS)


def test_its_title_is_german_for_everybody_and_told_anew_where_what_was_chosen_is_called_otherwise(client):
    state = make_state("16")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    known = client.get("/kooperationen/feed.atom?land=16")
    title = ET.fromstring(known.content).findtext(f"{ATOM}title")
    assert title == "Kooperationen – Land: Thüringen – Kooperationsportal"
    knows = {"If-None-Match": known["ETag"]}
    assert client.get("/kooperationen/feed.atom?land=16", headers=knows).status_code == 304
    State.objects.filter(pk=state.pk).update(name="Freistaat")
    assert client.get("/kooperationen/feed.atom?land=16", headers=knows).status_code == 200


def test_it_holds_what_the_filter_selects_the_newest_change_first(client):
    changed(make_cooperation("Alt", status="planned"), 9)
    changed(make_cooperation("Neu", status="planned"), 1)
    changed(make_cooperation("Anders", status="ended"), 0)
    feed = read(client, "/kooperationen/feed.atom?status=planned&sortierung=name")
    assert titles(feed) == ["Neu", "Alt"]
    assert feed.findtext(f"{ATOM}title") == "Kooperationen – Stand der Kooperation: geplant – Kooperationsportal"
    assert [row.get("href") for row in feed.findall(f"{ATOM}link")] == [
        "http://127.0.0.1:8000/kooperationen/?status=planned",
        "http://127.0.0.1:8000/kooperationen/feed.atom?status=planned",
    ]
    assert (
        'href="/kooperationen/feed.atom?status=planned"'
        in client.get("/kooperationen/?status=planned&sortierung=name").text
    )


def test_an_entry_keeps_its_id_when_the_record_gets_another_name(client):
    row = make_cooperation("Verbund")
    [before] = read(client, "/kooperationen/feed.atom").iter(f"{ATOM}entry")
    Cooperation.objects.filter(pk=row.pk).update(name="Großer Verbund")
    [after] = read(client, "/kooperationen/feed.atom").iter(f"{ATOM}entry")
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}title") == "Großer Verbund"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
def test_it_tells_nothing_that_is_not_published(client, state):
    make_cooperation("Geheim", record_state=state)
    assert titles(read(client, "/kooperationen/feed.atom")) == []


def test_what_was_typed_is_text(client):
    make_cooperation("<b>A & B</b>\x0b", summary="]]> &amp; <img src=x>")
    [entry] = read(client, "/kooperationen/feed.atom").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<b>A & B</b>"
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "html"  # so what it holds is marked-up text (RFC 4287, 3.1.1.2)
    assert summary.text == "]]&gt; &amp;amp; &lt;img src=x&gt;"


def test_it_says_what_it_holds(client):
    feed = read(client, "/kooperationen/feed.atom")
    assert feed.findtext(f"{ATOM}subtitle") == "Was zuletzt angelegt oder geändert wurde, das Neueste zuerst."


def test_a_wrong_question_is_refused_with_its_reason(client):
    answer = client.get("/kooperationen/feed.atom?status=verlobt&farbe=rot")
    assert answer.status_code == 400
    assert answer.text.splitlines() == [
        "status: „verlobt“ ist hier kein möglicher Wert.",
        "farbe: Diesen Parameter gibt es hier nicht.",
    ]


def test_who_knows_it_already_gets_nothing_again(client):
    row = changed(make_cooperation(), 2)
    first = client.get("/kooperationen/feed.atom")
    again = client.get("/kooperationen/feed.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed(row, 1)
    assert client.get("/kooperationen/feed.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("place", "queries"), list(zip(ROWS, (4, 2, 5, 2, 1, 2, 1, 2), strict=True)))
def test_it_costs_as_many_queries_for_1_row_as_for_30(client, django_assert_num_queries, place, queries, rows):
    for _ in range(rows):
        ROWS[place]()
    client.get(f"{place}feed.atom")
    with django_assert_num_queries(queries):
        client.get(f"{place}feed.atom")
