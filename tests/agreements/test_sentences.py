"""The sentence about a cooperation: made of data, plain German, no claim beyond it."""

from __future__ import annotations

import pytest

from agreements.sentences import Told, called, confirmations, counts, listed, sentence
from coopportal.common.dates import UncertainDate
from tests.builders import day

PLANNED = UncertainDate(day("2019-04-24"), "day")


def told(**values) -> Told:
    return Told(**{"status": "active", "status_label": "aktiv", "partners": ["Gera", "Jena"]} | values)


def test_the_whole_sentence():
    text = sentence(
        told(
            status="planned",
            status_label="geplant",
            known=PLANNED,
            mentioned=6,
            mentioned_bodies=2,
            task_fields=["Leitstelle"],
            legal_forms=["Zweckvereinbarung (geplant)"],
            documents=2,
            open_conflicts=4,
        )
    )
    assert text == (
        "Geplant (Stand 24.04.2019): Gera und Jena wollen im Aufgabenfeld „Leitstelle“ zusammenarbeiten; "
        "6 weitere Kommunen und 2 Stellen sind genannt; Rechtsform: Zweckvereinbarung (geplant); "
        "2 Quellen, 4 offene Widersprüche."
    )


def test_what_nobody_says_is_said_not_to_be_known():
    assert sentence(told(partners=[])) == (
        "Aktiv (Tag unbekannt): wer beteiligt ist, ist noch nicht belegt; Rechtsform nicht genannt; "
        "keine Quelle, kein offener Widerspruch."
    )


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (None, "Aktiv (Tag unbekannt): "),
        (UncertainDate(day("2019-04-24"), "day"), "Aktiv (Stand 24.04.2019): "),
        (UncertainDate(day("2019-01-01"), "part_of_year", "Anfang 2019"), "Aktiv (seit „Anfang 2019“): "),
        (UncertainDate(day("2019-01-01"), "year"), "Aktiv (seit 2019): "),
    ],
)
def test_the_day_is_as_exact_as_its_source(known, words):
    assert sentence(told(known=known)).startswith(words)


@pytest.mark.parametrize(
    ("status", "one", "several"),
    [
        ("idea", "denkt über eine Zusammenarbeit nach", "denken über eine Zusammenarbeit nach"),
        ("planned", "will mit anderen zusammenarbeiten", "wollen zusammenarbeiten"),
        ("being_set_up", "baut eine Zusammenarbeit auf", "bauen eine Zusammenarbeit auf"),
        ("active", "arbeitet mit anderen zusammen", "arbeiten zusammen"),
        ("ended", "hat mit anderen zusammengearbeitet", "haben zusammengearbeitet"),
        ("abandoned", "wollte mit anderen zusammenarbeiten", "wollten zusammenarbeiten"),
        ("unknown", "ist beteiligt", "sind beteiligt"),
    ],
)
def test_the_verb_follows_status_and_number(status, one, several):
    assert f": Jena {one};" in sentence(told(status=status, partners=["Jena"]))
    assert f": Gera und Jena {several};" in sentence(told(status=status))


def test_what_rests():
    assert ": die Zusammenarbeit von Gera und Jena ruht;" in sentence(told(status="dormant"))


@pytest.mark.parametrize(
    ("names", "bodies", "words"),
    [
        (["A"], 1, ": A sowie 1 Stelle arbeiten zusammen;"),
        (["A", "B", "C", "D"], 0, ": A, B, C und D arbeiten zusammen;"),
        (["A", "B", "C", "D", "E"], 3, ": 5 Kommunen sowie 3 Stellen arbeiten zusammen;"),
        ([], 2, ": 2 Stellen arbeiten zusammen;"),
    ],
)
def test_many_bodies_are_counted_instead_of_named(names, bodies, words):
    assert words in sentence(told(partners=names, partner_bodies=bodies))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["A"], "arbeiten im Aufgabenfeld „A“ zusammen"),
        (["A, B", "C"], "arbeiten in den Aufgabenfeldern „A, B“ und „C“ zusammen"),
        (["A", "B", "C"], "arbeiten in 3 Aufgabenfeldern zusammen"),
    ],
)
def test_task_fields(fields, words):
    assert words in sentence(told(task_fields=fields))


def test_who_is_only_intended_does_not_take_part():
    text = sentence(told(status="planned", status_label="geplant", partners=[], intended=["Mainz", "Trier"]))
    assert text.startswith("Geplant (Tag unbekannt): Mainz und Trier sind vorgesehen; Rechtsform")
    one = sentence(told(partners=[], intended=["Mainz"], mentioned=1))
    assert ": Mainz ist vorgesehen; 1 weitere Kommune ist genannt;" in one


def test_beside_partners_the_intended_are_counted_as_mentioned():
    assert "; 3 weitere Kommunen sind genannt;" in sentence(told(intended=["Weimar"], mentioned=2))
    assert "; 2 Kommunen sind genannt;" in sentence(told(partners=[], mentioned=2))


@pytest.mark.parametrize(
    ("partners", "mentioned", "words"),
    [
        (2, 8, "2 Beteiligte, 8 weitere genannt"),
        (1, 0, "1 Beteiligte"),
        (0, 4, "noch niemand beteiligt, 4 genannt"),
        (0, 0, "noch niemand beteiligt"),
    ],
)
def test_counts_keep_those_who_take_part_apart(partners, mentioned, words):
    assert counts(partners, mentioned) == words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 0, 8), "0 von 8 bestätigt, 8 offen"),
        ((3, 1, 1), "3 von 5 bestätigt, 1 widersprochen, 1 offen"),
        ((5, 0, 0), "5 von 5 bestätigt"),
    ],
)
def test_silence_is_not_consent(numbers, words):
    assert confirmations(*numbers) == words


def test_who_refuses_is_told_and_that_nothing_contradicts_is_not():
    five = sentence(told(partners=["A", "B", "C", "D", "E"], refused_partners=1))
    assert ": 5 Kommunen (davon widerspricht 1) arbeiten zusammen;" in five
    assert five.endswith("; keine Quelle.")
    assert called("Jena", refuses=True) == "Jena (widerspricht)"
    assert "; 3 weitere Kommunen (davon widersprechen 2) sind genannt;" in sentence(
        told(mentioned=2, intended=["Weimar"], refused_intended=1, refused_mentioned=1)
    )
    assert sentence(told(refused_partners=1, open_conflicts=1)).endswith("keine Quelle, 1 offener Widerspruch.")


def test_lists_of_words():
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a und b", "a, b und c"]
