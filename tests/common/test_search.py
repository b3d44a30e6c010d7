"""Folded search: what a person types finds what is meant, and nothing typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.search import Term, fold, fold_all, matches, parse, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Thüringen", "thuringen"),
        ("Thueringen", "thuringen"),
        ("Budyšin", "budysin"),
        ("Rothenburg/O.L.", "rothenburg o l"),
        ("Straße", "strasse"),
        ("  Bruchmühlbach-Miesau ", "bruchmuhlbach miesau"),
        ("100 % _ ' \\", "100"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_fold_all_names_each_text_once() -> None:
    assert fold_all(["Jena", None, "", "jena", "Gera"]) == "jena gera"


def test_sort_key_sorts_umlauts_as_their_letter() -> None:
    assert sorted(["Zittau", "Öhringen", "Oelsnitz", "Ohrdruf"], key=sort_key) == [
        "Oelsnitz",
        "Ohrdruf",
        "Öhringen",
        "Zittau",
    ]


def test_parse_knows_words_phrases_and_exclusions() -> None:
    assert parse('Leitstelle "Jena Gera" -Weimar') == [
        Term("leitstelle"),
        Term("jena gera"),
        Term("weimar", excluded=True),
    ]


@pytest.mark.parametrize("query", ["", "   ", '"', "-", "%", "'", "_", "\x00", '""', "--"])
def test_a_query_of_nothing_but_signs_asks_for_nothing(query: str) -> None:
    assert parse(query) == []


@given(st.text())
def test_nothing_a_person_types_is_an_error(query: str) -> None:
    matches(query)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
