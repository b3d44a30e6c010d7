"""Names of the directory as people say them, and the words by which bodies are found."""

from __future__ import annotations

import pytest

from municipalities.names import fold_name, one_line, people_name, search_text, written_out


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("Jena, Stadt", "Jena"),
        ("Görlitz, Stadt, Hochschulstadt", "Görlitz"),
        ("Landstuhl, Sickingenstadt, Stadt", "Landstuhl"),
        ("Altötting, St", "Altötting"),
        ("Marktl, M", "Marktl"),
        ("Bad Reichenhall, GKSt", "Bad Reichenhall"),
        ("Koblenz, kreisfreie Stadt", "Koblenz"),
        ("Ebstorf,Klosterflecken", "Ebstorf"),
        ("Buchholz (Forstgutsbez.),gemfr. Gebiet", "Buchholz (Forstgutsbez.)"),
        ("Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokoš", "Bautzen / Budyšin"),
        ("Weißwasser/O.L., Stadt / Běła Woda", "Weißwasser/O.L. / Běła Woda"),
        ("Lutherstadt Wittenberg", "Lutherstadt Wittenberg"),
        ("Au", "Au"),
        (", Stadt", ", Stadt"),
    ],
)
def test_the_name_of_a_municipality_loses_its_additions(official: str, name: str) -> None:
    assert people_name(official, is_association=False) == name


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("Aub (VGem)", "Aub"),
        ("Schwedt/Oder, Stadt", "Schwedt/Oder"),
        ("VVG der Stadt Herrenberg", "VVG der Stadt Herrenberg"),
        ("EG Uder", "EG Uder"),
        ("Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/V", "Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/V"),
        ("(VGem)", "(VGem)"),
    ],
)
def test_the_name_of_an_association_keeps_the_names_of_its_members(official: str, name: str) -> None:
    assert people_name(official, is_association=True) == name


def test_blanks_are_tidied() -> None:
    assert one_line(" Meschede, Kreis- und  Hochschulstadt  ") == "Meschede, Kreis- und Hochschulstadt"


def test_saint_is_written_out() -> None:
    assert fold_name("St. Ingbert") == "sankt ingbert"
    assert fold_name("St.Gangloff") == "sankt gangloff"
    assert fold_name("Nordstemmen") == "nordstemmen"


def test_abbreviations_are_written_out_besides() -> None:
    assert written_out(fold_name("Neumarkt i.d.OPf.")) == ["neumarkt i d oberpfalz"]
    assert written_out("jena") == []


def test_the_search_text_tells_names_from_words_by_double_blanks() -> None:
    text = search_text(
        ["Bautzen / Budyšin", "Bautzen / Budyšin"], ["Bautzen / Budyšin, Stadt", "Stadt", ""], ["14625020", None]
    )
    assert text == "  bautzen budysin  bautzen  budysin  bautzen budysin stadt  stadt  14625020  "
