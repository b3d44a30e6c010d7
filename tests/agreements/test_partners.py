"""Gaps and partners: what neighbours do together and a municipality does not, and whom it could ask."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.test import Client

from agreements.models import Participation
from municipalities.choices import Reach
from municipalities.distances import kilometres, window
from municipalities.models import Municipality
from tests.agreements.reading import names, part, words
from tests.builders import make_confirmation, make_cooperation, make_municipality, make_participation, make_status_step
from tests.markup import markup

pytestmark = pytest.mark.django_db

OWN = "160760001001"


@pytest.fixture
def bodies() -> dict[str, Any]:
    """Bad, its neighbours in the district of Greiz, its association Amt, the district itself; Jena apart."""
    return {
        "Bad": make_municipality("Bad", ars=OWN, lat=50.6, lon=12.0),
        "Amt": make_municipality("Amt", ars="160760001000", level="association", kind="administrative_community"),
        "Auma": make_municipality("Auma", ars="160760000002", lat=50.7, lon=12.0),
        "Weida": make_municipality("Weida", ars="160760000003", lat=50.9, lon=12.0),
        "Greiz": make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district"),
        "Jena": make_municipality("Jena", ars="160530000000", kind="independent_city", lat=50.93, lon=11.59),
    }


@pytest.fixture
def register(bodies: dict[str, Any]) -> dict[str, Any]:
    archive = make_cooperation("Archiv", slug="archiv", task_fields=["01.12"])
    for name in ("Auma", "Weida", "Amt"):
        make_participation(archive, bodies[name])
    depot = make_cooperation("Bauhof", slug="bauhof", task_fields=["01.08"])
    for name in ("Auma", "Bad"):
        make_participation(depot, bodies[name])
    rescue = make_cooperation("Rettung", slug="rettung", task_fields=["04.02"], status="planned")
    make_participation(rescue, bodies["Jena"], steps=[("party", "2019-01-01")])
    make_participation(rescue, bodies["Weida"], steps=[("invited", "2019-01-01")])
    make_participation(make_cooperation("Still", task_fields=["02.01"], record_state="draft"), bodies["Auma"])
    return bodies


def gaps(client: Client, query: str = "") -> list[tuple[str, str, str, str]]:
    answer = client.get(f"/netz/partner/luecken.csv?kommune={OWN}&{query}")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(answer.text.splitlines())
    return [(row["task_field"], row["neighbours"], row["named"], row["district_or_association"]) for row in rows]


def partners(client: Client, query: str) -> list[tuple[str, str, str, str]]:
    answer = client.get(f"/netz/partner/partner.csv?kommune={OWN}&{query}")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(answer.text.splitlines())
    return [(row["name"], row["kilometres"], row["cooperation"], row["degree"]) for row in rows]


# --- Gaps ---


def test_a_gap_is_a_field_of_neighbours_and_not_of_its_own(client: Client, register: Any) -> None:
    assert gaps(client) == [("01.12", "2", "Auma, Weida", "Amt")]
    page = client.get("/netz/partner/", {"kommune": "Bad"})
    markup(page)
    assert part(page, "luecken") == (
        "Was Nachbarn gemeinsam tun, Sie aber nicht Aufgabenfelder, in denen Nachbarn zusammenarbeiten und diese "
        "Kommune nicht Aufgabenfeld Nachbarn darunter Feld 01.12 Feld 01 2 Auma , Weida Amt nimmt schon teil "
        "Lücken (CSV)"
    )
    assert [row.field.code for row in page.context["in_common"]] == ["01.08"]
    assert 'href="?kommune=Bad&amp;aufgabenfeld=01.12"' in page.text


def test_neighbours_are_those_of_the_district_the_land_or_within_kilometres(client: Client, register: Any) -> None:
    assert gaps(client, "umkreis=25") == [("01.12", "1", "Auma", "Amt")]
    assert gaps(client, "umkreis=50") == [("01.12", "2", "Auma, Weida", "Amt"), ("04.02", "1", "Jena", "")]
    assert [code for code, *_rest in gaps(client, "umkreis=land")] == ["01.12", "04.02"]


def test_a_city_that_is_its_own_district_is_compared_with_its_like(client: Client, register: Any) -> None:
    page = client.get("/netz/partner/?kommune=Jena")
    assert (page.context["reach"], page.context["gaps"]) == (Reach.STATE, [])
    make_participation(make_cooperation(task_fields=["05.01"]), register["Greiz"])
    page = client.get("/netz/partner/?kommune=Jena")
    assert [(row.field.code, row.number) for row in page.context["gaps"]] == [("05.01", 1)]


def test_a_field_in_which_only_those_above_take_part_is_a_gap_too(client: Client, bodies: Any) -> None:
    row = make_cooperation("Krankenhaus", task_fields=["05.01"])
    make_participation(row, bodies["Greiz"])
    assert gaps(client) == [("05.01", "0", "", "Greiz")]
    assert "Greiz nimmt schon teil" in part(client.get(f"/netz/partner/?kommune={OWN}"), "luecken")


def test_a_gap_of_a_day(client: Client, bodies: Any) -> None:
    row = make_cooperation(task_fields=["01.12"])
    make_participation(row, bodies["Auma"], steps=[("invited", "2019-01-01"), ("party", "2021-01-01")])
    assert gaps(client, "stand=2020-12-31") == []
    assert gaps(client, "stand=2021-01-01") == [("01.12", "1", "Auma", "")]


# --- Partners ---


def test_who_does_it_near_by(client: Client, register: Any) -> None:
    assert partners(client, "aufgabenfeld=01") == [
        ("Auma", "11.1", "archiv", "member"),
        ("Auma", "11.1", "bauhof", "member"),
        ("Weida", "33.4", "archiv", "member"),
        ("Amt", "", "archiv", "member"),
    ]
    assert partners(client, "aufgabenfeld=04&umkreis=50") == [("Jena", "46.7", "rettung", "party")]
    page = client.get("/netz/partner/?kommune=Bad&aufgabenfeld=01")
    markup(page)
    assert "Auma Stadt 11 km Archiv – Mitglied Bauhof – Mitglied Weida" in part(page, "partner")


def test_who_refuses_is_said_to(client: Client, register: Any) -> None:
    make_confirmation(
        Participation.objects.get(municipality=register["Weida"], cooperation__slug="archiv"), answer="refused"
    )
    page = client.get("/netz/partner/?kommune=Bad&aufgabenfeld=01")
    assert "Archiv – Mitglied, widerspricht" in part(page, "partner")


def test_who_may_look_for_partners_is_concluded_and_said_so(client: Client, register: Any) -> None:
    over = make_cooperation("Vorbei", task_fields=["04.02"], status="ended")
    make_status_step(over, "ended", "2020-01-01")
    make_participation(over, register["Auma"], steps=[("wished", "2019-01-01")])
    running = make_cooperation("Läuft", task_fields=["04.02"], status="active")
    make_participation(running, register["Auma"])
    make_participation(running, register["Bad"], steps=[("invited", "2019-01-01")])
    make_participation(make_cooperation("Fertig", task_fields=["04.02"], status="active"), register["Auma"])
    page = client.get("/netz/partner/?kommune=Bad&aufgabenfeld=04")
    assert names(page) == ["Läuft", "Rettung"]
    told = part(page, "offen")
    assert "Ob eine Kooperation Partner sucht, steht nicht im Register." in told
    assert (
        "Läuft Stand aktiv noch nicht dabei 1 Stelle erwünscht, eingeladen oder vorgesehen Ihre Kommune eingeladen"
        in told
    )
    assert "Rettung Stand geplant noch nicht dabei 1 Stelle" in told


def test_without_a_municipality_or_its_place_the_page_says_what_to_do(client: Client, register: Any) -> None:
    page = client.get("/netz/partner/")
    markup(page)
    assert "Nennen Sie bei den Filtern Ihre Stadt" in words(page.text)
    assert "Die Lage dieser Kommune ist nicht bekannt" in words(
        client.get("/netz/partner/?kommune=Greiz&umkreis=25").text
    )
    assert client.get("/netz/partner/luecken.csv").json()["errors"][0]["parameter"] == "kommune"
    assert client.get("/netz/partner/partner.csv?kommune=Bad").json()["errors"][0]["parameter"] == "aufgabenfeld"


def test_wrong_questions_are_named(client: Client, register: Any) -> None:
    for query, name in (("kommune=Bad&umkreis=9", "umkreis"), ("kommune=Bad,Jena", "kommune"), ("land=16", "land")):
        assert list(client.get(f"/netz/partner/?{query}").context["problems"]) == [name]


def test_pages_and_desks_lead_there(client: Client, register: Any) -> None:
    assert f'href="/netz/partner/?kommune={OWN}"' in client.get(f"/kommunen/{OWN}/").text
    assert 'href="/netz/partner/"' in client.get("/").text


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, bodies: Any, number: int) -> None:
    for n in range(number):
        row = make_cooperation(task_fields=[f"01.0{n + 1}"], status="planned")
        for _each in range(number):
            make_participation(row, make_municipality(ars=f"160760000{100 + n * 10 + _each}"))
    with django_assert_num_queries(6):  # the town; version, fields offered; who does what, bodies, fields by name
        client.get("/netz/partner/", {"kommune": OWN})
    # The town; fields offered, the field; who does it, those of the page, their cooperations; what begins.
    with django_assert_num_queries(7):
        client.get("/netz/partner/", {"kommune": OWN, "aufgabenfeld": "01"})


# --- Distances ---


def test_kilometres_and_the_window_that_holds_them() -> None:
    assert round(kilometres(50.92878, 11.5899, 50.881, 12.083), 1) == 35.0
    south, north, west, east = window(50.0, 10.0, 50.0)
    for lat, lon in ((south, 10.0), (north, 10.0), (50.0, west), (50.0, east)):
        assert kilometres(50.0, 10.0, lat, lon) >= 49.99


def test_neighbours_end_where_the_kilometres_do(bodies: Any) -> None:
    near = Municipality.objects.around(bodies["Bad"], Reach.NEAR)
    assert [body.name for body in near] == ["Auma"]
    assert list(Municipality.objects.around(bodies["Greiz"], Reach.NEAR)) == []
