"""Search over everything: grouped, limited, public, as of a day."""

from __future__ import annotations

import re

import pytest

from tests.builders import (
    day,
    make_agreement,
    make_cooperation,
    make_document,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_status_step,
    make_succession,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db


def groups(response) -> dict[str, list[str]]:
    """What was found: title of the group → titles of its hits."""
    found: dict[str, list[str]] = {}
    for part in response.text.split('<h2 id="gruppe-')[1:]:
        title = re.search(r'"?>(.*?) <span class="section__count">', part).group(1).split(">")[-1]
        found[title] = re.findall(r'<h3 class="item__title"><a href="[^"]*">([^<]*)</a>', part)
    return found


def everything(word: str) -> None:
    cooperation = make_cooperation(f"{word}-Verbund", kind="service_network")
    make_status_step(cooperation, "planned", "2019-04-24")
    make_participation(cooperation, make_municipality(f"Stadt {word}"), steps=[("member", "2019-04-24")])
    make_agreement(cooperation, title=f"Vertrag {word}", attested_on=day("2019-04-24"))
    make_organisation(f"Amt {word}")
    make_programme(f"Programm {word}")
    make_document(title=f"Bericht {word}", published_on=day("2019-04-24"))


EVERYTHING = {
    "Kooperationen": ["Weimar-Verbund"],
    "Vereinbarungen": ["Vertrag Weimar"],
    "Kommunen": ["Stadt Weimar"],
    "Stellen": ["Amt Weimar"],
    "Förderprogramme": ["Programm Weimar"],
    "Quellen": ["Bericht Weimar"],
}


def test_everything_that_matches_is_found_by_kind(client):
    everything("Weimar")
    everything("Gera")
    page = client.get("/suche/?q=weimar")
    assert markup(page).text("h1") == "Suche nach „weimar“"
    assert groups(page) == EVERYTHING
    assert '<span class="badge badge--partly">geplant</span>' in page.text


def test_nothing_typed_is_no_search(client, django_assert_num_queries):
    everything("Weimar")
    with django_assert_num_queries(0):
        for query in ("", "?q=", "?q=%20", "?q=%25", "?q=---", "?q=%00"):
            page = client.get(f"/suche/{query}")
            assert (page.status_code, groups(page)) == (200, {})


def test_nothing_found_is_said_with_a_way_on(client):
    page = client.get("/suche/?q=Xanadu")
    assert groups(page) == {}
    assert "Dazu haben wir nichts gefunden" in markup(page).text("main")


def test_unpublished_records_are_not_found(client):
    draft = make_cooperation("Geheimbund", record_state="draft")
    make_agreement(draft, title="Geheimvertrag")
    assert groups(client.get("/suche/?q=geheim")) == {}


def test_only_what_was_known_on_the_day_is_found(client):
    everything("Weimar")
    before, after = client.get("/suche/?q=weimar&stand=2019-04-23"), client.get("/suche/?q=weimar&stand=2019-04-24")
    assert list(groups(before)) == ["Kommunen", "Stellen", "Förderprogramme"]
    assert groups(after) == EVERYTHING
    assert 'name="stand" value="2019-04-24"' in after.text


def test_a_municipality_that_is_no_more_is_found_with_its_end_and_who_followed(client):
    old = make_municipality("Alt Weimar", valid_until=day("2018-12-31"))
    make_succession(old, make_municipality("Neustadt an der Ilm", valid_from=day("2019-01-01")))
    page = client.get("/suche/?q=weimar")
    assert groups(page) == {"Kommunen": ["Alt Weimar"]}
    assert "bis 31.12.2018 · Nachfolge: Neustadt an der Ilm" in page.text
    assert groups(client.get("/suche/?q=ilm&stand=2018-12-31")) == {}


@pytest.mark.parametrize(("rows", "shown", "more"), [(1, 1, False), (5, 5, False), (6, 5, True), (30, 5, True)])
def test_a_group_is_limited_and_leads_to_its_list(client, django_assert_num_queries, rows, shown, more):
    for number in range(rows):
        make_organisation(f"Amt & Co {number:02d}")
    with django_assert_num_queries(6):
        page = client.get("/suche/?q=amt")
    assert len(groups(page)["Stellen"]) == shown
    assert ('href="/stellen/?q=amt"' in page.text) is more
    assert ("mehr als 5" in " ".join(page.text.split())) is more


def test_what_was_typed_is_shown_as_text(client):
    page = client.get("/suche/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    markup(page)


def test_an_unknown_parameter_is_named(client):
    page = client.get("/suche/?q=weimar&foo=1")
    assert "foo" in markup(page).text("main")
