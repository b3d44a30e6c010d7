"""Reading GV100AD: every part of a line, and every way in which a file can be no directory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.importers.bodies import bodies_of
from municipalities.importers.gv100ad import read
from municipalities.importers.refusal import Refused, shortened
from tests.municipalities.lines import association, city, district, free, line, municipality, sample, state

GREIZ = [
    district("16076", "Greiz"),
    association("160765004", "Wünschendorf/Elster", "54"),
    municipality("16076084", "Wünschendorf/Elster", vb="5004", area=1950, population=2773),
    *free("16076004", "Berga/Elster, Stadt", code="63", area=4352, population=3218),
]


def file(day: str = "20221231") -> bytes:
    return sample(day, GREIZ)


def lines_of(data: bytes) -> list[str]:
    return data.decode().split("\n")


def number_of(data: bytes, text: str) -> int:
    return next(place for place, one in enumerate(lines_of(data), 1) if text in one)


def test_a_file_is_read_in_all_its_parts() -> None:
    data = file()
    directory = read(data)
    assert (directory.day, directory.encoding, directory.lines) == (dt.date(2022, 12, 31), "utf-8", 15 * 4 + 6)
    assert sorted(directory.states) == [f"{code:02d}" for code in range(1, 17)]
    row = next(one for one in directory.municipalities if one.key == "16076084")
    assert row == (
        number_of(data, "16076084"),
        "60",
        "16076084",
        "160765004084",
        "Wünschendorf/Elster",
        "64",
        1950,
        2773,
    )
    assert next(one for one in directory.associations if one.key == "160765004")[2:6] == (
        "160765004",
        "160765004000",
        "Wünschendorf/Elster",
        "54",
    )
    assert [one.name for one in directory.districts if one.key[:2] == "16"] == ["Greiz"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="with BOM"),
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda data: data[:-1], id="no line break at the end"),
        pytest.param(lambda data: data.decode().encode("latin-1"), id="Latin-1"),
    ],
)
def test_harmless_differences_are_the_same_directory(change: Callable[[bytes], bytes]) -> None:
    assert read(change(file())).municipalities == read(file()).municipalities


def test_latin_1_is_recognised_and_said() -> None:
    assert read(sample("20171231", GREIZ, encoding="latin-1")).encoding == "latin-1"


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data.decode()
        return data.decode().replace(old, new, 1).encode()

    return change


def swapped(ags: str, column: int, text: str) -> Callable[[bytes], bytes]:
    """Writes over the line of a municipality from a column on (counted from 1)."""

    def change(data: bytes) -> bytes:
        lines = lines_of(data)
        place = next(i for i, one in enumerate(lines) if one[:2] == "60" and one[10:18] == ags)
        one = lines[place]
        lines[place] = one[: column - 1] + text + one[column - 1 + len(text) :]
        return "\n".join(lines).encode()

    return change


SORBIAN = sample("20221231", GREIZ, district("14625", "Bautzen"), free("14625020", "Bautzen / Budyšin, Stadt"))
BROKEN = {
    "nothing": (lambda data: b"", "Die Datei ist leer."),
    "a mark of its encoding alone": (lambda data: b"\xef\xbb\xbf", "Die Datei ist leer."),
    "blanks": (lambda data: b" \n\n ", "Die Datei ist leer."),
    "a web page": (lambda data: b"<!DOCTYPE html>\n<html><body>503</body></html>", "Zeile 1: Das ist eine Webseite"),
    "an archive": (lambda data: b"PK\x03\x04" + data, "Das ist ein Archiv (ZIP)"),
    "a table of something else": (lambda data: b"ags;name\n16053000;Jena\n", "Zeile 1: 8 Zeichen statt 220."),
    "one line of five million": (lambda data: b"x" * 5_000_000, "Zeile 1: 5000000 Zeichen statt 220."),
    "far too big": (lambda data: b"x" * 60_000_001, "60000001 Bytes"),
    "NUL": (lambda data: data[:500] + b"\x00" + data[501:], "Zeile 3: Nullzeichen."),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "Zeile 1: Nullzeichen."),
    "a control character": (replaced("Greiz  ", "Gre\x07iz "), "Steuer- oder Ersatzzeichen"),
    "letters lost on the way": (replaced("Wünsch", "W?nsch"), "Steuer- oder Ersatzzeichen"),
    "replacement characters": (replaced("Wünsch", "W\ufffdnsch"), "Steuer- oder Ersatzzeichen"),
    "cut in a line": (lambda data: data[:-100], "die Datei ist abgeschnitten"),
    "cut in a character": (lambda data: data[: data.index("ü".encode()) + 1], "mitten in einem Zeichen abgeschnitten"),
    "an old DOS code page": (lambda data: data.decode().encode("cp850"), "ist kein UTF-8"),
    "Central European": (lambda data: SORBIAN.decode().encode("iso8859-2"), "ist kein UTF-8"),
    "encoded twice": (
        lambda data: replaced("Wünschendorf/Elster  ", "Wünschendorf/Elster ")(data).decode().encode(),
        "Zeichen statt 220",
    ),
    "encoded twice, width mended": (replaced("Wünschendorf/Elster ", "WÃ¼nschendorf/Elster"), "doppelt kodiert"),
    "shifted by one": (
        lambda data: "\n".join(" " + one[:-1] for one in lines_of(data) if one).encode(),
        "Zeile 1: kein Gebietsstand",
    ),
    "shifted in the name": (
        lambda data: "\n".join(one[:22] + one[23:] + " " if one else "" for one in lines_of(data)).encode(),
        "Sind die Spalten verschoben?",
    ),
    "an unknown record type": (lambda data: data + line("70", "16", "Thüringen").encode(), "unbekannte Satzart „70“"),
    "a letter in a key": (swapped("16076084", 11, "1607608A"), "Gemeindeschlüssel (Spalten 11–18) ist „1607608A“"),
    "a Land that does not exist": (swapped("16076084", 11, "17076084"), "ist „17076084“"),
    "other digits": (swapped("16076084", 11, "1607608٤"), "ist „1607608٤“"),
    "a letter in a figure": (swapped("16076084", 140, "0000000277E"), "Bevölkerung (Spalten 140–150)"),
    "no area": (swapped("16076084", 129, " " * 11), "Fläche (Spalten 129–139)"),
    "more people than there are": (swapped("16076084", 140, "99999999999"), "99999999999 Einwohner"),
    "more area than there is": (swapped("16076084", 129, "00010000001"), "10000001 ha"),
    "no name": (swapped("16076084", 23, " " * 50), "Name (Spalten 23–72)"),
    "two states in one file": (swapped("16076084", 3, "20231231"), "Gebietsstand 20231231, in Zeile 1 aber 20221231."),
    "a day that is none": (lambda data: data.replace(b"20221231", b"20221331"), "Zeile 1: kein Gebietsstand"),
    "a Land is missing": (lambda data: sample("20221231", GREIZ, without=["15"]), "Es fehlen die Länder 15"),
    "cut between two lines": (
        lambda data: "\n".join(lines_of(data)[: number_of(data, "16076004") - 1]).encode(),
        "Gemeindeverband 160760004 ohne Gemeinde.",
    ),
    "a district without municipality": (
        lambda data: sample("20221231", GREIZ, district("16077", "Altenburger Land")),
        "Kreis 16077 ohne Gemeinde.",
    ),
    "no Textkennzeichen at all": (
        lambda data: "\n".join(one[:122] + "  " + one[124:] if one else "" for one in lines_of(data)).encode(),
        "Das Textkennzeichen fehlt in",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_directory_is_refused_with_the_reason(name: str) -> None:
    change, reason = BROKEN[name]
    with pytest.raises(Refused) as refused:
        read(change(file()))
    assert reason in str(refused.value)


def test_a_fault_names_its_line() -> None:
    data = swapped("16076084", 140, "0000000277E")(file())
    with pytest.raises(Refused, match=f"^Zeile {number_of(data, '16076084')}: "):
        read(data)


def test_many_faults_are_told_shortly() -> None:
    with pytest.raises(Refused) as refused:
        read(b"zu kurz\n" * 500)
    assert len(refused.value.faults) == 500
    assert str(refused.value).splitlines()[-1] == "… und 480 weitere"
    assert shortened(["a", "b"], 2) == ["a", "b"]


DAMAGE = st.tuples(st.sampled_from("delete insert replace cut double".split()), st.integers(0, 15_000), st.binary())


@given(st.lists(DAMAGE, min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused_never_anything_else(damages: list[tuple[str, int, bytes]]) -> None:
    data = file()
    for what, place, text in damages:
        place %= max(1, len(data))
        if what == "cut":
            data = data[:place]
        elif what == "double":
            data = data[:place] + data[place // 2 :]
        else:
            width = 0 if what == "insert" else len(text)
            data = data[:place] + (b"" if what == "delete" else text) + data[place + width :]
    try:
        bodies_of(read(data))
    except Refused as refused:
        assert refused.faults  # noqa: PT017 - that it is refused is as good as that it is read


def test_the_small_files_of_the_tests_have_the_form_of_the_real_ones() -> None:
    for text in [*GREIZ, *city("16053", "Jena"), state("16")]:
        assert len(text) == 220
