"""A second load: the same ids, corrected entries, and nothing that people or an import changed since."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreements.models import Cooperation, Event, Participation
from coopportal.fixtures.loading import load
from coopportal.models import LoadedEntry
from municipalities.models import Municipality, MunicipalityName
from sources.models import Citation, Conflict
from sources.workflow import settle_conflict
from tests.builders import make_cooperation
from tests.roof.fixture_files import FIXTURES, change, copy_of_fixtures, entry, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LEITSTELLEN = "leitstellenverbund-ostthueringen"
JENA = "160530000000"


# --- The same every time ---


def test_a_second_load_changes_nothing() -> None:
    before = everything()
    report = load(FIXTURES)
    assert (report.new, report.changed, report.left_alone, report.withdrawn) == (0, 0, [], [])
    assert report.unchanged == LoadedEntry.objects.count()
    assert everything() == before


def test_a_second_load_asks_little(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(60):
        load(FIXTURES)


def test_a_corrected_entry_is_applied_under_the_same_id(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    before = Cooperation.objects.get(slug=LEITSTELLEN)

    def correct(entries: list[Any]) -> None:
        row = entry(entries, "slug", LEITSTELLEN)
        row["task_fields"] = ["04.01", "04.02"]
        del row["region"]

    change(folder, "07_cooperations.json", correct)
    report = load(folder)
    after = Cooperation.objects.get(slug=LEITSTELLEN)
    assert (report.new, report.changed) == (0, 1)
    assert (after.pk, after.region) == (before.pk, "")
    assert sorted(after.task_fields.values_list("code", flat=True)) == ["04.01", "04.02"]
    assert after.updated_at > before.updated_at
    assert "rettungsdienst" in after.search_text


def test_an_entry_taken_out_of_the_files_stays_and_is_counted(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    change(folder, "08_citations_d4.json", lambda entries: entries[-1]["citations"].pop())
    assert load(folder).withdrawn == ["Beleg „d4-33“"]
    assert Citation.objects.filter(key="d4-33").exists()


# --- What people and imports do stays ---


def test_what_a_person_changed_is_left_alone(tmp_path: Path) -> None:
    Cooperation.objects.filter(slug=LEITSTELLEN).update(summary="Von Menschen geschrieben.")
    folder = copy_of_fixtures(tmp_path)

    def correct(entries: list[Any]) -> None:
        entry(entries, "slug", LEITSTELLEN)["summary"] = "Von uns berichtigt."

    change(folder, "07_cooperations.json", correct)
    for directory in (FIXTURES, folder, FIXTURES):
        report = load(directory)
        assert report.changed == 0
        assert [place.split(", ")[1] for place in report.left_alone] == [f"Kooperation „{LEITSTELLEN}“"]
        assert Cooperation.objects.get(slug=LEITSTELLEN).summary == "Von Menschen geschrieben."


def test_a_column_that_only_a_person_filled_is_not_overwritten(tmp_path: Path) -> None:
    Cooperation.objects.filter(slug="asskomm").update(region="Sachsen")
    folder = copy_of_fixtures(tmp_path)
    change(
        folder, "07_cooperations.json", lambda rows: entry(rows, "slug", "asskomm").update(region="Freistaat Sachsen")
    )
    assert len(load(folder).left_alone) == 1
    assert Cooperation.objects.get(slug="asskomm").region == "Sachsen"


def test_links_that_a_person_changed_are_left_alone() -> None:
    event = Event.objects.get(key="leitstelle-jena-2019-04-24")
    event.municipalities.add(Municipality.objects.get(ars="146260110110"))
    assert len(load(FIXTURES).left_alone) == 1
    assert event.municipalities.count() == 3


def test_what_a_person_deleted_is_not_made_again() -> None:
    Participation.objects.get(cooperation__slug=LEITSTELLEN, municipality__ars="160730000000").delete()
    report = load(FIXTURES)
    assert report.new == 0
    assert len(report.left_alone) == 1
    assert not Participation.objects.filter(cooperation__slug=LEITSTELLEN, municipality__ars="160730000000").exists()


def test_what_a_person_renamed_keeps_its_id_and_its_citations() -> None:
    cooperation = Cooperation.objects.get(slug="asskomm")
    Cooperation.objects.filter(pk=cooperation.pk).update(slug="allianz")
    assert load(FIXTURES).new == 0
    assert Citation.objects.about(cooperation).exists()
    assert not Cooperation.objects.filter(slug="asskomm").exists()


def test_what_people_entered_beside_it_stays() -> None:
    cooperation = make_cooperation()
    load(FIXTURES)
    cooperation.refresh_from_db()
    assert Cooperation.objects.count() == 7


def test_what_a_steward_said_of_a_contradiction_is_kept(tmp_path: Path) -> None:
    conflict = Conflict.objects.get(field="since")
    settle_conflict(conflict, state="explained", explanation="Beides ist ungefähr.")
    folder = copy_of_fixtures(tmp_path)
    change(folder, "07_events.json", lambda entries: entries[0].update(place="Landesverwaltungsamt, Weimar"))
    assert load(folder).changed == 1
    assert Conflict.objects.get(pk=conflict.pk).state == "explained"


def test_what_was_imported_since_is_left_to_the_import(tmp_path: Path) -> None:
    Municipality.objects.filter(ars=JENA).update(directory_state=dt.date(2026, 6, 30))
    folder = copy_of_fixtures(tmp_path)
    change(folder, "02_municipalities.json", lambda rows: entry(rows, "ars", JENA).update(population=1))
    report = load(folder)
    assert (report.changed, report.imported) == (0, 2)
    assert Municipality.objects.get(ars=JENA).population == 109725


# --- The command ---


def test_the_command_names_what_it_left_alone_when_asked() -> None:
    MunicipalityName.objects.get(name="Donnersberg").delete()
    out = StringIO()
    call_command("load_fixtures", verbosity=2, stdout=out)
    summary, place = out.getvalue().splitlines()
    assert "1 von Menschen geändert und belassen" in summary
    assert place == "  belassen: 02_municipalities.json, anderer Name „073330000000/Donnersberg“ (gelöscht)"


def test_the_command_names_a_missing_and_an_empty_directory(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("load_fixtures", tmp_path / "nirgends")
    with pytest.raises(CommandError, match="liegen keine Fixture-Dateien"):
        call_command("load_fixtures", tmp_path)
