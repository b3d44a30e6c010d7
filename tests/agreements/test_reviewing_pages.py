"""The reviewer's desk: what waits, what a record says, who decides, who is told that somebody was faster."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from agreements import workflow
from agreements.choices import Answer
from agreements.models import Cooperation
from tests import builders as make
from tests.agreements.people import World, make_world
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_types")]

QUEUE = "/pruefung/"
HTMX = {"HX-Request": "true"}
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def as_(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world[role])
    return client


def at(row: Cooperation) -> str:
    return f"{QUEUE}{row.pk}/"


def titles(page: Any) -> list[str]:
    return [row.cooperation.name for row in page.context["rows"]]


def section(page: Any, name: str) -> str:
    return words(page.text.split(f'aria-labelledby="{name}"')[1].split(">", 1)[1].split("</section>")[0])


def decide(client: Client, row: Cooperation, decision: str, **data: Any) -> Any:
    return client.post(at(row), {"version": row.version, "decision": decision} | data)


def propose(world: World, row: Cooperation, day: dt.date, **changes: Any) -> Any:
    return workflow.propose(
        user=world["officer_of_participant"],
        cooperation=row,
        municipality=world.partner,
        day=day,
        changes=workflow.Changes(**changes),
        reason="Der Rat hat so beschlossen.",
        source="Ratsbeschluss vom 12.03.2026",
    )


def attach(world: World, row: Cooperation, day: dt.date, text: bytes = PDF) -> Any:
    file = ContentFile(text, name="beschluss.pdf")
    return workflow.attach(user=world["lead_officer"], cooperation=row, day=day, file=file, title="Beschluss")


# --- Who may enter ---


@pytest.mark.parametrize(
    ("role", "queue", "record"),
    [
        ("officer_elsewhere", 403, 403),
        ("officer_of_participant", 403, 403),
        ("lead_officer", 403, 403),
        ("reviewer_elsewhere", 200, 404),
        ("reviewer", 200, 200),
        ("steward", 200, 200),
    ],
)
def test_the_desk_is_for_reviewers_and_stewards(world, role, queue, record):
    client, row = as_(world, role), world.submitted()
    assert (client.get(QUEUE).status_code, client.get(at(row)).status_code) == (queue, record)
    assert ("Prüfung</a>" in client.get("/impressum/").text) == (queue == 200)


def test_a_stranger_is_asked_to_log_in(client, world):
    assert client.get(QUEUE).url == "/konto/anmelden/?next=/pruefung/"
    assert "Prüfung</a>" not in client.get("/").text


def test_nobody_reads_a_draft_here(world):
    assert as_(world, "steward").get(at(world.draft())).status_code == 404


# --- The queue ---


def test_the_queue_tells_what_waits_since_when_and_what_is_missing(world, today):
    row = world.submitted(name="Bauhof")
    Cooperation.objects.filter(pk=row.pk).update(submitted_at=timezone.now() - dt.timedelta(days=30))
    page = as_(world, "reviewer").get(QUEUE)
    markup(page)
    since = (today - dt.timedelta(days=30)).strftime("%d.%m.%Y")
    assert words(page.text.split("<tbody>")[1].split("</tbody>")[0]) == (
        f"Bauhof Weilerbach Eintrag prüfen (Bauhof) seit 30 Tagen {since} 3 Punkte "
        "Seit wann besteht die Zusammenarbeit? "
        "Worauf stützen sich die Angaben? Nennen Sie einen Beschluss oder legen Sie ihn bei. "
        "1 Kommune hat noch nicht geantwortet."
    )


def test_proposals_remarks_and_documents_of_published_records_wait_too(world, today):
    row = world.published(name="Bauhof")
    assert titles(as_(world, "reviewer").get(QUEUE)) == []
    proposal = propose(world, row, today, fields={"name": "Bauhof der zwei"})
    remark = workflow.remark(cooperation=row, text="Stimmt das?", day=today, address="192.0.2.1")
    attach(world, row, today)
    (shown,) = as_(world, "reviewer").get(QUEUE).context["rows"]
    assert [(task.label, task.url) for task in shown.tasks] == [
        ("Änderungsvorschlag entscheiden", f"/pruefung/vorschlaege/{proposal.pk}/"),
        ("Hinweis lesen", f"/pruefung/hinweise/{remark.pk}/"),
        ("1 Nachweis freigeben?", f"/pruefung/{row.pk}/#nachweise"),
    ]
    assert titles(as_(world, "reviewer_elsewhere").get(QUEUE)) == []


def test_the_queue_is_filtered_and_sorted(world, today):
    first, second = world.submitted(name="Zweckbau"), world.submitted(name="Archiv")
    workflow.remark(cooperation=world.published(name="Bauhof"), text="Hm.", day=today, address="192.0.2.1")
    client = as_(world, "reviewer")
    assert titles(client.get(QUEUE)) == ["Zweckbau", "Archiv", "Bauhof"]
    assert titles(client.get(f"{QUEUE}?sortierung=name")) == ["Archiv", "Bauhof", "Zweckbau"]
    assert titles(client.get(f"{QUEUE}?sortierung=-waiting")) == ["Bauhof", "Archiv", "Zweckbau"]
    assert titles(client.get(f"{QUEUE}?aufgabe=remarks")) == ["Bauhof"]
    assert titles(client.get(f"{QUEUE}?q=archiv")) == ["Archiv"]
    assert titles(client.get(f"{QUEUE}?kommune={world.partner.ars}&land=07&aufgabe=submission")) == [
        first.name,
        second.name,
    ]
    assert "Diesen Parameter gibt es hier nicht." in client.get(f"{QUEUE}?farbe=rot").text


def test_what_was_returned_and_what_other_laender_decide_have_lists_of_their_own(world):
    row, returned = world.submitted(name="Bauhof"), world.returned()
    make.make_participation(row, world.elsewhere)
    assert titles(as_(world, "reviewer").get(f"{QUEUE}zurueckgegeben/")) == [returned.name]
    assert titles(as_(world, "reviewer").get(f"{QUEUE}zur-kenntnis/")) == []
    assert titles(as_(world, "reviewer_elsewhere").get(f"{QUEUE}zur-kenntnis/")) == ["Bauhof"]


def test_records_without_a_land_wait_for_the_stewards(world):
    row = make.make_cooperation("Bundesweit", record_state="submitted", submitted_at=timezone.now())
    make.make_participation(row, make.make_organisation(state=None), role="lead")
    assert titles(as_(world, "steward").get(QUEUE)) == ["Bundesweit"]
    assert titles(as_(world, "reviewer").get(QUEUE)) == []


@pytest.mark.parametrize("tab", ["", "zurueckgegeben/", "zur-kenntnis/"])
def test_an_empty_queue_says_that_nothing_waits_unless_a_filter_is_set(world, tab):
    client = as_(world, "reviewer")
    for query in ("", "?q=&sortierung=-name"):
        assert "Zurzeit wartet nichts auf Sie" in client.get(f"{QUEUE}{tab}{query}").text
    assert "Nichts passt zu allen Filtern" in client.get(f"{QUEUE}{tab}?q=nirgends").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_queue_does_not_grow(world, today, rows, django_assert_num_queries):
    for number in range(rows):
        world.submitted(name=f"Bauhof {number}")
        row = world.published(name=f"Bad {number}")
        propose(world, row, today, fields={"name": "Neu"})
        workflow.remark(cooperation=row, text="Hm.", day=today, address="192.0.2.1")
        attach(world, row, today)
    client = as_(world, "reviewer")
    client.get(QUEUE)
    # session, person, second factor, may enter, sees all; count, rows, proposals, remarks, documents that wait,
    # participants, task fields, agreements, documents; Länder of the filter, link in the header
    with django_assert_num_queries(18):
        client.get(QUEUE)


# --- A record ---


def test_the_page_tells_all_there_is(world, today):
    row = world.submitted(name="Bauhof", region="Westpfalz")
    attach(
        world,
        workflow.return_record(
            user=world["reviewer"], cooperation=row, day=today, remarks={"summary": "Bitte genauer."}
        ),
        today,
    )
    row = workflow.submit(user=world["lead_officer"], cooperation=row, day=today)
    page = as_(world, "reviewer").get(at(row))
    markup(page)
    assert "Zurückgegeben am" in section(page, "angaben")
    assert "Kurzbeschreibung Bitte genauer." in section(page, "angaben")
    assert "Raum Westpfalz" in section(page, "angaben")
    assert "Weilerbach · federführend · Vertragspartei" in section(page, "angaben")
    assert "Landstuhl Partner noch keine Antwort" in section(page, "antworten")
    assert section(page, "nachweise").startswith("Nachweise Beschluss beschluss.pdf")
    assert [step.to_state for step in page.context["review"].transitions] == ["submitted", "returned", "submitted"]


def test_after_a_return_old_and_new_stand_side_by_side(world, today):
    row, partners = world.returned(), [workflow.Partner(world.lead, role="lead"), workflow.Partner(world.elsewhere)]
    contents = workflow.Contents(values={"summary": "Genauer."}, partners=partners)
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=today, contents=contents)
    row = workflow.submit(user=world["lead_officer"], cooperation=row, day=today)
    page = as_(world, "reviewer").get(at(row))
    changed = [(line.label, line.before, line.now) for line in page.context["review"].lines if line.changed]
    assert changed == [
        ("Kurzbeschreibung", ["Die Bauhöfe arbeiten zusammen."], ["Genauer."]),
        (
            "Beteiligte",
            ["Weilerbach · federführend · Vertragspartei", "Landstuhl · Partner · Vertragspartei"],
            ["Weilerbach · federführend · Vertragspartei", "Jena · Partner · Vertragspartei"],
        ),
    ]
    assert "<del>Landstuhl · Partner · Vertragspartei</del>" in page.text
    assert "<ins>Jena · Partner · Vertragspartei</ins>" in page.text


def test_agreements_and_money_are_compared_too(world, today):
    row, programme = world.draft(), make.make_programme("Pilot")
    act, award = {"title": "Vertrag", "signed_on": today}, {"programme": programme, "rung": "applied"}
    contents = workflow.Contents(agreements=[workflow.Part(act)], awards=[workflow.Part(award)])
    officer = world["lead_officer"]
    row = workflow.save_draft(user=officer, cooperation=row, day=today, contents=contents)
    row = workflow.submit(user=officer, cooperation=row, day=today)
    row = workflow.return_record(user=world["reviewer"], cooperation=row, day=today, remarks={}, reason="Wie viel?")
    award = {"programme": programme, "rung": "granted", "amount": 5000}
    workflow.save_draft(
        user=officer,
        cooperation=row,
        day=today,
        contents=workflow.Contents(agreements=[], awards=[workflow.Part(award)]),
    )
    row = workflow.submit(user=officer, cooperation=row, day=today)
    lines = {line.label: line for line in as_(world, "reviewer").get(at(row)).context["review"].lines}
    signed = today.strftime("%d.%m.%Y")
    assert (lines["Vereinbarung 1"].before, lines["Vereinbarung 1"].now) == (
        [f"Vertrag · unterzeichnet: {signed}"],
        [],
    )
    assert (lines["Geld 1"].before, lines["Geld 1"].now) == (
        ["Pilot · beantragt · Betrag unbekannt"],
        ["Pilot · bewilligt · 5.000 €"],
    )


def test_likely_duplicates_are_named(world):
    known, draft = world.published(name="Bauhof Westpfalz"), world.draft(name="Bauhof Westpfalz, Entwurf")
    row = world.submitted(name="Bauhof Westpfalz neu")
    assert as_(world, "reviewer").get(at(row)).context["review"].duplicates == [known]
    assert draft.name not in as_(world, "reviewer").get(at(row)).text
    assert f'href="{known.get_absolute_url()}"' in as_(world, "reviewer").get(at(row)).text


def test_the_preview_is_the_public_page(world):
    row = world.submitted(name="Bauhof")
    page = as_(world, "reviewer").get(f"{at(row)}vorschau/")
    assert markup(page).text("h1") == "Bauhof"
    assert "Vorschau – noch nicht öffentlich" in page.text
    assert as_(world, "reviewer_elsewhere").get(f"{at(row)}vorschau/").status_code == 404


def test_of_a_municipality_nobody_acts_for_nobody_was_asked(world, today):
    row = world.submitted()
    world["officer_of_participant"].mandates.update(valid_until=today - dt.timedelta(days=1))
    page = as_(world, "reviewer").get(at(row))
    assert "Landstuhl Partner noch niemand im Portal eingetragen Weilerbach" in section(page, "antworten")


@pytest.mark.parametrize("partners", [1, 3])
def test_the_number_of_queries_of_a_record_does_not_grow(world, today, partners, django_assert_num_queries):
    row = world.submitted()
    for _ in range(partners):
        make.make_participation(row)
        make.make_agreement(row)
        make.make_award(row)
    workflow.return_record(
        user=world["reviewer"], cooperation=row, day=today, remarks={"summary": "Ja?", "name": "Nein."}
    )
    Cooperation.objects.filter(pk=row.pk).update(record_state="submitted")
    client = as_(world, "reviewer")
    client.get(at(row))
    with django_assert_num_queries(41):
        client.get(at(row))


# --- Deciding ---


def test_a_return_with_remarks_at_the_fields(world):
    row = world.submitted()
    client = as_(world, "reviewer")
    data = {"remark.summary": "Bitte genauer.", "remark.participants": "Wer noch?", "reason": "Fast fertig."}
    answer = decide(client, row, "return", **data)
    assert (answer.status_code, answer.url) == (302, QUEUE)
    step = row.transitions.last()
    assert (step.to_state, step.reason) == ("returned", "Fast fertig.")
    assert sorted(step.remarks.values_list("field", "text")) == [
        ("participants", "Wer noch?"),
        ("summary", "Bitte genauer."),
    ]
    assert "ist mit Ihren Anmerkungen zurückgegeben" in client.get(QUEUE).text


def test_a_return_without_a_word_is_not_one(world):
    page = decide(as_(world, "reviewer"), world.submitted(), "return")
    assert page.status_code == 422
    assert words(page.text.split('role="alert"')[1].split("</ul>")[0]).endswith(
        "Bemerkung zum Eintrag als Ganzem: Schreiben Sie, was zu überarbeiten ist."
    )
    assert markup(page).ids["id_reason_error"] == 1


def test_publishing(world):
    row = world.submitted(name="Bauhof")
    answer = decide(as_(world, "reviewer"), row, "publish")
    row.refresh_from_db()
    assert (answer.status_code, row.record_state) == (302, "published")
    assert Client().get("/kooperationen/bauhof/").status_code == 200


def test_who_was_slower_is_told_reads_what_the_other_did_and_loses_no_word(world, today):
    row = world.submitted()
    workflow.return_record(user=world["reviewer"], cooperation=row, day=today, remarks={}, reason="Anders bitte.")
    again = workflow.submit(user=world["lead_officer"], cooperation=row, day=today)
    client = as_(world, "reviewer")
    page = decide(client, row, "return", **{"remark.summary": "Meine lange Anmerkung."})
    assert page.status_code == 409
    assert f"Jemand war schneller: Der Eintrag wurde inzwischen geändert (jetzt Fassung {again.version})." in page.text
    form = page.context["form"]
    assert (form["remark.summary"].value(), form["version"].value()) == ("Meine lange Anmerkung.", again.version)
    assert "Anders bitte." in section(page, "verlauf")
    assert decide(client, again, "return", **{"remark.summary": "Meine lange Anmerkung."}).status_code == 302


def test_who_comes_after_the_decision_reads_it_and_his_own_words(world, today):
    row = world.submitted()
    workflow.publish(user=world["reviewer"], cooperation=row, day=today, reason="Gut so.")
    page = decide(as_(world, "reviewer"), row, "return", **{"remark.summary": "Meine lange Anmerkung."})
    assert page.status_code == 409
    assert "Der Eintrag ist schon veröffentlicht." in page.text
    assert "Anmerkung zu „Kurzbeschreibung“ Meine lange Anmerkung." in words(page.text)
    assert "Gut so." in section(page, "verlauf")


def test_four_eyes_are_explained(world, today):
    both = world["lead_officer"]
    make.make_mandate(both, "reviewer", state=make.make_state("07"))
    row, client = world.submitted(), as_(world, "lead_officer")
    page = client.get(at(row))
    assert "Vier Augen" in page.text
    assert 'name="decision"' not in page.text
    assert decide(client, row, "publish").status_code == 403
    row.refresh_from_db()
    assert row.record_state == "submitted"


def test_another_land_reads_and_does_not_decide(world):
    row, client = world.submitted(), as_(world, "reviewer_elsewhere")
    make.make_participation(row, world.elsewhere)
    page = client.get(at(row))
    assert "Es entscheidet: Rheinland-Pfalz." in page.text
    assert 'name="decision"' not in page.text
    assert [decide(client, row, what, reason="Darum.").status_code for what in ("publish", "return", "withdraw")] == [
        403,
        403,
        403,
    ]


def test_what_is_published_by_mistake_is_withdrawn_for_a_reason(world):
    row, client = world.published(), as_(world, "reviewer")
    assert decide(client, row, "withdraw").status_code == 422
    assert decide(client, row, "withdraw", reason="Gab es nie.").status_code == 302
    row.refresh_from_db()
    assert row.record_state == "withdrawn"


def test_what_people_write_is_shown_as_text(world):
    row = world.submitted(name="<b>Bau</b>", summary="<script>alert(1)</script>")
    page = as_(world, "reviewer").get(at(row))
    assert "<script>alert" not in page.text
    assert "<b>Bau" not in page.text


# --- Documents ---


def test_a_document_is_released_or_stays_private_and_waits_no_longer(world, today):
    row, client = world.published(), as_(world, "reviewer")
    evidence = attach(world, row, today)
    address = f"{QUEUE}nachweise/{evidence.pk}/"
    assert client.post(address).url == f"{at(row)}#nachweise"
    evidence.refresh_from_db()
    assert (evidence.released_at, evidence.examined_at is not None) == (None, True)
    assert titles(client.get(QUEUE)) == []
    client.post(address, {"released": "true"})
    evidence.refresh_from_db()
    assert evidence.released_by == world["reviewer"]
    assert as_(world, "steward").post(address).status_code == 403


def test_what_is_typed_comes_back_after_the_decision_about_a_document(world, today):
    row, client = world.draft(), as_(world, "reviewer")
    evidence = attach(world, row, today)
    workflow.submit(user=world["lead_officer"], cooperation=row, day=today)
    address = f"{QUEUE}nachweise/{evidence.pk}/"
    page = client.get(at(row))
    assert page.text.count(f'form="entscheidung" formaction="{address}"') == 2
    assert f'action="{address}"' not in page.text.replace("formaction", "")
    typed = {"reason": "Fast fertig.", "remark.summary": "Bitte <genauer>.", "remark.name": ""}
    assert client.post(address, {"version": row.version, "released": "true", **typed}).url == f"{at(row)}#nachweise"
    form = client.get(at(row)).context["form"]
    assert [form[name].value() for name in ("reason", "remark.summary")] == ["Fast fertig.", "Bitte <genauer>."]
    assert form["version"].value() == Cooperation.objects.get(pk=row.pk).version
    assert client.get(at(row)).context["form"]["reason"].value() is None


def test_a_document_is_served_as_a_download(world, today):
    row = world.draft()
    evidence = attach(world, row, today)
    row = workflow.submit(user=world["lead_officer"], cooperation=row, day=today)
    answer = as_(world, "reviewer").get(f"{QUEUE}nachweise/{evidence.pk}/datei/")
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="beschluss.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert as_(world, "reviewer_elsewhere").get(f"{QUEUE}nachweise/{evidence.pk}/datei/").status_code == 404
    evidence.file.storage.delete(evidence.file.name)
    assert as_(world, "reviewer").get(f"{QUEUE}nachweise/{evidence.pk}/datei/").status_code == 404


# --- Proposals ---


@pytest.fixture
def proposal(world: World, today: dt.date) -> Any:
    row = world.published(name="Bauhof")
    return propose(
        world,
        row,
        today,
        fields={"name": "Bauhof der zwei", "started_on": dt.date(2024, 3, 1), "status": "ended"},
        joining=[workflow.Partner(world.elsewhere)],
        leaving=[workflow.Leaving(world.part_of(row, world.partner), dt.date(2026, 12, 31))],
        agreements=[{"title": "Zweckvereinbarung", "legal_form": "purpose_agreement"}],
        events=[{"kind": "signing", "title": "Unterschrift", "on": dt.date(2024, 3, 1)}],
    )


def told(page: Any) -> list[tuple[str, list[str], list[str]]]:
    return [(change.label, change.old, change.new) for change in page.context["form"].changes]


def verdicts(page: Any, refused: int, reason: str) -> dict[str, str]:
    """Yes to all changes but the one at this place."""
    data = {"version": str(page.context["form"]["version"].value())}
    for number, change in enumerate(page.context["form"].changes):
        data[f"verdict-{change.key}"] = "rejected" if number == refused else "accepted"
        data[f"reason-{change.key}"] = reason if number == refused else ""
    return data


def test_a_proposal_shows_old_and_new(world, proposal):
    page = as_(world, "reviewer").get(f"{QUEUE}vorschlaege/{proposal.pk}/")
    markup(page)
    assert told(page) == [
        ("Name", ["Bauhof"], ["Bauhof der zwei"]),
        ("Stand", ["aktiv"], ["beendet"]),
        ("Beginn", [], ["01.03.2024"]),
        ("Jena", [], ["Jena · Partner · Vertragspartei"]),
        ("Landstuhl", ["Landstuhl · Partner"], ["scheidet aus · letzter Tag: 31.12.2026"]),
        ("Zweckvereinbarung", [], ["Zweckvereinbarung · Zweckvereinbarung"]),
        ("Unterschrift", [], ["Unterschrift · Unterzeichnung · 01.03.2024"]),
    ]


def test_a_proposal_is_decided_change_by_change(world, proposal):
    client, address = as_(world, "reviewer"), f"{QUEUE}vorschlaege/{proposal.pk}/"
    page = client.get(address)
    assert client.post(address, verdicts(page, 1, "Sie arbeitet noch.")).url == QUEUE
    row = proposal.cooperation
    row.refresh_from_db()
    assert (row.name, row.status, row.started_on, row.started_precision) == (
        "Bauhof der zwei",
        "active",
        dt.date(2024, 3, 1),
        "day",
    )
    assert row.history.first().history_change_reason == "Vorschlag von Landstuhl: Ratsbeschluss vom 12.03.2026"
    page = client.get(address)
    assert "abgelehnt Sie arbeitet noch." in words(page.text)
    markup(page)


def test_a_refusal_needs_its_reason_and_every_change_its_decision(world, proposal):
    client, address = as_(world, "reviewer"), f"{QUEUE}vorschlaege/{proposal.pk}/"
    page = client.post(address, verdicts(client.get(address), 0, ""))
    assert page.status_code == 422
    assert page.context["form"].errors == {f"reason-{proposal.items.first().pk}": ["Begründen Sie die Ablehnung."]}
    page = client.post(address, {"version": proposal.cooperation.version})
    assert len(page.context["form"].errors) == 7
    markup(page)


def test_a_proposal_about_a_record_that_changed_is_compared_anew(world, proposal, today):
    client, address = as_(world, "reviewer"), f"{QUEUE}vorschlaege/{proposal.pk}/"
    page = client.get(address)
    other = propose(world, proposal.cooperation, today, fields={"name": "Bauhof West"})
    item = other.items.get()
    workflow.decide(user=world["reviewer"], proposal=other, day=today, verdicts={item.pk: workflow.Verdict(True)})
    page = client.post(address, verdicts(page, 1, "Nein."))
    assert page.status_code == 409
    assert "Jemand war schneller" in page.text
    assert page.context["form"].changes[0].present == ["Bauhof West"]
    assert "Inzwischen steht im Eintrag: Bauhof West" in words(page.text)
    assert client.post(address, verdicts(page, 1, "Nein.")).status_code == 302
    page = client.post(address, verdicts(page, 1, "Nein."))
    assert (page.status_code, "Dieser Vorschlag ist schon entschieden." in page.text) == (409, True)


def test_nobody_decides_about_his_own_proposal(world, proposal):
    make.make_mandate(world["officer_of_participant"], "reviewer", state=make.make_state("07"))
    client, address = as_(world, "officer_of_participant"), f"{QUEUE}vorschlaege/{proposal.pk}/"
    page = client.get(address)
    assert "Vier Augen" in page.text
    assert client.post(address, verdicts(page, 0, "Nein.")).status_code == 403
    assert as_(world, "lead_officer").get(address).status_code == 403
    assert as_(world, "reviewer_elsewhere").get(address).status_code == 404


def test_who_only_reads_a_proposal_is_told_who_decides(world, today):
    row = world.published(name="Bauhof")
    make.make_participation(row, world.elsewhere)
    unkept = make.make_cooperation("Verbund", origin="documents")
    make.make_participation(unkept, world.elsewhere)
    make.make_participation(unkept, world.partner)
    for record, decides in ((row, "die Prüfung des Landes Rheinland-Pfalz"), (unkept, "die Redaktion")):
        proposal = propose(world, record, today, fields={"region": "Westpfalz"})
        page = as_(world, "reviewer_elsewhere").get(f"{QUEUE}vorschlaege/{proposal.pk}/")
        assert f"Über diesen Vorschlag entscheidet {decides}." in page.text


# --- Remarks ---


def test_a_remark_is_read_and_handled_once(world, today):
    row = world.published(name="Bauhof")
    remark = workflow.remark(
        cooperation=row, text="Ist <i>Kusel</i> dabei?", day=today, address="192.0.2.1", email="buerger@example.org"
    )
    address = f"{QUEUE}hinweise/{remark.pk}/"
    client = as_(world, "reviewer")
    page = client.get(address)
    markup(page)
    assert "Ist <i>Kusel</i> dabei?" in html.unescape(page.text)
    assert "<i>" not in page.text
    assert client.post(address, {"outcome": ""}).status_code == 422
    assert client.post(address, {"outcome": "Kusel ist nicht dabei."}).url == QUEUE
    page = client.post(address, {"outcome": "Noch einmal."})
    assert (page.status_code, "Dieser Hinweis ist schon erledigt." in page.text) == (409, True)
    assert "Kusel ist nicht dabei." in page.text
    assert as_(world, "reviewer_elsewhere").get(address).status_code == 404


def test_refused_participations_are_told(world, today):
    row = world.submitted()
    part = world.part_of(row, world.partner)
    workflow.answer(
        user=world["officer_of_participant"], participation=part, day=today, answer=Answer.REFUSED, reason="Nein!"
    )
    page = as_(world, "reviewer").get(at(row))
    assert re.search(r"Landstuhl Partner widersprochen \d\d\.\d\d\.\d{4} Nein!", section(page, "antworten"))
    assert "1 Kommune widerspricht ihrer Beteiligung." in section(page, "prueft")
