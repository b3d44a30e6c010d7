"""Deadlines: which days are told, of whom, how far ahead; as page, file, calendar, field of the API."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings

from agreements import deadlines
from agreements.models import Agreement, Cooperation
from tests.agreements.reading import part, words
from tests.api import detail
from tests.builders import (
    day,
    make_agreement,
    make_cooperation,
    make_criterion,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
)
from tests.calendars import parsed
from tests.markup import markup

pytestmark = pytest.mark.django_db

STAND = {"stand": "2024-02-01"}


def make_tacit(cooperation: Any = None, **values: Any) -> Agreement:
    """From 2020-08-01 for 36 months, then twelve by twelve, with three months' notice."""
    values = {"title": "Leitstelle", "effective_on": day("2020-08-01"), "effective_precision": "day"} | values
    values = {"term_months": 36, "renewal_months": 12, "notice_months": 3, "status": "in_force"} | values
    return make_agreement(cooperation, **values)


def file(client: Client, name: str, **query: Any) -> str:
    """A whole file, which is streamed."""
    answer = client.get(f"/fristen/{name}", STAND | query)
    assert answer.status_code == 200, answer.text
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def told(client: Client, **query: Any) -> list[tuple[str, str, str]]:
    """Day, kind and title of the deadlines, as the file tells them."""
    rows = csv.DictReader(file(client, "fristen.csv", **query).splitlines())
    return [(row["date"], row["kind"], row["title"]) for row in rows]


def test_the_current_term_under_tacit_renewal(client: Client) -> None:
    make_tacit()
    assert told(client) == [("2024-04-30", "notice", "Leitstelle"), ("2024-07-31", "term_end", "Leitstelle")]
    later = told(client, stand="2024-05-01", monate="12")
    assert later == [("2024-07-31", "term_end", "Leitstelle"), ("2025-04-30", "notice", "Leitstelle")]


def test_the_api_tells_the_running_term_and_its_notice(client: Client) -> None:
    row = make_tacit()
    record = detail(client, "agreements", row.pk, as_of="2024-02-01")
    assert (record["current_term_ends_on"], record["notice_by"]) == ("2024-07-31", "2024-04-30")
    record = detail(client, "agreements", row.pk, as_of="2024-05-01")
    assert (record["current_term_ends_on"], record["notice_by"]) == ("2024-07-31", "2024-04-30")


def test_the_page_of_an_agreement_tells_them_too(client: Client) -> None:
    row = make_tacit()
    then = words(client.get(row.get_absolute_url(), STAND).text)
    assert "Laufende Laufzeit bis 31.07.2024, zu kündigen bis 30.04.2024" in then
    later = words(client.get(row.get_absolute_url(), {"stand": "2024-05-01"}).text)
    assert "Laufende Laufzeit bis 31.07.2024, zu kündigen war bis 30.04.2024" in later


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"renewal_months": None}, []),  # over since 2023
        ({"renewal_months": None, "term_months": 48}, [("2024-07-31", "term_end", "Leitstelle")]),
        ({"status": "terminating"}, []),
        ({"status": "terminating", "term_months": 48}, [("2024-07-31", "term_end", "Leitstelle")]),
        ({"status": "ended"}, []),
        ({"status": "drafting"}, []),
        ({"notice_months": None}, [("2024-07-31", "term_end", "Leitstelle")]),
        ({"effective_precision": "month"}, []),
        ({"ends_on": day("2024-06-30"), "ends_precision": "year"}, []),
        ({"ends_on": day("2025-03-31"), "ends_precision": "day"}, [("2024-12-31", "notice", "Leitstelle")]),
        ({"ends_on": day("2024-01-31"), "ends_precision": "day"}, []),
    ],
)
def test_what_binds_nobody_or_has_no_day_is_no_deadline(
    client: Client, values: dict[str, Any], found: list[tuple[str, str, str]]
) -> None:
    make_tacit(**values)
    assert told(client) == found


def test_agreements_that_tell_a_duration_but_no_day_are_counted(client: Client) -> None:
    make_tacit(effective_precision="month")
    make_tacit(ends_on=day("2024-06-30"), ends_precision="year")
    make_agreement()
    assert "2 Vereinbarungen nennen eine Laufzeit, aber keinen genauen Tag." in words(
        client.get("/fristen/", STAND).text
    )


def test_agreements_of_ended_or_hidden_cooperations_are_not_told(client: Client) -> None:
    make_tacit(make_cooperation(ended_on=day("2023-12-31"), ended_precision="day"))
    for state in ("draft", "submitted", "withdrawn"):
        make_tacit(make_cooperation(record_state=state))
    assert told(client) == []


def test_how_far_ahead(client: Client) -> None:
    make_tacit()
    assert [len(told(client, monate=months)) for months in ("1", "2", "3", "5", "6", "60")] == [0, 0, 1, 1, 2, 2]


def test_records_are_to_be_confirmed_every_year_overdue_ones_too(client: Client) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    make_cooperation("Bald", keeper=jena, published_on=day("2023-03-01"))
    make_cooperation("Überfällig", keeper=jena, published_on=day("2021-01-01"), affirmed_on=day("2022-01-15"))
    make_cooperation("Niemandes", published_on=day("2023-03-01"))
    make_cooperation("Entwurf", keeper=jena, record_state="draft", affirmed_on=day("2023-01-01"))
    assert told(client) == [("2024-02-29", "affirmation", "Bald"), ("2023-01-15", "affirmation", "Überfällig")]
    page = words(client.get("/fristen/", STAND).text)
    assert "15.01.2023 überfällig Bestätigung fällig Überfällig Jena" in page


def test_what_is_overdue_stands_last_and_is_told_in_a_line_above(client: Client) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    for name in ("Alt", "Älter"):
        make_cooperation(name, keeper=jena, published_on=day("2022-01-01"))
    make_cooperation("Bald", keeper=jena, published_on=day("2023-03-01"))
    make_tacit()
    query = {**STAND, "land": "16", "anzahl": "1"}
    first = client.get("/fristen/", query)
    assert (first.context["count"], [row["deadline"].title for row in first.context["rows"]]) == (3, ["Bald"])
    line = "Vom 01.02.2024 bis zum 01.02.2025. Überfällig, am Ende der Liste: Bestätigung fällig (2)"
    assert line in words(first.text)
    address = "?stand=2024-02-01&land=16&anzahl=1&art=affirmation&faelligkeit=overdue"
    assert f'href="{address.replace("&", "&amp;")}"' in first.text
    shown = client.get(f"/fristen/{address}")
    assert (shown.context["count"], [row["deadline"].title for row in shown.context["rows"]]) == (2, ["Alt"])
    assert "Abgelaufen vor dem 01.02.2024. Fristen, die nächste zuerst" in words(shown.text)


def test_page_and_files_hold_the_same_rows_whatever_is_due(client: Client) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    make_cooperation("Alt", keeper=jena, published_on=day("2022-01-01"))
    make_cooperation("Bald", keeper=jena, published_on=day("2023-03-01"))
    for due, titles in (
        ("", ["Bald", "Alt"]),
        ("coming", ["Bald"]),
        ("overdue", ["Alt"]),
        ("coming,overdue", ["Bald", "Alt"]),
    ):
        query = {"faelligkeit": due} if due else {}
        page = client.get("/fristen/", {**STAND, **query})
        assert [row["deadline"].title for row in page.context["rows"]] == titles, due
        assert [title for _day, _kind, title in told(client, **query)] == titles, due
        events = parsed(file(client, "kalender.ics", **query))["VEVENT"]
        assert [event["SUMMARY"] for event in events] == [f"Bestätigung fällig: {title}" for title in titles], due


def test_windows_for_applications(client: Client) -> None:
    saxony = make_programme("Prävention", state="14")
    make_criterion(
        saxony, kind="application_window", parameters={"from": "08-31", "until": "10-15"}, wording="Jährlich"
    )
    over = make_programme("Vorbei", status="ended")
    make_criterion(over, kind="application_window", parameters={"until": "10-15"}, wording="Jährlich")
    make_criterion(saxony, kind="application_window", parameters={"before_start": True}, wording="Vor Beginn")
    assert told(client) == [("2024-10-15", "application", "Prävention")]
    assert told(client, land="16") == []
    assert told(client, land="14,16", art="application") == [("2024-10-15", "application", "Prävention")]


def test_whose_deadlines(client: Client) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    mainz = make_municipality("Mainz", ars="073150000000")
    office = make_organisation(state=jena.state)
    of_jena = make_cooperation(slug="jena")
    party = make_participation(of_jena, jena)
    make_participation(of_jena, mainz)
    make_tacit(of_jena, title="Nur Jena", parties=[party])
    of_both = make_cooperation()
    for body in (jena, mainz, office):
        make_participation(of_both, body)
    make_tacit(of_both, title="Ohne Parteien")

    def titles(**query: str) -> list[str]:
        return [title for _day, _kind, title in told(client, art="notice", **query)]

    assert titles(kommune="16053000") == ["Nur Jena", "Ohne Parteien"]
    assert titles(kommune="07315000") == ["Ohne Parteien"]
    assert titles(land="07") == ["Ohne Parteien"]
    assert titles(innerhalb="16053") == ["Nur Jena", "Ohne Parteien"]
    assert titles(kooperation="jena") == ["Nur Jena"]
    assert titles(kommune="16053000", kooperation="jena") == ["Nur Jena"]


def test_the_parties_are_named_the_first_three(client: Client) -> None:
    row = make_cooperation()
    make_tacit(row, parties=[make_participation(row, make_municipality(name)) for name in "EDCBA"])
    told = [each["bodies"] for each in csv.DictReader(file(client, "fristen.csv").splitlines())]
    assert told == ["A, B, C und 2 weitere"] * 2
    Agreement.objects.get().parties.remove(row.participations.get(municipality__name="E"))
    told = [each["bodies"] for each in csv.DictReader(file(client, "fristen.csv").splitlines())]
    assert told == ["A, B, C, D"] * 2


def test_the_cooperation_is_told_where_the_title_does_not(client: Client) -> None:
    row = make_cooperation("Bauhof Westpfalz")
    make_tacit(row, title="Zweckvereinbarung")
    make_tacit(row, title="Vertrag zum Bauhof Westpfalz", notice_months=None)
    rows = list(csv.DictReader(file(client, "fristen.csv", art="term_end").splitlines()))
    assert [(row["title"], row["cooperation"]) for row in rows] == [
        ("Vertrag zum Bauhof Westpfalz", "Bauhof Westpfalz"),
        ("Zweckvereinbarung", "Bauhof Westpfalz"),
    ]
    assert [entry["SUMMARY"] for entry in parsed(file(client, "kalender.ics", art="term_end"))["VEVENT"]] == [
        "Ende der Laufzeit: Vertrag zum Bauhof Westpfalz",
        "Ende der Laufzeit: Zweckvereinbarung (Bauhof Westpfalz)",
    ]
    page = words(client.get("/fristen/", {**STAND, "art": "term_end"}).text)
    assert "Vertrag zum Bauhof Westpfalz Verlängert sich" in page
    assert "Zweckvereinbarung Bauhof Westpfalz Verlängert sich" in page


def test_the_page(client: Client) -> None:
    make_tacit(make_cooperation("Leitstelle"))
    page = client.get("/fristen/", STAND)
    markup(page)
    assert (
        "2 Fristen Diese Fristen als Kalender abonnieren Kalenderdatei (iCalendar) CSV-Datei "
        "Vom 01.02.2024 bis zum 01.02.2025. "
        "Fristen, die nächste zuerst Letzter Tag Frist Betrifft "
        "30.04.2024 in 89 Tagen Kündigung bis Leitstelle Die Kündigung zum 31.07.2024 muss bis dahin zugegangen sein "
        "(Frist: 3 Monate). 31.07.2024 in 181 Tagen Ende der Laufzeit Leitstelle "
        "Verlängert sich ohne Kündigung um 12 Monate." in words(page.text)
    )
    assert words(client.get("/fristen/", {**STAND, "art": "affirmation"}).text).count("keine bekannte Frist") == 1


def test_htmx_gets_the_results_alone(client: Client) -> None:
    results = client.get("/fristen/", STAND, headers={"HX-Request": "true"})
    assert results.templates[0].name == "agreements/browsing/deadlines_results.html"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("monate=0", "monate"),
        ("monate=61", "monate"),
        ("monate=x", "monate"),
        ("art=ferien", "art"),
        ("faelligkeit=nie", "faelligkeit"),
        ("land=99", "land"),
    ],
)
def test_problems_are_said_at_the_field_and_refused_by_the_files(client: Client, query: str, name: str) -> None:
    make_tacit()
    page = client.get(f"/fristen/?stand=2024-02-01&{query}")
    assert [page.status_code, list(page.context["problems"])] == [200, [name]]
    assert page.context["count"] == 2
    for file in ("fristen.csv", "kalender.ics"):
        answer = client.get(f"/fristen/{file}?stand=2024-02-01&{query}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, name)


# --- As a calendar ---


@pytest.mark.parametrize(("day", "months"), [("0001-01-01", "1"), ("9999-01-31", "60"), ("9999-12-31", "")])
def test_days_at_the_ends_of_the_calendar_are_days(client: Client, day: str, months: str) -> None:
    row = make_cooperation(keeper=make_municipality(), affirmed_on=dt.date(2025, 1, 2))
    make_tacit(row)
    make_criterion(kind="application_window", parameters={"until": "12-15"})
    query = {"stand": day} | ({"monate": months} if months else {})
    for address in ("/fristen/", "/fristen/fristen.csv", "/fristen/kalender.ics"):
        answer = client.get(address, query)
        assert (address, answer.status_code, b"".join(answer) == b"") == (address, 200, False)
    assert client.get(f"/kommunen/{row.keeper.ars}/", {"stand": day}).status_code == 200


@override_settings(PUBLIC_URL="https://portal.example")
def test_a_calendar_for_every_filter(client: Client) -> None:
    row = make_tacit(make_cooperation("Leitstelle"), title="Leitstelle; Jena, Gera")
    answer = client.get("/fristen/kalender.ics", STAND)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [notice, end] = parsed(b"".join(answer.streaming_content).decode())["VEVENT"]
    assert notice["DTSTART;VALUE=DATE"] == "20240430"
    lines = file(client, "kalender.ics", art="notice").replace("\r\n ", "").split("\r\n")
    assert lines[5] == "NAME:Fristen – Art der Frist: Kündigung bis – Kooperationsportal"
    assert notice["SUMMARY"] == "Kündigung bis: Leitstelle; Jena, Gera"
    assert notice["URL"] == f"https://portal.example{row.get_absolute_url()}"
    assert notice["UID"] == f"agreement-{row.pk}-notice-1@portal.example"
    assert end["UID"] == f"agreement-{row.pk}-term_end-1@portal.example"


def test_files_are_made_in_portions_of_one_language(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make_tacit(title=f"Leitstelle {number}")
    client.cookies["sprache"] = "en"
    whole = [file(client, name) for name in ("fristen.csv", "kalender.ics")]
    monkeypatch.setattr(deadlines, "AT_FIRST", 3)
    monkeypatch.setattr(deadlines, "AT_ONCE", 2)
    assert [file(client, name) for name in ("fristen.csv", "kalender.ics")] == whole
    pieces = list(client.get("/fristen/fristen.csv", STAND).streaming_content)  # type: ignore[attr-defined]
    assert [piece.count(b"Leitstelle") for piece in pieces] == [3, 2, 2, 2, 1, 0]
    assert b"K\xc3\xbcndigung" not in b"".join(pieces)


def test_the_name_of_a_day_stays_when_the_day_moves(client: Client) -> None:
    row = make_tacit()

    def uids() -> list[str]:
        events = parsed(file(client, "kalender.ics"))["VEVENT"]
        return [event["UID"] for event in events]

    before = uids()
    Agreement.objects.filter(pk=row.pk).update(notice_months=2)
    assert uids() == before


def test_the_page_offers_its_calendar_which_is_always_of_today(client: Client) -> None:
    make_municipality("Jena", ars="160530000000")
    page = client.get("/fristen/", {"stand": "2024-02-01", "land": "16", "monate": "24"})
    [address] = {word.split('"')[0] for word in page.text.split('href="') if word.startswith("webcal:")}
    asked = urlsplit(address.replace("&amp;", "&"))
    assert (asked.path, parse_qs(asked.query)) == ("/fristen/kalender.ics", {"land": ["16"], "monate": ["24"]})
    assert client.get(f"{asked.path}?{asked.query}").status_code == 200


# --- On the page of a municipality ---


def test_a_municipality_sees_its_deadlines(client: Client) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    row = make_cooperation()
    make_tacit(row, parties=[make_participation(row, jena)])
    make_tacit(title="Fremd")
    shown = part(client.get("/kommunen/160530000000/", STAND), "fristen")
    assert shown.count("Leitstelle") == 2
    assert "Fremd" not in shown


# --- Effort ---


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    jena = make_municipality("Jena", ars="160530000000")
    for _each in range(number):
        row = make_cooperation(keeper=jena, published_on=day("2023-03-01"))
        make_tacit(row, parties=[make_participation(row, make_organisation()), make_participation(row)])
        make_criterion(kind="application_window", parameters={"until": "10-15"})
    with django_assert_num_queries(8):  # version; days of agreements, records, windows; their rows; the parties
        assert len(told(client)) == 4 * number
    # Days are kept: versions, rows, parties, the choices; bit sets of cooperations (2), whom agreements name.
    with django_assert_num_queries(10):
        client.get("/fristen/", STAND)
    with django_assert_num_queries(6):  # and so are the numbers of the facets
        client.get("/fristen/", STAND)


def test_a_write_makes_the_kept_deadlines_new(client: Client) -> None:
    row = make_cooperation(keeper=make_municipality(), published_on=day("2023-03-01"))
    make_tacit(row)
    before = told(client)
    assert told(client) == before
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    assert (len(before), told(client)) == (3, [])


def test_today_is_the_day_without_a_day(client: Client) -> None:
    page = client.get("/fristen/")
    assert page.context["day"] == page.context["today"]
    assert isinstance(page.context["day"], dt.date)
