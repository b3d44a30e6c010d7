"""The history: participants and reviewers read who changed what and why, the public only that something was changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from agreements import workflow
from agreements.histories import History
from agreements.models import Cooperation, Event
from agreements.workflow import Changes, Leaving, Partner, Verdict
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def address_of(row: Cooperation) -> str:
    return f"/kooperationen/{row.slug}/verlauf/"


def entries(row: Cooperation) -> list[Any]:
    return list(History(row, None).page(None, told=True))


def told(row: Cooperation, kind: str) -> list[tuple[str, str, str, str, list[tuple[str, str, str]]]]:
    """(title, action, who, why, changes) of each entry of a kind, the latest first."""
    return [
        (one.title, one.action, one.who, one.why, [(c.label, c.old, c.new) for c in one.changes])
        for one in entries(row)
        if one.kind == kind
    ]


def test_an_answer_and_its_change_are_told_from_what_to_what(world):
    row = world.published()
    part = world.part_of(row, world.partner)
    officer = world["officer_of_participant"]
    workflow.answer(user=officer, participation=part, day=TODAY, answer="refused", reason="Kein Beschluss.")
    workflow.answer(user=officer, participation=part, day=TODAY, answer="confirmed")
    first, second, *_ = told(row, "Antwort einer Kommune")
    assert first == (
        "Landstuhl",
        "geändert",
        "landstuhl",
        "bestätigt",
        [("Antwort", "widersprochen", "bestätigt"), ("Grund", "Kein Beschluss.", "")],
    )
    assert second[3:] == (
        "Kein Beschluss.",
        [("Antwort", "", "widersprochen"), ("Grund", "", "Kein Beschluss."), ("geantwortet am", "", "22.11.2026")],
    )


def accept(world: World, row: Cooperation, changes: Changes) -> None:
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=row,
        municipality=world.partner,
        day=TODAY,
        changes=changes,
        reason="Neues",
        source="Beschluss",
    )
    verdicts = {item.pk: Verdict(True) for item in proposal.items.all()}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)


WHY = "Vorschlag von Landstuhl: Beschluss"


def test_what_a_proposal_brought_is_told_with_its_source(world):
    row = world.published()
    make.make_task_field("07.02", "Friedhof")
    town = make.make_municipality("Ramstein")
    accept(
        world,
        row,
        Changes(
            fields={"name": "Bauhof der vier", "task_fields": ["07.02"], "status": "dormant"},
            joining=[Partner(town)],
            leaving=[Leaving(world.part_of(row, world.partner), TODAY)],
            agreements=[{"title": "Nachtrag", "signed_on": TODAY}],
            events=[{"title": "Treffen", "kind": "meeting", "on": TODAY}],
        ),
    )
    latest = told(row, "Angaben zur Kooperation")[0]
    assert latest == (
        "",
        "geändert",
        "reviewer",
        WHY,
        [
            ("Name", "Gemeinsamer Bauhof", "Bauhof der vier"),
            ("Stand", "aktiv", "ruhend"),
            ("Aufgabenfelder", "Feld 04.01", "Friedhof"),
        ],
    )
    assert next(one[:4] for one in told(row, "Beteiligung")) == ("Ramstein", "eingetragen", "reviewer", WHY)
    steps = [(one[0], one[4]) for one in told(row, "Schritt einer Beteiligung")]
    assert steps[0] == (
        "Landstuhl",
        [("seit", "", "23.11.2026"), ("Grad", "", "ausgetreten")],
    )
    joined, made = told(row, "Vereinbarung")
    assert (made[:4], made[4][0]) == (("Nachtrag", "eingetragen", "reviewer", WHY), ("Titel", "", "Nachtrag"))
    assert (joined[3], joined[4]) == (WHY, [("Beteiligte", "", "Landstuhl, Ramstein, Weilerbach")])
    assert told(row, "Stand")[0][:4] == ("", "eingetragen", "reviewer", WHY)
    event = told(row, "Ereignis")[0]
    assert (event[0], event[3], event[4]) == ("Treffen", WHY, [("Kooperationen", "", "Bauhof der vier")])


def test_what_was_taken_away_is_told(world):
    row = world.draft()
    contents = workflow.Contents(partners=[Partner(world.lead, role="lead"), Partner(world.elsewhere)])
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=contents)
    assert told(row, "Beteiligung")[0] == (
        "Landstuhl",
        "entfernt",
        "weilerbach",
        "Entwurf bearbeitet",
        [("Kommune", "Landstuhl", ""), ("Rolle", "Partner", "")],
    )


def test_an_event_that_is_no_longer_of_it_stays_in_its_history(world):
    row = world.published()
    event = make.make_event(title="Treffen", cooperations=[row])
    event.cooperations.clear()
    assert [one[0] for one in told(row, "Ereignis")] == ["Treffen", "Treffen", "Treffen"]
    assert Event.history.filter(id=event.pk).count() == 3


# --- Who reads what ---


def test_the_public_reads_that_something_was_changed_since_publication(client, world):
    row = world.published(summary="Früher geheim")
    part = world.part_of(row, world.partner)
    workflow.answer(
        user=world["officer_of_participant"], participation=part, day=TODAY, answer="refused", reason="Geheim"
    )
    page = client.get(address_of(row))
    markup(page)
    shown = words(page.text.split('<ol class="history">')[1].split("</ol>")[0])
    day = f"{timezone.localtime(row.history.first().history_date):%d.%m.%Y}"
    assert shown.split(f" {day}") == [
        "Antwort einer Kommune geändert",
        " Stand eingetragen",
        " Angaben zur Kooperation geändert",
        "",
    ]
    for secret in ("Geheim", "landstuhl", "reviewer", "weilerbach", "Früher geheim"):
        assert secret not in shown


def test_the_public_reads_once_what_happened_often_on_a_day(client):
    row = make.make_cooperation(origin="documents")
    for _ in range(3):
        make.make_participation(row)
    page = client.get(address_of(row))
    markup(page)
    told = [(entry.kind, entry.times) for entry in page.context["page_obj"]]
    assert told == [("Schritt einer Beteiligung", 3), ("Beteiligung", 3), ("Angaben zur Kooperation", 1)]
    assert words(page.text).count("Beteiligung eingetragen 3-mal") == 2


def test_what_came_before_publication_is_told_to_nobody_outside(client, world):
    row = world.published()
    count = {}
    for role in ("anonymous", "officer_elsewhere", "officer_of_participant", "reviewer", "lead_officer"):
        client.logout()
        if role != "anonymous":
            client.force_login(world[role])
        count[role] = client.get(address_of(row)).context["page_obj"].paginator.count
    assert count["anonymous"] == count["officer_elsewhere"] == 2
    assert count["officer_of_participant"] == count["reviewer"]
    assert count["anonymous"] < count["reviewer"] < count["lead_officer"]


def test_participants_read_who_and_why(client, world):
    row = world.published()
    client.force_login(world["officer_of_participant"])
    page = client.get(address_of(row))
    markup(page)
    shown = words(page.text)
    assert "reviewer · veröffentlicht" in shown
    assert "neu: veröffentlicht" in shown
    assert "als Entwurf angelegt" not in shown  # what was written in the house of the keeper
    client.force_login(world["lead_officer"])
    assert "als Entwurf angelegt" in words(client.get(f"{address_of(row)}?seite=1").text)


def test_a_day_in_the_world_changes_nothing_here(client, world):
    row = world.published()
    plain, asked = (client.get(address_of(row) + query).text for query in ("", "?stand=2020-01-01"))
    assert words(plain) == words(asked)


def test_a_record_of_documents_tells_from_its_beginning(client):
    row = make.make_cooperation(origin="documents")
    make.make_participation(row)
    page = client.get(address_of(row))
    assert page.context["page_obj"].paginator.count > 2


def test_it_is_one_of_the_ways_beside_the_record(client, world):
    row = world.published()
    assert address_of(row) in client.get(row.get_absolute_url()).text


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_much_was_changed(client, world, count, django_assert_num_queries):
    row = world.published()
    for number in range(count):
        accept(
            world,
            row,
            Changes(
                fields={"region": f"Raum {number}"},
                joining=[Partner(make.make_municipality())],
                agreements=[{"title": f"Nachtrag {number}"}],
                events=[{"title": f"Treffen {number}", "kind": "meeting"}],
            ),
        )
    client.force_login(world["lead_officer"])
    client.get(address_of(row))
    with django_assert_num_queries(37):
        client.get(address_of(row))


def test_what_was_before_the_first_submission_is_folded_away_and_money_reads_german(client, world):
    row = world.draft()
    make.make_award(row, make.make_programme("Zukunft"), amount=100_000)
    row = workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    client.force_login(world["lead_officer"])
    page = client.get(address_of(row))
    markup(page)
    assert 'class="fold"' in page.text
    assert "Vor dem ersten Einreichen" in page.text
    shown = words(page.text)
    assert "Betrag neu: 100.000 €" in shown
    assert "nur erschlossen" not in shown
