"""Words that must never be read in public, planted wherever something is kept from the public.

Each begins with ``zzgeheim`` and says where it comes from, so that a test that finds one names the leak.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from agreements.choices import RecordState
from agreements.models import Confirmation, Cooperation, FieldRemark, IdempotencyKey, Transition
from agreements.workflow import refresh_derived
from sources.workflow import refresh_search
from tests.permission_world import House

SIGN = "zzgeheim"
#: A word that stands beside the planted ones, to search for.
WORD = "Muckenschnabel"
HIDDEN = [state for state in RecordState.values if state != RecordState.PUBLISHED]


def word(*place: Any) -> str:
    return SIGN + "".join(re.sub(r"[^a-z]", "", str(part).lower()) for part in place)


def found_in(answer: Any) -> set[str]:
    """The planted words in an answer, whatever its form; redirects tell in their address."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    text = content.decode("utf-8", "replace") + answer.get("Location", "")
    return set(re.findall(rf"{SIGN}[a-z]*", text.lower()))


def plant(house: House) -> None:
    """Every text of hidden records, and every text about a published one that is not for the public."""
    for state in HIDDEN:
        _plant_record(house.things[state], state)
    for state in RecordState.values:
        _plant_around(house.things[state], state)
    _plant_words_of_the_public(house)
    _plant_people(house)
    refresh_derived()
    refresh_search()


def _plant_record(row: Any, state: str) -> None:
    texts = {name: f"{WORD} {word(state, name)}" for name in ("name", "short_name", "summary", "region")}
    texts |= {name: word(state, name) for name in ("started_wording", "ended_wording")}
    Cooperation.objects.filter(pk=row.pk).update(slug=word(state, "slug"), **texts)
    row.slug = word(state, "slug")
    row.participations.update(note=word(state, "note"))
    row.agreements.update(title=f"{WORD} {word(state, 'act')}", summary=word(state, "act summary"))
    row.events.update(title=f"{WORD} {word(state, 'event')}", summary=word(state, "event summary"))


def _plant_around(row: Any, state: str) -> None:
    Cooperation.objects.filter(pk=row.pk).update(basis=word(state, "basis"))
    Transition.objects.filter(cooperation=row).update(reason=word(state, "reason of a step"))
    FieldRemark.objects.filter(transition__cooperation=row).update(text=word(state, "remark of the review"))
    Confirmation.objects.filter(participation__cooperation=row, participation=row.place).update(
        answer="refused", answered_on="2026-01-01", reason=word(state, "reason of a refusal")
    )
    Cooperation.history.filter(id=row.pk).update(  # type: ignore[attr-defined]
        history_change_reason=word(state, "reason in the history"),
        name=word(state, "former name"),
        summary=word(state, "former summary"),
    )
    row.evidence.filter(released_at=None).update(
        title=word(state, "title of a document"), original_name=f"{word(state, 'name of a document')}.pdf"
    )


def _plant_words_of_the_public(house: House) -> None:
    proposal, remark = house.things["proposal"], house.things["remark"]
    type(proposal).objects.update(reason=word("reason of a proposal"), source=word("source of a proposal"))
    proposal.items.update(new=word("wished value"), decision_reason=word("reason of a verdict"))
    type(remark).objects.update(
        text=word("remark"),
        name=word("name of a remarker"),
        email=f"{word('remarker')}@example.org",
        outcome=word("end"),
    )
    type(house.things["invitation"]).objects.update(email=f"{word('invited')}@example.org")
    IdempotencyKey.objects.create(
        user=house.world["lead_officer"], key=word("key"), digest="0" * 64, claimed_at="2026-11-22T00:00Z"
    )


def _plant_people(house: House) -> None:
    for role, person in house.world.people.items():
        if role != "anonymous":
            type(person).objects.filter(pk=person.pk).update(
                first_name=word("person", role),
                last_name=word("person", role),
                email=f"{word('person', role)}@example.org",
            )
