"""One of everything that an address can name, around the people of ``tests/agreements/people.py``."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.management.commands.make_editors import edited_models
from accounts.workflow import create_token, refresh_editors
from agreements import workflow
from agreements.choices import RecordState
from agreements.models import Cooperation, ProposedBody
from coopportal.common import feed
from tests import builders as make
from tests.agreements.people import ROLES, TODAY, World, make_world
from watching.models import SavedSearch
from watching.workflow import ask_to_confirm, save_search, set_up_webhook


@dataclass(repr=False)
class House:
    """The world of the table, everybody at his browser in it, and what their browsers and the records are known by."""

    world: World
    clients: dict[str, Client]
    cookies: dict[str, SimpleCookie]
    things: dict[str, Any]
    versions: dict[int, int]
    #: Names of the fields of a form, as somebody is shown it; for those who look them up.
    names: dict[Any, list[str]] = field(default_factory=dict)


PDF = b"%PDF-1.7 Beschluss"
IMPORTED = b"name;participations\nStandesamt;073355009:lead\n"


def make_people() -> World:
    """The seven people; the steward as one who works in the admin too."""
    world = make_world()
    steward = world["steward"]
    steward.is_staff = True
    steward.save()
    steward.groups.add(refresh_editors(edited_models()))
    return world


def make_things(world: World) -> dict[str, Any]:
    """Name → what the gaps of an address are filled with: ``/kooperationen/{draft.slug}/``."""
    things: dict[str, Any] = {"lead": world.lead, "partner": world.partner, "elsewhere": world.elsewhere}
    for state in RecordState.values:
        things[state] = _complete(world, world.in_state(state))
    published, submitted = things["published"], things["submitted"]
    drawn = make.make_cooperation(origin="documents")
    make.make_participation(drawn, world.partner)
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=published,
        municipality=world.partner,
        day=TODAY,
        changes=workflow.Changes(fields={"name": "Bauhof der fünf"}),
        reason="Umbenannt",
        source="Ratsbeschluss",
    )
    released = _attach(world, published, b"frei")
    workflow.release_evidence(user=world["reviewer"], evidence=released, day=TODAY)
    document = make.make_document("otz", text="Ein Text. " * 20)
    things |= {
        "drawn": drawn,
        "proposal": proposal,
        "remark": workflow.remark(cooperation=published, text="Der Name ist falsch.", day=TODAY, address="192.0.2.1"),
        "private": _attach(world, published, b"vertraulich"),
        "submitted_evidence": _attach(world, submitted, b"vertraulich"),
        "draft_evidence": _attach(world, things["draft"], b"vertraulich"),
        "released": released,
        "new_body": ProposedBody.objects.create(cooperation=things["draft"], name="Verein", kind="association"),
        "organisation": make.make_organisation(slug="ministerium"),
        "programme": make.make_programme(slug="ikz"),
        "figure": make.make_figure(),
        "line": make.make_budget_line(),
        "award": make.make_award(published),
        "document": document,
        "citation": make.make_citation(published, "status", "planned", passage=make.make_passage(document, 3)),
        "conflict": make.make_conflict(published, "status"),
        "event": make.make_event(cooperations=[published]),
        "hidden_event": make.make_event(cooperations=[submitted]),
        "hidden_award": make.make_award(submitted),
        "hidden_citation": make.make_citation(submitted, "status", "planned"),
        "hidden_conflict": make.make_conflict(submitted, "status"),
        "criterion": make.make_criterion(),
        "step": make.make_status_step(published, "planned", "2019-02-23"),
        "succession": make.make_succession(world.elsewhere, make.make_municipality()),
        "directory_state": make.make_directory_state(),
        "doubt": make.make_doubt(kind="no_successor", municipality=world.elsewhere),
        "speaker": make.make_speaker(document),
        "import_file": workflow.keep_file(
            user=world["lead_officer"], municipality=world.lead, submit=False, name="neu.csv", data=IMPORTED
        ),
        "invitation": make.make_invitation(world["lead_officer"], token="einladung", municipality=world.lead),
    }
    return things


def _complete(world: World, row: Any) -> Any:
    """The record with its agreement and the places of lead and partner at hand."""
    row.act = make.make_agreement(row)
    row.own = world.part_of(row, world.lead)
    row.place = world.part_of(row, world.partner)
    return row


def _attach(world: World, row: Any, content: bytes) -> Any:
    file = ContentFile(PDF + content, name="beschluss.pdf")
    return workflow.attach(user=world["lead_officer"], cooperation=row, day=TODAY, file=file, title="Beschluss")


def _asked() -> SavedSearch:
    """A search of an address that has not said yes."""
    search = ask_to_confirm(
        email="leser@example.org",
        resource="cooperations",
        query="",
        title="Alle",
        frequency="daily",
        day=TODAY,
        address="192.0.2.1",
    )
    assert search is not None
    return search


def make_house() -> House:
    """People, things, and everybody at his browser."""
    world = make_people()
    clients = {role: Client(raise_request_exception=False) for role in ROLES}
    for role in ROLES[1:]:
        clients[role].force_login(world[role])
    things = make_things(world)
    things["session"] = world["lead_officer"].login_sessions.get()
    things |= {"officer": world["officer_elsewhere"], "steward": world["steward"]}
    things["mandate"] = things["officer"].mandates.get()
    things["search"] = save_search(
        user=world["lead_officer"], resource="cooperations", query="", title="Alle", frequency="daily", day=TODAY
    )
    things["bare"] = save_search(
        user=world["lead_officer"], resource="sources", query="", title="Quellen", frequency="never", day=TODAY
    )
    set_up_webhook(
        user=world["lead_officer"], search=things["search"], url="https://127.0.0.1/webhook", day=TODAY
    )  # refused when something is sent there: no test reaches for the network
    things["ending"] = signing.dumps(str(things["search"].key), salt="watching.end")
    things["asked"] = signing.dumps(str(_asked().key), salt="watching.confirm")
    things["token"] = create_token(user=world["lead_officer"])[0]
    versions = dict(Cooperation.objects.values_list("pk", "version"))
    # What waits to be told would be told anew by every request that is taken back afterwards.
    feed.settle(timezone.localdate())
    cookies = {role: SimpleCookie(client.cookies) for role, client in clients.items()}
    return House(world, clients, cookies, things, versions)
