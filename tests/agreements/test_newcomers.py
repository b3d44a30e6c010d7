"""Bodies that the register does not know: named with a registration, in the register with its publication."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import workflow
from agreements.models import Cooperation, ProposedBody
from municipalities.models import Organisation
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def name(world: World, row: Cooperation, called: str = "Förderverein Bauhof e. V.", **values: Any) -> ProposedBody:
    given = {"kind": "association", "state": make.make_state("07"), "role": "funder"} | values
    user = given.pop("user", world["lead_officer"])
    return workflow.name_body(user=user, cooperation=row, day=TODAY, name=called, **given)


def submitted(world: World, row: Cooperation) -> Cooperation:
    return workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)


def test_an_officer_names_a_body_the_register_does_not_know_and_takes_it_back(client, world):
    row = world.draft()
    client.force_login(world["lead_officer"])
    address = f"/meine/kooperationen/{row.pk}/wer/"
    page = client.get(address)
    markup(page)
    sent = {"version": row.version, "aktion": "stelle", "stelle-kind": "association", "stelle-role": "funder"}
    refused = client.post(address, sent)
    assert list(refused.context["newcomer_form"].errors) == ["name"]
    there = client.post(address, sent | {"stelle-name": "Förderverein Bauhof", "stelle-state": "07"})
    assert there["Location"] == f"{address}#neue-stellen"
    page = client.get(address)
    markup(page)
    assert "Förderverein Bauhof Verein, Rheinland-Pfalz, fördernd" in words(page.text)
    checked = client.get(f"/meine/kooperationen/{row.pk}/pruefen/")
    assert "Förderverein Bauhof neue Stelle · Verein · fördernd" in words(checked.text)
    body = ProposedBody.objects.get()
    row.refresh_from_db()
    client.post(address, {"version": row.version, "aktion": f"streichen:{body.pk}"})
    assert not ProposedBody.objects.exists()


def test_what_stands_in_the_register_already_is_not_named_anew_and_only_the_keeper_names(world):
    row = world.draft()
    make.make_organisation("Förderverein Bauhof e. V.", state=make.make_state("07"))
    with pytest.raises(ValidationError) as wrong:
        name(world, row)
    assert wrong.value.message_dict == {
        "name": ["Diese Stelle steht schon im Register. Tragen Sie sie oben unter ihrem Namen ein."]
    }
    with pytest.raises(PermissionDenied):
        name(world, row, "Anderer Verein", user=world["officer_of_participant"])


def test_nobody_sees_it_before_the_record_is_published_then_it_takes_part(client, world):
    row = world.draft()
    name(world, row)
    row = submitted(world, row)
    assert "rderverein" not in client.get("/stellen/").text
    assert not Organisation.objects.exists()
    row = workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    body = Organisation.objects.get()
    assert (body.slug, body.kind, body.state_id) == ("foerderverein-bauhof-e-v", "association", "07")
    part = row.participations.get(organisation=body)
    assert (part.role, [step.degree for step in part.steps.all()]) == ("funder", ["party"])
    assert "Förderverein Bauhof e. V." in client.get("/stellen/").text
    assert ProposedBody.objects.get().organisation == body


def test_the_reviewer_is_shown_likely_duplicates_and_says_who_is_meant(client, world):
    known = make.make_organisation("Förderverein Bauhof", kind="association", state=make.make_state("07"))
    row = world.draft()
    body = name(world, row)
    row = submitted(world, row)
    client.force_login(world["reviewer"])
    address = f"/pruefung/{row.pk}/"
    page = client.get(address)
    markup(page)
    assert "Förderverein Bauhof (Verein) steht schon im Register" in words(page.text)
    decided = {"decision": "publish", "version": row.version, "reason": ""}
    unsure = client.post(address, decided)
    assert unsure.context["form"].errors == {f"body-{body.pk}": ["Sagen Sie, ob eine dieser Stellen gemeint ist."]}
    assert client.post(address, decided | {f"body-{body.pk}": str(known.pk)}).status_code == 302
    assert [part.organisation for part in row.participations.filter(organisation__isnull=False)] == [known]
    assert Organisation.objects.get() == known


def test_who_takes_part_already_does_not_come_twice(client, world):
    known = make.make_organisation("Förderverein Bauhof", kind="association", state=make.make_state("07"))
    row = world.draft()
    make.make_participation(row, known)
    body = name(world, row)
    row = submitted(world, row)
    client.force_login(world["reviewer"])
    sent = {"decision": "publish", "version": row.version, f"body-{body.pk}": str(known.pk)}
    page = client.post(f"/pruefung/{row.pk}/", sent)
    assert page.context["form"].errors == {f"body-{body.pk}": ["Diese Stelle ist schon als beteiligt eingetragen."]}
    row.refresh_from_db()
    assert row.record_state == "submitted"


def test_one_municipality_and_a_new_body_are_two(world):
    partners = [workflow.Partner(world.lead, role="lead")]
    contents = world.contents()
    row = workflow.register(
        user=world["lead_officer"],
        municipality=world.lead,
        day=TODAY,
        contents=workflow.Contents(values=contents.values, task_fields=contents.task_fields, partners=partners),
    )
    with pytest.raises(ValidationError):
        submitted(world, row)
    name(world, row)
    assert submitted(world, row).record_state == "submitted"


def test_naming_and_taking_back_are_changes_like_any_other(world):
    row = world.draft()
    body = name(world, row)
    for pk in (body.pk, body.pk):
        workflow.drop_body(user=world["lead_officer"], cooperation=row, day=TODAY, pk=pk)
    row.refresh_from_db()
    assert row.version == 3
    reasons = [entry.history_change_reason for entry in row.history.all()[:2]]
    assert reasons == ["Entwurf bearbeitet", "Entwurf bearbeitet"]


def test_nobody_names_the_same_twice_or_more_than_twenty(world):
    row = world.draft()
    name(world, row, "Verein 1")
    with pytest.raises(ValidationError) as wrong:
        name(world, row, "VEREIN 1")
    assert wrong.value.message_dict == {"name": ["Diese Stelle haben Sie schon genannt."]}
    for number in range(2, 21):
        name(world, row, f"Verein {number}")
    with pytest.raises(ValidationError) as wrong:
        name(world, row, "Verein 21")
    assert wrong.value.message_dict == {"name": ["Mehr als 20 neue Stellen lassen sich nicht nennen."]}


def test_two_records_with_the_same_new_body_bring_it_in_once(world):
    rows, bodies = [world.draft(name=called) for called in ("Bauhof eins", "Bauhof zwei")], []
    for row in rows:
        bodies.append(name(world, row))
    first, second = [submitted(world, row) for row in rows]
    workflow.publish(user=world["reviewer"], cooperation=first, day=TODAY)
    with pytest.raises(ValidationError) as wrong:
        workflow.publish(user=world["reviewer"], cooperation=second, day=TODAY)
    assert wrong.value.message_dict == {f"body-{bodies[1].pk}": ["Diese Stelle steht inzwischen im Register."]}
    meant = {bodies[1].pk: Organisation.objects.get()}
    workflow.publish(user=world["reviewer"], cooperation=second, day=TODAY, meant=meant)
    assert Organisation.objects.count() == 1
