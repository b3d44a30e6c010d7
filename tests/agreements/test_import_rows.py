"""What becomes of the rows of a file: new, changed, there already, in doubt, wrong; and what is written of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import workflow
from agreements.importers.files import template_file
from agreements.models import ChangeProposal, Cooperation
from municipalities.importers.refusal import Refused
from tests import builders as make
from tests.agreements.import_files import DOUBTFUL, NEW, ROW, WRONG, brought, one, outcomes, said, table, tried
from tests.agreements.people import TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    make.make_task_field(name_de="Bauhof")
    return make_world()


# --- New records ---


def test_a_row_becomes_a_draft_of_the_municipality(world: World) -> None:
    make.make_programme(slug="pilotfoerderung")
    cells = {"started_on": "01.07.2025", "ended_on": "2030", "agreement_title": "Zweckvereinbarung"}
    cells |= {"agreement_signed_on": "2025-06-30", "agreement_notice_months": "6", "award_rung": "bewilligt"}
    cells |= {"award_programme": "pilotfoerderung", "award_amount": "12.500,50 €", "task_fields": "bauhof"}
    report = brought(world, one(**cells))
    assert (report.written, outcomes(report), said(report)[0][0][:20]) == (True, [NEW], "angelegt als vorgang")
    row = Cooperation.objects.get()
    assert (row.record_state, row.keeper, row.registered_by) == ("draft", world.lead, world["lead_officer"])
    assert (row.started_on, row.started_precision) == (dt.date(2025, 7, 1), "day")
    assert (row.ended_on, row.ended_precision) == (dt.date(2030, 1, 1), "year")
    act, award = row.agreements.get(), row.awards.get()
    assert (act.title, act.signed_on, act.notice_months) == ("Zweckvereinbarung", dt.date(2025, 6, 30), 6)
    assert (award.amount, award.rung, act.parties.count()) == (Decimal("12500.50"), "granted", 2)
    assert {str(part.body): part.role for part in row.participations.all()} == {
        "Weilerbach": "lead",
        "Landstuhl": "partner",
    }


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    report = tried(world, table([ROW, ROW | {"name": ""}]))
    assert (outcomes(report), said(report)[1]) == ([NEW, WRONG], ["name: Der Name fehlt."])
    assert Cooperation.objects.count() == 0


def test_one_wrong_row_and_nothing_is_written(world: World) -> None:
    report = brought(world, table([ROW | {"started_on": ""}, ROW | {"name": "Zweite", "started_on": "31.02.2025"}]))
    assert (report.written, Cooperation.objects.count()) == (False, 0)
    assert said(report)[1] == ["started_on: „31.02.2025“ ist kein Tag (31.12.2025 oder 2025-12-31)."]


def test_what_the_workflow_demands_is_told_at_the_column(world: World) -> None:
    data = one(summary="", started_on="2025-01-02", ended_on="2025-01-01")
    report = brought(world, data, submit=True)
    assert said(report) == [["Die Kooperation endet vor ihrem Beginn."]]
    report = brought(world, one(summary="", task_fields="", participations="073355009:lead"), submit=True)
    assert said(report) == [
        [
            "summary: Beschreiben Sie in ein bis drei Sätzen, worum es geht.",
            "task_fields: Wählen Sie mindestens ein Aufgabenfeld.",
            "participations: Eine Kooperation hat mindestens zwei Beteiligte.",
        ]
    ]
    assert Cooperation.objects.count() == 0


def test_records_may_be_handed_in_but_never_pass_the_reviewer(world: World) -> None:
    brought(world, one(), submit=True)
    row = Cooperation.objects.get()
    assert (row.record_state, row.version) == ("submitted", 2)
    assert [step.to_state for step in row.transitions.all()] == ["submitted"]
    assert brought(world, one(record_state="published", name="Zweite")).written
    assert set(Cooperation.objects.values_list("record_state", flat=True)) == {"submitted", "draft"}


def test_all_that_is_wrong_with_a_row_is_told_at_once(world: World) -> None:
    cells = {"kind": "Verein", "task_fields": "99.99", "participations": "07339999; 123", "award_amount": "viel"}
    (messages,) = said(tried(world, one(**cells, agreement_term_months="ein Jahr", award_programme="keins")))
    assert [message.partition(":")[0] for message in messages] == [
        *("kind", "agreement_term_months", "award_amount", "participations", "participations", "task_fields"),
        "award_programme",
    ]


# --- Bodies ---


@pytest.mark.parametrize(
    "key", ["073355006", "073355006000", "Landstuhl", "landstuhl ", "Landstuhl (Verbandsgemeinde, 073355006)"]
)
def test_a_body_is_known_by_any_key_and_by_a_name_that_is_its_own(world: World, key: str) -> None:
    report = tried(world, one(participations=f"073355009:lead; {key}"))
    assert (outcomes(report), said(report)) == ([NEW], [[]])


def test_other_bodies_are_named_by_their_slug(world: World) -> None:
    make.make_organisation("Landesamt", slug="landesamt")
    brought(world, one(participations="073355009::lead:party; :landesamt:adviser:mentioned"))
    part = Cooperation.objects.get().participations.get(organisation__slug="landesamt")
    assert (part.role, part.steps.get().degree) == ("adviser", "mentioned")


def two_named_kaiserslautern() -> None:
    make.make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    make.make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")


def test_a_shared_name_is_never_guessed(world: World) -> None:
    two_named_kaiserslautern()
    data = one(participations="073355009:lead; Kaiserslautern")
    report = brought(world, data)
    assert (report.written, outcomes(report)) == (False, [DOUBTFUL])
    assert said(report) == [
        [
            "participations: „Kaiserslautern“ heißen 2. Welche ist gemeint? decision: Kaiserslautern=073120000000 "
            "(Kaiserslautern (kreisfreie Stadt, 07312000)) oder Kaiserslautern=073350000000 "
            "(Kaiserslautern (Landkreis, 07335)) oder skip"
        ]
    ]


@pytest.mark.parametrize("by", ["column", "page"])
def test_a_decision_answers_the_question(world: World, by: str) -> None:
    two_named_kaiserslautern()
    cells = {"participations": "073355009:lead; Kaiserslautern:partner"}
    if by == "page":
        report = brought(world, one(**cells), answers={2: {"Kaiserslautern": "073350000000"}})
    else:
        report = brought(world, one(**cells, decision="Kaiserslautern=07335"))
    assert report.written
    bodies = Cooperation.objects.get().participations.values_list("municipality__ars", flat=True)
    assert sorted(bodies) == ["073350000000", "073355009000"]


@pytest.mark.parametrize(
    ("typed", "key"), [("7312000", "07312000"), ("7335", "07335"), ("73120000000", "073120000000")]
)
def test_a_lost_zero_is_asked_about(world: World, typed: str, key: str) -> None:
    two_named_kaiserslautern()
    report = tried(world, one(participations=f"073355009:lead; {typed}"))
    assert outcomes(report) == [DOUBTFUL]
    assert said(report)[0][0].startswith(
        f"participations: „{typed}“ ist kein amtlicher Schlüssel. Fehlt die führende Null?"
    )
    assert outcomes(tried(world, one(participations=f"073355009:lead; {typed}", decision=f"{typed}={key}"))) == [NEW]


def test_an_ended_key_suggests_its_successor_through_all_generations(world: World) -> None:
    old = make.make_municipality("Altdorf", ars="073355001001", valid_until=dt.date(2010, 12, 31))
    between = make.make_municipality("Mitteldorf", ars="073355001002", valid_until=dt.date(2019, 12, 31))
    heir = make.make_municipality("Neudorf", ars="073355001003")
    make.make_succession(old, between)
    make.make_succession(between, heir)
    report = tried(world, one(participations="073355009:lead; 073355001001"))
    assert said(report) == [
        [
            "participations: Altdorf bestand nur bis 31.12.2010. Ist die Nachfolgerin gemeint? "
            "decision: 073355001001=073355001003 (Neudorf (Stadt, 07335003)) oder skip"
        ]
    ]
    past = one(participations="073355009:lead; 073355001001", ended_on="31.12.2009")
    assert outcomes(tried(world, past)) == [NEW]


def test_a_row_may_be_left_out(world: World) -> None:
    report = brought(world, table([ROW | {"decision": ""}, {"name": "", "decision": "auslassen"}]))
    assert (report.written, outcomes(report)) == (True, [NEW, "skipped"])


# --- What is there already ---


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    data = table([ROW, ROW | {"name": "Zweite", "decision": "new"}][:1])
    brought(world, data)
    report = brought(world, data)
    assert (report.written, outcomes(report), Cooperation.objects.count()) == (False, ["duplicate"], 1)


def test_a_changed_row_of_a_draft_is_written_with_its_differences_told(world: World) -> None:
    draft = world.draft()
    data = one(summary="Neu beschrieben.", participations="073355009:lead; 073355006:partner:member", kind="")
    report = tried(world, data)
    assert outcomes(report) == ["changed"]
    assert [(diff.column, diff.old, diff.new) for diff in report.rows[0].differences] == [
        ("summary", "Die Bauhöfe arbeiten zusammen.", "Neu beschrieben."),
        ("participations", "Landstuhl, Partner, Vertragspartei", "Landstuhl, Partner, Mitglied"),
    ]
    assert brought(world, data).written
    draft.refresh_from_db()
    assert (draft.summary, draft.version) == ("Neu beschrieben.", 2)
    assert draft.participations.get(municipality=world.partner).steps.get().degree == "member"


def test_two_rows_about_one_thing_agree_or_are_wrong(world: World) -> None:
    report = tried(world, table([ROW, ROW, ROW | {"summary": "Etwas anderes."}]))
    assert outcomes(report) == [NEW, "duplicate", WRONG]
    assert said(report)[1:] == [["wie Zeile 2"], ["name: Zeile 2 nennt denselben Eintrag mit anderen Angaben."]]


def test_a_likely_duplicate_is_asked_about(world: World) -> None:
    draft = world.draft()
    data = one(name="Gemeinsamer Bauhof Westpfalz")
    report = tried(world, data)
    assert outcomes(report) == [DOUBTFUL]
    assert [option.decision for option in report.rows[0].questions[0].options] == [f"same={draft.slug}", "new"]
    assert outcomes(tried(world, one(name="Gemeinsamer Bauhof Westpfalz", decision="new"))) == [NEW]
    assert outcomes(tried(world, one(name="Gemeinsamer Bauhof Westpfalz", decision=f"same={draft.slug}"))) == [
        "changed"
    ]


def test_nobody_learns_of_drafts_of_others(world: World) -> None:
    world.draft()
    data = one(participations="073355006:lead; 073355009")
    assert outcomes(tried(world, data, role="officer_of_participant", town=world.partner)) == [NEW]


def test_a_change_of_a_published_record_becomes_a_proposal(world: World) -> None:
    row = world.published()
    cells = {"slug": row.slug, "summary": "Nun mit Winterdienst."}
    report = brought(world, one(**cells))
    words = "Der Eintrag ist veröffentlicht: Die Änderung wird vorgeschlagen und braucht Grund und Quelle."
    assert said(report)[0][:2] == [f"change_reason: {words}", f"change_source: {words}"]
    cells |= {"change_reason": "Der Winterdienst kam dazu.", "change_source": "Beschluss vom 01.10.2026"}
    report = brought(world, one(**cells))
    assert (report.written, outcomes(report)) == (True, ["proposed"])
    assert [(item.field, item.new) for item in ChangeProposal.objects.get().items.all()] == [
        ("summary", "Nun mit Winterdienst.")
    ]
    row.refresh_from_db()
    assert row.summary == "Die Bauhöfe arbeiten zusammen."
    assert said(brought(world, one(**cells)))[0][0] == (
        "Über einen Änderungsvorschlag Ihrer Kommune zu diesem Eintrag ist noch nicht entschieden."
    )


def test_what_a_proposal_cannot_say_is_refused(world: World) -> None:
    row = world.published()
    cells = {"slug": row.slug, "change_reason": "x", "change_source": "y", "participations": "073355009:host"}
    assert [message[:60] for message in said(tried(world, one(**cells)))[0][:2]] == [
        "participations: Landstuhl fehlt: Zu einem Austritt gehört de",
        "participations: Weilerbach: Rolle und Grad eines veröffentli",
    ]
    stranger = tried(world, one(**cells), role="officer_elsewhere", town=world.elsewhere)
    assert said(stranger)[0][0] == (
        "Der Eintrag ist veröffentlicht, Ihre Kommune ist nicht beteiligt: Sie können ihn nicht ändern."
    )


def test_a_submitted_record_is_not_changed(world: World) -> None:
    row = world.submitted()
    (messages,) = said(tried(world, one(slug=row.slug, summary="Anders.")))
    assert messages[0] == (
        "Der Eintrag ist schon eingereicht und liegt bei der Prüfung. Ändern können Sie ihn jetzt nicht."
    )


def test_an_unknown_slug_is_wrong(world: World) -> None:
    assert said(tried(world, one(slug="gibt-es-nicht")))[0] == [
        "slug: Einen Eintrag mit dem Kurznamen „gibt-es-nicht“ gibt es nicht, oder Sie dürfen ihn nicht sehen."
    ]


def test_an_export_that_was_overtaken_is_asked_about(world: World) -> None:
    row = world.draft()
    cells = {"slug": row.slug, "summary": "Anders.", "updated_at": "2020-01-01T10:00:00+01:00"}
    report = tried(world, one(**cells))
    assert (outcomes(report), report.rows[0].questions[0].key) == ([DOUBTFUL], "anyway")
    assert outcomes(tried(world, one(**cells, decision="trotzdem"))) == ["changed"]


def test_a_participation_that_has_not_begun_comes_back_unchanged(world: World) -> None:
    row = world.draft()
    step = world.part_of(row, world.partner).steps.get()
    step.on, step.on_precision = dt.date(2099, 1, 1), "day"
    step.save()
    cells = {"slug": row.slug, "participations": "073355009000::lead:party; 073355006000::partner:"}
    assert outcomes(tried(world, one(**cells))) == ["unchanged"]


# --- For whom ---


def test_the_rights_are_those_of_the_workflow(world: World) -> None:
    for role, town in [("officer_of_participant", world.lead), ("steward", world.lead), ("anonymous", world.lead)]:
        with pytest.raises(Refused, match="kein Mandat"):
            brought(world, one(), role=role, town=town)
    with pytest.raises(Refused, match="einreichen muss sie"):
        brought(world, one(), role="reviewer", submit=True)


def test_a_reviewer_brings_in_drafts_of_the_municipalities_of_the_land(world: World) -> None:
    rows = [ROW, ROW | {"name": "Leitstelle", "participations": "16053000:lead; 073355009"}]
    report = brought(world, table(rows), role="reviewer")
    assert said(report)[1] == ["participations: Jena (Stadt, 16053000) führt hier, liegt aber nicht in Ihrem Land."]
    assert brought(world, table(rows[:1]), role="reviewer").written
    row = Cooperation.objects.get()
    assert (row.record_state, row.keeper, row.registered_by) == ("draft", world.lead, world["reviewer"])
    row = workflow.submit(user=world["lead_officer"], cooperation=row, day=TODAY)
    with pytest.raises(Exception, match="kein Recht"):
        workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
    assert outcomes(brought(world, table(rows[:1]), role="reviewer")) == ["duplicate"]


def test_a_preview_takes_the_same_queries_for_any_number_of_rows(world: World) -> None:
    world.draft()
    counts = []
    for many in (1, 3, 30):
        rows = [ROW | {"name": f"Kooperation {n}", "summary": "Neu."} for n in range(many)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert outcomes(tried(world, table(rows))) == [NEW] * many
        counts.append(len(queries))
    assert counts == [15, 15, 15]


def test_everything_typed_stays_in_the_row(world: World) -> None:
    report: Any = tried(world, one(name="  'Zitat'  ", participations="073355009:lead; Nirgendwo"))
    assert report.rows[0].row.cells[0] == "  'Zitat'  "
    assert outcomes(report) == [WRONG]


# --- What is not public ---

SECRET = "Interner Vermerk der Verwaltung."


@pytest.mark.parametrize("role", ["officer_elsewhere", "officer_of_participant", "reviewer_elsewhere"])
@pytest.mark.parametrize("basis", ["", "Beschluss vom 01.10.2026"])
def test_the_basis_is_told_to_nobody_outside(world: World, role: str, basis: str) -> None:
    row = world.published(basis=SECRET)
    towns = {"officer_elsewhere": {"town": world.elsewhere}, "officer_of_participant": {"town": world.partner}}
    cells = {"basis": basis, "summary": "Anders.", "change_reason": "x", "change_source": "y"}
    for more in ({"slug": row.slug}, {}, {"slug": row.slug, "updated_at": "2020-01-01T10:00:00+01:00"}):
        report = tried(world, one(**cells, **more), role=role, **towns.get(role, {}))
        assert SECRET not in str([said(report), report.rows[0].differences])


def test_a_row_that_is_refused_tells_no_differences(world: World) -> None:
    row = world.published(basis=SECRET)
    cells = {"slug": row.slug, "basis": "", "summary": "Anders.", "change_reason": "x", "change_source": "y"}
    words = "Der Eintrag ist veröffentlicht, Ihre Kommune ist nicht beteiligt: Sie können ihn nicht ändern."
    assert said(tried(world, one(**cells), role="officer_elsewhere", town=world.elsewhere)) == [[words]]
    words = "Vorhandene Einträge ändert eine beteiligte Kommune, nicht die Prüfung."
    assert said(tried(world, one(**cells), role="reviewer")) == [[words]]


def test_the_basis_of_an_own_draft_is_told_and_written(world: World) -> None:
    row = world.draft(basis="Alt.")
    report = brought(world, one(slug=row.slug, basis="Neu."))
    assert (report.written, [(one.old, one.new) for one in report.rows[0].differences]) == (True, [("Alt.", "Neu.")])


# --- rows that say only what they change ---


def test_the_key_and_the_changed_cell_are_enough(world):
    row = world.draft(region="Westpfalz")
    report = brought(world, table([{"slug": row.slug, "short_name": "Bauhof"}]))
    assert [(one.column, one.old, one.new) for one in report.rows[0].differences] == [("short_name", "", "Bauhof")]
    row.refresh_from_db()
    assert (row.name, row.short_name, row.region) == ("Gemeinsamer Bauhof", "Bauhof", "Westpfalz")
    assert row.participations.count() == 2


def test_an_empty_cell_changes_nothing_and_a_word_empties(world):
    row = world.draft(region="Westpfalz", short_name="Bauhof")
    cells = {"slug": row.slug, "name": "", "participations": "", "short_name": "", "region": "[leer]", "status": ""}
    assert said(tried(world, table([cells]))) == [["region: Westpfalz → –"]]
    assert said(tried(world, table([cells | {"name": "[leer]"}]))) == [["name: Der Name fehlt."]]


def test_a_file_of_new_records_still_needs_name_and_participants(world):
    with pytest.raises(Refused) as refused:
        tried(world, table([{"short_name": "Bauhof"}]))
    assert str(refused.value) == "Zeile 1: Es fehlt: name, participations."
    report = tried(world, table([{"slug": "", "short_name": "Bauhof"}]))
    assert said(report) == [["name: Der Name fehlt.", "participations: Es fehlen die Beteiligten."]]


def test_money_and_agreements_of_a_published_record_are_proposed(world):
    row = world.published()
    act = make.make_agreement(row, title="Zweckvereinbarung")
    cells = {"slug": row.slug, "agreement_title": "Zweckvereinbarung", "agreement_notice_months": "6"}
    brought(world, table([cells | {"change_reason": "Nachtrag", "change_source": "Beschluss"}]))
    items = row.proposals.get().items.all()
    assert [(item.kind, item.agreement, item.field, item.new) for item in items] == [
        ("agreement_field", act, "notice_months", 6)
    ]


def test_the_example_of_the_template_is_left_out(world):
    for ending in ("csv", "xlsx"):
        report = tried(world, template_file(ending).content)
        assert [(row.name[:8], str(row.outcome)) for row in report.rows] == [("BEISPIEL", "skipped")]
