"""The full dump, and the portal that is filled from it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement, Confirmation, Cooperation, ParticipationStep
from agreements.workflow import merge
from coopportal.common import feed
from coopportal.common.models import Change
from coopportal.dump.loading import load_dump
from coopportal.dump.reading import Refused
from coopportal.dump.snapshots import last_id
from coopportal.dump.writing import TargetTaken, write_dump
from coopportal.fixtures.loading import load
from municipalities.models import Municipality, State
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.dumps import assert_the_same_portal, change, empty_the_portal, files_of, records, seal, taken
from tests.roof.fixture_files import FIXTURES

pytestmark = pytest.mark.django_db

COOPERATIONS = "records/agreements.cooperation.ndjson"


def refused(directory: Path) -> list[str]:
    with pytest.raises(Refused) as caught:
        load_dump(directory)
    assert not State.objects.exists()
    return caught.value.faults


# --- the same portal ---


def test_so_is_one_with_the_five_documents(client: Client, tmp_path: Path) -> None:
    load(FIXTURES)
    steward = make.make_user("steward")
    make.make_mandate(steward, "steward")
    feed.settle(TODAY)
    one, other = Cooperation.objects.order_by("pk")[:2]
    merge(user=steward, duplicate=one, into=other, day=TODAY, reason="Dasselbe.")
    assert_the_same_portal(client, tmp_path, one)


def test_what_a_public_row_names_but_nobody_may_read_is_left_out(tmp_path: Path) -> None:
    shown, hidden = make.make_cooperation(), make.make_cooperation(record_state="draft")
    event = make.make_event(cooperations=[shown, hidden])
    secret = make.make_event(cooperations=[hidden])
    place = make.make_participation(shown, steps=[("member", "2021-01-01")])
    place.steps.update(event=secret)
    files = taken(tmp_path / "one")
    assert [(row["id"], row["cooperations"]) for row in records(files, "agreements.event")] == [(event.pk, [shown.pk])]
    assert [row["event"] for row in records(files, "agreements.participationstep")] == [None]


def test_a_number_never_means_two_things(tmp_path: Path) -> None:
    make.make_agreement(make.make_cooperation())
    last = make.make_agreement(make.make_cooperation(record_state="draft"))
    write_dump(tmp_path / "one")
    empty_the_portal()
    load_dump(tmp_path / "one")
    assert list(Agreement.objects.filter(pk__gte=last.pk)) == []
    assert make.make_agreement(Cooperation.objects.get()).pk == last.pk + 1


def test_a_refusal_is_kept_without_its_reason(tmp_path: Path) -> None:
    place = make.make_participation(make.make_cooperation())
    make.make_confirmation(place, answer="refused", answered_on="2026-01-02", reason="Das war nie beschlossen.")
    write_dump(tmp_path / "one")
    empty_the_portal()
    load_dump(tmp_path / "one")
    kept = Confirmation.objects.get()
    assert (kept.answer, kept.reason) == ("refused", "Der Grund ist nicht öffentlich und steht deshalb nicht im Abzug.")


def test_changes_that_were_not_told_yet_are_told_after_the_import(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_cooperation()
    with monkeypatch.context() as patch:
        patch.setattr(feed, "settle", lambda *_args, **_more: None)  # as if somebody wrote at this very moment
        write_dump(tmp_path / "one")
    metadata = json.loads((tmp_path / "one/metadata.json").read_bytes())
    assert metadata["changes"]["is_complete"] is False
    empty_the_portal()
    load_dump(tmp_path / "one")
    answer = client.get("/api/v1/changes/", {"cursor": metadata["changes"]["cursor"]}).json()
    assert "cooperations" in {one["resource"] for one in answer["results"]}


def test_an_older_dump_may_lack_a_column(tmp_path: Path) -> None:
    make.make_municipality("Jena", ars="160530000000", title="Lichtstadt")
    write_dump(tmp_path / "one")
    without(tmp_path / "one", "municipalities.municipality", "title")
    empty_the_portal()
    load_dump(tmp_path / "one")
    assert Municipality.objects.get().title == ""


def without(directory: Path, name: str, column: str) -> None:
    metadata = json.loads((directory / "metadata.json").read_bytes())
    [entry] = [one for one in metadata["files"] if one["path"] == f"records/{name}.ndjson"]
    entry["columns"].remove(column)
    (directory / "metadata.json").write_text(json.dumps(metadata))
    change(directory, name, 1, lambda record: record.pop(column))


# --- what a dump is ---


def test_the_metadata_say_what_it_is_and_where_to_go_on(client: Client, tmp_path: Path) -> None:
    make.make_cooperation()
    metadata = write_dump(tmp_path / "one")
    assert metadata == json.loads((tmp_path / "one/metadata.json").read_bytes())
    cursor = client.get("/api/v1/changes/", {"cursor": "latest"}).json()["cursor"]
    assert metadata["changes"]["cursor"] == cursor
    assert metadata["day"] == timezone.localdate().isoformat()
    assert metadata["licence_url"] == "https://www.govdata.de/dl-de/by-2-0"
    [entry] = [one for one in metadata["files"] if one["path"] == "lists/cooperations.csv"]
    assert (entry["rows"], entry["bytes"]) == (1, (tmp_path / "one/lists/cooperations.csv").stat().st_size)


def test_the_check_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    make.make_cooperation()
    write_dump(tmp_path / "one")
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(command, cwd=tmp_path / "one", check=True)
    named = {line.split("  ")[1] for line in (tmp_path / "one/SHA256SUMS").read_text().splitlines()}
    assert named == files_of(tmp_path / "one").keys() - {"SHA256SUMS"}


def test_formulas_are_harmless_in_csv_and_as_typed_in_records(tmp_path: Path) -> None:
    make.make_cooperation("=HYPERLINK(1)")
    files = taken(tmp_path / "one")
    [row] = csv.DictReader(io.StringIO(files["lists/cooperations.csv"].decode()))
    assert row["name"] == "'=HYPERLINK(1)"
    assert records(files, "agreements.cooperation")[0]["name"] == "=HYPERLINK(1)"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_is_one_state_of_the_database(tmp_path: Path) -> None:
    make.make_cooperation("vorher")

    def meanwhile(name: str, *_numbers: int) -> None:
        if name == "lists/states" or not Cooperation.objects.exists():
            return
        subprocess_write()

    def subprocess_write() -> None:
        with connection.copy().cursor() as cursor:  # another connection, as another person
            cursor.execute("UPDATE agreements_cooperation SET name = 'nachher'")

    metadata = write_dump(tmp_path / "one", progress=meanwhile)
    files = files_of(tmp_path / "one")
    assert [row["name"] for row in records(files, "agreements.cooperation")] == ["vorher"]
    assert b"nachher" not in files["lists/cooperations.csv"]
    feed.settle(timezone.localdate())
    later = Change.objects.filter(position__gt=int(metadata["changes"]["cursor"]))
    assert {(row.resource, row.is_gone) for row in later} == {("cooperations", False)}


# --- where it stands ---


def test_nothing_is_overwritten_unless_it_is_a_dump_and_told_to(tmp_path: Path) -> None:
    target = tmp_path / "Abzug"
    call_command("export_all", str(target), stdout=io.StringIO())
    with pytest.raises(CommandError, match="nicht leer"):
        call_command("export_all", str(target), stdout=io.StringIO())
    make.make_cooperation("Neues")
    call_command("export_all", str(target), "--replace", stdout=io.StringIO())
    assert [row["name"] for row in records(files_of(target), "agreements.cooperation")] == ["Neues"]
    other = tmp_path / "Eigenes"
    other.mkdir()
    (other / "brief.txt").write_text("Lieber nicht.")
    with pytest.raises(CommandError, match="liegt kein Abzug"):
        call_command("export_all", str(other), "--replace", stdout=io.StringIO())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Abzug", "Eigenes"]


def test_a_dump_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def full(name: str, *_numbers: int) -> None:
        if name == "records/municipalities.state.ndjson":
            raise OSError(28, "No space left on device")

    make.make_state("16")
    with pytest.raises(OSError, match="No space"):
        write_dump(tmp_path / "one", progress=full)
    assert list(tmp_path.iterdir()) == []


def test_the_earlier_dump_stays_where_the_new_one_cannot_take_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_state("16")
    before = taken(tmp_path / "one")
    rename = Path.rename

    def refusing(path: Path, target: Path) -> Path:
        if target == tmp_path / "one" and ".alt." not in path.name:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refusing)
        with pytest.raises(OSError, match="Input/output"):
            write_dump(tmp_path / "one", replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert files_of(tmp_path / "one") == before


def test_what_a_killed_run_left_is_put_right(tmp_path: Path) -> None:
    target = tmp_path / "one"
    write_dump(target)
    target.rename(tmp_path / ".one.alt.abcd1234")
    (tmp_path / ".one.efgh5678" / "lists").mkdir(parents=True)
    (tmp_path / ".one.personal").mkdir()
    (tmp_path / ".one.personal" / "brief.txt").write_text("Bleibt.")
    with pytest.raises(TargetTaken):
        write_dump(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".one.personal", "one"]


def test_a_link_leads_to_the_new_dump_too(tmp_path: Path) -> None:
    write_dump(tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    make.make_cooperation("Neues")
    write_dump(tmp_path / "link", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert [row["name"] for row in records(files_of(tmp_path / "one"), "agreements.cooperation")] == ["Neues"]


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    make.make_state("16")
    out = io.StringIO()
    call_command("export_all", str(tmp_path / "one"), stdout=out)
    assert out.getvalue().startswith(f"Abzug geschrieben: {tmp_path / 'one'} – 1 Datensätze, ")
    empty_the_portal()
    out = io.StringIO()
    call_command("import_all", str(tmp_path / "one"), stdout=out)
    assert out.getvalue().splitlines()[0] == "Eingelesen: 2 Datensätze."  # the Land, and that it was told as a change


# --- what is refused ---


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A dump of a small portal, which is empty now."""
    make.make_participation(make.make_cooperation(), make.make_municipality("Jena", ars="160530000000"))
    write_dump(tmp_path / "one")
    empty_the_portal()
    return tmp_path / "one"


def test_a_portal_that_is_not_empty_is_left_alone(dump: Path) -> None:
    make.make_state("07")
    with pytest.raises(CommandError, match=r"nichts geschrieben:\nDas Portal ist nicht leer: 1 Länder\."):
        call_command("import_all", str(dump))
    assert State.objects.count() == 1


def test_damaged_files_are_refused_by_name(dump: Path) -> None:
    path = dump / "records/municipalities.state.ndjson"
    path.write_bytes(path.read_bytes()[:-10])
    (dump / "lists/states.csv").unlink()
    assert refused(dump) == [
        "lists/states.csv: dort liegt nichts.",
        "records/municipalities.state.ndjson: Die Prüfsumme stimmt nicht; die Datei ist beschädigt.",
    ]


@pytest.mark.parametrize(
    ("name", "how", "fault"),
    [
        ("municipalities.municipality", {"ars": "16"}, ": Die Datenbank nimmt das nicht an ("),
        ("municipalities.municipality", {"state": "05"}, ", state: Ein Datensatz 05 steht nicht im Abzug."),
        ("municipalities.municipality", {"kind": "Dorf"}, ", kind: „Dorf“ gehört nicht zu den Wörtern dieser Angabe."),
        ("municipalities.municipality", {"population": "viele"}, ", population: „viele“ hat nicht die Form"),
        ("municipalities.municipality", {"name": "x" * 121}, ", name: "),
        ("municipalities.municipality", {"name": None}, ", name: Hier fehlt ein Wert."),
        ("municipalities.municipality", {"email": "a@b"}, ": Die Spalten sind nicht die angekündigten."),
        ("municipalities.municipality", {"updated_at": "gestern"}, ", updated_at: „gestern“ hat nicht die Form"),
        ("agreements.participation", {"cooperation": 99}, ", cooperation: Ein Datensatz 99 steht nicht im Abzug."),
        ("agreements.cooperation", {"task_fields": 4}, ", task_fields: Hier wird eine Liste erwartet."),
        ("agreements.cooperation", {"task_fields": ["99"]}, ", task_fields: Ein Datensatz 99 steht nicht im Abzug."),
        ("agreements.cooperation", {"task_fields": ["99", "99"]}, ", task_fields: Ein Eintrag steht mehrmals da."),
        ("agreements.cooperation", {"name": "halb \ud83d"}, ": Ein Zeichen ist kein ganzes (UTF-8)."),
        ("municipalities.municipality", {"population": 1 << 70}, ", population: "),
    ],
)
def test_a_wrong_record_is_named_by_file_and_line(dump: Path, name: str, how: dict[str, Any], fault: str) -> None:
    change(dump, name, 1, lambda record: record.update(how))
    [found] = refused(dump)
    assert found.startswith(f"records/{name}.ndjson, Zeile 1{fault}")


def test_a_dump_of_another_kind_or_version_is_refused(dump: Path, tmp_path: Path) -> None:
    metadata = json.loads((dump / "metadata.json").read_bytes())
    for other, fault in (
        ({"kind": "tagesbericht"}, "metadata.json: Das ist kein Abzug des Kooperationsportals."),
        ({"format": 3}, "metadata.json: Das Format 3 ist unbekannt; dieses Portal liest 1 bis 2."),
        ({"files": []}, "records/municipalities.state.ndjson fehlt im Abzug."),
        ({"files": [{"path": "../x", "rows": 0, "sha256": ""}]}, "../x: unerwarteter Dateiname."),
    ):
        (dump / "metadata.json").write_text(json.dumps(metadata | other))
        assert refused(dump)[0] == fault
    assert refused(tmp_path) == ["metadata.json: dort liegt nichts."]


@pytest.mark.parametrize(
    ("what", "how", "fault"),
    [
        ("changes", {"number": "x"}, "metadata.json, changes.number: Hier wird eine Zahl erwartet."),
        ("changes", {"number": 1 << 80}, "metadata.json, changes.number: Hier wird eine Zahl erwartet."),
        ("changes", {"day": "2026-13-45"}, "metadata.json, changes.day: Hier wird ein Tag erwartet."),
        ("changes", {"day": 7}, "metadata.json, changes.day: Hier wird ein Tag erwartet."),
        ("changes", {"cursor": "9" * 30}, "metadata.json: Die Stelle in den Änderungen fehlt."),
        ("changes", {"note": "\ud83d"}, "metadata.json: kein gültiges JSON."),
        ("file", {"rows": "x"}, f"metadata.json, {COOPERATIONS}, rows: Hier wird eine Zahl erwartet."),
        ("file", {"rows": True}, f"metadata.json, {COOPERATIONS}, rows: Hier wird eine Zahl erwartet."),
        ("file", {"last_id": "x"}, f"metadata.json, {COOPERATIONS}, last_id: Hier wird eine Zahl erwartet."),
        ("file", {"rows": None}, f"{COOPERATIONS}: Die Zahl der Zeilen stimmt nicht."),
    ],
)
def test_metadata_that_say_no_number_or_day_are_refused(dump: Path, what: str, how: dict[str, Any], fault: str) -> None:
    metadata = json.loads((dump / "metadata.json").read_bytes())
    entry = next(one for one in metadata["files"] if one["path"] == COOPERATIONS)
    (metadata["changes"] if what == "changes" else entry).update(how)
    (dump / "metadata.json").write_text(json.dumps(metadata))
    seal(dump)
    [found] = refused(dump)
    assert found.startswith(fault)


def test_numbers_go_on_after_the_rows_where_the_metadata_say_less(dump: Path) -> None:
    metadata = json.loads((dump / "metadata.json").read_bytes())
    for entry in metadata["files"]:
        entry.pop("last_id", None)
    (dump / "metadata.json").write_text(json.dumps(metadata))
    change(dump, "agreements.participationstep", 1, lambda record: record.update(id=70))
    load_dump(dump)
    cooperation = Cooperation.objects.get()
    assert (last_id(ParticipationStep), last_id(Cooperation)) == (70, cooperation.pk)
    make.make_participation(cooperation)
    assert [step.pk for step in ParticipationStep.objects.order_by("pk")] == [70, 71]


def test_columns_of_a_newer_portal_are_refused(dump: Path) -> None:
    metadata = json.loads((dump / "metadata.json").read_bytes())
    entry = next(one for one in metadata["files"] if one["path"] == "records/municipalities.state.ndjson")
    entry["columns"].append("anthem")
    (dump / "metadata.json").write_text(json.dumps(metadata))
    seal(dump)
    assert refused(dump) == [
        "records/municipalities.state.ndjson: unbekannte Spalten (anthem); der Abzug ist von einem neueren Portal."
    ]
