"""``manage.py import_cooperations``: what it prints, what it writes, by what status it ends."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.importers.columns import FILLED
from agreements.models import Cooperation
from tests import builders as make
from tests.agreements.import_files import ROW, one, table
from tests.agreements.people import World, make_world

pytestmark = pytest.mark.django_db
WEILERBACH = {"user": "weilerbach", "municipality": "073355009"}


@pytest.fixture
def world() -> World:
    make.make_task_field()
    return make_world()


def run(path: Path, data: bytes | None = None, **options: object) -> str:
    out = io.StringIO()
    if data is not None:
        path.write_bytes(data)
    call_command("import_cooperations", str(path), stdout=out, **options)
    return out.getvalue()


def test_it_brings_in_all_rows_and_says_so(world: World, tmp_path: Path) -> None:
    file = tmp_path / "kooperationen.csv"
    data = table([ROW, ROW | {"name": "Zweite"}])
    assert run(file, data, dry_run=True, **WEILERBACH).splitlines()[:2] == [
        "Probelauf, nichts geschrieben.",
        "2 Zeilen (utf-8)",
    ]
    assert Cooperation.objects.count() == 0
    said = run(file, data, state="submitted", **WEILERBACH).splitlines()
    assert (said[0], said[4]) == ("Eingelesen.", "neu: 2")
    assert list(Cooperation.objects.values_list("record_state", flat=True)) == ["submitted"] * 2
    assert run(file, data, **WEILERBACH).splitlines()[0] == "Nichts zu schreiben."


def test_one_wrong_row_ends_with_a_fault_and_a_file_to_correct(world: World, tmp_path: Path) -> None:
    report = tmp_path / "bericht.csv"
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "a.csv", table([ROW, ROW | {"name": ""}]), report=report, **WEILERBACH)
    assert str(refused.value).splitlines()[:5] == [
        "Nichts geschrieben (1 fehlerhaft): alle Zeilen oder keine.",
        "2 Zeilen (utf-8)",
        "fehlerhaft: 1",
        "  Zeile 3:  – name: Der Name fehlt.",
        "zweifelhaft: 0",
    ]
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(";")[:2] for line in lines] == [
        ["result", "messages"],
        ["neu", ""],
        ["fehlerhaft", "name: Der Name fehlt."],
    ]
    assert Cooperation.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Nennen Sie die Datei und mit --user"),
        ({"user": "niemand"}, "Ein Konto „niemand“ gibt es nicht."),
        ({"user": "weilerbach"}, "Abgelehnt, nichts geschrieben:\nNennen Sie die Kommune"),
        ({"user": "weilerbach", "municipality": "16053000"}, "Abgelehnt, nichts geschrieben:\nFür Jena haben Sie"),
        ({"user": "weilerbach", "municipality": "16999"}, "Den Schlüssel 16999 hat keine Kommune."),
        ({"user": "weilerbach", "municipality": "Jena"}, "„Jena“ ist kein amtlicher Schlüssel"),
        ({"user": "reviewer", "state": "submitted"}, "Abgelehnt, nichts geschrieben:\nDie Prüfung bringt nur Entwürfe"),
    ],
)
def test_it_says_what_is_missing(world: World, tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "a.csv", one(), **options)
    assert str(refused.value)[: len(words)] == words


def test_a_file_that_is_none_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Abgelehnt, nichts geschrieben:\nDie Datei ist leer"):
        run(tmp_path / "a.csv", b"", **WEILERBACH)
    with pytest.raises(CommandError, match="lässt sich nicht lesen"):
        run(tmp_path / "fehlt.csv", **WEILERBACH)


def test_it_writes_the_template(tmp_path: Path) -> None:
    call_command("import_cooperations", template=tmp_path / "vorlage.csv", stdout=io.StringIO())
    head = (tmp_path / "vorlage.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.split(";") == [column.name for column in FILLED]
    with pytest.raises(CommandError, match="Diese Datei endet auf"):
        call_command("import_cooperations", template=tmp_path / "vorlage.txt", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("nirgends/bericht.csv", "lässt sich nicht schreiben: dort liegt nichts. Nichts geschrieben."),
        ("bericht.xlsx", "Diese Datei endet auf .csv, nicht auf „.xlsx“. Nichts geschrieben."),
    ],
)
def test_where_no_report_can_be_written_nothing_is(world: World, tmp_path: Path, report: str, reason: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "a.csv", table([ROW]), report=tmp_path / report, **WEILERBACH)
    assert str(refused.value).endswith(reason)
    assert Cooperation.objects.count() == 0
