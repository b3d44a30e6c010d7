"""Reading files: what office programs write is understood, what is broken is refused with its place."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from agreements.importers import workbooks
from agreements.importers.columns import BY_NAME, COLUMNS, FILLED, REQUIRED, column_of
from agreements.importers.files import report_file, template_file
from agreements.importers.tables import Table, read
from agreements.models import Cooperation
from agreements.serializers import CooperationSerializer
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS
from municipalities.importers.refusal import Refused
from tests import builders as make
from tests.agreements.import_files import NEW, ROW, WRONG, brought, one, outcomes, said, table, tried
from tests.agreements.people import World, make_world
from tests.workbooks import workbook

HEAD = list(ROW)
NAMES = ["Gemeinsamer Bauhof", "Jüdische Straße – „Süd“"]


def seen(data: bytes) -> Table:
    return read(data, BY_NAME, REQUIRED)


def names_in(data: bytes) -> list[str | None]:
    found = seen(data)
    return [found.cell(row, "name") for row in found.rows]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_separator_and_encoding_tells_the_same(separator: str, encoding: str) -> None:
    data = table([ROW | {"name": name} for name in NAMES], separator=separator, encoding=encoding)
    assert names_in(data) == NAMES


def test_a_workbook_tells_what_its_cells_show() -> None:
    rows = [["name", "participations", "award_amount", "started_on"], ["Bauhof", 7335, 1234.5, "31.12.2025"]]
    found = seen(workbook({"Blatt 1": rows, "Zweites": [["unbeachtet"]]}))
    assert found.rows[0].cells == ["Bauhof", "7335", "1234,5", "31.12.2025"]


def test_a_workbook_with_days_tells_them() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "participations", "started_on"])
        sheet.write_row(1, 0, ["Bauhof", "07335"])
        sheet.write_number(1, 2, 46022, book.add_format({"num_format": "dd.mm.yyyy"}))
    assert seen(data.getvalue()).rows[0].cells[2] == "2025-12-31"


def test_rows_have_the_numbers_a_spreadsheet_shows() -> None:
    data = b'name;participations\r\n"Bau\r\nhof";07335\r\n\r\n;\r\nZweite;07335\r\n'
    assert [row.number for row in seen(data).rows] == [2, 5]


# --- Broken files ---


def lying(data: bytes) -> bytes:
    """A workbook whose directory understates the size of a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(size.to_bytes(4, "little"), (size - 20).to_bytes(4, "little"))


def far_cell() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write(1_048_575, 16_383, "x")
    return data.getvalue()


def archive_of(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    return data.getvalue()


def altered(data: bytes, changes: dict[str, str]) -> bytes:
    """A workbook with these entries instead of its own, or beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        files = {name: old.read(name).decode() for name in old.namelist()} | changes
        for name, text in files.items():
            new.writestr(name, text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"


def shared(length: int, cells: int) -> bytes:
    """A workbook whose cells all share one text of this length, as one long word in two pieces."""
    row = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, cells + 1))
    half = "x" * (length // 2)
    texts = f"<sst><si><r><t>{half}</t></r><r><t xml:space='preserve'>{half}</t></r></si></sst>"
    return altered(workbook({"A": []}), {SHEET: f"<worksheet><sheetData>{row}</sheetData></worksheet>", SHARED: texts})


GOOD = table([ROW])
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "Die Datei ist leer."),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", "Zeile 1: „"),
    "only_header": (GOOD.split(b"\r\n")[0], "Die Datei hat nur den Kopf und keine Zeilen."),
    "html": (b"<!DOCTYPE html><title>Anmelden</title>", "Zeile 1: Das ist eine Webseite oder XML."),
    "json": (b'{"results": []}', "Das ist JSON."),
    "pdf": (b"%PDF-1.7\n1 0 obj", "Das ist ein PDF-Dokument."),
    "old_excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Das ist eine alte Excel-Datei (XLS)"),
    "nul": (GOOD.replace(b"active", b"act\x00ive"), "Zeile 2: Nullzeichen."),
    "code_page_850": ("name;participations\nGebäude;07335\n".encode("cp850"), "Zeile 2: Das Byte 0x84 ist kein UTF-8"),
    "mac_roman": ("name;participations\nGebäude;07335\n".encode("mac_roman"), "Zeile 2: Das Byte 0x8A ist kein UTF-8"),
    "cut_in_a_letter": ("name;participations\nBauhof Süd".encode()[:-2], "Zeile 2: Das Byte 0xC3 ist kein UTF-8"),
    "twice_encoded": (
        "name;participations\nBauhof Süd;07335".encode().decode("latin-1").encode(),
        "Zeile 2: Umlaute sind doppelt kodiert",
    ),
    "lost_letters": ("name;participations\nBauhof S\ufffdd;07335".encode(), "Zeile 2: Ein Zeichen ging schon vorher"),
    "not_utf_16": (b"\xff\xfea", "Die Datei beginnt wie UTF-16"),
    "open_quote": (b'name;participations\nBauhof;"07335\n', "Zeile 2: Die Datei endet mitten in einer Zelle"),
    "bad_quote": (b'name;participations\n"Bau"hof;07335\n', "Zeile 2: Nach einem schließenden Anführungszeichen"),
    "endless_line": (
        b"name;participations\n" + b"x" * 5_000_000 + b";07335\n",
        "Zeile 2: Eine Zelle hat mehr als 131.072",
    ),
    "no_header": (b"Bauhof;07335\nZweite;07336\n", "Zeile 1: „Bauhof;07335“ nennt keine Spalte des Imports."),
    "missing_column": (b"name;status\nBauhof;active\n", "Zeile 1: Es fehlt: participations."),
    "doubled_column": (b"name;name;participations\nA;B;07335\n", "Zeile 1: doppelte Spalten: name."),
    "unknown_column": (
        b"name;participations;farbe\nA;07335;rot\n",
        "Zeile 1: Diese Spalten kennt der Import nicht: farbe.",
    ),
    "many_columns": (b"name;" + b"x;" * 50_000 + b"y\n1\n", "Zeile 1: Die Datei hat 50002 Spalten; erlaubt sind 200."),
    "long_shared_text": (shared(100_000, 1), "Die Arbeitsmappe enthält einen Text, der für eine Zelle zu lang ist."),
    "multiplied_text": (shared(60_000, 4_000), "Die Arbeitsmappe wiederholt zu lange Texte in zu vielen Zellen."),
    "declared_text": (
        altered(workbook({"A": [HEAD]}), {SHARED: "<!DOCTYPE sst [<!ENTITY a 'x'>]><sst/>"}),
        "Die Arbeitsmappe lässt sich nicht lesen.",
    ),
    "open_cells": (
        altered(workbook({"A": [HEAD]}), {SHEET: "<c " * 100_000 + 'r="A1" ' * 100_000}),
        "Die Arbeitsmappe lässt sich nicht lesen",
    ),
    "open_sheets": (
        altered(workbook({"A": [HEAD]}), {"xl/workbook.xml": "<sheet " * 100_000 + "<Relationship " * 100_000}),
        "Die Arbeitsmappe hat kein Tabellenblatt.",
    ),
    "sheet_elsewhere": (
        altered(
            workbook({"A": [HEAD]}),
            {
                "xl/_rels/workbook.xml.rels": '<Relationship Id="rId1" Target="other.bin"/>',
                "xl/other.bin": '<worksheet><sheetData><c r="XFD1048576"/></sheetData></worksheet>',
            },
        ),
        "Ein Tabellenblatt reicht bis Zeile 1048576 und Spalte 16384",
    ),
    "cut_workbook": (workbook({"A": [HEAD, list(ROW.values())]})[:-300], "Die Datei ist ein beschädigtes"),
    "lying_workbook": (lying(workbook({"A": [HEAD, list(ROW.values())]})), "Die Datei ist ein beschädigtes"),
    "far_cell": (far_cell(), "Ein Tabellenblatt reicht bis Zeile 1048576 und Spalte 16384"),
    "word_document": (archive_of("word/document.xml"), "Das ist ein Archiv (ZIP), aber keine Arbeitsmappe"),
    "empty_workbook": (workbook({"A": []}), "Zeile 1: Es fehlt: name, participations."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_place_and_reason(name: str) -> None:
    data, words = BROKEN[name]
    with pytest.raises(Refused) as refused:
        seen(data)
    assert str(refused.value)[: len(words)] == words


def test_a_file_that_unfolds_without_measure_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_LARGEST_UNFOLDED", 2 * 1024 * 1024)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            archive.writestr(name, "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (3 * 1024 * 1024))
    assert len(data.getvalue()) < 10_000
    with pytest.raises(Refused, match="Die Arbeitsmappe wäre entpackt 3 MB groß; erlaubt sind 2 MB"):
        seen(data.getvalue())


@pytest.fixture
def world(db: None) -> World:
    make.make_task_field(name_de="Bauhof")
    return make_world()


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        (b"Bauhof", ["Die Zeile hat 1 Felder statt 2; sie ist abgeschnitten."]),
        (b"Bauhof;073355009:lead;zu viel", ["Die Zeile hat 3 Felder, der Kopf nur 2."]),
        (b"Bau\x07hof;073355009:lead", ["name: Die Zelle enthält Steuerzeichen."]),
        (b"x" * 20_001 + b";073355009:lead", ["name: Die Zelle hat 20001 Zeichen; das ist zu viel."]),
    ],
)
def test_a_broken_row_is_told_with_its_place(world: World, rows: bytes, messages: list[str]) -> None:
    report = brought(world, b"name;participations\n" + rows + b"\n")
    assert (outcomes(report), [one for one in said(report)[0] if one in messages]) == ([WRONG], messages)
    assert Cooperation.objects.count() == 0


def test_a_formula_is_not_taken_for_a_value(world: World) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "participations"])
        sheet.write_formula(1, 0, '=HYPERLINK("http://example.org","Bauhof")', value="Bauhof")
        sheet.write(1, 1, "073355009:lead")
    report = brought(world, data.getvalue())
    assert said(report) == [["name: Die Zelle enthält eine Formel; tragen Sie den Wert ein."]]


# --- Files that go out ---


def test_the_columns_of_the_export_are_those_of_the_import() -> None:
    exported = list(CooperationSerializer.Meta.fields)
    assert [column.name for column in COLUMNS][: len(exported)] == exported


def test_every_place_of_a_message_has_its_column() -> None:
    assert [name for name in (*FIELDS, "task_fields") if not column_of(name)] == []
    assert {column_of(f"agreements.0.{name}").split("_")[0] for name in ACT_FIELDS} == {"agreement"}
    assert {column_of(f"awards.0.{name}").split("_")[0] for name in MONEY_FIELDS} == {"award"}
    assert column_of("participants.3.role") == "participations"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_is_a_file_that_can_be_read(ending: str) -> None:
    assert [str(name)[:8] for name in names_in(template_file(ending).content)] == ["BEISPIEL"]
    assert len(FILLED) == 32


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_report_is_the_file_with_its_messages_to_correct_and_bring_again(world: World, form: str) -> None:
    rows = [ROW | {"name": "=1+1", "status": "unklar"}, ROW | {"name": "Zweite", "participations": "07335"}]
    data = table(rows) if form == "csv" else workbook({"A": [HEAD, *(list(row.values()) for row in rows)]})
    report = tried(world, data)
    assert outcomes(report) == [WRONG, WRONG]
    again = report_file(report, report.rows)
    found = seen(again.content)
    assert (again.ending, found.columns) == (form, ["result", "messages", "decision", *HEAD])
    assert [found.cell(row, "messages") for row in found.rows] == ["\n".join(messages) for messages in said(report)]
    assert said(tried(world, again.content)) == said(report)
    corrected = [ROW | {"name": "=1+1"}, ROW | {"name": "Zweite"}]
    assert outcomes(brought(world, table(corrected))) == [NEW, NEW]
    assert sorted(Cooperation.objects.values_list("name", flat=True)) == ["=1+1", "Zweite"]


def test_an_export_neutralises_formulas_and_the_import_takes_that_back(client: Client, world: World) -> None:
    row = world.published(name="=SUMME(1)", summary="-1 ist auch Text")
    answer: Any = client.get("/api/v1/cooperations/", {"format": "csv"})
    data = b"".join(answer.streaming_content)
    assert b"'=SUMME(1)" in data
    assert outcomes(brought(world, data)) == ["unchanged"]
    assert outcomes(brought(world, one(slug=row.slug, name="'=SUMME(1)", summary="'-1 ist auch Text"))) == ["unchanged"]
