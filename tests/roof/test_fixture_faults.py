"""A fault in a fixture file fails the load whole, and its place is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coopportal.fixtures.loading import load
from coopportal.fixtures.reading import FixtureError
from tests.roof.fixture_files import change, copy_of_fixtures, entry, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

JENA = "160530000000"


# --- A fault: nothing is written, and the place is named ---


def _first_citation(**values: Any) -> Any:
    return lambda rows: rows[0]["citations"][0].update(values)


FAULTS = {
    "wrong key": (
        "02_municipalities.json",
        lambda rows: entry(rows, "ars", "073120000000").update(ars="993120000000", ags=None),
        "02_municipalities.json, Kommune „993120000000“: Ein Regionalschlüssel hat zwölf Ziffern",
    ),
    "key of a Land nobody knows": (
        "02_municipalities.json",
        lambda rows: rows[0].update(state="17"),
        "02_municipalities.json, Kommune „073310000000“: Land „17“ ist unbekannt",
    ),
    "two keys that do not belong together": (
        "02_municipalities.json",
        lambda rows: entry(rows, "ars", JENA).update(ags="16054000"),
        f"02_municipalities.json, Kommune „{JENA}“: Gemeindeschlüssel und Regionalschlüssel gehören nicht zusammen.",
    ),
    "inverted period": (
        "02_municipalities.json",
        lambda rows: rows[0].update(valid_from="2020-01-01", valid_until="2019-12-31"),
        "02_municipalities.json, Kommune „073310000000“: Der Zeitraum endet vor seinem Beginn.",
    ),
    "inverted event": (
        "07_events.json",
        lambda rows: entry(rows, "key", "delegation-impulsregion-2019-09-02").update(until="2019-09-01"),
        "07_events.json, Ereignis „delegation-impulsregion-2019-09-02“: Das Ereignis endet vor seinem Beginn.",
    ),
    "passage outside its document": (
        "08_citations_d4.json",
        lambda rows: rows[-1].update(end=9999),
        "08_citations_d4.json, Fundstelle „impulsregion-empfaengt-delegation/2204/9999“: "
        "end: Die Fundstelle endet bei 9999, der Text hat nur 2225 Zeichen.",
    ),
    "inverted passage": (
        "08_citations_d1.json",
        lambda rows: rows[0].update(start=112, end=32),
        "08_citations_d1.json, Fundstelle „jena-begruesst-strukturoptimierung/112/32“: "
        "Eine Fundstelle endet nach ihrem Anfang.",
    ),
    "unknown subject": (
        "08_citations_d1.json",
        _first_citation(about={"cooperation": "nirgends"}),
        "08_citations_d1.json, Beleg „d1-01a“: Kooperation „nirgends“ ist unbekannt",
    ),
    "unknown kind of subject": (
        "08_citations_d1.json",
        _first_citation(about={"state": "16"}),
        "08_citations_d1.json, Beleg „d1-01a“: „state“ ist keine belegbare Art.",
    ),
    "two subjects": (
        "08_citations_d1.json",
        _first_citation(about={"state": "16", "cooperation": "asskomm"}),
        "08_citations_d1.json, Beleg „d1-01a“: „about“ nennt genau einen Gegenstand",
    ),
    "unknown citable field": (
        "08_citations_d1.json",
        _first_citation(field="colour"),
        "08_citations_d1.json, Beleg „d1-01a“: field: „colour“ ist kein belegbares Feld",
    ),
    "unknown choice": (
        "08_citations_d1.json",
        _first_citation(modality="whispered"),
        "08_citations_d1.json, Beleg „d1-01a“: modality: Wert 'whispered' ist keine gültige Option.",
    ),
    "doubled key": (
        "08_citations_d2.json",
        _first_citation(key="d1-01a"),
        "08_citations_d2.json, Beleg „d1-01a“: Dieser Schlüssel ist doppelt; zuerst in 08_citations_d1.json.",
    ),
    "unknown property": (
        "03_organisations.json",
        lambda rows: rows[0].update(colour="blau"),
        "03_organisations.json, Stelle „freistaat-thueringen“: Unbekannte Angabe „colour“",
    ),
    "derived property": (
        "03_organisations.json",
        lambda rows: rows[0].update(sort_key="a"),
        "03_organisations.json, Stelle „freistaat-thueringen“: Unbekannte Angabe „sort_key“",
    ),
    "missing key": (
        "03_organisations.json",
        lambda rows: rows[1].pop("slug"),
        "03_organisations.json, Stelle Nr. 2: Die Angabe „slug“ fehlt; sie gehört zum Schlüssel.",
    ),
    "missing value": (
        "03_organisations.json",
        lambda rows: rows.append({"slug": "namenlos", "kind": "medium"}),
        "03_organisations.json, Stelle „namenlos“: name: ",
    ),
    "no day": (
        "07_events.json",
        lambda rows: rows[0].update(on="2019-02-30"),
        "07_events.json, Ereignis „landesverwaltungsamt-2019-02-22“: on: ",
    ),
    "nought euros": (
        "06_programmes.json",
        lambda rows: rows[0]["budget_lines"][0].update(amount=0),
        "06_programmes.json, Haushaltsansatz „thueringen-angekuendigt“: Ein unbekannter Betrag bleibt leer",
    ),
    "a list for a text": (
        "03_organisations.json",
        lambda rows: rows[0].update(name=["Freistaat"]),
        "03_organisations.json, Stelle „freistaat-thueringen“: name: Hier wird ein einfacher Wert erwartet.",
    ),
    "a text for a list": (
        "07_events.json",
        lambda rows: rows[0].update(cooperations="asskomm"),
        "07_events.json, Ereignis „landesverwaltungsamt-2019-02-22“: cooperations: Hier wird eine Liste",
    ),
    "an entry that is no object": (
        "07_events.json",
        lambda rows: rows.insert(0, "asskomm"),
        "07_events.json, Ereignis Nr. 1: Ein Eintrag ist ein JSON-Objekt.",
    ),
    "nested entries that are no list": (
        "07_cooperations.json",
        lambda rows: rows[0].update(awards={}),
        "07_cooperations.json, Bewilligung: Hier wird eine Liste erwartet.",
    ),
    "a key that is no key": (
        "07_events.json",
        lambda rows: rows[0].update(cooperations=[{"slug": "asskomm"}]),
        "07_events.json, Ereignis „landesverwaltungsamt-2019-02-22“: {'slug': 'asskomm'} ist kein Schlüssel.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_the_load_whole_and_names_the_place(tmp_path: Path, fault: str) -> None:
    name, how, sentence = FAULTS[fault]
    folder = copy_of_fixtures(tmp_path)
    change(folder, name, how)
    change(folder, "01_states.json", lambda rows: rows[0].update(official_name="geändert"))
    before = everything()
    with pytest.raises(FixtureError) as caught:
        load(folder)
    assert [found[: len(sentence)] for found in caught.value.faults] == [sentence]
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "09_broken.json, Zeile 1, Spalte 2: kein gültiges JSON."),
        ("[]", "09_broken.json: Erwartet wird ein JSON-Objekt mit „kind“ und „entries“."),
        ('{"kind": "colour", "entries": []}', "09_broken.json: Unbekannte Art „colour“; bekannt sind: state, "),
        ('{"kind": ["state"], "entries": []}', "09_broken.json: Unbekannte Art „['state']“; bekannt sind: state, "),
        ("[" * 100_000, "09_broken.json: kein gültiges JSON, zu tief verschachtelt."),
        ('{"kind": "state", "entries": [], "x": 1}', "09_broken.json: Unbekannte Angabe „x“."),
        ('{"kind": "state", "entries": [], "defaults": []}', "09_broken.json: „defaults“ nennt zu jeder Art"),
        (
            '{"kind": "state", "entries": [{"code": "16", "code": "15"}]}',
            "09_broken.json: Die Angabe „code“ steht doppelt in demselben Eintrag",
        ),
    ],
)
def test_a_file_that_is_no_fixture_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    folder = copy_of_fixtures(tmp_path)
    (folder / "09_broken.json").write_text(text, encoding="utf-8")
    with pytest.raises(FixtureError) as caught:
        load(folder)
    assert [found[: len(sentence)] for found in caught.value.faults] == [sentence]


def test_a_folder_or_nothing_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    (folder / "09_folder.json").mkdir()
    (folder / "09_gone.json").symlink_to("nowhere")
    with pytest.raises(FixtureError) as caught:
        load(folder)
    assert caught.value.faults == [
        "09_folder.json lässt sich nicht lesen: das ist ein Verzeichnis, keine Datei.",
        "09_gone.json lässt sich nicht lesen: dort liegt nichts.",
    ]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    (folder / "01_states.json").write_text("Thüringen", encoding="latin-1")
    with pytest.raises(FixtureError, match=r"01_states\.json: Die Datei ist nicht in UTF-8 geschrieben\."):
        load(folder)
