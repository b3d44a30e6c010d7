"""The command ``import_municipalities``: what it prints, how it ends, and who follows a new name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.models import Cooperation
from municipalities.models import DirectoryState, Municipality
from tests import builders as make
from tests.municipalities.directory_world import first, second
from tests.municipalities.test_auszug import file as extract
from tests.municipalities.test_auszug import row

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "alt.txt"
    path.write_bytes(first())
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "neu.txt"
    path.write_bytes(second())
    return path


def run(path: Path, *words: str, terminal: io.StringIO | None = None) -> str:
    out = io.StringIO()
    call_command("import_municipalities", str(path), *words, stdout=out, stderr=terminal or io.StringIO())
    return out.getvalue()


def test_the_report_names_state_counts_and_changes(old: Path, new: Path) -> None:
    run(old)
    lines = run(new).splitlines()
    assert lines[:4] == [
        "Eingelesen.",
        "Gebietsstand 30.11.2025: 76 Zeilen",
        "17 Kreise (davon 15 kreisfreie Städte), 3 Gemeindeverbände, 22 Gemeinden, 0 gemeindefreie Gebiete, "
        "786.951 Einwohner",
        "Neu: 1",
    ]
    assert lines[-1] == "Zweifelhaft: 0"


def test_a_long_section_is_shortened_unless_all_is_asked_for(old: Path) -> None:
    assert "  … und 9 weitere" in run(old, "--dry-run").splitlines()
    assert "weitere" not in run(old, "--dry-run", "--all")


def test_a_dry_run_says_so_and_writes_nothing(old: Path) -> None:
    assert run(old, "--dry-run").startswith("Probelauf, nichts geschrieben.\nGebietsstand 31.12.2022")
    assert not Municipality.objects.exists()


def test_a_refused_file_ends_the_command_with_the_reasons(old: Path, new: Path) -> None:
    run(new)
    with pytest.raises(CommandError, match="Abgelehnt, nichts geschrieben:\nDer Gebietsstand") as refused:
        run(old)
    assert refused.value.returncode == 1
    assert "Vergangenheit ergänzt" in run(old, "--historic")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lässt sich nicht lesen"):
        run(tmp_path / "fehlt.txt")
    with pytest.raises(CommandError, match="lässt sich nicht lesen"):
        run(tmp_path)


def test_the_days_of_the_figures_are_taken_in_both_forms(old: Path) -> None:
    run(old, "--population-date", "31.12.2021", "--area-date=2020-12-31")
    state = DirectoryState.objects.get()
    assert (str(state.population_date), str(state.area_date)) == ("2021-12-31", "2020-12-31")
    with pytest.raises(CommandError, match="ist kein Tag"):
        run(old, "--area-date", "gestern")


def test_progress_is_shown_on_a_terminal_only(old: Path) -> None:
    terminal, pipe = Terminal(), io.StringIO()
    run(old, terminal=terminal)
    assert "schreiben" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    run(old, terminal=pipe)
    assert pipe.getvalue() == ""


def test_the_extract_is_read_by_the_same_command(tmp_path: Path, old: Path) -> None:
    run(old)
    path = tmp_path / "auszug.xlsx"
    path.write_bytes(extract(row("16074104", "Unterbodnitz", "11,7", "50,8")))
    assert "Geändert: 1\n  Unterbodnitz (16074104)" in run(path)
    assert Municipality.objects.get(ags="16074104").lat is not None


def test_cooperations_are_found_by_the_new_names_of_their_participants(old: Path, new: Path) -> None:
    run(old)
    association = Municipality.objects.get(ars="160765004000")
    cooperation = make.make_cooperation("Gemeinsamer Bauhof")
    make.make_participation(cooperation, association)
    run(new)
    cooperation.refresh_from_db()
    assert "landereck" in cooperation.search_text
    assert Cooperation.objects.count() == 1
