"""The pages of the roof: start, legal pages, faults. All of them well built, none of them leaking."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import timezone

from agreements.models import Cooperation
from coopportal.common.dates import format_day
from coopportal.urls import urlpatterns as ours
from sources.querysets import citable_models
from tests.builders import (
    day,
    make_citation,
    make_conflict,
    make_cooperation,
    make_document,
    make_event,
    make_municipality,
    make_participation,
    make_passage,
    make_programme,
    make_status_step,
    make_user,
)
from tests.conftest import ROOT
from tests.markup import markup

pytestmark = pytest.mark.django_db

LEGAL = {
    "imprint": "Impressum",
    "privacy": "Datenschutz",
    "accessibility": "Erklärung zur Barrierefreiheit",
    "easy-language": "Das Portal in Leichter Sprache",
}


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def numbers(response) -> dict[str, str]:
    """The numbers of the start page: name → value."""
    found = re.findall(
        r"number-tile__value\">([^<]+)</span> <span class=\"number-tile__label\">([^<]+)<", response.text
    )
    return {label: value for value, label in found}


# --- Start ---


def test_an_empty_register_has_a_start_page(client):
    page = client.get("/")
    assert markup(page).text("h1") == "Wer arbeitet in Deutschlands Kommunen mit wem zusammen?"
    assert numbers(page) == {
        "Kooperationen": "0",
        "beteiligte Kommunen": "0",
        "Förderprogramme": "0",
        "Belege": "0",
        "offene Widersprüche": "0",
    }


def one_of_everything(since: str = "2019-02-23"):
    cooperation = make_cooperation("Leitstelle Ost", origin="documents")
    make_status_step(cooperation, "active", since)
    make_participation(cooperation, make_municipality(), steps=[("member", since)])
    make_participation(cooperation, make_municipality(), steps=[("wished", since)])
    make_event(title="Treffen in Jena", on=day(since), cooperations=[cooperation])
    make_programme()
    passage = make_passage(make_document(published_on=day(since)))
    make_citation(cooperation, "nature", "a", passage=passage, stated_on=day(since))
    make_conflict(cooperation, "nature")
    return cooperation


def test_the_start_page_counts_with_base_and_shows_what_is_new(client):
    cooperation = one_of_everything()
    page = client.get("/")
    markup(page)
    assert numbers(page) == {
        "Kooperation": "1",
        "beteiligte Kommune": "1",
        "Förderprogramm": "1",
        "Beleg": "1",
        "offener Widerspruch": "1",
    }
    assert "Partner, Vertragspartei oder Mitglied; von 2 im Verzeichnis" in page.text
    assert "aus 1 Dokument" in page.text
    assert '<a href="/meine/kooperationen/neu/">Kooperation registrieren</a>' in page.text
    assert f'href="{cooperation.get_absolute_url()}"' in page.text
    assert '<span class="badge badge--firm">aktiv</span>' in page.text
    assert "Treffen in Jena" in page.text


def test_the_links_at_the_bottom_keep_the_day(client):
    assert '<a href="/statistik/?stand=2019-04-24">Statistik</a>' in client.get("/?stand=2019-04-24").text
    assert '<a href="/statistik/">Statistik</a>' in client.get("/").text


def test_what_was_loaded_from_documents_is_as_new_as_its_latest_document(client):
    loaded = {published: make_cooperation(published, origin="documents") for published in ("2019-05-01", "2025-12-09")}
    for published, row in loaded.items():
        for older in (published, "2018-01-01"):
            make_citation(row, "nature", "a", passage=make_passage(make_document(published_on=day(older))))
    make_cooperation("Registriert", origin="registration")
    make_cooperation("Ohne Tag", origin="documents")
    today = format_day(timezone.localdate())
    notes = [hit.note.partition(" · ")[2] for hit in client.get("/").context["cooperations"]]
    assert notes == [
        f"aufgenommen am {today}",
        f"bearbeitet am {today}",
        "jüngste Quelle vom 09.12.2025",
        "jüngste Quelle vom 01.05.2019",
    ]


def test_what_was_loaded_and_written_in_later_is_as_new_as_that(client):
    row = make_cooperation("Leitstelle Ost", origin="documents")
    make_citation(row, "nature", "a", passage=make_passage(make_document(published_on=day("2019-02-23"))))
    Cooperation.objects.update(created_at=timezone.now() - dt.timedelta(days=3))
    (hit,) = client.get("/").context["cooperations"]
    assert hit.note.partition(" · ")[2] == f"bearbeitet am {format_day(timezone.localdate())}"


def test_the_start_page_leads_to_all_events_of_its_day(client):
    assert 'href="/ereignisse/?stand=2019-02-23"' in client.get("/?stand=2019-02-23").text


def test_the_start_page_knows_only_what_was_known_on_the_day(client):
    one_of_everything("2019-02-23")
    before, after = client.get("/?stand=2019-02-22"), client.get("/?stand=23.02.2019")
    assert [numbers(page).get("beteiligte Kommunen", "1") for page in (before, after)] == ["0", "1"]
    assert ["Leitstelle Ost" in page.text for page in (before, after)] == [False, True]
    assert ["Treffen in Jena" in page.text for page in (before, after)] == [False, True]
    assert numbers(before)["Belege"] == "0"


def test_numbers_without_a_history_say_that_they_are_of_today(client):
    assert [client.get(address).text.count("; Stand heute") for address in ("/", "/?stand=2019-02-22")] == [0, 2]


def test_the_day_is_shown_and_kept_in_links(client):
    page = client.get("/?stand=2019-02-23")
    assert "<strong>Stand 23.02.2019</strong>" in page.text
    assert '<a href="?">zurück zu heute</a>' in page.text
    assert 'href="/kooperationen/?stand=2019-02-23"' in page.text
    assert '<input type="hidden" name="stand" value="2019-02-23">' in page.text


def test_without_a_day_there_is_no_notice(client):
    assert "zurück zu heute" not in client.get("/").text


def test_a_day_that_is_none_leaves_the_page_as_of_today(client):
    page = client.get("/?stand=gestern")
    assert (page.status_code, "zurück zu heute" in page.text) == (200, False)


def test_the_start_page_shows_nothing_unpublished(client):
    draft = make_cooperation("Geheimes Vorhaben", record_state="submitted")
    make_participation(draft, make_municipality(), steps=[("member", "2019-01-01")])
    make_event(title="Geheimes Treffen", on=day("2019-01-01"), cooperations=[draft])
    make_citation(draft, "nature", "a")
    make_conflict(draft, "nature")
    page = client.get("/")
    assert "Geheim" not in page.text
    assert set(numbers(page).values()) == {"0"}


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_start_page_asks_the_same_however_much_there_is(client, django_assert_num_queries, rows):
    for _ in range(rows):
        one_of_everything()
    with django_assert_num_queries(20):  # with what the process keeps of cooperations, spells and bodies from now on
        client.get("/")
    with django_assert_num_queries(8):  # the numbers are known: their version, what is new and its sources, the events
        client.get("/")


def test_the_numbers_of_the_start_page_are_those_after_the_last_write(client):
    def told():
        return [number.value for number in client.get("/").context["numbers"]]

    one_of_everything()
    before = told()
    make_cooperation()
    assert told() == [before[0] + 1, *before[1:]]
    Cooperation.objects.update(record_state="withdrawn")
    assert told()[:2] == [0, 0]


# --- Legal pages ---


@pytest.mark.parametrize(("name", "heading"), LEGAL.items())
def test_legal_pages_are_there_and_well_built(client, name, heading):
    page = client.get(reverse(name))
    assert (page.status_code, markup(page).text("h1")) == (200, heading)
    assert "Diese Installation ist noch nicht vollständig eingerichtet" in page.text


@pytest.mark.parametrize("name", LEGAL)
def test_legal_pages_name_the_operator(client, settings, name):
    settings.OPERATOR = {key: f"<{key}>" for key in settings.OPERATOR} | {"email": "post@amt.example"}
    page = client.get(reverse(name))
    assert "&lt;name&gt;" in page.text
    assert 'href="mailto:post@amt.example' in page.text
    assert "noch nicht vollständig eingerichtet" not in page.text
    assert re.search(r"\[[A-ZÄÖÜa-z]", markup(page).text("main")) is None


@pytest.mark.parametrize("address", ["/", "/suche/?q=jena", "/kooperationen/", "/impressum/", "/gibt-es-nicht/"])
def test_readers_get_no_cookie(client, address):
    assert client.get(address).cookies == {}


def test_every_page_leads_to_the_legal_pages_and_says_where_it_is(client):
    page = client.get(reverse("agreements:list"))
    for name in LEGAL:
        assert f'href="{reverse(name)}"' in page.text
    assert page.text.count("aria-current") == 1
    assert '<a class="skip-link" href="#inhalt">' in page.text
    assert '<html lang="de">' in page.text


# --- Faults ---


def _boom(request):
    raise RuntimeError


def _forbidden(request):
    raise PermissionDenied


def _suspicious(request):
    raise SuspiciousOperation


urlpatterns = [path("boom/", _boom), path("forbidden/", _forbidden), path("suspicious/", _suspicious), *ours]


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/gibt-es-nicht/", 404, "Diese Seite gibt es nicht."),
        ("/kooperationen/gibt-es-nicht/", 404, "Diese Seite gibt es nicht."),
        ("/boom/", 500, "Das hat nicht geklappt. Der Fehler liegt bei uns."),
        ("/forbidden/", 403, "Für diese Seite fehlt Ihnen die Berechtigung."),
        ("/suspicious/", 400, "Diese Anfrage haben wir nicht verstanden."),
    ],
)
@override_settings(ROOT_URLCONF="tests.roof.test_pages")
def test_faults_are_told_kindly(address, status, heading):
    client = Client(raise_request_exception=False)
    page = client.get(address)
    assert (page.status_code, markup(page).text("h1")) == (status, heading)


@override_settings(ROOT_URLCONF="tests.roof.test_pages")
def test_who_is_logged_in_is_told_so_where_the_door_is_closed(client):
    client.force_login(make_user("anna"))
    assert "Sie sind angemeldet als anna" in client.get("/forbidden/").text


def test_a_fault_of_the_server_needs_no_database(django_assert_num_queries, client):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF="tests.roof.test_pages"), django_assert_num_queries(0):
        client.get("/boom/")


def test_a_form_without_its_token_is_refused_kindly():
    page = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "a", "password": "b"})
    assert (page.status_code, markup(page).text("h1")) == (403, "Dieses Formular ist abgelaufen.")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_a_page_that_only_reads_cannot_do_is_told_as_that_and_not_as_an_expired_form(method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(reverse("imprint"))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, OPTIONS, HEAD")


def test_what_a_page_can_do_is_told_with_the_token_or_without(client):
    answers = [browser.delete(reverse("login")) for browser in (Client(enforce_csrf_checks=True), client)]
    assert [answer.status_code for answer in answers] == [405, 405]
    assert {*answers[0]["Allow"].split(", ")} == {*answers[1]["Allow"].split(", ")}


def test_whoever_posts_to_the_health_page_is_told_that_it_is_only_read():
    assert Client(enforce_csrf_checks=True).post("/health/live").status_code == 405


# --- Weight ---


def test_our_own_style_and_scripts_stay_small():
    assert (ROOT / "static/portal.css").stat().st_size <= 25 * 1024
    assert sum((ROOT / "static" / name).stat().st_size for name in ("portal.js", "theme.js")) <= 4 * 1024
