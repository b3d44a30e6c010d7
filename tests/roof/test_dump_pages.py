"""A portal that is filled from a dump shows the public the same pages as the portal from which it was taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from agreements import workflow
from agreements.models import Cooperation, EarlierEntry
from coopportal.common import feed
from coopportal.dump.loading import load_dump
from sources.models import SourceText
from tests.agreements.people import TODAY, World
from tests.permission_table import LINES
from tests.permission_world import House, make_house
from tests.roof.dumps import empty_the_portal, files_of, numbers_go_on, records, seal, taken, told, unlike

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        built = make_house()
        SourceText.objects.all().delete()
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def numbers(house: House) -> None:
    numbers_go_on()


#: What a page says only of this answer.
PASSING = re.compile(r'name="(?:csrfmiddlewaretoken|shown)" value="[^"]*"|<updated>[^<]*</updated>')


def shown(addresses: list[str]) -> dict[str, str]:
    """What the public is answered: address → status, where it is sent, content."""
    client, found = Client(), {}
    for address in addresses:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = PASSING.sub("", body.decode("utf-8", "replace"))
        found[address] = f"{answer.status_code} {answer.get('Location', '')} {text}"
    return found


def accepted(world: World, record: Cooperation) -> None:
    """A change of a published record that the review has accepted."""
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=record,
        municipality=world.partner,
        day=TODAY,
        changes=workflow.Changes(fields={"region": "Westpfalz"}),
        reason="So heißt es jetzt.",
        source="Ratsbeschluss vom 12.03.2026",
    )
    verdicts = {item.pk: workflow.Verdict(accepted=True) for item in proposal.items.all()}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)


def test_every_public_address_says_the_same(house: House, tmp_path: Path) -> None:
    accepted(house.world, house.things["published"])
    workflow.refresh_derived(Cooperation.objects.all())
    feed.settle(TODAY)
    # A workbook tells when it was made; an invitation belongs to a person, who stays.
    asked = {line.address for line in LINES if line.method == "GET"}
    asked = {address for address in asked if not {"xlsx", "einladung"} & {*re.split(r"[/.?]", address)}}
    addresses = sorted(address.format(**house.things) for address in asked)
    before = shown(addresses)
    page, history = (before[f"/kooperationen/{house.things['published'].slug}/{part}"] for part in ("", "verlauf/"))
    assert "Ratsbeschluss vom 12.03.2026" in page
    assert history.count('<li class="history__entry">') > 2
    taken(tmp_path / "one")
    for copy in ("two", "three"):
        empty_the_portal()
        load_dump(tmp_path / "one")
        assert unlike(shown(addresses), before) == {}
        again = taken(tmp_path / copy)
    assert told(again) == told(files_of(tmp_path / "one"))


def test_a_dump_of_the_former_format_is_read(house: House, tmp_path: Path) -> None:
    taken(tmp_path / "one")
    metadata = json.loads((tmp_path / "one/metadata.json").read_bytes())
    later = {f"records/agreements.{name}.ndjson" for name in ("earlierentry", "earliersource")}
    metadata["files"] = [entry for entry in metadata["files"] if entry["path"] not in later]
    (tmp_path / "one/metadata.json").write_text(json.dumps(metadata | {"format": 1}))
    seal(tmp_path / "one")
    number = Cooperation.objects.public().count()
    empty_the_portal()
    load_dump(tmp_path / "one")
    assert (Cooperation.objects.count(), EarlierEntry.objects.count()) == (number, 0)


def test_nobody_s_name_and_nothing_from_before_publication_is_in_the_history(house: House, tmp_path: Path) -> None:
    rows = records(taken(tmp_path / "one"), "agreements.earlierentry")
    assert {frozenset(row) for row in rows} == {frozenset({"id", "cooperation", "kind", "action", "at"})}
    assert {row["cooperation"] for row in rows} <= set(Cooperation.objects.public().values_list("pk", flat=True))
