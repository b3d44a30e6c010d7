"""Every right against everybody, cell by cell, and every verb refusing those who lack it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agreements import permissions as may
from agreements import workflow
from agreements.choices import Answer, Degree, RecordState
from agreements.models import ChangeProposal, Cooperation, Evidence
from tests import builders as make
from tests.agreements.people import ROLES, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


#: Right → who has it, in the order of ROLES: anonymous, officer elsewhere, of a participant, of the lead, reviewer of
#: another Land, reviewer of the lead's Land, steward.
RIGHTS: dict[str, tuple[str, str]] = {
    # right: (state of the record, cells)
    "may_register": ("draft", "---x---"),
    "may_bring_in": ("draft", "---x-x-"),
    "may_hand_in": ("draft", "---x---"),
    "may_edit": ("draft", "---x---"),
    "may_submit": ("draft", "---x---"),
    "may_discard": ("draft", "---x---"),
    "may_attach": ("draft", "---x---"),
    "may_review": ("submitted", "-----x-"),
    "may_confirm": ("submitted", "--x----"),
    "may_propose": ("published", "--xx---"),
    "may_decide": ("published", "-----x-"),
    "may_take_over": ("published", "--x----"),
    "may_affirm": ("published", "---x---"),
    "may_withdraw": ("published", "---x-xx"),
    "may_merge": ("published", "------x"),
    "may_release": ("submitted", "-----x-"),
    "may_read_evidence": ("submitted", "---x-xx"),
    "may_read_history": ("submitted", "--xx-xx"),
    "may_enter_review": ("submitted", "----xxx"),
}

#: A draft is the keeper's alone.
DRAFTS = {
    "may_withdraw": "---x---",
    "may_read_evidence": "---x---",
    "may_read_history": "---x---",
}

VISIBLE = {
    "draft": "---x---",
    "submitted": "--xx-xx",
    "returned": "--xx-xx",
    "published": "xxxxxxx",
    "withdrawn": "--xx-xx",
    "merged": "--xx-xx",
}


def proposal_of(world: World, row: Cooperation) -> ChangeProposal:
    return ChangeProposal.objects.create(
        cooperation=row,
        proposed_by=world["officer_of_participant"],
        municipality=world.partner,
        reason="Umbenannt",
        source="Beschluss",
        based_on=1,
    )


def evidence_of(row: Cooperation) -> Evidence:
    return Evidence(cooperation=row, title="Beschluss", size=1, sha256="0" * 64)


def ask(world: World, right: str, row: Cooperation, user: Any) -> bool:
    """Call a right with what it asks about."""
    arguments = {
        "may_register": lambda: (world.lead,),
        "may_bring_in": lambda: ([world.lead],),
        "may_hand_in": lambda: ([world.lead],),
        "may_confirm": lambda: (world.part_of(row, world.partner),),
        "may_decide": lambda: (proposal_of(world, row),),
        "may_take_over": lambda: (row, world.partner),
        "may_merge": lambda: (),
        "may_enter_review": lambda: (),
        "may_release": lambda: (evidence_of(row),),
        "may_read_evidence": lambda: (evidence_of(row),),
    }.get(right, lambda: (row,))
    return bool(getattr(may, right)(user, *arguments(), TODAY))


def cells(world: World, right: str, row: Cooperation) -> str:
    return "".join("x" if ask(world, right, row, world[role]) else "-" for role in ROLES)


def test_the_matrix_of_rights_cell_by_cell(world):
    rows = {state: getattr(world, state)() for state in ("draft", "submitted", "published")}
    assert {right: cells(world, right, rows[state]) for right, (state, _) in RIGHTS.items()} == {
        right: wanted for right, (_, wanted) in RIGHTS.items()
    }
    assert {right: cells(world, right, rows["draft"]) for right in DRAFTS} == DRAFTS


def test_every_right_stands_in_the_matrix():
    assert {name for name in vars(may) if name.startswith("may_")} == RIGHTS.keys()


def test_who_sees_a_record_in_each_state(world):
    rows = {state: world.in_state(state) for state in RecordState.values}
    found = {
        state: "".join(
            "x" if Cooperation.objects.visible_to(world[role], TODAY).filter(pk=row.pk).exists() else "-"
            for role in ROLES
        )
        for state, row in rows.items()
    }
    assert found == VISIBLE


def test_four_eyes(world):
    """Nobody reviews what he or his municipality submitted, whatever other mandates he has."""
    officer = world["lead_officer"]
    make.make_mandate(officer, "reviewer", state=make.make_state("07"))
    row = world.submitted()
    colleague = make.make_user("kollege")
    make.make_mandate(colleague, "reviewer", state=make.make_state("07"))
    assert may.may_review(colleague, row, TODAY)
    make.make_mandate(colleague, "officer", municipality=world.lead)
    assert not may.may_review(colleague, row, TODAY)
    assert not may.may_review(officer, row, TODAY)
    officer.mandates.filter(role="officer").delete()
    assert not may.may_review(officer, row, TODAY)


def test_a_partner_who_also_reviews_decides_no_proposal_of_his_town(world):
    reviewer = world["reviewer"]
    proposal = proposal_of(world, world.published())
    assert may.may_decide(reviewer, proposal, TODAY)
    make.make_mandate(reviewer, "officer", municipality=world.partner)
    assert not may.may_decide(reviewer, proposal, TODAY)


def test_where_no_land_is_the_leads_the_stewards_review(world):
    row = make.make_cooperation(record_state="submitted")
    make.make_participation(row, make.make_organisation(), role="lead")
    assert may.review_state_of(row) is None
    assert cells(world, "may_review", row) == "------x"


#: Verb → (state of the record, call). Who may is in RIGHTS.
VERBS: dict[str, tuple[str, str, Callable[[World, Any, Any], Any]]] = {
    "register": (
        "may_register",
        "draft",
        lambda w, row, user: workflow.register(
            user=user, municipality=w.lead, day=TODAY, contents=workflow.Contents(values={"name": "Neu"})
        ),
    ),
    "save_draft": (
        "may_edit",
        "draft",
        lambda w, row, user: workflow.save_draft(
            user=user, cooperation=row, day=TODAY, contents=workflow.Contents(values={"name": "Neu"})
        ),
    ),
    "submit": (
        "may_submit",
        "draft",
        lambda w, row, user: workflow.submit(user=user, cooperation=row, day=TODAY),
    ),
    "discard": (
        "may_discard",
        "draft",
        lambda w, row, user: workflow.discard(user=user, cooperation=row, day=TODAY),
    ),
    "return_record": (
        "may_review",
        "submitted",
        lambda w, row, user: workflow.return_record(
            user=user, cooperation=row, day=TODAY, remarks={}, reason="Bitte prüfen."
        ),
    ),
    "publish": (
        "may_review",
        "submitted",
        lambda w, row, user: workflow.publish(user=user, cooperation=row, day=TODAY),
    ),
    "answer": (
        "may_confirm",
        "submitted",
        lambda w, row, user: workflow.answer(
            user=user, participation=w.part_of(row, w.partner), day=TODAY, answer=Answer.CONFIRMED
        ),
    ),
    "withdraw": (
        "may_withdraw",
        "published",
        lambda w, row, user: workflow.withdraw(user=user, cooperation=row, day=TODAY, reason="Irrtum."),
    ),
    "affirm": (
        "may_affirm",
        "published",
        lambda w, row, user: workflow.affirm(user=user, cooperation=row, day=TODAY),
    ),
    "decide": (
        "may_decide",
        "published",
        lambda w, row, user: workflow.decide(user=user, proposal=proposal_of(w, row), day=TODAY, verdicts={}),
    ),
    "merge": (
        "may_merge",
        "published",
        lambda w, row, user: workflow.merge(
            user=user, duplicate=row, into=make.make_cooperation(), day=TODAY, reason="Dasselbe."
        ),
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_does_its_work_for_those_who_may_and_for_nobody_else(world, verb):
    right, state, call = VERBS[verb]
    found = ""
    row = getattr(world, state)()
    before = (row.record_state, row.version)
    for role in ROLES:
        with transaction.atomic():
            try:
                call(world, row, world[role])
                found += "x"
            except PermissionDenied:
                found += "-"
                row.refresh_from_db()
                assert (row.record_state, row.version) == before
            except ValidationError:
                found += "x"  # let through, and then asked for more
            transaction.set_rollback(True)
        row = Cooperation.objects.get(pk=row.pk)
    assert found == RIGHTS[right][1]


def test_a_participant_proposes_only_in_its_own_name(world):
    row = world.published()
    with pytest.raises(PermissionDenied):
        workflow.propose(
            user=world["officer_of_participant"],
            cooperation=row,
            municipality=world.lead,
            day=TODAY,
            changes=workflow.Changes(fields={"name": "Neu"}),
            reason="Umbenannt",
            source="Beschluss",
        )


@pytest.mark.parametrize("degree", Degree.values)
@pytest.mark.parametrize("confirmed", [True, False, None])
def test_taking_over_needs_a_place_in_the_cooperation_today(world, degree, confirmed):
    row = make.make_cooperation(origin="documents")
    steps = [("member", "2020-01-01"), (degree, "2021-01-01")]
    make.make_participation(row, world.partner, steps=steps, confirmed=confirmed)
    found = may.may_take_over(world["officer_of_participant"], row, world.partner, TODAY)
    assert found == (degree in ("existing", "party", "member") and confirmed is not False)


def test_what_sources_say_its_keeper_does_not_withdraw(world):
    row = make.make_cooperation(origin="documents")
    make.make_participation(row, world.partner, role="lead")
    keeper = world["officer_of_participant"]
    row = workflow.take_over(user=keeper, cooperation=row, municipality=world.partner, day=TODAY)
    assert cells(world, "may_withdraw", row) == "-----xx"
    for role, values in (("steward", {}), ("reviewer", {"state": world.partner.state})):
        make.make_mandate(keeper, role, **values)
    with pytest.raises(PermissionDenied):
        workflow.withdraw(user=keeper, cooperation=row, day=TODAY, reason="Weg damit.")
    workflow.withdraw(user=world["reviewer"], cooperation=row, day=TODAY, reason="Gehört nicht hierher.")


def test_taking_over_needs_a_mandate_for_the_very_town(world):
    row = make.make_cooperation(origin="documents")
    make.make_participation(row, world.partner)
    for role in ROLES:
        if role == "officer_of_participant":
            continue
        with pytest.raises(PermissionDenied):
            workflow.take_over(user=world[role], cooperation=row, municipality=world.partner, day=TODAY)
    with pytest.raises(PermissionDenied):
        workflow.take_over(user=world["officer_elsewhere"], cooperation=row, municipality=world.elsewhere, day=TODAY)
