"""The first load, into a database without any fixture."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.models import ParticipationStep
from coopportal.fixtures.loading import load
from coopportal.fixtures.reading import FixtureError
from coopportal.models import LoadedEntry
from funding.models import BudgetLine
from municipalities.models import Municipality
from tests.builders import make_cooperation, make_municipality
from tests.roof.fixture_files import FIXTURES, change, copy_of_fixtures, entry

pytestmark = pytest.mark.django_db

JENA = "160530000000"


def test_only_checking_writes_nothing() -> None:
    assert load(FIXTURES, only_check=True).new > 800
    assert not Municipality.objects.exists()
    assert not LoadedEntry.objects.exists()


def test_what_was_imported_before_is_used_and_left_alone() -> None:
    jena = make_municipality("Jena (importiert)", ars=JENA, directory_state=dt.date(2026, 6, 30))
    load(FIXTURES)
    assert Municipality.objects.get(ars=JENA).name == "Jena (importiert)"
    assert jena.periods.count() == 1
    assert jena.participations.count() == 2
    assert load(FIXTURES).new == 0


def test_what_people_entered_before_is_used_and_left_alone() -> None:
    cooperation = make_cooperation("Unsere Allianz", slug="asskomm")
    report = load(FIXTURES)
    cooperation.refresh_from_db()
    assert cooperation.name == "Unsere Allianz"
    assert any("nicht aus den Dateien" in place for place in report.left_alone)


def test_all_faults_are_told_at_once_and_none_that_only_follows(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    change(folder, "02_municipalities.json", lambda rows: entry(rows, "ars", JENA).update(kind="village"))
    change(folder, "03_organisations.json", lambda rows: rows[0].update(kind="kingdom"))
    with pytest.raises(FixtureError) as caught:
        load(folder)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        f"02_municipalities.json, Kommune „{JENA}“",
        "03_organisations.json, Stelle „freistaat-thueringen“",
    ]
    assert not BudgetLine.objects.exists()


def test_the_command_tells_in_one_line_what_it_did() -> None:
    out = StringIO()
    call_command("load_fixtures", stdout=out)
    steps = ParticipationStep.objects.count()
    assert steps > 40
    entries = LoadedEntry.objects.count()
    assert out.getvalue() == f"Fixtures geladen: {entries} neu, 16 Umrisse für die Karte; 7 Widersprüche.\n"


def test_the_command_fails_with_the_faults(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    change(folder, "01_states.json", lambda rows: rows[0].update(iso="DE-S"))
    change(folder, "01_states.json", lambda rows: rows[1].update(iso="DE-S"))
    with pytest.raises(CommandError, match=r"^Nichts geladen, 1 Fehler:\n  01_states\.json, Land „02“: iso: "):
        call_command("load_fixtures", folder)
