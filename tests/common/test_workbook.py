"""Workbooks as a program of another house reads them."""

from __future__ import annotations

import io
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
    book.close()
    return book.taken()


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


def test_a_text_too_long_for_a_cell_says_so() -> None:
    [text] = read(made([["x" * 40_000]]))["Daten"][1]
    assert (len(text), text[-len(CUT) :]) == (LONGEST_TEXT, CUT)


def test_it_can_be_sent_while_it_is_written() -> None:
    book = Workbook()
    book.begin_sheet("Daten", ["a"])
    first = book.taken()
    book.add_rows([[f"{n} {n * n} {n**3}"] for n in range(20_000)])
    second = book.taken()
    book.close()
    assert min(len(first), len(second)) > 100
    assert len(read(first + second + book.taken())["Daten"]) == 20_001
