"""Workbooks as a program of another house reads them."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from coopportal.common import workbook
from coopportal.common.workbook import CUT, LONGEST_TEXT, Workbook


def made(rows: list[list[Any]], head: tuple[str, ...] = ("a",)) -> bytes:
    book = Workbook()
    book.begin_sheet("Daten", list(head))
    book.add_rows(rows)
    return b"".join(book.pieces())


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_text_numbers_and_truth_stay_what_they_are() -> None:
    row = ["=1+1", 7, 1.5, Decimal("10000000.00"), True, None]
    assert read(made([row], ("a", "b", "c", "d", "e", "f"))) == {
        "Daten": [["a", "b", "c", "d", "e", "f"], ["=1+1", 7.0, 1.5, 10000000.0, True, ""]]
    }


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
def test_any_text_comes_back_as_it_went(text: str) -> None:
    assert read(made([["x", text]], ("a", "b")))["Daten"][1] == ["x", text]


def test_no_cell_holds_a_formula_and_what_xml_cannot_hold_is_written_out() -> None:
    with zipfile.ZipFile(io.BytesIO(made([['=HYPERLINK("x")', "a\x00b\x0bc"]]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert archive.testzip() is None
    assert "<f>" not in sheet
    assert "a_x0000_b_x000B_c" in sheet


def test_a_full_sheet_goes_on_in_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert read(made([[n] for n in range(5)])) == {
        "Daten": [["a"], [0.0], [1.0]],
        "Daten 2": [["a"], [2.0], [3.0]],
        "Daten 3": [["a"], [4.0]],
    }


def test_a_sheet_of_too_many_bytes_goes_on_in_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROWS", 2)
    monkeypatch.setattr(workbook, "MOST_BYTES", 1000)
    sheets = read(made([["x" * 400] for _ in range(5)]))
    assert {name: len(rows) for name, rows in sheets.items()} == {"Daten": 3, "Daten 2": 3, "Daten 3": 2}


def test_days_are_days() -> None:
    assert read(made([[dt.date(2026, 11, 22), dt.date(1899, 1, 1)]], ("a", "b")))["Daten"][1] == [
        dt.date(2026, 11, 22),
        "1899-01-01",
    ]


def test_columns_are_written_as_their_rows_are() -> None:
    texts = ["=1+1", " Rand ", "a<b>&c", "_x0041_", "", "Zeile\nzwei", "y" * 40_000, "gleich", "gleich", None]
    rows = [[text, number, dt.date(2026, 11, 22)] for number, text in enumerate(texts)]
    book = Workbook()
    book.begin_sheet("Daten", ["a", "b", "c"])
    book.add_columns([[row[place] for row in rows] for place in range(3)])
    alone = [read(made([row], ("a", "b", "c")))["Daten"][1] for row in rows]
    assert read(b"".join(book.pieces()))["Daten"][1:] == alone


def test_other_programs_find_the_standard_style() -> None:
    with zipfile.ZipFile(io.BytesIO(made([[1]]))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert styles.count('<cellStyle name="Normal" xfId="0" builtinId="0"/>') == 1


def test_a_text_too_long_for_a_cell_says_so() -> None:
    [text] = read(made([["x" * 40_000]]))["Daten"][1]
    assert (len(text), text[-len(CUT) :]) == (LONGEST_TEXT, CUT)


def test_sheets_that_are_compressed_beside_hold_every_row_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_PIECE", 1)
    monkeypatch.setattr(workbook, "_ROWS", 1)
    assert read(made([[n] for n in range(50)]))["Daten"] == [["a"], *([float(n)] for n in range(50))]


def test_what_fails_while_it_is_compressed_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_PIECE", 1)
    book = Workbook()
    book.begin_sheet("Daten", ["a"])

    def full(_text: bytes) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(book._sheet, "write", full)
    with pytest.raises(OSError, match="no space left"):
        b"".join(book.pieces())


def test_the_memory_it_needs_does_not_grow_with_its_rows() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        book = Workbook()
        book.begin_sheet("Daten", ["a", "b"])
        book.add_rows([f"{n} {n * n}", n] for n in range(rows))
        for _piece in book.pieces():
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(8_000) < peak(1_000) + 2_000_000
