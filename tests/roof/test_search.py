"""Search over everything: grouped, limited, public, as of a day."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agreements.models import Cooperation
from agreements.workflow import refresh_derived
from funding.workflow import refresh_derived as refresh_programmes
from municipalities.models import Municipality
from municipalities.workflow import refresh_derived as refresh_municipalities
from municipalities.workflow import refresh_organisations
from tests.builders import (
    day,
    make_agreement,
    make_citation,
    make_cooperation,
    make_criterion,
    make_document,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_passage,
    make_programme,
    make_state,
    make_status_step,
    make_succession,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db


def groups(response) -> dict[str, list[str]]:
    """What was found: title of the group → titles of its hits."""
    found: dict[str, list[str]] = {}
    for part in response.text.split("<h2 id=")[1:]:
        title = re.search(r'>([^<]*) <span class="section__count">', part).group(1)
        titles = re.findall(r'<h3 class="item__title">(.*?)</h3>', part)
        found[title] = [re.sub(r"<[^>]*>", "", text) for text in titles]
    return found


def everything(word: str) -> None:
    cooperation = make_cooperation(f"{word}-Verbund", kind="service_network", task_fields=["04.01"])
    make_event(cooperations=[cooperation], title=f"Treffen in {word}", on=day("2019-04-24"))
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
    "Ereignisse": ["Treffen in Weimar"],
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
    client.get("/suche/?q=nichts")  # what all pages share is there
    with django_assert_num_queries(9):  # version; what there is of the seven kinds; the rows of the one found
        page = client.get("/suche/?q=amt")
    with django_assert_num_queries(2):  # what was found is kept
        assert client.get("/suche/?q=amt").text == page.text
    assert len(groups(page)["Stellen"]) == shown
    assert ('href="/stellen/?q=amt"' in page.text) is more
    assert f'Stellen <span class="section__count">{rows}</span>' in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, rows):
    for _each in range(rows):
        everything("Weimar")
    client.get("/suche/?q=nichts")  # what all pages share is there
    with django_assert_num_queries(21):  # version, districts, what there is of seven kinds, their rows
        client.get("/suche/?q=weimar")
    with django_assert_num_queries(13):  # version and rows
        client.get("/suche/?q=weimar")


def test_what_was_typed_is_shown_as_text(client):
    page = client.get("/suche/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    markup(page)


def test_an_unknown_parameter_is_named(client):
    page = client.get("/suche/?q=weimar&foo=1")
    assert "foo" in markup(page).text("main")


# --- The likeliest first, and marked ---


def ranked_register() -> None:
    """Three cooperations found by "Leitstelle": by their text, by their title, by a participant; and others."""
    make_cooperation("Alarmverbund", slug="text", summary="Betreibt eine Leitstelle für <b>alle</b>.")
    make_cooperation("Zweckverband Leitstellen Nord", slug="title")
    by_body = make_cooperation("Bevölkerungsschutz", slug="body")
    make_participation(by_body, make_municipality("Leitstellenhausen"))
    refresh_derived(Cooperation.objects.filter(pk=by_body.pk))
    make_cooperation("Bauhof", slug="none")


def slugs_of_the_api(client, resource: str, **query: str) -> list[str]:
    return [row["slug"] for row in client.get(f"/api/v1/{resource}/", query).json()["results"]]


def test_a_word_in_the_title_goes_before_the_same_in_the_text(client):
    ranked_register()
    page = client.get("/suche/?q=Leitstellen")
    assert groups(page)["Kooperationen"] == ["Zweckverband Leitstellen Nord", "Alarmverbund", "Bevölkerungsschutz"]
    assert slugs_of_the_api(client, "cooperations", search="leitstelle") == ["title", "text", "body"]
    assert slugs_of_the_api(client, "cooperations", search="leitstelle", ordering="name") == ["text", "body", "title"]
    assert slugs_of_the_api(client, "cooperations", search='"Leitstelle für"') == ["text"]
    assert slugs_of_the_api(client, "cooperations", search='"Leitstellen"') == ["title", "body"]
    assert slugs_of_the_api(client, "cooperations", search="leitstelle -nord") == ["text", "body"]


def test_a_cursor_keeps_the_order_of_a_search(client):
    ranked_register()
    make_cooperation("Leitstelle Süd", slug="south")
    address, found = "/api/v1/cooperations/?search=leitstellen&cursor=&page_size=1", []
    while address:
        page = client.get(address).json()
        found += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert found == ["south", "title", "text", "body"]


def test_more_words_in_the_title_go_before_fewer(client):
    make_cooperation("A Rettung", slug="one", summary="in Jena")
    make_cooperation("B Rettung Jena", slug="two")
    make_cooperation("C Rettung", slug="three", summary="Jena")
    assert slugs_of_the_api(client, "cooperations", search="jena rettung") == ["two", "one", "three"]


def marks(response) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", response.text)


def test_what_was_looked_for_is_marked_and_the_rest_is_text(client):
    ranked_register()
    page = client.get("/suche/?q=Leitstellen")
    assert marks(page) == ["Leitstellen", "Leitstelle", "Leitstellen", "Leitstellen"]
    assert "Betreibt eine <mark>Leitstelle</mark> für &lt;b&gt;alle&lt;/b&gt;." in page.text
    assert "Beteiligt: <mark>Leitstellen</mark>hausen" in page.text
    listed = client.get("/kooperationen/?q=Leitstellen")
    assert marks(listed) == ["Leitstellen", "Leitstelle", "Leitstellen"]
    assert "<mark>" not in client.get("/kooperationen/").text


def test_a_title_of_code_is_marked_as_text(client):
    make_cooperation("<script>alert('Jena')</script>")
    for address in ("/suche/?q=script", "/kooperationen/?q=script"):
        page = client.get(address)
        assert "&lt;<mark>script</mark>&gt;alert(" in page.text
        assert "<script>alert" not in page.text


def test_conditions_of_programmes_and_words_about_sources_are_found(client):
    programme = make_programme("Landesprogramm")
    make_criterion(programme, wording="Mindestens drei Gemeinden mit Ratsbeschluss")
    refresh_programmes()
    document = make_document(title="Ein Bericht")
    make_citation(programme, "goal", passage=make_passage(document), stated_value="Ratsbeschlüsse sind nötig")
    page = client.get("/suche/?q=Ratsbeschluss")
    assert groups(page) == {"Förderprogramme": ["Landesprogramm"], "Quellen": ["Ein Bericht"]}
    assert marks(page) == ["Ratsbeschluss", "Ratsbeschlüss"]


@pytest.mark.parametrize("key", ["16053000", "160530000000", "16 0 53 000", "16053"])
def test_a_key_finds_the_body(client, key):
    make_municipality("Jena", ars="160530000000")
    assert groups(client.get("/suche/", {"q": key}))["Kommunen"] == ["Jena"]


def test_an_event_of_an_unpublished_cooperation_is_not_found(client):
    draft = make_cooperation("Geheimbund", record_state="draft")
    make_event(cooperations=[draft], title="Geheimtreffen")
    make_event(title="Geheime Tagung", cooperations=[draft, make_cooperation("Offen", slug="offen")])
    page = client.get("/suche/?q=geheim")
    assert groups(page) == {"Ereignisse": ["Geheime Tagung"]}
    assert "Geheimbund" not in page.text


# --- The same everywhere, and never an error ---

#: What each phrase finds among what three words make: (cooperations, municipalities, sources), the same everywhere.
PHRASES = {
    '"stadt weimar"': (["Weimar-Verbund"], ["Stadt Weimar"], []),
    "verbunds": (["Thüringen-Verbund", "Verbund-Verbund", "Weimar-Verbund"], [], ["Bericht Verbund"]),
    "weimar -verbund": ([], ["Stadt Weimar"], ["Bericht Weimar"]),
    # All lie in Thüringen; what bears the word in its own name comes first.
    "thueringen": (
        ["Thüringen-Verbund", "Verbund-Verbund", "Weimar-Verbund"],
        ["Stadt Thüringen", "Stadt Verbund", "Stadt Weimar"],
        ["Bericht Thüringen"],
    ),
    "Stadt verbund": (["Thüringen-Verbund", "Verbund-Verbund", "Weimar-Verbund"], ["Stadt Verbund"], []),
    "bericht": ([], [], ["Bericht Thüringen", "Bericht Verbund", "Bericht Weimar"]),
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_page_and_api_find_the_same_in_the_same_order(client, phrase):
    for word in ("Weimar", "Thüringen", "Verbund"):
        everything(word)
    refresh_derived()
    shown = groups(client.get("/suche/", {"q": phrase}))
    found = shown.get("Kooperationen", []), shown.get("Kommunen", []), sorted(shown.get("Quellen", []))
    assert found == PHRASES[phrase]
    for title, resource, name in (
        ("Kooperationen", "cooperations", "name"),
        ("Vereinbarungen", "agreements", "title"),
        ("Kommunen", "municipalities", "name"),
        ("Stellen", "organisations", "name"),
        ("Förderprogramme", "programmes", "name"),
        ("Ereignisse", "events", "title"),
        ("Quellen", "sources", "title"),
    ):
        told = client.get(f"/api/v1/{resource}/", {"search": phrase}).json()["results"]
        assert [row[name] for row in told][:5] == shown.get(title, [])


@given(st.text(max_size=250) | st.text(alphabet="%_\\'\"-\x00 ae", max_size=40))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("\x00")
@example("'; DROP TABLE agreements_cooperation; --")
@example("x " * 100)
def test_nothing_typed_is_an_error(client, typed):
    typed = typed.encode("utf-8", "replace").decode()
    assert client.get("/suche/", {"q": typed}).status_code == 200
    assert client.get("/kooperationen/", {"q": typed}).status_code == 200
    for resource in ("cooperations", "sources", "municipalities"):
        answer = client.get(f"/api/v1/{resource}/", {"search": typed})
        assert answer.status_code == (200 if len(typed.strip()) <= 200 else 400)


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%00%00", "%25%5F%5C%27%22", "a" * 10_000])
def test_broken_bytes_and_endless_words_are_answered(client, raw):
    page = client.get(f"/suche/?q={raw}")
    assert page.status_code == 200
    assert groups(page) == {}
    api = client.get(f"/api/v1/cooperations/?search={raw}")
    assert api.status_code == (400 if len(raw) > 200 else 200)


def test_too_long_a_search_is_said(client):
    told = markup(client.get("/suche/", {"q": "a" * 201})).text("main")
    assert "Suchwörter: Bitte sicherstellen, dass der Wert aus höchstens 200 Zeichen besteht." in told


# --- Names that change ---


def test_who_is_called_otherwise_is_found_by_the_new_name(client):
    cooperation = make_cooperation("Verbund")
    body, office = make_municipality("Altstadt"), make_organisation("Altamt", slug="amt")
    make_participation(cooperation, body)
    make_participation(cooperation, office)
    make_programme("Programm", funder=office)
    refresh_derived()
    body.name, office.name = "Neustadt", "Neuamt"
    body.save()
    office.save()
    refresh_municipalities(Municipality.objects.filter(pk=body.pk))
    refresh_organisations([office])
    assert list(groups(client.get("/suche/?q=neustadt"))) == ["Kooperationen", "Kommunen"]
    assert list(groups(client.get("/suche/?q=neuamt"))) == ["Kooperationen", "Stellen", "Förderprogramme"]
    assert groups(client.get("/suche/?q=altamt")) == {}


# --- By the Land and the district ---


def test_the_name_of_a_land_finds_what_its_bodies_do(client):
    row = make_cooperation("Leitstelle", slug="leitstelle")
    make_agreement(row, title="Vertrag")
    make_participation(row, make_municipality("Ort", state="16"))
    make_participation(row, make_organisation("Amt", state=make_state("14")))
    refresh_derived()
    for land, found in (("Thüringen", 1), ("sachsen", 1), ("Bayern", 0)):
        for name in ("cooperations", "agreements"):
            assert client.get(f"/api/v1/{name}/", {"search": land}).json()["count"] == found, (name, land)


def test_the_name_of_a_land_or_district_finds_what_lies_there(client):
    make_municipality("Saale-Holzland-Kreis", ars="160740000000", level="district", kind="rural_district")
    make_municipality("Eisenberg", ars="160740018018")
    make_municipality("Jena", ars="160530000000")
    make_municipality("Hannover", ars="032410001001")
    make_municipality("Sachsenheim", ars="081180076076")

    def names(words: str) -> list[str]:
        found = client.get("/api/v1/municipalities/", {"search": words}).json()["results"]
        return sorted(row["name"] for row in found)

    assert names("Thüringen") == ["Eisenberg", "Jena", "Saale-Holzland-Kreis"]
    assert names("Holzland") == ["Eisenberg", "Saale-Holzland-Kreis"]
    assert names("Eisenberg Thüringen") == ["Eisenberg"]
    assert names("Thüringen -Holzland") == ["Jena"]
    assert names("sachsen") == ["Sachsenheim"]
    assert names("Niedersachsen") == ["Hannover"]
    assert names("Holzl") == ["Saale-Holzland-Kreis"]
