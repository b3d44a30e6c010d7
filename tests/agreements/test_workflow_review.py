"""Answers, publication, proposals, remarks, documents, merging."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from agreements import permissions as may
from agreements import uploads, workflow
from agreements.choices import Answer, Decision
from agreements.models import Cooperation, Evidence, PublicRemark
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


# --- answers ---


def test_a_refusal_needs_a_reason_stays_and_does_not_bar_publication(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    row = world.submitted()
    part = world.part_of(row, world.partner)
    officer = world["officer_of_participant"]
    with pytest.raises(ValidationError, match="braucht einen Grund"):
        workflow.answer(user=officer, participation=part, day=TODAY, answer=Answer.REFUSED, reason=" ")
    with pytest.raises(ValidationError, match="Ja oder Nein"):
        workflow.answer(user=officer, participation=part, day=TODAY, answer="vielleicht")
    with django_capture_on_commit_callbacks(execute=True):
        workflow.answer(
            user=officer, participation=part, day=TODAY, answer=Answer.REFUSED, reason="Kein <b>Beschluss</b>."
        )
    [mail] = mailoutbox
    assert mail.to == ["weilerbach@example.org"]
    assert "Kein <b>Beschluss</b>." in mail.body
    assert "Kein &lt;b&gt;Beschluss" in mail.alternatives[0][0]
    row = workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    assert row.record_state == "published"
    assert world.part_of(row, world.partner).confirmation.answer == Answer.REFUSED


def test_the_same_answer_again_has_no_effect_another_one_replaces_it(world):
    part = world.part_of(world.submitted(), world.partner)
    officer = world["officer_of_participant"]
    for answer, reason in ((Answer.CONFIRMED, ""), (Answer.CONFIRMED, ""), (Answer.REFUSED, "Nein.")):
        row = workflow.answer(user=officer, participation=part, day=TODAY, answer=answer, reason=reason)
    assert (row.answer, row.reason, row.answered_by) == (Answer.REFUSED, "Nein.", officer)
    assert [one.answer for one in row.history.order_by("history_id")] == ["", "confirmed", "refused"]


def test_what_was_taken_away_meanwhile_is_told(world, evidence_dir):
    row = world.draft()
    evidence = attach(world, row)
    workflow.detach(user=world["lead_officer"], evidence=Evidence.objects.get(), day=TODAY)
    for verb, person in ((workflow.detach, "lead_officer"), (workflow.release_evidence, "reviewer")):
        with pytest.raises(workflow.Gone, match="liegt nicht mehr bei"):
            verb(user=world[person], evidence=evidence, day=TODAY)
    part = world.part_of(row, world.partner)
    type(part).objects.filter(pk=part.pk).delete()
    with pytest.raises(workflow.Gone, match="nicht mehr im Eintrag"):
        workflow.answer(user=world["officer_of_participant"], participation=part, day=TODAY, answer=Answer.CONFIRMED)
    kept = Cooperation.objects.get(pk=row.pk)
    workflow.discard(user=world["lead_officer"], cooperation=row, day=TODAY)
    with pytest.raises(workflow.Gone, match="Diesen Eintrag gibt es nicht mehr"):
        workflow.discard(user=world["lead_officer"], cooperation=kept, day=TODAY)


def test_a_draft_asks_nobody(world):
    part = world.part_of(world.draft(), world.partner)
    with pytest.raises(workflow.WrongState, match="noch ein Entwurf"):
        workflow.answer(user=world["officer_of_participant"], participation=part, day=TODAY, answer=Answer.CONFIRMED)


def test_tasks_of_a_participant_and_queue_of_a_reviewer(world):
    row = world.submitted()
    parts = type(row.participations.first()).objects
    officer, reviewer = world["officer_of_participant"], world["reviewer"]
    assert [part.municipality for part in parts.awaiting_answer_of(officer, TODAY)] == [world.partner]
    assert not parts.awaiting_answer_of(world["lead_officer"], TODAY)
    assert list(Cooperation.objects.under_review_of(reviewer, TODAY)) == [row]
    assert not Cooperation.objects.under_review_of(world["reviewer_elsewhere"], TODAY)
    assert list(Cooperation.objects.kept_by(world["lead_officer"], TODAY)) == [row]
    assert not Cooperation.objects.kept_by(world["anonymous"], TODAY)
    workflow.answer(user=officer, participation=world.part_of(row, world.partner), day=TODAY, answer=Answer.CONFIRMED)
    workflow.publish(user=reviewer, cooperation=row, day=TODAY)
    assert not parts.awaiting_answer_of(officer, TODAY)
    assert not Cooperation.objects.under_review_of(reviewer, TODAY)


# --- publication ---


def test_publication_gives_an_address_and_a_dated_status(world, mailoutbox, django_capture_on_commit_callbacks):
    row = world.submitted(name="Bauhöfe für alle")
    assert row.slug.startswith("vorgang-")
    with django_capture_on_commit_callbacks(execute=True):
        row = workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    assert (row.slug, row.published_on) == ("bauhoefe-fuer-alle", TODAY)
    assert [(step.status, step.on, step.attested_on) for step in row.status_steps.all()] == [("active", None, None)]
    assert {mail.to[0] for mail in mailoutbox} == {"weilerbach@example.org", "landstuhl@example.org"}
    assert "/kooperationen/bauhoefe-fuer-alle/" in mailoutbox[0].body
    assert world.published(name="Bauhöfe für alle").slug == "bauhoefe-fuer-alle-2"


BEGUN = {"started_on": dt.date(2026, 1, 1), "started_precision": "part_of_year", "started_wording": "Anfang 2026"}


def steps_of(row):
    steps = [step for part in row.participations.order_by("pk") for step in part.steps.all()]
    return [
        (step.on, step.on_precision, step.on_wording, step.attested_on) for step in [*row.status_steps.all(), *steps]
    ]


def test_without_a_day_of_their_own_status_and_partners_begin_with_the_cooperation(world, client):
    row = world.published(**BEGUN)
    assert steps_of(row) == [(dt.date(2026, 1, 1), "part_of_year", "Anfang 2026", None)] * 3
    for day, number in (("2026-06-01", 2), ("2025-06-01", 0)):
        listed = client.get(f"/api/v1/participations/?as_of={day}&cooperation={row.slug}").json()
        assert (day, listed["count"]) == (day, number)
    told = client.get(f"/api/v1/cooperations/{row.slug}/?as_of=2026-06-01").json()
    assert told["status"] == "active"


@pytest.mark.parametrize(
    ("act", "on"),
    [
        ({"effective_on": dt.date(2026, 4, 1), "signed_on": dt.date(2026, 3, 1)}, dt.date(2026, 4, 1)),
        ({"signed_on": dt.date(2026, 3, 1)}, dt.date(2026, 3, 1)),
        ({"effective_on": dt.date(2027, 4, 1)}, None),
        ({}, None),
    ],
)
def test_without_a_beginning_partners_begin_with_their_agreement_or_on_no_day(world, act, on):
    contents = world.contents()
    told = workflow.Contents(
        contents.values, contents.task_fields, contents.partners, [workflow.Part({"title": "Vertrag"} | act)]
    )
    officer = world["lead_officer"]
    row = workflow.register(user=officer, municipality=world.lead, day=TODAY, contents=told)
    row = workflow.submit(user=officer, cooperation=row, day=TODAY)
    row = workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    undated = (None, "unknown", "", None)
    assert steps_of(row) == [undated, *[(on, "day", "", None) if on else undated] * 2]
    assert row.participations.appeared_by(dt.date(2020, 1, 1)).count() == (0 if on else 2)


def test_a_beginning_to_come_dates_nobody(world):
    row = world.published(status="planned", started_on=dt.date(2030, 1, 1))
    assert steps_of(row) == [(None, "unknown", "", None)] * 3


@pytest.mark.parametrize(
    ("days", "said"), [({}, (None, TODAY)), ({"started_on": dt.date(2026, 5, 1)}, (dt.date(2026, 5, 1), None))]
)
def test_an_accepted_status_follows_the_one_before(world, client, days, said):
    row = world.published(status="being_set_up", **BEGUN)
    proposal = propose(world, row, fields={"status": "active", **days})
    verdicts = {item.pk: workflow.Verdict(True) for item in proposal.items.all()}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)
    steps = [(step.status, step.on, step.attested_on) for step in row.status_steps.in_order()]
    assert steps == [("being_set_up", dt.date(2026, 1, 1), None), ("active", *said)]
    assert type(row).objects.with_status_on(TODAY).get(pk=row.pk).day_status == "active"


def test_a_return_says_what_to_do(world):
    with pytest.raises(ValidationError, match="was zu überarbeiten ist"):
        workflow.return_record(user=world["reviewer"], cooperation=world.submitted(), day=TODAY, remarks={"name": " "})


def test_a_withdrawal_says_why(world):
    with pytest.raises(ValidationError, match="warum der Eintrag zurückgezogen wird"):
        workflow.withdraw(user=world["lead_officer"], cooperation=world.published(), day=TODAY, reason="")


def test_a_reviewer_is_told_that_the_record_was_written_meanwhile(world):
    row = world.submitted()
    with pytest.raises(workflow.Overtaken):
        workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY, version=row.version - 1)


# --- proposals ---


def propose(world: World, row: Cooperation, **changes: Any) -> Any:
    return workflow.propose(
        user=world["officer_of_participant"],
        cooperation=row,
        municipality=world.partner,
        day=TODAY,
        changes=workflow.Changes(**changes),
        reason="Der Name hat sich geändert.",
        source="Ratsbeschluss vom 12.03.2026",
    )


def test_a_proposal_is_decided_item_by_item(world, mailoutbox, django_capture_on_commit_callbacks):
    row = world.published()
    proposal = propose(
        world,
        row,
        fields={"name": "Bauhof der fünf", "summary": "Anders.", "region": "", "task_fields": ["05.01"]}
        if make.make_task_field("05.01")
        else {},
        joining=[workflow.Partner(world.elsewhere, on=dt.date(2026, 1, 1))],
        leaving=[workflow.Leaving(world.part_of(row, world.partner), dt.date(2026, 12, 31))],
        agreements=[{"title": "Zweckvereinbarung", "signed_on": dt.date(2026, 3, 12)}],
        events=[{"title": "Unterzeichnung", "kind": "signing", "on": dt.date(2026, 3, 12)}],
    )
    items = {item.field or item.kind: item for item in proposal.items.all()}
    assert set(items) == {"name", "summary", "task_fields", "join", "leave", "agreement", "event"}
    assert (items["name"].old, items["name"].new) == ("Gemeinsamer Bauhof", "Bauhof der fünf")
    row.refresh_from_db()
    assert row.name == "Gemeinsamer Bauhof"
    verdicts = {item.pk: workflow.Verdict(True) for item in items.values()}
    verdicts[items["summary"].pk] = workflow.Verdict(False, "Zu kurz.")
    with django_capture_on_commit_callbacks(execute=True):
        workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)
    row.refresh_from_db()
    assert (row.name, row.summary) == ("Bauhof der fünf", "Die Bauhöfe arbeiten zusammen.")
    assert [field.code for field in row.task_fields.all()] == ["05.01"]
    joined = world.part_of(row, world.elsewhere)
    assert [(step.degree, step.on, step.attested_on) for step in joined.steps.all()] == [
        ("party", dt.date(2026, 1, 1), None)
    ]
    assert joined.confirmation.answer == Answer.OPEN
    assert world.part_of(row, world.partner).steps.last().on == dt.date(2027, 1, 1)
    assert row.agreements.get().signed_precision == "day"
    assert row.events.get().title == "Unterzeichnung"
    last = row.history.first()
    assert last.history_change_reason == "Vorschlag von Landstuhl: Ratsbeschluss vom 12.03.2026"
    assert last.history_user == world["reviewer"]
    told = {mail.to[0]: mail for mail in mailoutbox}
    assert "6 angenommen" in told["landstuhl@example.org"].body
    assert "Zu kurz." in told["landstuhl@example.org"].body
    assert told["jena@example.org"].subject.startswith("Bitte bestätigen Sie")


def test_parties_of_an_accepted_agreement_are_those_who_take_part_and_do_not_deny_it(world):
    row = world.published()
    gone = make.make_participation(row, steps=[("party", "2020-01-01"), ("left", "2021-01-01")])
    named = make.make_participation(row, steps=[("mentioned", "2020-01-01")])
    denying = make.make_participation(row, steps=[("party", "2020-01-01")], confirmed=False)
    proposal = propose(world, row, agreements=[{"title": "Vertrag", "signed_on": dt.date(2026, 3, 12)}])
    verdicts = {proposal.items.get().pk: workflow.Verdict(True)}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)
    parties = {*row.agreements.get(title="Vertrag").parties.all()}
    assert parties == {*row.participations.all()} - {gone, named, denying}
    assert {party.body for party in parties} == {world.lead, world.partner}


def test_a_decision_speaks_of_every_item_and_gives_reasons(world):
    proposal = propose(world, world.published(), fields={"name": "Neu", "summary": "Neu."})
    name, summary = proposal.items.all()
    with pytest.raises(ValidationError) as caught:
        workflow.decide(
            user=world["reviewer"], proposal=proposal, day=TODAY, verdicts={name.pk: workflow.Verdict(False)}
        )
    assert caught.value.message_dict == {
        f"items.{name.pk}": ["Begründen Sie die Ablehnung."],
        f"items.{summary.pk}": ["Entscheiden Sie über diese Änderung."],
    }
    name.refresh_from_db()
    assert name.decision == Decision.OPEN


def test_a_proposal_that_is_wrong_or_changes_nothing_is_refused(world):
    row = world.published()
    with pytest.raises(ValidationError, match="ändert nichts"):
        propose(world, row, fields={"name": row.name})
    with pytest.raises(ValidationError) as caught:
        propose(
            world,
            row,
            fields={"name": "", "slug": "x", "task_fields": ["99.99"]},
            joining=[workflow.Partner(world.partner)],
        )
    assert caught.value.message_dict.keys() == {"name", "slug", "task_fields", "joining.0"}


def test_a_decided_or_withdrawn_proposal_is_over(world):
    row = world.published()
    proposal = propose(world, row, fields={"name": "Neu"})
    with pytest.raises(PermissionDenied):
        workflow.withdraw_proposal(user=world["lead_officer"], proposal=proposal, day=TODAY)
    workflow.withdraw_proposal(user=world["officer_of_participant"], proposal=proposal, day=TODAY)
    with pytest.raises(workflow.Refused, match="schon zurückgezogen"):
        workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts={})


# --- remarks of the public ---


def leave_remark(row: Cooperation, **values: Any) -> PublicRemark | None:
    arguments = {"text": "Der Name ist falsch.", "day": TODAY, "address": "192.0.2.1"} | values
    return workflow.remark(cooperation=row, **arguments)


def test_a_remark_reaches_the_reviewer_and_keeps_no_address(world, mailoutbox, django_capture_on_commit_callbacks):
    row = world.published()
    with django_capture_on_commit_callbacks(execute=True):
        remark = leave_remark(row)
    assert "192.0.2.1" not in str(vars(remark))
    assert [mail.to for mail in mailoutbox] == [["reviewer@example.org"]]
    assert list(PublicRemark.objects.under_review_of(world["reviewer"], TODAY)) == [remark]
    with pytest.raises(PermissionDenied):
        workflow.handle_remark(user=world["reviewer_elsewhere"], remark=remark, day=TODAY, outcome="Erledigt")
    handled = workflow.handle_remark(user=world["reviewer"], remark=remark, day=TODAY, outcome="Erledigt")
    assert handled.sender == ""
    with pytest.raises(workflow.Refused):
        workflow.handle_remark(user=world["reviewer"], remark=remark, day=TODAY, outcome="Noch einmal")


def test_machines_and_floods_are_kept_out(world):
    row = world.published()
    assert leave_remark(row, trap="x") is None
    assert leave_remark(row, taken=dt.timedelta(seconds=1)) is None
    with pytest.raises(ValidationError, match="höchstens einen Link"):
        leave_remark(row, text="http://a.example https://b.example")
    for _ in range(5):
        leave_remark(row)
    with pytest.raises(workflow.TooMany):
        leave_remark(row)
    assert leave_remark(row, address="192.0.2.2")
    with pytest.raises(workflow.WrongState):
        leave_remark(world.draft())


# --- documents ---


def archive(**entries: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in entries.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), text)
    return out.getvalue()


ODT = archive(mimetype=uploads.ODT, content_xml="<x/>")
DOCX = archive(**{"[Content_Types]_xml": "<x/>", "word__document_xml": "<x/>"})
MACROS = archive(**{"[Content_Types]_xml": "<x/>", "word__document_xml": "<x/>", "word__vbaProject_bin": "x"})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", uploads.PDF),
        (ODT, uploads.ODT),
        (DOCX, uploads.DOCX),
        (MACROS, None),
        (archive(a="b"), None),
        (ODT[:60], None),
        (b"<html>%PDF-", None),
        (b"", None),
    ],
    ids="pdf odt docx macros archive torn html empty".split(),
)
def test_the_content_tells_the_kind(content, kind):
    assert uploads.content_type_of(io.BytesIO(content)) == kind


@pytest.fixture
def evidence_dir(settings, tmp_path) -> Path:
    settings.EVIDENCE_DIR = tmp_path
    return tmp_path


def attach(world: World, row: Cooperation, content: bytes = b"%PDF-1.7", name: str = "../Be schluß.exe") -> Evidence:
    file = ContentFile(content, name=name)
    return workflow.attach(user=world["lead_officer"], cooperation=row, day=TODAY, file=file, title="Beschluss")


def test_a_document_is_kept_under_a_name_of_ours_and_private(world, evidence_dir, django_capture_on_commit_callbacks):
    row = world.draft()
    evidence = attach(world, row)
    assert (evidence.original_name, evidence.content_type, evidence.size) == ("Be_schluß.pdf", uploads.PDF, 8)
    assert Path(evidence.file.path).is_relative_to(evidence_dir)
    assert Path(evidence.file.path).suffix == ".pdf"
    assert "schlu" not in evidence.file.name
    with pytest.raises(ValidationError, match="liegt schon bei"):
        attach(world, row)
    assert len([path for path in evidence_dir.rglob("*") if path.is_file()]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        workflow.detach(user=world["lead_officer"], evidence=evidence, day=TODAY)
    assert not [path for path in evidence_dir.rglob("*") if path.is_file()]


def test_other_files_large_files_and_malware_are_refused(world, evidence_dir, settings, monkeypatch):
    row = world.draft()
    with pytest.raises(ValidationError, match="PDF, ODT und DOCX"):
        attach(world, row, b"MZ")
    monkeypatch.setattr("agreements.workflow.evidence.LARGEST", 5)
    with pytest.raises(ValidationError, match="größer als 20 MB"):
        attach(world, row)
    monkeypatch.undo()
    settings.EVIDENCE_DIR = evidence_dir
    settings.EVIDENCE_SCANNER = f"{__name__}.finds_malware"
    with pytest.raises(ValidationError, match="Schadsoftware"):
        attach(world, row)
    assert not Evidence.objects.exists()


def finds_malware(file: Any) -> None:
    raise ValidationError({"file": "In der Datei wurde Schadsoftware gefunden."})


def test_the_reviewer_releases_a_document_with_its_record(world, evidence_dir):
    row = world.draft()
    evidence = attach(world, row)
    workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    with pytest.raises(PermissionDenied):
        workflow.release_evidence(user=world["lead_officer"], evidence=evidence, day=TODAY)
    evidence = workflow.release_evidence(user=world["reviewer"], evidence=evidence, day=TODAY)
    assert not Evidence.objects.public().exists()
    assert not may.may_read_evidence(world["anonymous"], evidence, TODAY)
    workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    evidence = Evidence.objects.public().get()
    assert may.may_read_evidence(world["anonymous"], evidence, TODAY)


# --- merging ---


def test_what_a_duplicate_has_moves_to_the_one_that_stays(world):
    gone, stays = world.published(name="Bauhof, doppelt"), world.published()
    third = make.make_participation(gone, world.elsewhere, steps=[("member", "2020-01-01")], confirmed=True)
    act = make.make_agreement(gone)
    event = make.make_event(cooperations=[gone])
    citation = make.make_citation(gone, "goal", "", stated_value="sparen")
    workflow.answer(
        user=world["officer_of_participant"],
        participation=world.part_of(gone, world.partner),
        day=TODAY,
        answer=Answer.CONFIRMED,
    )
    older = make.make_cooperation(record_state="merged", merged_into=gone)
    kept = workflow.merge(user=world["steward"], duplicate=gone, into=stays, day=TODAY, reason="Dasselbe Vorhaben.")
    for row in (gone, older, third, act, citation):
        row.refresh_from_db()
    assert (gone.record_state, gone.merged_into, older.merged_into) == ("merged", stays, stays)
    assert (third.cooperation, act.cooperation, citation.object_id) == (stays, stays, stays.pk)
    assert stays in event.cooperations.all()
    assert world.part_of(stays, world.partner).confirmation.answer == Answer.CONFIRMED
    assert kept.version == stays.version + 1


def test_who_took_part_in_both_is_a_party_of_a_moved_agreement_once(world):
    stays, gone = world.published(), world.published(name="Bauhof, doppelt")
    act = make.make_agreement(gone, parties=[world.part_of(gone, world.partner)])
    workflow.merge(user=world["steward"], duplicate=gone, into=stays, day=TODAY, reason="Dasselbe Vorhaben.")
    assert list(act.parties.all()) == [world.part_of(stays, world.partner)]


def test_a_record_is_not_merged_with_itself_nor_into_what_is_not_public(world):
    row = world.published()
    with pytest.raises(ValidationError, match="zwei verschiedene"):
        workflow.merge(user=world["steward"], duplicate=row, into=row, day=TODAY, reason="x")
    with pytest.raises(workflow.WrongState, match="muss veröffentlicht sein"):
        workflow.merge(user=world["steward"], duplicate=row, into=world.submitted(), day=TODAY, reason="x")
    for state in ("draft", "submitted", "returned", "withdrawn", "merged"):
        with pytest.raises(workflow.WrongState, match="nur veröffentlichte"):
            workflow.merge(user=world["steward"], duplicate=world.in_state(state), into=row, day=TODAY, reason="x")


def test_what_waits_at_a_duplicate_waits_at_the_one_that_stays(world):
    gone, stays = world.published(name="Bauhof, doppelt", region="Pfalz"), world.published()
    changes = workflow.Changes(
        fields={"region": "Westpfalz", "task_fields": []},
        leaving=[workflow.Leaving(world.part_of(gone, world.partner), TODAY)],
    )
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=gone,
        municipality=world.partner,
        day=TODAY,
        changes=changes,
        reason="Austritt",
        source="Ratsbeschluss",
    )
    asked = {"cooperation": gone, "day": TODAY, "address": "192.0.2.1"}
    done, waiting = workflow.remark(text="Erledigt.", **asked), workflow.remark(text="Offen.", **asked)
    workflow.handle_remark(user=world["reviewer"], remark=done, day=TODAY, outcome="berichtigt")
    kept = workflow.merge(user=world["steward"], duplicate=gone, into=stays, day=TODAY, reason="Dasselbe Vorhaben.")
    assert [list(row.remarks.all()) for row in (gone, kept)] == [[done], [waiting]]
    proposal.refresh_from_db()
    assert (proposal.cooperation, proposal.based_on, proposal.state) == (kept, kept.version, "open")
    assert {item.field: item.old for item in proposal.items.filter(kind="field")} == {
        "region": "",
        "task_fields": ["04.01"],
    }
    verdicts = {item.pk: workflow.Verdict(accepted=True) for item in proposal.items.all()}
    workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts, version=kept.version)
    kept.refresh_from_db()
    assert (kept.region, world.part_of(kept, world.partner).steps.last().degree) == ("Westpfalz", "left")
