"""A client made from the portal's own description works against the running portal."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agreements.models import Cooperation
from municipalities.models import Municipality
from tests import builders as make
from tests.conftest import ROOT
from tests.roof.asked import PortalAsked, portal_asked


@pytest.fixture
def portal(transactional_db: None, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[PortalAsked]:
    with portal_asked(live_server.url, settings, tmp_path) as portal:
        yield portal


@pytest.fixture
def made(portal: PortalAsked, tmp_path: Path) -> Any:
    """The module, made as the documentation says."""
    file = tmp_path / "coopportal_client.py"
    command = [sys.executable, ROOT / "scripts" / "make_client.py", f"{portal.url}/api/v1/schema/"]
    file.write_bytes(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    spec = importlib.util.spec_from_file_location("coopportal_client", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.once
def test_a_generated_client_reads_follows_and_registers(portal: PortalAsked, made: Any) -> None:
    reader = made.Client(portal.url)
    _reads(reader)
    _is_refused(reader, made)
    cursor = reader.changes(cursor="latest").body["cursor"]
    _registers(made.Client(portal.url, token=f"Token {portal.token}"), made)
    _follows(reader, cursor)


def _reads(reader: Any) -> None:
    """Filters, pages by cursor, a detail with its sources, a file, whatever stands at an address that was named."""
    found = reader.cooperations_list(municipality=["16053000"], fields=["name"]).body
    assert [row["slug"] for row in found["results"]] == ["impulsregion", "leitstellenverbund-ostthueringen"]
    one = reader.cooperations_retrieve(slug="leitstellenverbund-ostthueringen", include="sources", as_of="2019-03-01")
    assert one.body["_sources"]["name"][0]["source"] == "jena-begruesst-strukturoptimierung"
    assert {row["confirmation"] for row in one.body["participations"]} == {None}  # nobody was asked
    assert [row["degree"] for row in one.body["participations"] if row["municipality"] == "160530000000"] == [
        "existing"
    ]
    page, sizes = reader.cooperations_list(cursor="", page_size=4, fields=["slug"]), []
    while page:
        sizes.append(len(page.body["results"]))
        page = page.body["next"] and reader.at(page.body["next"])
    assert sizes == [4, 2]
    file = reader.cooperations_list(state=["16"], fields=["slug"], format="csv")
    assert file.raw.decode().split() == ["slug", "impulsregion", "leitstellenverbund-ostthueringen"]
    assert file.headers["data-rows"] == "2"


def _is_refused(reader: Any, made: Any) -> None:
    """Every refusal is an exception of its own, with what the portal says."""
    with pytest.raises(made.NotFoundError) as gone:
        reader.cooperations_retrieve(slug="gibt/es nicht?")
    assert (gone.value.status, gone.value.problem["title"]) == (404, "Nicht gefunden")
    with pytest.raises(made.BadRequestError) as wrong:
        reader.cooperations_list(state=["99"])
    assert wrong.value.problem["errors"] == [{"parameter": "state", "message": "„99“ gibt es nicht."}]
    with pytest.raises(made.UnauthorizedError):
        reader.registrations_list()
    with pytest.raises(ValueError, match="not an address of"):
        reader.at("http://portal.example/api/v1/states/")


def _registers(officer: Any, made: Any) -> None:
    """Once for a key, and handed in as the version that was read."""
    draft: dict[str, Any] = {"municipality": "160530000000", "name": "Gemeinsamer Bauhof", "status": "active"}
    draft |= {"summary": "Die Bauhöfe arbeiten zusammen.", "legal_form": "purpose_agreement", "task_fields": ["04.01"]}
    draft["participants"] = [
        {"municipality": "160530000000", "role": "lead"},
        {"municipality": "160520000000", "on": "2026-01-01"},
    ]
    first, again = (officer.registrations_create(idempotency_key="einmal", body=draft) for _ in range(2))
    assert (first.status, first.body["record_state"], again.body["id"]) == (201, "draft", first.body["id"])
    number = str(first.body["id"])
    changed = officer.registrations_partial_update(
        id=number, if_match=first.headers["ETag"], body={"region": "Ostthüringen"}
    )
    with pytest.raises(made.PreconditionFailedError) as late:
        officer.registrations_submit_create(id=number, if_match=first.headers["ETag"])
    assert late.value.headers["ETag"] == changed.headers["ETag"]
    done = officer.registrations_submit_create(id=number, if_match=changed.headers["ETag"])
    assert (done.body["record_state"], done.body["region"]) == ("submitted", "Ostthüringen")


def _follows(reader: Any, cursor: str) -> None:
    """What was published since; the draft is not heard of."""
    row = make.make_cooperation("Gemeinsames Archiv")
    make.make_participation(row, Municipality.objects.get(ars="160530000000"))
    news = reader.changes(cursor=cursor, resource=["cooperations"]).body
    assert [(change["key"], change["change"]) for change in news["results"]] == [(row.slug, "created")]
    assert reader.at(news["results"][0]["url"]).body["name"] == "Gemeinsames Archiv"
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    later = reader.changes(cursor=news["cursor"], resource=["cooperations"]).body
    assert [(change["key"], change["change"]) for change in later["results"]] == [(row.slug, "deleted")]
    assert reader.cooperations_retrieve(slug=row.slug).body["deleted"] is True
