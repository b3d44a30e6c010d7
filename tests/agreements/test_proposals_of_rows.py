"""Proposals about what is there already: agreements, events, money, positions; and proposals that are only begun."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements import workflow
from agreements.choices import Answer
from agreements.models import ChangeProposal, Cooperation, ProposalDraft
from agreements.proposed import changes_of
from agreements.workflow import Changes, Position, Verdict
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world
from tests.agreements.reading import words
from tests.agreements.test_proposal_pages import address_of, sent
from tests.agreements.test_registrations_api import Program, errors_of
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def record(world: World) -> Cooperation:
    row = world.published()
    make.make_agreement(
        row, title="Zweckvereinbarung", status="signed", ends_on=dt.date(2030, 12, 31), ends_precision="day"
    )
    make.make_event(title="Auftakt", on=dt.date(2026, 1, 15), cooperations=[row])
    make.make_award(row, make.make_programme("Zukunft", state="07"), amount=100_000, rung="announced")
    return row


def propose(world: World, record: Cooperation, changes: Changes) -> ChangeProposal:
    return workflow.propose(
        user=world["officer_of_participant"],
        cooperation=record,
        municipality=world.partner,
        day=TODAY,
        changes=changes,
        reason="Stimmt nicht mehr",
        source="Ratsbeschluss",
    )


def accept(world: World, proposal: ChangeProposal, *, but: tuple[str, ...] = ()) -> None:
    verdicts = {item.pk: Verdict(item.field not in but, "Nein.") for item in proposal.items.all()}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)


def told(proposal: ChangeProposal) -> list[tuple[str, list[str], list[str]]]:
    return [(change.label, change.old, change.new) for change in changes_of(proposal)]


def test_what_is_there_is_proposed_by_page_value_by_value(client, world, record):
    client.force_login(world["officer_of_participant"])
    page = client.get(address_of(record))
    markup(page)
    act, event, award = record.agreements.get(), record.events.get(), record.awards.get()
    changes = {
        f"agreements-{act.pk}-status": "terminating",
        f"agreements-{act.pk}-ends": "30.06.2027",
        f"agreements-{act.pk}-notice_months": "6",
        f"events-{event.pk}-place": "Weilerbach",
        f"awards-{award.pk}-amount": "120.000",
        f"awards-{award.pk}-rung": "granted",
        "position-0-participation": str(world.part_of(record, world.partner).pk),
        "position-0-role": "cost_bearer",
        "position-0-degree": "member",
        "position-0-since": "01.01.2027",
    }
    answer = client.post(address_of(record), sent(page, **changes))
    proposal = ChangeProposal.objects.get()
    assert answer["Location"] == f"/meine/vorschlaege/{proposal.pk}/"
    assert told(proposal) == [
        ("Landstuhl", ["Partner"], ["Kostenträger"]),
        ("Landstuhl", ["Vertragspartei"], ["Mitglied · seit 01.01.2027"]),
        ("Zweckvereinbarung: Stand", ["unterzeichnet"], ["gekündigt, Frist läuft"]),
        ("Zweckvereinbarung: letzter Tag", ["31.12.2030"], ["30.06.2027"]),
        ("Zweckvereinbarung: Kündigungsfrist in Monaten", [], ["6"]),
        ("Auftakt: Ort", [], ["Weilerbach"]),
        ("Zukunft: Betrag", ["100.000 €"], ["120.000 €"]),
        ("Zukunft: Sicherheit", ["angekündigt"], ["bewilligt"]),
    ]


def test_what_is_accepted_is_written_what_is_rejected_stays_and_the_history_names_the_source(client, world, record):
    act, award = record.agreements.get(), record.awards.get()
    values = {"id": act.pk, "status": "in_force", "ends_on": dt.date(2031, 12, 31)}
    money = {"id": award.pk, "amount": 120_000}
    proposal = propose(world, record, Changes(agreements=[values], awards=[money]))
    client.force_login(world["reviewer"])
    markup(client.get(f"/pruefung/vorschlaege/{proposal.pk}/"))
    accept(world, proposal, but=("status",))
    act.refresh_from_db()
    award.refresh_from_db()
    assert (act.status, act.ends_on, award.amount) == ("signed", dt.date(2031, 12, 31), 120_000)
    assert act.history.first().history_change_reason == "Vorschlag von Landstuhl: Ratsbeschluss"
    assert {row.pk for row in act.parties.all()} == {row.pk for row in act.history.last().instance.parties.all()}


def test_a_row_that_would_contradict_itself_is_told_at_its_place(world, record):
    act = record.agreements.get()
    with pytest.raises(ValidationError) as wrong:
        propose(world, record, Changes(agreements=[{"id": act.pk, "effective_on": dt.date(2031, 1, 1)}]))
    assert wrong.value.message_dict == {"agreements.0": ["Die Vereinbarung endet, bevor sie wirksam wird."]}


def test_an_event_of_several_cooperations_is_not_changed_by_one(client, world, record):
    event = record.events.get()
    event.cooperations.add(make.make_cooperation())
    with pytest.raises(ValidationError) as wrong:
        propose(world, record, Changes(events=[{"id": event.pk, "place": "Jena"}]))
    assert wrong.value.message_dict == {"events.0.id": ["Dieses Ereignis gehört auch zu anderen Einträgen."]}
    client.force_login(world["officer_of_participant"])
    assert [form.of for form in client.get(address_of(record)).context["forms"].events] == [None]


def test_another_degree_is_a_dated_step_and_asks_for_its_day(world, record):
    part = world.part_of(record, world.lead)
    with pytest.raises(ValidationError) as wrong:
        propose(world, record, Changes(participants=[Position(part, degree="member")]))
    assert wrong.value.message_dict == {
        "participants.0.on": ["Nennen Sie, ab wann das gilt: den Tag, den Monat oder das Jahr."]
    }
    accept(world, propose(world, record, Changes(participants=[Position(part, degree="member", on=TODAY)])))
    assert [(step.degree, step.on) for step in part.steps.all()] == [("party", None), ("member", TODAY)]


def test_who_said_yes_to_something_else_is_asked_again(world, record):
    part = world.part_of(record, world.lead)
    assert part.confirmation.answer == Answer.CONFIRMED
    accept(world, propose(world, record, Changes(participants=[Position(part, degree="member", on=TODAY)])))
    part.confirmation.refresh_from_db()
    assert (part.confirmation.answer, part.confirmation.requested_at is None) == (Answer.OPEN, False)


def test_one_leads_and_who_led_becomes_partner(world, record):
    former, coming = world.part_of(record, world.lead), world.part_of(record, world.partner)
    with pytest.raises(ValidationError) as wrong:
        propose(world, record, Changes(participants=[Position(former, role="partner")]))
    assert wrong.value.message_dict == {"participants.0.role": ["Schlagen Sie vor, wer stattdessen federführend wird."]}
    accept(world, propose(world, record, Changes(participants=[Position(coming, role="lead")])))
    former.refresh_from_db()
    coming.refresh_from_db()
    assert (former.role, coming.role) == ("partner", "lead")


def test_new_money_comes_with_its_programme(world, record):
    programme = make.make_programme("Digital", state="07")
    accept(world, propose(world, record, Changes(awards=[{"programme": programme, "amount": None, "rung": "applied"}])))
    assert [(row.programme, row.amount, row.rung) for row in record.awards.filter(programme=programme)] == [
        (programme, None, "applied")
    ]


def test_a_program_proposes_the_same(world, record):
    act, award = record.agreements.get(), record.awards.get()
    address = f"/api/v1/registrations/{record.pk}/proposals/"
    wish = {
        "municipality": world.partner.ars,
        "reason": "Stimmt nicht mehr",
        "source": "Ratsbeschluss",
        "agreements": [{"id": act.pk, "status": "in_force"}],
        "awards": [{"id": award.pk, "rung": "granted"}],
        "events": [{"id": record.events.get().pk, "place": "Weilerbach"}],
        "participants": [{"municipality": world.partner.ars, "degree": "member", "on": "2027-01-01"}],
    }
    partner = Program(world["officer_of_participant"])
    strange = wish | {"participants": [{"municipality": world.elsewhere.ars, "role": "host"}]}
    assert errors_of(partner.post(address, strange)) == {
        "participants.0": ["Jena ist nicht als beteiligt eingetragen."]
    }
    answer = partner.post(address, wish)
    assert answer.status_code == 201
    assert [(item["kind"], item["field"], item["agreement"], item["old"]) for item in answer.json()["items"]] == [
        ("step", "", None, "party"),
        ("agreement_field", "status", act.pk, "signed"),
        ("event_field", "place", None, ""),
        ("award_field", "rung", None, "announced"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_however_much_is_there(client, world, record, count, django_assert_num_queries):
    for _ in range(count):
        make.make_agreement(record)
        make.make_event(cooperations=[record])
        make.make_award(record)
        make.make_participation(record)
    client.force_login(world["officer_of_participant"])
    client.get(address_of(record))
    with django_assert_num_queries(22):
        client.get(address_of(record))


# --- begun, not handed in ---


def test_a_proposal_left_in_the_middle_is_offered_again_to_nobody_else(client, world, record):
    client.force_login(world["officer_of_participant"])
    page = client.get(address_of(record))
    begun = sent(page, **{"f-name": "Bauhof der vier", "w-reason": "", "aktion": "spaeter"})
    assert client.post(address_of(record), begun)["Location"] == "/meine/vorschlaege/"
    assert "Angefangen, noch nicht eingereicht" in client.get("/meine/vorschlaege/").text
    again = client.get(address_of(record))
    markup(again)
    shown = words(again.text)
    assert 'value="Bauhof der vier"' in again.text
    assert "Das ist Ihr angefangener Vorschlag vom" in shown
    assert "Bitte prüfen Sie Ihre Angaben" not in shown
    client.force_login(world["lead_officer"])
    assert "Bauhof der vier" not in client.get(address_of(record)).text
    assert "Angefangen, noch nicht eingereicht" not in client.get("/meine/vorschlaege/").text
    assert not ChangeProposal.objects.exists()


def test_what_did_not_go_is_kept_what_was_handed_in_is_not(client, world, record):
    client.force_login(world["officer_of_participant"])
    data = sent(client.get(address_of(record)), **{"f-name": "Bauhof der vier"})
    client.post(address_of(record), data | {"w-source": ""})
    assert ProposalDraft.objects.get().entries["f-name"] == ["Bauhof der vier"]
    client.post(address_of(record), data)
    assert (ProposalDraft.objects.count(), ChangeProposal.objects.count()) == (0, 1)


def test_a_script_keeps_while_one_types_and_who_begins_anew_throws_it_away(client, world, record):
    client.force_login(world["officer_of_participant"])
    data = sent(client.get(address_of(record)), **{"f-name": "Bauhof der vier", "aktion": "autosave"})
    kept = client.post(address_of(record), data).json()
    assert (kept["fill"], kept["message"].startswith("Aufgehoben am ")) == ({}, True)
    client.post(address_of(record), {"aktion": "verwerfen"})
    assert not ProposalDraft.objects.exists()
    client.post(address_of(record), data | {"f-summary": "x" * 200_001})
    assert not ProposalDraft.objects.exists()


@pytest.mark.parametrize("version", ["999999999999999999", "-1", "x", "1\x00"])
def test_what_no_database_keeps_is_left_out_of_what_is_kept(client, world, record, version):
    client.force_login(world["officer_of_participant"])
    data = {"f-name": "Bau\x00hof", "f\x00x": "\x00", "aktion": "spaeter", "version": version}
    assert client.post(address_of(record), data).status_code == 302
    draft = ProposalDraft.objects.get()
    assert (draft.entries, draft.version) == ({"f-name": ["Bauhof"], "fx": [""]}, record.version)


def test_what_was_handed_in_does_not_come_back_as_begun(client, world, record):
    client.force_login(world["officer_of_participant"])
    page = client.get(address_of(record))
    data = sent(page, **{"f-name": "Bauhof der vier"}) | {"zuletzt": page.context["newest"]}
    client.post(address_of(record), data)
    late = client.post(address_of(record), data | {"aktion": "autosave"})
    assert (late.status_code, late.json()) == (409, {"message": "Diesen Vorschlag haben Sie inzwischen eingereicht."})
    assert not ProposalDraft.objects.exists()
    newer = client.get(address_of(record))
    assert f'name="zuletzt" value="{ChangeProposal.objects.get().pk}"' in newer.text
    client.post(address_of(record), data | {"zuletzt": newer.context["newest"], "aktion": "autosave"})
    assert ProposalDraft.objects.get().person == world["officer_of_participant"]


def test_an_event_that_came_to_others_meanwhile_is_not_changed(world, record):
    event = record.events.get()
    proposal = propose(world, record, Changes(events=[{"id": event.pk, "place": "Weilerbach"}]))
    event.cooperations.add(make.make_cooperation())
    with pytest.raises(ValidationError) as wrong:
        accept(world, proposal)
    key = f"items.{proposal.items.get().pk}"
    assert wrong.value.message_dict == {key: ["Dieses Ereignis gehört auch zu anderen Einträgen."]}
    event.refresh_from_db()
    assert event.place == ""


def test_who_goes_on_after_a_change_sees_both_versions(client, world, record):
    client.force_login(world["officer_of_participant"])
    act = record.agreements.get()
    data = sent(client.get(address_of(record)), **{f"agreements-{act.pk}-title": "Vertrag", "aktion": "spaeter"})
    client.post(address_of(record), data)
    Cooperation.objects.filter(pk=record.pk).update(version=99)
    page = client.get(address_of(record))
    assert page.context["now"] == [("Zweckvereinbarung: Titel", "Zweckvereinbarung", "Vertrag")]
    assert 'name="version" value="99"' in page.text


def test_what_nobody_went_on_with_is_forgotten_after_half_a_year(world, record):
    now = timezone.now()
    for person, days in (("officer_of_participant", 181), ("lead_officer", 1)):
        workflow.keep_proposal(user=world[person], cooperation=record, day=TODAY, entries={"f-name": ["x"]}, version=1)
        ProposalDraft.objects.filter(person=world[person]).update(kept_at=now - dt.timedelta(days=days))
    assert workflow.forget_proposals(now) == 1
    assert ProposalDraft.objects.get().person == world["lead_officer"]


def test_nobody_keeps_a_proposal_about_what_is_not_his(client, world, record):
    client.force_login(world["officer_elsewhere"])
    page: Any = client.post(address_of(record), {"aktion": "spaeter", "f-name": "x"})
    assert (page.status_code, ProposalDraft.objects.count()) == (403, 0)
