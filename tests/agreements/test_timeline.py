"""What happened when: the line of time of a cooperation, and what changed between two days."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from agreements.happenings import Timeline
from agreements.models import Cooperation
from agreements.records import CooperationRecord
from agreements.timeline import MARK, NAMES, WIDTH, draw
from tests.agreements.reading import part, words
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_event,
    make_municipality,
    make_participation,
    make_programme,
    make_status_step,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- The drawing ---


def test_marks_stand_in_their_lane_at_their_day() -> None:
    drawing = draw(
        ["Stand", "Leer", "Geld"], [(1, "Stand", on("2019-01-01")), (2, "Geld", on("2020-01-01"))], on("2020-06-01")
    )
    assert drawing is not None
    assert [(lane.name, [mark.number for mark in lane.marks]) for lane in drawing.lanes] == [
        ("Stand", [1]),
        ("Geld", [2]),
    ]
    assert [tick.label for tick in drawing.ticks] == ["2019", "2020", "2021"]
    first, second = (lane.marks[0] for lane in drawing.lanes)
    assert first.x == drawing.ticks[0].x
    assert second.x == drawing.ticks[1].x
    assert float(second.x) < float(drawing.day_x) < float(drawing.ticks[2].x)


def test_marks_of_one_day_stand_below_each_other_and_never_lie_on_each_other() -> None:
    days = [(number, "Stand", on("2019-02-23") + dt.timedelta(days=number // 3)) for number in range(1, 40)]
    drawing = draw(["Stand"], days, on("2019-06-01"))
    assert drawing is not None
    marks = [(float(mark.x), float(mark.y)) for mark in drawing.lanes[0].marks]
    apart = [
        (a, b) for a in marks for b in marks if a < b and abs(a[0] - b[0]) < 2 * MARK and abs(a[1] - b[1]) < 2 * MARK
    ]
    assert apart == []
    assert all(NAMES <= x <= WIDTH and 0 < y < drawing.height for x, y in marks)


def test_long_times_have_few_years_written() -> None:
    drawing = draw(["Stand"], [(1, "Stand", on("1900-05-01"))], on("2026-01-01"))
    assert drawing is not None
    assert len(drawing.ticks) <= 13
    assert draw(["Stand"], [(1, "Stand", dt.date.max)], on("2026-01-01")) is not None
    assert draw(["Stand"], [], on("2026-01-01")) is None


# --- On the page of a cooperation ---


def make_history() -> Any:
    row = make_cooperation("Leitstelle", slug="leitstelle", status="active")
    make_status_step(row, "planned", "2019-02-23")
    make_status_step(row, "active", "2020-01-01")
    for name in ("Jena", "Gera"):
        make_participation(row, make_municipality(name), steps=[("existing", "2019-02-23"), ("party", "2019-04-24")])
    make_agreement(row, title="Vertrag", signed_on=day("2019-04-24"), signed_precision="day", ends_wording="irgendwann")
    make_event(cooperations=[row], title="Arbeitstreffen", on=day("2019-04-24"), on_precision="month")
    make_award(row, make_programme("Programm"), rung="granted", on=day("2021-05-01"), on_precision="day")
    return row


def test_the_line_of_time_and_its_table_tell_the_same(client: Client) -> None:
    page = client.get(make_history().get_absolute_url())
    markup(page)
    told = part(page, "zeitstrahl")
    table = (
        "1 23.02.2019 Stand geplant 2 23.02.2019 Beteiligte Gera, Jena: Partner "
        "3 24.04.2019 Beteiligte Gera, Jena: Vertragspartei 4 24.04.2019 Vereinbarungen „Vertrag“ unterzeichnet "
        "5 April 2019 Ereignisse Treffen: Arbeitstreffen 6 01.01.2020 Stand geplant → aktiv "
        "7 01.05.2021 Geld Programm: bewilligt"
    )
    assert table in told
    assert re.findall(r'class="time-line__number"[^>]*>(\d+)<', page.text) == ["1", "6", "2", "3", "4", "5", "7"]
    assert "4: 24.04.2019, „Vertrag“ unterzeichnet." in told


def test_coordinates_have_points_and_the_day_asked_for_is_marked(client: Client) -> None:
    page = client.get(make_history().get_absolute_url(), {"stand": "2019-03-01"})
    svg = page.text.split("time-line", 1)[1].split("</svg>")[0]
    assert re.findall(r'[ "][xyM]+[\d]+,', svg) == []
    assert "gefragter Tag: 01.03.2019" in words(page.text)
    assert re.findall(r'class="time-line__number"[^>]*>(\d+)<', page.text) == ["1", "2", "3"]


def test_a_cooperation_of_which_no_day_is_known_has_no_line(client: Client) -> None:
    page = client.get(make_cooperation().get_absolute_url())
    assert "zeitstrahl" not in page.text


# --- Between two days ---


def told(client: Client, query: str) -> list[str]:
    page = client.get(f"/aenderungen/?{query}")
    assert page.status_code == 200
    rows = page.text.split('class="table table--cards changes"')
    return [words(row) for row in re.findall(r"<tr><td.*?</tr>", rows[1], re.DOTALL)] if len(rows) > 1 else []


def test_what_happened_after_the_one_day_until_the_other(client: Client) -> None:
    make_history()
    assert told(client, "von=2019-02-23&bis=2020-01-01") == [
        "01.01.2020 Stand Leitstelle geplant → aktiv",
        "April 2019 Ereignisse Leitstelle Treffen: Arbeitstreffen",
        "24.04.2019 Vereinbarungen Leitstelle „Vertrag“ unterzeichnet",
        "24.04.2019 Beteiligte Leitstelle Gera, Jena: Vertragspartei",
    ]
    assert told(client, "von=2020-01-01&bis=2020-12-31") == []
    assert told(client, "stand=2021-06-01") == ["01.05.2021 Geld Leitstelle Programm: bewilligt"]


def test_of_a_cooperation_a_municipality_a_land(client: Client) -> None:
    for name, ars in (("Ost", "160530000000"), ("West", "073150000000")):
        row = make_cooperation(name, slug=name.lower())
        make_participation(row, make_municipality(ars=ars), steps=[])
        make_status_step(row, "planned", "2019-02-23")
    hidden = make_cooperation("Geheim", record_state="draft")
    make_status_step(hidden, "planned", "2019-02-23")
    span = "von=2019-01-01&bis=2019-12-31"
    assert told(client, span) == ["23.02.2019 Stand West geplant", "23.02.2019 Stand Ost geplant"]
    for query in ("land=16", "kommune=16053000", "innerhalb=16053", "kooperation=ost"):
        assert told(client, f"{span}&{query}") == ["23.02.2019 Stand Ost geplant"]


def test_what_was_counted_on_both_days(client: Client) -> None:
    make_history()
    page = client.get("/aenderungen/?von=2019-01-01&bis=2019-12-31")
    markup(page)
    assert "bekannte Kooperationen 0 1 +1 Beteiligungen daran 0 2 +2" in words(page.text)


def test_days_in_the_wrong_order_are_said(client: Client) -> None:
    page = client.get("/aenderungen/?von=2020-01-01&bis=2019-01-01")
    assert page.context["problems"] == {"von": ["Dieser Tag liegt nach dem zweiten."]}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for n in range(number):
        row = make_cooperation()
        make_status_step(row, "planned", "2019-02-23")
        make_participation(row, steps=[("party", "2019-02-23")])
        make_agreement(row, signed_on=day("2019-02-23"), signed_precision="day")
        make_event(cooperations=[row], on=day("2019-02-23"), title=f"T{n}")
        make_award(row, on=day("2019-02-23"), on_precision="day")
    # days of the page, its rows; bodies; version, facets (sets, their place), spans of days; task fields
    with django_assert_num_queries(8):
        assert len(told(client, "von=2019-01-01&bis=2019-12-31")) == 5 * number


def test_status_of_one_day_stands_in_the_order_of_recording() -> None:
    row = make_cooperation()
    for status in ("being_set_up", "active"):
        make_status_step(row, status, "2026-11-22")
    record = CooperationRecord(row, on("2026-11-22"), cut=False)
    assert [one.text for _number, one in Timeline(record, on("2026-11-22")).rows] == ["im Aufbau", "im Aufbau → aktiv"]


def test_a_status_is_told_with_the_one_before_it_wherever_that_lies(client: Client) -> None:
    row = make_cooperation("Leitstelle")
    for status, since in (
        ("idea", None),
        ("being_set_up", "2018-01-01"),
        ("active", "2020-01-01"),
        ("active", "2020-02-01"),
    ):
        make_status_step(row, status, since)
    make_status_step(make_cooperation("Andere"), "ended", "2019-12-31")
    assert told(client, "von=2019-12-31&bis=2020-12-31") == [
        "01.02.2020 Stand Leitstelle weiterhin aktiv",
        "01.01.2020 Stand Leitstelle im Aufbau → aktiv",
    ]
    assert told(client, "von=2017-12-31&bis=2018-12-31") == ["01.01.2018 Stand Leitstelle Idee → im Aufbau"]


def test_where_nothing_happened_the_page_leads_to_what_happened_last_before(client: Client) -> None:
    row = make_history()
    town = row.participations.first().municipality
    page = client.get(f"/aenderungen/?von=2022-01-01&bis=2023-01-01&kommune={town.ars}")
    markup(page)
    assert page.context["day_before"] == day("2021-05-01")
    assert f'href="/aenderungen/?kommune={town.ars}&amp;bis=2021-05-01"' in page.text
    assert "Das Letzte davor geschah am 01.05.2021: das Jahr bis dahin zeigen" in page.text
    assert client.get("/aenderungen/?von=2010-01-01&bis=2011-01-01").context["day_before"] is None
    assert client.get("/aenderungen/?von=2019-01-01&bis=2021-01-01").context["day_before"] is None


# --- To take away, and to follow ---

QUESTION = "von=2019-02-23&bis=2020-01-01&kooperation=leitstelle"


def test_the_files_hold_what_the_page_tells(client: Client) -> None:
    make_history()
    page = client.get(f"/aenderungen/?{QUESTION}")
    assert (
        page.context["csv_url"] == "/aenderungen/aenderungen.csv?kooperation=leitstelle&von=2019-02-23&bis=2020-01-01"
    )
    assert re.findall(r"download>(\w+)-Datei", page.text) == ["CSV", "Excel"]
    answer = client.get(page.context["csv_url"])
    assert answer["Content-Disposition"] == f'attachment; filename="aenderungen_{timezone.localdate()}.csv"'
    assert answer["Data-Rows"] == "4"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["date"], row["as_stated"], row["kind"], row["cooperation"], row["text"]) for row in rows] == [
        ("2020-01-01", "01.01.2020", "status", "leitstelle", "geplant → aktiv"),
        ("2019-04-24", "April 2019", "events", "leitstelle", "Treffen: Arbeitstreffen"),
        ("2019-04-24", "24.04.2019", "agreements", "leitstelle", "„Vertrag“ unterzeichnet"),
        ("2019-04-24", "24.04.2019", "participants", "leitstelle", "Gera, Jena: Vertragspartei"),
    ]
    assert rows[0]["url"] == "http://127.0.0.1:8000/kooperationen/leitstelle/?stand=2020-01-01"
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(page.context["xlsx_url"]).content))
    assert [line[5] for line in book.get_sheet_by_name("Daten").to_python()] == ["text", *(row["text"] for row in rows)]
    assert client.get("/aenderungen/aenderungen.csv?von=2020-01-01&bis=2019-01-01").status_code == 400


def test_the_feed_goes_on_and_tells_each_thing_once(client: Client) -> None:
    today = timezone.localdate()
    row = make_cooperation("Leitstelle", slug="leitstelle")
    make_status_step(row, "being_set_up", "2019-01-01")
    make_status_step(row, "active", str(today))
    for _each in range(2):
        make_event(cooperations=[row], title="Sitzung", on=today - dt.timedelta(days=3))
    hidden = make_cooperation("Geheim", record_state="draft")
    make_status_step(hidden, "planned", str(today))
    address = client.get(f"/aenderungen/?{QUESTION}&stand=2020-01-01").context["feed_url"]
    assert address == "/aenderungen/feed.atom?kooperation=leitstelle"
    answer = client.get(address)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "Änderungen – Kooperation: Leitstelle – Kooperationsportal"
    entries = list(feed.iter(f"{ATOM}entry"))
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Leitstelle: Stand: im Aufbau → aktiv",
        "Leitstelle: Ereignisse: Treffen: Sitzung",
    ]
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://127.0.0.1:8000/kooperationen/leitstelle/?stand={today}"
    assert entries[0].findtext(f"{ATOM}updated", "").startswith(f"{today}T00:00:00")
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(address, headers={"Accept-Language": "en"}).content == answer.content


def test_lists_and_pages_lead_there(client: Client) -> None:
    row = make_history()
    Cooperation.objects.update(started_on=day("2019-02-23"), started_precision="day")
    town = row.participations.first().municipality
    assert 'href="/aenderungen/?kooperation=leitstelle"' in client.get(row.get_absolute_url()).text
    assert f'href="/aenderungen/?kommune={town.ars}"' in client.get(town.get_absolute_url()).text
    query = f"land={town.state_id}&bis=2030-01-01&sortierung=name"
    assert f'href="/aenderungen/?land={town.state_id}"' in client.get(f"/kooperationen/?{query}").text


@pytest.mark.parametrize("number", [1, 3])
def test_files_and_feed_cost_few_queries(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for _each in range(number):
        make_status_step(make_cooperation(), "planned", str(timezone.localdate()))
    # version, sets with their place (read once); rows, of the feed its page first
    for place, queries in (("aenderungen.csv", 4), ("aenderungen.xlsx", 2), ("feed.atom", 3)):
        with django_assert_num_queries(queries):
            client.get(f"/aenderungen/{place}")
