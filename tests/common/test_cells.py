"""Tables as CSV: whole columns are written as the standard library writes each of their cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.cells import cell, csv_lines, entries, flat

_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(alphabet=st.characters(codec="utf-8")),
    st.sampled_from(["", "=1+1", "-2", "a,b", 'a"b', "Zeile\nzwei", "\r", "+49", "@x", "\t", "\x00"]),
    st.lists(st.text(alphabet="ab,;=", max_size=3), max_size=3),
)
_TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[_PLAIN] * width), min_size=1, max_size=5))


def written(rows: list[tuple[Any, ...]]) -> bytes:
    """What the standard library makes of the cells, one by one."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([None if value is None else cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


@given(_TABLES)
def test_columns_are_written_as_their_cells_are(rows: list[tuple[Any, ...]]) -> None:
    assert csv_lines([*zip(*rows, strict=True)]) == written(rows)


def test_no_rows_are_no_lines() -> None:
    assert csv_lines([[], []]) == b""


def test_rows_as_entries_are_what_a_record_is_in_a_cell() -> None:
    rows = [("lead", None, dt.date(2026, 11, 22), 1), ("a:b", True, {"c": 1}, Decimal("1.50"))]
    told = entries([*zip(*rows, strict=True)])
    assert told == [flat(dict(enumerate(row))) for row in rows]
