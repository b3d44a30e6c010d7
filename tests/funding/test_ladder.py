"""The ladder of money: sums per rung and never across, unknown amounts never as 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.choices import BESIDE, LADDER, Rung
from funding.ladder import RUNG_HEIGHT, RungTotal, drawn, totals


@dataclass
class Line:
    rung: str
    amount: Decimal | None = None


def test_the_sum_of_a_rung_leaves_other_rungs_alone():
    lines = [Line("budgeted", Decimal(5)), Line("budgeted", Decimal(7)), Line("granted", Decimal(2))]
    assert totals(lines, ["budgeted", "granted"]) == [
        RungTotal("budgeted", Decimal(12), 2, 0),
        RungTotal("granted", Decimal(2), 1, 0),
    ]


@pytest.mark.parametrize(
    ("lines", "total", "state"),
    [
        ([], None, "silent"),
        ([Line("announced")], None, "unknown"),
        ([Line("announced", Decimal(3))], Decimal(3), "known"),
        ([Line("announced", Decimal(3)), Line("announced")], Decimal(3), "partly"),
    ],
)
def test_an_unknown_amount_is_unknown_and_not_nought(lines, total, state):
    (rung,) = totals(lines, ["announced"])
    assert (rung.total, rung.state, rung.is_stated, rung.lines) == (total, state, state != "silent", len(lines))


def test_every_rung_stands_on_the_ladder_or_beside_it():
    assert sorted([*LADDER, *BESIDE]) == sorted(Rung)
    assert set(BESIDE) == {Rung.REFUSED, Rung.CLAIMED, Rung.UNKNOWN}


def test_the_picture_stands_on_its_foot():
    rungs = drawn(totals([], LADDER))
    assert [rung.total.rung for rung in rungs][:2] == ["paid", "granted"]
    assert [rung.middle for rung in rungs] == [RUNG_HEIGHT // 2 + RUNG_HEIGHT * i for i in range(7)]


amounts = st.one_of(st.none(), st.decimals("0.01", "999999999.99", places=2))
rungs = st.sampled_from([str(rung) for rung in Rung])


@given(st.lists(st.builds(Line, rungs, amounts)))
def test_nothing_is_lost_and_nothing_is_counted_twice(lines):
    found = totals(lines, Rung)
    assert sum(rung.lines for rung in found) == len(lines)
    assert sum((rung.total or Decimal(0)) for rung in found) == sum((line.amount or Decimal(0)) for line in lines)
    assert all(rung.total is None or rung.total > 0 for rung in found)
