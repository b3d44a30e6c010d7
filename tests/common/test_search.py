"""Folded search: what a person types finds what is meant, and nothing typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.search import Term, fold, fold_all, matches, parse, sort_key, titled
from coopportal.common.titles import set_off


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
        Term("jena gera", exact=True),
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


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("Leitstellen", "leitstell"),
        ("Leitstell", "leitstell"),
        ("Feuerwehren", "feurwehr"),
        ("Verträge", "vertrag"),
        ("Städten", "stadt"),
        ("Verbunds", "verbund"),
        ("Landkreis", "landkreis"),
        ("Verhältnisse", "verhaltnis"),
        ("interkommunaler", "interkommunal"),
        ("gemeinsamen", "gemeinsam"),
        ("öffentlichem", "offentlich"),
        ("Träger", "trager"),
        ("Vereinbarung", "vereinbarung"),
        ("Minden", "minden"),
        ("Kommunale-Dienste", "kommunale dienst"),
        ('"Leitstellen"', "leitstellen"),
        ("-Leitstellen", "leitstellen"),
    ],
)
def test_words_are_looked_for_without_their_endings(typed: str, looked_for: str) -> None:
    assert [term.pattern for term in parse(typed)] == [looked_for]


def test_titles_are_set_off_from_other_words() -> None:
    assert titled(["Bauhof", "BH"], ["Bauhof", "Jena, Gera"]) == "bauhof bh  bauhof jena gera"
    assert titled(["Bauhof", ""], []) == "bauhof  "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bauhof jena gera", "bauhof jena  gera"),
        ("bauhof jena", "bauhof jena  "),
        ("bauhof jena  gera", "bauhof jena  gera"),
        ("", ""),
    ],
)
def test_a_migration_sets_stored_titles_off_once(before: str, after: str) -> None:
    assert set_off(before, ["Bauhof", "Jena"]) == after
