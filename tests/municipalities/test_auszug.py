"""AuszugGV: coordinates, travel area and urbanisation, columns found by their header."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from municipalities.importers.auszug import degree, is_workbook, read_extract
from municipalities.importers.coordinates import day_of, import_extract
from municipalities.importers.refusal import Refused
from municipalities.models import Municipality
from tests.builders import make_municipality
from tests.municipalities.directory_world import everything
from tests.workbooks import workbook

SHEET = "Onlineprodukt_Gemeinden30112025"
#: The header of the extract over six rows, with an area date as older editions have it if ``dated``.
KEY = ["Land", "RB", "Kreis", "VB", "Gem"]


def header(*, dated: bool = False) -> list[list[Any]]:
    first: list[Any] = ["Satz-", "Text-", "Amtlicher Regionalschlüssel (ARS)", None, None, None, None, "Gemeindename"]
    first += ["Fläche"] + (["Gebiets-\nstand"] if dated else []) + ["Bevölkerung", None, None, None, "Post-"]
    first += ["Geografische Mittelpunktkoordinaten", None, "Reisegebiete", None, "Grad der Verstädterung", None]
    gap: list[Any] = [None] * (9 + dated)
    return [
        ["Gemeinden nach Land, Kreis, Längengrad, Breitengrad, Reisegebieten und Grad der Verstädterung"],
        [],
        first,
        ["art", "kenn-", *KEY, None, "km²", *([None] if dated else []), "insgesamt", "männlich", "weiblich", "je km²"],
        [None, "zeichen", *gap, None, None, "leitzahl", "Längengrad", "Breitengrad"],
        [None, None, *gap, None, None, None, None, None, "Schlüssel", "Bezeichnung", "Schlüssel", "Bezeichnung"],
    ]


def row(
    ags: str, name: str, lon: Any, lat: Any, *, dated: bool = False, travel: str = "1234", urban: Any = "03"
) -> list[Any]:
    key = [ags[:2], ags[2], ags[3:5], "0000", ags[5:]]
    figures = [" 53.02", *(["31.12.2019"] if dated else []), " 90 164", "44 000", "46 164", "1 700", "24937"]
    words = ["Flensburger Förde", urban, "gering besiedelt"]
    return ["60", "61", *key, name, *figures, lon, lat, travel, *words]


def file(*rows: list[Any], dated: bool = False) -> bytes:
    upper = ["50", "50", "01", "0", "01", "0000", None, "Flensburg, Stadt"]
    note = ["Quelle: Statistische Ämter"]
    cells = [
        *header(dated=dated),
        ["10", None, "01", None, None, None, None, "Schleswig-Holstein"],
        upper,
        *rows,
        [],
        note,
    ]
    return workbook({"Inhalt": [["Erläuterungen"]], SHEET: cells})


FLENSBURG = row("01001000", "Flensburg, Stadt", "9,43751", "54,78252")


def test_columns_are_found_by_their_header() -> None:
    extract = read_extract(file(FLENSBURG))
    assert extract.sheet == SHEET
    [place] = extract.places
    assert place[1:] == ("01001000", 54.78252, 9.43751, "1234", "Flensburger Förde", "03")
    assert place.row == 9


def test_an_older_edition_has_one_column_more() -> None:
    extract = read_extract(file(row("01001000", "Flensburg", "9,43751", "54,78252", dated=True), dated=True))
    assert extract.places[0][1:] == ("01001000", 54.78252, 9.43751, "1234", "Flensburger Förde", "03")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (9.43751, 9.43751),
        ("9,43751", 9.43751),
        (" 9.43751", 9.43751),
        ("\u202f9,4\u00a0", 9.4),
        (10, 10.0),
        ("", None),
        ("-", None),
        ("9,4,3", None),
        (None, None),
        (True, None),
    ],
)
def test_degrees_are_written_in_many_ways(written: Any, number: float | None) -> None:
    assert degree(written) == number


def test_numbers_that_lost_their_zeros_are_keys_again() -> None:
    cells = FLENSBURG.copy()
    cells[:7] = [60, 61, 1, 0, 1, 0, 0]
    assert read_extract(file(cells)).places[0].ags == "01001000"


@pytest.mark.parametrize(("lon", "lat"), [("54,78", "9,43"), ("x", "54,78"), ("9,43", "200")])
def test_a_point_outside_is_a_fault_and_no_point(lon: str, lat: str) -> None:
    extract = read_extract(file(row("01001000", "Flensburg", lon, lat)))
    assert (extract.places[0].lat, extract.places[0].lon) == (None, None)
    assert extract.faults
    assert extract.faults[0].startswith("Zeile 9 (01001000): ")


def test_a_wrong_key_is_a_fault_with_its_row() -> None:
    extract = read_extract(file(FLENSBURG, row("99001000", "Nirgendwo", "9", "54")))
    assert extract.faults == ["Zeile 10: „99001000“ ist kein Gemeindeschlüssel."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04[Content_Types].xml and nothing else", "lässt sich nicht lesen"),
        (workbook({"Tabelle1": [["a", "b"], [1, 2]]}), "Das ist kein AuszugGV"),
        (workbook({"leer": []}), "Das ist kein AuszugGV"),
        (workbook({SHEET: header()}), "enthält keine Gemeinden"),
        (file(FLENSBURG)[:-300], "lässt sich nicht lesen"),
    ],
)
def test_another_workbook_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_extract(data)


def test_a_workbook_is_told_from_text() -> None:
    assert is_workbook(file(FLENSBURG))
    assert not is_workbook(b"1020251130")


@pytest.mark.parametrize(
    ("sheet", "day"),
    [
        (SHEET, dt.date(2025, 11, 30)),
        ("Onlineprodukt_Gemeinden_311220", dt.date(2020, 12, 31)),
        ("Onlineprodukt_Gemeinden", None),
        ("Onlineprodukt_Gemeinden99999999", None),
    ],
)
def test_the_state_stands_in_the_name_of_the_sheet(sheet: str, day: dt.date | None) -> None:
    assert day_of(sheet) == day


# --- Into the database ---


@pytest.mark.django_db
def test_bodies_get_coordinates_travel_area_and_urbanisation() -> None:
    town = make_municipality("Flensburg", ars="010010000000", lat=1, lon=1)
    before = town.updated_at
    report = import_extract(file(FLENSBURG))
    town.refresh_from_db()
    assert (town.lat, town.lon) == (Decimal("54.782520"), Decimal("9.437510"))
    assert (town.travel_area_key, town.travel_area, town.urbanisation) == ("1234", "Flensburger Förde", "thin")
    assert town.coordinates_source == "© Statistisches Bundesamt (Destatis), AuszugGV, Gebietsstand 30.11.2025"
    assert town.updated_at > before
    assert report.sections["Geändert"] == ["Flensburg (01001000)"]


@pytest.mark.django_db
def test_the_same_extract_again_changes_nothing_and_a_dry_run_neither() -> None:
    make_municipality("Flensburg", ars="010010000000")
    before = everything()
    assert len(import_extract(file(FLENSBURG), dry_run=True).sections["Geändert"]) == 1
    assert everything() == before
    import_extract(file(FLENSBURG))
    before = everything()
    assert import_extract(file(FLENSBURG)).sections["Geändert"] == []
    assert everything() == before


@pytest.mark.django_db
def test_who_is_missing_on_either_side_is_told() -> None:
    make_municipality("Flensburg", ars="010010000000")
    make_municipality("Kiel", ars="010020000000")
    report = import_extract(file(FLENSBURG, row("01003000", "Lübeck", "10,6", "53,8")))
    assert report.sections["Ohne Angaben im Auszug"] == ["Kiel (01002000)"]
    assert report.sections["Im Portal unbekannt"] == ["Zeile 10: 01003000"]


@pytest.mark.django_db
def test_what_the_extract_does_not_say_stays() -> None:
    make_municipality("Flensburg", ars="010010000000", lat="54.5", lon="9.5", coordinates_source="von Hand")
    import_extract(file(row("01001000", "Flensburg", None, None, travel="", urban="")))
    town = Municipality.objects.get()
    assert (town.lat, town.coordinates_source, town.travel_area_key, town.urbanisation) == (
        Decimal("54.5"),
        "von Hand",
        "",
        "",
    )


@pytest.mark.django_db
def test_an_extract_before_any_directory_is_refused() -> None:
    with pytest.raises(Refused, match="Lesen Sie zuerst GV100AD ein"):
        import_extract(file(FLENSBURG))
