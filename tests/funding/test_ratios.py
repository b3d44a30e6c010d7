"""When two figures may be divided, and in which words it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.ratios import Refusal, Share, comparisons, ratio

_numbers = count(1)


@dataclass
class Number:
    value: Decimal
    base: str = ""
    qualifier: str = "exact"
    part_of_id: int | None = None
    pk: int = 0

    def __post_init__(self) -> None:
        self.value, self.pk = Decimal(self.value), self.pk or next(_numbers)


ADVISED = Number(134, "beratene Kommunen")
CLOSE = Number(58, "beratene Kommunen", part_of_id=ADVISED.pk)
COUNCILS = Number(28)
TAKING_PART = Number(122, "Kommunen aller Art")
TOWNS = Number(2200, "Städte und Gemeinden", "more_than")


def test_a_declared_part_has_a_share():
    share = ratio(CLOSE, ADVISED)
    assert share == Share(Decimal(58), Decimal(134))
    assert share.percent == Decimal("43.3")


@pytest.mark.parametrize(
    ("part", "whole", "reason"),
    [
        (
            TAKING_PART,
            TOWNS,
            "Verschiedene Grundmengen („Kommunen aller Art“ und „Städte und Gemeinden“); "
            "ein Anteil würde in die Irre führen.",
        ),
        (COUNCILS, ADVISED, "Worauf sich die Zahl bezieht, sagt die Quelle nicht; ein Anteil wäre geraten."),
        (ADVISED, COUNCILS, "Worauf sich die Zahl bezieht, sagt die Quelle nicht; ein Anteil wäre geraten."),
        (ADVISED, CLOSE, "Keine der Quellen erklärt die eine Zahl zum Teil der anderen."),
        (
            Number(5, part_of_id=TOWNS.pk),
            TOWNS,
            "Eine der Zahlen ist nur ungefähr bekannt; ein Anteil wäre scheingenau.",
        ),
        (Number(0, part_of_id=900), Number(0, pk=900), "Die Gesamtzahl ist null."),
    ],
)
def test_a_refusal_says_why(part, whole, reason):
    assert ratio(part, whole) == Refusal(reason)


def shown(own, around=()) -> list[tuple[int, int | None, bool]]:
    return [
        (int(c.part.value), int(c.whole.value) if c.whole else None, c.share is not None)
        for c in comparisons(own, around)
    ]


def test_saxony_shares_come_first_and_a_figure_without_base_is_refused_once():
    assert shown([ADVISED, CLOSE, COUNCILS]) == [(58, 134, True), (28, None, False)]


def test_rhineland_palatinate_is_refused_against_the_figures_of_the_land():
    clusters = Number(33, "Verbünde")
    assert shown([TAKING_PART, clusters], [TOWNS]) == [(33, 122, False), (122, 2200, False), (33, 2200, False)]


def test_a_declared_part_comes_first_even_where_it_is_larger():
    whole = Number(10, "alle")
    assert shown([whole, Number(12, "alle", part_of_id=whole.pk)]) == [(12, 10, True)]


@pytest.mark.parametrize("own", [[], [ADVISED], [COUNCILS]])
def test_one_figure_alone_is_compared_with_nothing(own):
    assert comparisons(own) == []


figures = st.builds(
    Number,
    st.integers(0, 10_000),
    st.sampled_from(["", "alle", "einige"]),
    st.sampled_from(["exact", "about", "more_than"]),
    st.sampled_from([None, 1_000_001, 1_000_002]),
    st.sampled_from([1_000_001, 1_000_002, 1_000_003]),
)


@given(figures, figures)
def test_there_is_a_share_only_of_an_exact_declared_part(part, whole):
    result = ratio(part, whole)
    allowed = part.part_of_id == whole.pk and part.qualifier == whole.qualifier == "exact" and whole.value > 0
    assert isinstance(result, Share) == allowed
