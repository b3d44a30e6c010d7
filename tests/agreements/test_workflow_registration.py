"""The keeper's verbs: what they write, whom they tell, what they refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from agreements import workflow
from agreements.choices import TRANSITIONS, Answer, RecordState, Role
from agreements.models import Agreement, Cooperation, PublicRemark
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def log_of(cooperation: Cooperation) -> list[tuple[str, str, str]]:
    return [(row.from_state, row.to_state, row.by.username) for row in cooperation.transitions.all()]


def subjects(mailoutbox: Any) -> dict[str, str]:
    """Address → subject."""
    return {mail.to[0]: mail.subject for mail in mailoutbox}


def test_a_registration_is_a_private_draft_of_its_town(world):
    row = workflow.register(
        user=world["lead_officer"],
        municipality=world.lead,
        day=TODAY,
        contents=workflow.Contents(values={"name": "Bauhof"}),
    )
    assert (row.record_state, row.origin, row.keeper, row.version) == ("draft", "registration", world.lead, 1)
    [lead] = row.participations.all()
    assert (lead.municipality, lead.role) == (world.lead, Role.LEAD)
    assert row.search_text or Cooperation.objects.get(pk=row.pk).search_text.startswith("bauhof")


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_written(world):
    twice = workflow.Partner(world.partner)
    contents = workflow.Contents(
        values={"name": "", "started_on": dt.date(2020, 1, 2), "ended_on": dt.date(2020, 1, 1)},
        partners=[twice, twice],
        agreements=[workflow.Part(values={"title": "", "term_months": 0})],
        awards=[workflow.Part(values={"rung": "granted"})],
    )
    with pytest.raises(ValidationError) as caught:
        workflow.register(user=world["lead_officer"], municipality=world.lead, day=TODAY, contents=contents)
    places = {"name", "participants.1.body", "agreements.0.title", "awards.0.programme"}
    assert places <= caught.value.message_dict.keys()
    assert caught.value.message_dict["name"] == ["Dieses Feld darf nicht leer sein."]
    assert not Cooperation.objects.exists()


def test_a_draft_is_written_over_and_its_parts_keep_their_ids(world):
    row = world.draft()
    part = workflow.Part(values={"title": "Zweckvereinbarung", "signed_on": TODAY})
    row = workflow.save_draft(
        user=world["lead_officer"], cooperation=row, day=TODAY, contents=workflow.Contents(agreements=[part])
    )
    act = row.agreements.get()
    assert (act.signed_precision, act.parties.count(), row.version) == ("day", 2, 2)
    changed = workflow.Contents(agreements=[workflow.Part(pk=act.pk, values={"title": "Geändert", "signed_on": None})])
    row = workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=changed, version=2)
    again = row.agreements.get()
    assert (again.pk, again.title, again.signed_precision) == (act.pk, "Geändert", "unknown")
    row = workflow.save_draft(
        user=world["lead_officer"], cooperation=row, day=TODAY, contents=workflow.Contents(agreements=[], partners=[])
    )
    assert not Agreement.objects.exists()
    assert not row.participations.exists()


def test_the_second_of_two_writers_is_told_the_present_version(world):
    row = world.draft()
    seen = row.version
    name = workflow.Contents(values={"name": "Anders"})
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=name, version=seen)
    with pytest.raises(workflow.Overtaken, match="jetzt Fassung 2") as caught:
        workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=name, version=seen)
    assert caught.value.version == 2


def test_a_foreign_row_is_no_part_of_the_record(world):
    act = make.make_agreement()
    contents = workflow.Contents(agreements=[workflow.Part(pk=act.pk, values={"title": "Meins"})])
    with pytest.raises(ValidationError, match="gehört nicht zu diesem Eintrag"):
        workflow.save_draft(user=world["lead_officer"], cooperation=world.draft(), day=TODAY, contents=contents)


def test_a_town_that_is_no_more_takes_part_only_in_what_has_ended(world):
    gone = make.make_municipality("Oberort", valid_until=dt.date(2019, 12, 31))
    partners = [workflow.Partner(world.lead, role=Role.LEAD), workflow.Partner(gone)]
    now = workflow.Contents(partners=partners)
    row = world.draft()
    with pytest.raises(ValidationError, match=r"Oberort bestand nur bis 31\.12\.2019"):
        workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=now)
    then = workflow.Contents(values={"ended_on": dt.date(2015, 1, 1)}, partners=partners)
    assert workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=then)


def test_submission_says_all_that_is_missing(world):
    row = workflow.register(
        user=world["lead_officer"],
        municipality=world.lead,
        day=TODAY,
        contents=workflow.Contents(values={"name": "Bauhof"}, partners=[workflow.Partner(world.partner)]),
    )
    with pytest.raises(ValidationError) as caught:
        workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    assert caught.value.message_dict == {
        "summary": ["Beschreiben Sie in ein bis drei Sätzen, worum es geht."],
        "task_fields": ["Wählen Sie mindestens ein Aufgabenfeld."],
        "status": ["Geben Sie an, wie weit die Zusammenarbeit ist."],
        "participants": [
            "Eine Kooperation hat mindestens zwei Beteiligte.",
            "Genau eine beteiligte Stelle ist federführend.",
            "Ihre eigene Kommune fehlt unter den Beteiligten.",
        ],
        "legal_form": ["Wählen Sie eine Rechtsform; auch eine informelle Zusammenarbeit ist eine."],
    }


@pytest.mark.parametrize(("status", "is_open"), [("idea", True), ("planned", True), ("being_set_up", False)])
def test_what_has_not_begun_needs_no_legal_form_yet(world, status, is_open):
    row = world.draft(status=status, legal_form="")
    asked = {"user": world["lead_officer"], "cooperation": row, "day": TODAY}
    if is_open:
        assert workflow.submit(**asked).record_state == "submitted"
    else:
        with pytest.raises(ValidationError, match="Wählen Sie eine Rechtsform"):
            workflow.submit(**asked)


def test_submission_asks_partners_and_reviewers_and_informs_the_other_land(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    row = world.draft()
    partners = [*world.contents().partners, workflow.Partner(world.elsewhere)]
    workflow.save_draft(
        user=world["lead_officer"], cooperation=row, day=TODAY, contents=workflow.Contents(partners=partners)
    )
    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    assert subjects(mailoutbox) == {
        "landstuhl@example.org": "Bitte bestätigen Sie: Gemeinsamer Bauhof",
        "jena@example.org": "Bitte bestätigen Sie: Gemeinsamer Bauhof",
        "reviewer@example.org": "Zur Prüfung: Gemeinsamer Bauhof",
        "reviewer_elsewhere@example.org": "Zur Kenntnis: Gemeinsamer Bauhof",
    }
    assert all("http://" in mail.body and mail.alternatives for mail in mailoutbox)
    answers = {one.municipality.name: one.confirmation.answer for one in row.participations.all()}
    assert answers == {"Weilerbach": "confirmed", "Landstuhl": "", "Jena": ""}
    assert log_of(row) == [("draft", "submitted", "weilerbach")]


def test_a_returned_record_comes_back_and_nobody_is_asked_twice(world, mailoutbox, django_capture_on_commit_callbacks):
    row = world.submitted()
    workflow.answer(
        user=world["officer_of_participant"],
        participation=world.part_of(row, world.partner),
        day=TODAY,
        answer=Answer.CONFIRMED,
    )
    with django_capture_on_commit_callbacks(execute=True):
        workflow.return_record(
            user=world["reviewer"], cooperation=row, day=TODAY, remarks={"summary": "Bitte genauer.", "name": " "}
        )
    assert subjects(mailoutbox) == {"weilerbach@example.org": "Bitte überarbeiten: Gemeinsamer Bauhof"}
    assert "* Bitte genauer." in mailoutbox[0].body
    [remark] = row.transitions.last().remarks.all()
    assert (remark.field, remark.text) == ("summary", "Bitte genauer.")
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    assert subjects(mailoutbox) == {"reviewer@example.org": "Zur Prüfung: Gemeinsamer Bauhof"}


def test_an_answer_is_open_again_when_the_part_it_answered_changes(world):
    row = world.submitted()
    part = world.part_of(row, world.partner)
    workflow.answer(user=world["officer_of_participant"], participation=part, day=TODAY, answer=Answer.CONFIRMED)
    workflow.return_record(user=world["reviewer"], cooperation=row, day=TODAY, remarks={}, reason="Bitte prüfen.")
    changed = workflow.Contents(
        partners=[workflow.Partner(world.lead, role=Role.LEAD), workflow.Partner(world.partner, role="cost_bearer")]
    )
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=changed)
    part.refresh_from_db()
    assert part.confirmation.answer == Answer.OPEN
    assert [one.answer for one in part.confirmation.history.order_by("history_id")] == ["", "confirmed", ""]


def test_a_refusal_is_wiped_by_nobody_but_who_refused(world):
    row = world.submitted()
    officer, keeper = world["officer_of_participant"], world["lead_officer"]
    part = world.part_of(row, world.partner)
    workflow.answer(user=officer, participation=part, day=TODAY, answer=Answer.REFUSED, reason="Kein Beschluss.")
    workflow.return_record(user=world["reviewer"], cooperation=row, day=TODAY, remarks={}, reason="Bitte prüfen.")
    lead = workflow.Partner(world.lead, role=Role.LEAD)
    for partners in (
        [lead, workflow.Partner(world.partner, role="cost_bearer")],
        [lead],
        [lead, workflow.Partner(world.partner)],
        [lead],
        [lead, workflow.Partner(world.partner, role="cost_bearer")],
    ):
        workflow.save_draft(user=keeper, cooperation=row, day=TODAY, contents=workflow.Contents(partners=partners))
    workflow.submit(user=keeper, cooperation=row, day=TODAY)
    part = world.part_of(row, world.partner)
    told = (part.confirmation.answer, part.confirmation.reason, part.confirmation.answered_by)
    assert told == (Answer.REFUSED, "Kein Beschluss.", officer)
    assert part.confirmation.answered_on == TODAY
    workflow.answer(user=officer, participation=part, day=TODAY, answer=Answer.CONFIRMED)
    workflow.return_record(user=world["reviewer"], cooperation=row, day=TODAY, remarks={}, reason="Bitte prüfen.")
    for partners in ([lead], [lead, workflow.Partner(world.partner)]):
        workflow.save_draft(user=keeper, cooperation=row, day=TODAY, contents=workflow.Contents(partners=partners))
    assert not hasattr(world.part_of(row, world.partner), "confirmation")


def test_every_way_that_is_not_in_the_table_is_barred(world):
    """From every state every verb that moves a record, against the one table."""
    verbs = {
        RecordState.SUBMITTED: lambda row: workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY),
        RecordState.RETURNED: lambda row: workflow.return_record(
            user=world["reviewer"], cooperation=row, day=TODAY, remarks={}, reason="Bitte prüfen."
        ),
        RecordState.PUBLISHED: lambda row: workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY),
        RecordState.WITHDRAWN: lambda row: workflow.withdraw(
            user=world["lead_officer"], cooperation=row, day=TODAY, reason="Irrtum."
        ),
    }
    for state in RecordState:
        for to, verb in verbs.items():
            row = world.in_state(state)
            if to in TRANSITIONS[state]:
                verb(row)
                assert Cooperation.objects.get(pk=row.pk).record_state == to
            else:
                with pytest.raises(workflow.WrongState):
                    verb(row)
                assert Cooperation.objects.get(pk=row.pk).record_state == state


def test_only_drafts_are_thrown_away(world):
    row = world.draft()
    workflow.discard(user=world["lead_officer"], cooperation=row, day=TODAY)
    assert not Cooperation.objects.filter(pk=row.pk).exists()
    with pytest.raises(workflow.WrongState):
        workflow.discard(user=world["lead_officer"], cooperation=world.submitted(), day=TODAY)


def test_a_new_one_like_this_has_no_partners_and_no_dates(world):
    original = world.published()
    make.make_agreement(original, title="Zweckvereinbarung", notice_months=6, signed_on=TODAY)
    copy = workflow.copy_as_draft(
        user=world["officer_elsewhere"],
        original=original,
        municipality=world.elsewhere,
        day=TODAY,
        name="Bauhof in Jena",
    )
    assert [part.municipality for part in copy.participations.all()] == [world.elsewhere]
    act = copy.agreements.get()
    assert (act.title, act.notice_months, act.signed_on) == ("Zweckvereinbarung", 6, None)
    assert [field.code for field in copy.task_fields.all()] == ["04.01"]


def test_a_record_drawn_from_documents_is_taken_over_once(world):
    row = make.make_cooperation(origin="documents")
    make.make_participation(row, world.partner)
    make.make_participation(row, world.lead)
    taken = workflow.take_over(
        user=world["officer_of_participant"], cooperation=row, municipality=world.partner, day=TODAY
    )
    assert (taken.keeper, taken.taken_over_on, taken.version) == (world.partner, TODAY, 2)
    with pytest.raises(workflow.WrongState, match="Landstuhl führt diesen Eintrag schon"):
        workflow.take_over(user=world["lead_officer"], cooperation=row, municipality=world.lead, day=TODAY)


def test_the_keeper_is_reminded_after_a_year_and_says_still_true(world, mailoutbox, django_capture_on_commit_callbacks):
    row = world.published()
    later = TODAY + dt.timedelta(days=365)
    with django_capture_on_commit_callbacks(execute=True):
        assert workflow.remind_keepers(later - dt.timedelta(days=1)) == 0
        assert workflow.remind_keepers(later) == 1
        assert workflow.remind_keepers(later + dt.timedelta(days=1)) == 0
    assert subjects(mailoutbox) == {"weilerbach@example.org": "Stimmt das noch? Gemeinsamer Bauhof"}
    much_later = TODAY + dt.timedelta(days=549)
    assert list(Cooperation.objects.unaffirmed(much_later)) == [row]
    workflow.affirm(user=world["lead_officer"], cooperation=row, day=much_later)
    assert not Cooperation.objects.unaffirmed(much_later).exists()
    assert not Cooperation.objects.to_affirm(much_later).exists()


def test_an_ended_mandate_gives_no_right_from_that_day_on(world):
    row = world.draft()
    world["lead_officer"].mandates.update(valid_until=TODAY - dt.timedelta(days=1))
    with pytest.raises(PermissionDenied, match="Dazu haben Sie kein Recht"):
        workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)


def test_the_log_is_only_added_to(world):
    step = world.submitted().transitions.get()
    step.reason = "umgeschrieben"
    with pytest.raises(TypeError):
        step.save()


def test_the_history_tells_who_changed_what_and_why(world):
    row = world.draft()
    workflow.save_draft(
        user=world["lead_officer"],
        cooperation=row,
        day=TODAY,
        contents=workflow.Contents(values={"name": "Bauhof der fünf"}, task_fields=[make.make_task_field("05.01")]),
    )
    new, old = row.history.order_by("-history_id")[:2]
    changed = {change.field for change in new.diff_against(old).changes}
    assert changed == {"name", "task_fields"}
    assert (new.history_user, new.history_change_reason) == (world["lead_officer"], "Entwurf bearbeitet")


def test_what_is_due_every_day_is_done_by_one_command(world, mailoutbox, capsys):
    row = world.published()
    Cooperation.objects.filter(pk=row.pk).update(published_on=dt.date(2020, 1, 1))
    remark = make_old_remark(row)
    yesterday = timezone.now() - dt.timedelta(days=1)
    Session.objects.create(session_key="old", session_data="", expire_date=yesterday)
    call_command("keep_house")
    assert not Session.objects.exists()
    assert capsys.readouterr().out == "1 Kommunen erinnert, 1 Angaben gelöscht.\n"
    remark.refresh_from_db()
    assert remark.sender == ""


def make_old_remark(row: Cooperation) -> PublicRemark:
    remark = workflow.remark(cooperation=row, text="Hinweis", day=TODAY, address="192.0.2.1")
    assert remark is not None
    long_ago = timezone.now() - dt.timedelta(days=2)
    PublicRemark.objects.filter(pk=remark.pk).update(created_at=long_ago)
    return remark
