"""Lists as files: all rows of the filter, streamed, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from coopportal.common.cells import cell
from coopportal.common.renderers import IN_WORDS, CsvRenderer, NdjsonRenderer
from tests.api import RESOURCES, ROWS, counted_queries, list_url
from tests.builders import (
    make_agreement,
    make_award,
    make_cooperation,
    make_municipality,
    make_organisation,
    make_participation,
    make_state,
)

pytestmark = pytest.mark.django_db


def table(client: Client, resource: str, **query: Any) -> list[list[str]]:
    """The lines of a CSV file."""
    answer = client.get(list_url(resource), query | {"format": "csv"})
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_file_has_the_fields_of_the_list_as_its_columns(client: Client, resource: str) -> None:
    ROWS[resource]()
    listed = client.get(list_url(resource)).json()["results"]
    header, *lines = table(client, resource)
    assert header == list(listed[0])
    assert len(lines) == len(listed)
    assert all(len(line) == len(header) for line in lines)


def test_a_file_says_what_it_is(client: Client) -> None:
    answer = client.get(list_url("task-fields"), {"format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    today = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="task-fields_{today}.csv"'
    assert [answer[name] for name in ("Data-Day", "Data-Filter", "Data-Rows", "Link")] == [
        *(today, "", "0", '<https://www.govdata.de/dl-de/by-2-0>; rel="license"')
    ]
    assert answer["Vary"] == "Accept"
    assert answer.streaming


def workbook(client: Client, resource: str, **query: Any) -> dict[str, list[list[Any]]]:
    """The sheets of an XLSX file, as a program of another house reads them."""
    answer = client.get(list_url(resource), query | {"format": "xlsx"})
    assert answer.status_code == 200, answer.content
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def lines(client: Client, resource: str, **query: Any) -> list[dict[str, Any]]:
    """The objects of an NDJSON file."""
    answer = client.get(list_url(resource), query | {"format": "ndjson"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson; charset=utf-8")
    return [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]


FACTS = {
    "licence": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "licence_url": "https://www.govdata.de/dl-de/by-2-0",
    "attribution": "Kooperationsportal: Verzeichnis interkommunaler Zusammenarbeit",
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_ndjson_holds_the_records_of_the_list_and_tells_at_its_end_that_it_is_whole(
    client: Client, resource: str
) -> None:
    ROWS[resource]()
    *records, last = lines(client, resource, as_of="2026-01-01")
    assert records == client.get(list_url(resource), {"as_of": "2026-01-01"}).json()["results"]
    told = {"resource": resource, "day": "2026-01-01", "filter": "as_of=2026-01-01", "rows": len(records)}
    assert last == {"_meta": told | FACTS}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_workbook_holds_the_list_and_says_on_a_second_sheet_what_it_is(client: Client, resource: str) -> None:
    ROWS[resource]()
    header, *rows = table(client, resource, as_of="2026-01-01")
    book = workbook(client, resource, as_of="2026-01-01")
    assert list(book) == ["Daten", "Angaben"]
    assert [name for name in book["Daten"][0] if not name.endswith(IN_WORDS)] == header
    assert [row[0] for row in book["Daten"][1:]] == [float(row[0]) if _is_id(resource) else row[0] for row in rows]
    told = {"resource": resource, "day": "2026-01-01", "filter": "as_of=2026-01-01", "rows": float(len(rows))}
    assert dict(book["Angaben"][1:]) == told | FACTS


def _is_id(resource: str) -> bool:
    return resource not in {*"states municipalities organisations cooperations task-fields programmes sources".split()}


def test_a_workbook_keeps_what_was_typed_and_can_be_summed(client: Client) -> None:
    typed = ["=1+1", "@SUM(A1)", "<b>&amp;</b>", "Zeile\nzwei", "_x0041_", " Rand "]
    for name in typed:
        make_organisation(name)
    assert {row[1] for row in workbook(client, "organisations")["Daten"][1:]} == {*typed}
    make_award(amount=1234567)
    head, row = workbook(client, "awards")["Daten"]
    assert [row[head.index(name)] for name in ("amount", "currency")] == [1234567.0, "EUR"]


def test_a_workbook_says_in_words_what_codes_and_keys_mean(client: Client) -> None:
    organisation = make_organisation(state=make_state("07"))
    make_participation(body=organisation)
    head, row = workbook(client, "participations")["Daten"]
    told = dict(zip(head, row, strict=True))
    assert (told["organisation"], told["organisation (in Worten)"]) == (organisation.slug, organisation.name)
    assert (told["role"], told["role (in Worten)"]) == ("partner", "Partner")
    assert (told["municipality"], told["municipality (in Worten)"]) == ("", "")
    head, row = workbook(client, "organisations")["Daten"]
    assert row[head.index("state (in Worten)")] == organisation.state.name


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_long_workbook_reads_all_names_first_and_is_the_same(
    client: Client, resource: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ROWS[resource]()
    short = workbook(client, resource)
    monkeypatch.setattr("coopportal.common.files.LONG", 0)
    monkeypatch.setattr("coopportal.common.files.FIRST_CHUNK", 1)
    assert workbook(client, resource) == short


def test_a_long_workbook_asks_for_each_name_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coopportal.common.files.LONG", 3)
    monkeypatch.setattr("coopportal.common.files.FIRST_CHUNK", 1)
    monkeypatch.setattr("coopportal.common.files.CHUNK", 1)
    for _ in range(4):
        make_participation()
    with counted_queries() as queries:
        workbook(client, "participations")
    # Every name of three lists; before them version and how many, then the first row and all others.
    assert len([query for query in queries if "name" in query["sql"]]) == 3


def test_a_workbook_can_be_sorted_by_its_days(client: Client) -> None:
    make_cooperation(started_on=dt.date(1999, 5, 1), started_precision="year")
    head, row = workbook(client, "cooperations")["Daten"]
    assert [row[head.index(name)] for name in ("started_on", "ended_on")] == [dt.date(1999, 5, 1), ""]


def test_the_name_of_a_file_tells_that_it_is_a_part(client: Client) -> None:
    make_organisation(state=make_state("07"))
    answer = client.get(list_url("organisations"), {"state": "07", "as_of": "2020-01-01", "format": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="organisations_2020-01-01_filtered.xlsx"'
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (answer["Data-Rows"], answer["Data-Filter"]) == ("1", "as_of=2020-01-01&state=07")
    assert lines(client, "organisations", state="07")[-1]["_meta"]["filter"] == "state=07"


def test_a_torn_file_lacks_its_last_line() -> None:
    def torn() -> Iterator[list[dict[str, Any]]]:
        yield [{"n": 1}]
        raise ConnectionError

    pieces = NdjsonRenderer().stream(["n"], torn())
    assert next(pieces) == b'{"n":1}\n'
    with pytest.raises(ConnectionError):
        next(pieces)


@pytest.fixture
def portions_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coopportal.common.files.FIRST_CHUNK", 1)
    monkeypatch.setattr("coopportal.common.files.CHUNK", 1)
    for _ in range(5):
        make_participation()


@pytest.mark.parametrize("taken", range(4))
def test_a_file_can_be_left_wherever_its_reader_is(
    client: Client, portions_of_one: None, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get(list_url("participations"), {"format": "ndjson"})
    for _piece in islice(answer, taken):
        pass
    monkeypatch.setattr(request_finished, "send", lambda **_told: [])  # the test needs its connection
    answer.close()
    del answer
    assert len(lines(client, "participations")) == 6


def test_what_fails_while_rows_are_looked_for_ahead_tears_the_file(
    client: Client, portions_of_one: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_asked: Any) -> Any:
        raise OperationalError("disk I/O error")

    answer = client.get(list_url("cooperations"), {"format": "ndjson"})
    for asks in ("_only_row", "Prepared.columns_of"):
        monkeypatch.setattr(f"coopportal.common.prepared.{asks}", failing)
    pieces = iter(answer)
    assert len(next(pieces).splitlines()) == 1
    with pytest.raises(OperationalError, match="disk I/O error"):
        next(pieces)


def test_who_accepts_csv_gets_it_without_asking_for_the_format(client: Client) -> None:
    assert client.get(list_url("states"), headers={"Accept": "text/csv"})["Content-Type"].startswith("text/csv")


def test_a_file_holds_all_rows_in_a_constant_number_of_queries(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for _ in range(7):
        names.append(make_cooperation().slug)
        make_participation(body=make_organisation())
    with counted_queries() as queries:
        assert len(table(client, "cooperations")) == 15
    assert len(queries) == 5  # version, how many, keys, cooperations, participations
    monkeypatch.setattr("coopportal.common.files.CHUNK", 3)
    assert len(table(client, "cooperations")) == 15


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_file_has_the_order_of_the_list_whatever_it_is(client: Client, resource: str) -> None:
    ROWS[resource]()
    for query in ({"search": "a"}, {"ordering": "-name"}, {"ordering": "-updated_at"}):
        listed = client.get(list_url(resource), query)
        if listed.status_code == 200:
            records = listed.json()["results"]
            assert lines(client, resource, **query)[:-1] == records


def test_a_file_is_made_in_portions() -> None:
    made: list[int] = []

    def portions() -> Iterator[list[dict[str, Any]]]:
        for n in range(3):
            made.append(n)
            yield [{"n": n}]

    pieces = CsvRenderer().stream(["n"], portions())
    assert next(pieces) == b"n\r\n0\r\n"
    assert made == [0]
    assert list(pieces) == [b"1\r\n", b"2\r\n", b""]


def test_a_file_is_filtered_and_ordered_like_the_list(client: Client) -> None:
    for name in ("Anton", "Berta", "Anna"):
        make_organisation(name)
    assert [line[1] for line in table(client, "organisations", search="an", ordering="-name")] == [
        "name",
        "Anton",
        "Anna",
    ]


@pytest.mark.parametrize("parameter", ["page", "page_size"])
def test_a_file_has_no_pages(client: Client, parameter: str) -> None:
    answer = client.get(list_url("states"), {"format": "csv", parameter: "1"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"] == [
        {"parameter": parameter, "message": "Eine Datei enthält alle Zeilen, ohne Seiten."}
    ]


def test_a_wrong_question_is_no_file(client: Client) -> None:
    answer = client.get(list_url("states"), {"format": "csv", "was": "1"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_fault_at_the_start_is_an_answer_and_no_torn_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError

    make_cooperation()
    monkeypatch.setattr("coopportal.common.records.Reader.tables", broken)
    client.raise_request_exception = False
    assert client.get(list_url("cooperations"), {"format": "csv"}).status_code == 500


@pytest.mark.parametrize("name", ["=1+1", "+49 1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("x";"y")', "\r=1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_made_harmless(client: Client, name: str) -> None:
    make_organisation(name)
    assert table(client, "organisations")[1][1] == "'" + name


def test_the_parties_of_an_agreement_are_told_alike_by_every_database(client: Client) -> None:
    row = make_cooperation()
    bodies = [make_organisation(slug="netzwerk"), make_municipality(ars="160530000000")]
    make_agreement(row, parties=[make_participation(row, body) for body in bodies])
    head, [*cells] = table(client, "agreements")
    assert cells[head.index("parties")] == "160530000000::partner; :netzwerk:partner"


def test_numbers_and_plain_words_stay_as_they_are(client: Client) -> None:
    make_award(amount=1234567)
    assert table(client, "awards")[1][3:5] == ["1234567.00", "EUR"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-5, -5),
        (-5.5, -5.5),
        (None, ""),
        (True, "true"),
        (False, "false"),
        ("", ""),
        ("a=b", "a=b"),
        ("\x00x", "'\x00x"),
        ([], ""),
        (["04.01", "05.02"], "04.01; 05.02"),
        ([1, 2], "1; 2"),
        (["=1"], "'=1"),
        ([{"municipality": "160530000000", "organisation": None, "role": "lead"}], "160530000000::lead"),
        ({"a": {"value": 2}, "b": True}, '{"value": 2}:true'),
    ],
)
def test_what_stands_in_a_cell(value: Any, shown: Any) -> None:
    assert cell(value) == shown


def test_the_format_goes_before_what_a_program_always_accepts(client):
    make_cooperation()
    answer = client.get("/api/v1/cooperations/?format=ndjson", headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "application/x-ndjson")
