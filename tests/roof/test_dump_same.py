"""A portal that is filled from a dump says exactly what the portal said from which it was taken."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agreements.models import Evidence
from agreements.workflow import merge
from coopportal.common import feed
from coopportal.dump.loading import load_dump
from coopportal.dump.reading import Refused
from coopportal.resources import RESOURCES
from sources.models import SourceText
from tests.agreements.people import TODAY
from tests.conftest import ROOT
from tests.permission_world import House, make_house
from tests.planted import SIGN, plant
from tests.roof.dumps import assert_the_same_portal, change, empty_the_portal, files_of, numbers_go_on, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """One of everything in every state, with words that must never be read wherever something is hidden.

    No text is attached to the sources: texts are not in a dump, so their quotations would be missed afterwards.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        built = make_house()
        plant(built)
        SourceText.objects.all().delete()
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def numbers(house: House) -> None:
    numbers_go_on()


def test_a_portal_filled_from_a_dump_is_the_same_portal(house: House, client: Client, tmp_path: Path) -> None:
    gone = house.world.published(name="Noch ein Bauhof")
    feed.settle(TODAY)
    merge(user=house.world["steward"], duplicate=gone, into=house.things["published"], day=TODAY, reason="Dasselbe.")
    assert_the_same_portal(client, tmp_path, gone)


def test_released_documents_come_along_and_no_others(
    house: House, client: Client, tmp_path: Path, settings: Any
) -> None:
    released = Evidence.objects.public().get()
    address = reverse("agreements:evidence", args=[released.pk])
    said = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    files = taken(tmp_path / "one")
    assert [path for path in files if path.startswith("files/")] == [f"files/{released.file.name}"]
    empty_the_portal()
    settings.EVIDENCE_DIR = tmp_path / "there"
    load_dump(tmp_path / "one")
    assert b"".join(client.get(address).streaming_content) == said  # type: ignore[attr-defined]
    assert client.get(address)["Content-Disposition"] == f'attachment; filename="{released.original_name}"'


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("file", "../../etc/passwd", "agreements.evidence.ndjson, Zeile 1, file: unerwarteter Dateiname."),
        ("sha256", "0" * 64, "agreements.evidence.ndjson, Zeile 1, sha256: Das ist nicht die Prüfsumme von"),
    ],
)
def test_a_document_that_is_another_is_refused_and_none_is_left(
    house: House, tmp_path: Path, settings: Any, column: str, value: str, fault: str
) -> None:
    taken(tmp_path / "one")
    change(tmp_path / "one", "agreements.evidence", 1, lambda row: row.update({column: value}))
    empty_the_portal()
    settings.EVIDENCE_DIR = tmp_path / "there"
    with pytest.raises(Refused) as refusal:
        load_dump(tmp_path / "one")
    assert [text[: len(fault) + len("records/")] for text in refusal.value.faults] == [f"records/{fault}"]
    assert [path for path in (tmp_path / "there").rglob("*") if path.is_file()] == []


@pytest.mark.postgresql
def test_a_dump_goes_from_one_database_to_the_other_and_back(house: House, tmp_path: Path) -> None:
    before = taken(tmp_path / "one")
    there = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}"}
    for command in (["migrate", "-v0"], ["import_all", tmp_path / "one"], ["export_all", tmp_path / "two"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=there, check=True, capture_output=True)
    empty_the_portal()
    load_dump(tmp_path / "two")
    for after in (files_of(tmp_path / "two"), taken(tmp_path / "three")):
        assert {path: after[path] for path in after if "/" in path} == {
            path: before[path] for path in before if "/" in path
        }


def test_nothing_that_is_hidden_is_in_a_dump(house: House, tmp_path: Path) -> None:
    found = {path: text.lower().count(SIGN.encode()) for path, text in taken(tmp_path / "one").items()}
    assert {path: number for path, number in found.items() if number} == {}


def test_each_list_is_there_as_the_api_gives_it(house: House, client: Client, tmp_path: Path) -> None:
    files = taken(tmp_path / "one")
    for name in RESOURCES:
        for form in ("ndjson", "csv"):
            answer = client.get(f"/api/v1/{name}/", {"format": form})
            assert files[f"lists/{name}.{form}"] == b"".join(answer.streaming_content), name  # type: ignore[attr-defined]
