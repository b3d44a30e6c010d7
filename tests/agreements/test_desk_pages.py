"""The desk of a municipality: what waits, what is told, who answers, and that nobody answers for another."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from agreements import workflow
from agreements.models import Confirmation, Cooperation
from tests import builders as make
from tests.agreements.people import ROLES, TODAY, World, make_world
from tests.agreements.reading import names, part, words
from tests.markup import markup

pytestmark = pytest.mark.django_db

DESK = "/meine/"


@pytest.fixture
def world() -> World:
    return make_world()


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def own_part(world: World, cooperation: Cooperation) -> Any:
    return world.part_of(cooperation, world.partner)


def messages_of(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- Getting in ---


def test_a_stranger_is_asked_to_log_in_and_comes_back(client):
    answer = client.get(DESK)
    assert (answer.status_code, answer["Location"]) == (302, f"/konto/anmelden/?next={DESK}")


@pytest.mark.parametrize("role", ["reviewer", "steward"])
def test_who_acts_for_no_municipality_is_told_kindly(client, world, role):
    page = as_(client, world[role]).get(DESK)
    markup(page)
    assert page.status_code == 200
    assert "Mit diesem Konto handeln Sie zurzeit für keine Kommune." in words(page.text)


def test_only_officers_find_the_way_in_the_header(client, world):
    found = {}
    for role in ROLES:
        client.logout()
        if role != "anonymous":
            client.force_login(world[role])
        found[role] = "Meine Kommune" in client.get("/").text
    assert found == {role: "officer" in role for role in ROLES}


def test_an_ended_mandate_shows_nothing(client, world):
    world["officer_of_participant"].mandates.update(valid_until=timezone.localdate() - dt.timedelta(days=1))
    world.submitted()
    page = as_(client, world["officer_of_participant"]).get(DESK)
    assert "für keine Kommune" in page.text


def test_somebody_elses_desk_is_nowhere(client, world):
    assert as_(client, world["lead_officer"]).get(f"/meine/kommune/{world.partner.ars}/").status_code == 404


# --- What the desk shows ---


def test_a_draft_tells_what_is_missing(client, world):
    world.draft(summary="", basis="")
    page = as_(client, world["lead_officer"]).get(DESK)
    markup(page)
    shown = part(page, "entwuerfe")
    assert "Vor dem Einreichen fehlt noch: Beschreiben Sie in ein bis drei Sätzen, worum es geht." in shown
    assert "2 Empfehlungen" in shown


def test_a_draft_is_on_no_other_desk(client, world):
    world.draft()
    page = as_(client, world["officer_of_participant"]).get(DESK)
    assert "Gemeinsamer Bauhof" not in page.text


def test_tasks_are_told_with_their_age_the_oldest_first(client, world):
    asked, back = world.submitted(name="Bauhof"), world.returned()
    Cooperation.objects.filter(pk=back.pk).update(name="Kläranlage", keeper=world.partner)
    Confirmation.objects.filter(participation=own_part(world, asked)).update(
        requested_at=timezone.now() - dt.timedelta(days=12)
    )
    old = make.make_cooperation("Archiv", keeper=world.partner, published_on=timezone.localdate() - dt.timedelta(400))
    page = as_(client, world["officer_of_participant"]).get(DESK)
    markup(page)
    shown = part(page, "aufgaben")
    assert names(page)[:3] == ["Archiv", "Bauhof", "Kläranlage"]
    assert re.findall(r"seit (?:heute|\d+ Tagen?)", shown) == [
        "seit 400 Tagen",
        "seit 12 Tagen",
        "seit heute",
        "seit heute",
    ]
    assert "Kurzbeschreibung: Bitte genauer." in shown
    assert f"/meine/kooperationen/{old.pk}/stimmt-noch/" in page.text


def test_own_cooperations_tell_role_answer_and_state(client, world):
    row = world.published()
    make.make_cooperation("Fremd")
    page = as_(client, world["officer_of_participant"]).get(DESK)
    shown = part(page, "kooperationen")
    assert row.name in shown
    assert "Fremd" not in shown
    assert "geführt von Weilerbach" in shown
    assert "noch keine Antwort" in shown
    assert "veröffentlicht" in shown


def test_of_several_municipalities_one_can_be_chosen(client, world):
    officer = world["lead_officer"]
    make.make_mandate(officer, "officer", municipality=world.elsewhere)
    make.make_cooperation("Von Jena", keeper=world.elsewhere)
    world.published(name="Von Weilerbach")
    both = as_(client, officer).get(DESK)
    one = client.get(f"/meine/kommune/{world.elsewhere.ars}/")
    for page in (both, one):
        markup(page)
    assert "Von Weilerbach" in part(both, "kooperationen")
    assert "Von Jena" in part(both, "kooperationen")
    assert "Von Weilerbach" not in one.text
    assert "Von Jena" in part(one, "kooperationen")


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_costs_the_same_however_much_lies_on_it(client, world, count, django_assert_num_queries):
    partner = world["officer_of_participant"]
    for number in range(count):
        world.draft(name=f"Entwurf {number}")
        row = world.returned()
        world.published(name=f"Öffentlich {number}")
        Cooperation.objects.filter(pk__in=(row.pk, world.draft(name=f"Eigener {number}").pk)).update(
            keeper=world.partner
        )
        make.make_cooperation(f"Alt {number}", keeper=world.partner, published_on=dt.date(2020, 1, 1))
    as_(client, partner).get(DESK)
    with django_assert_num_queries(20):
        client.get(DESK)


# --- Answers ---


def answer_url(participation: Any) -> str:
    return f"/meine/bestaetigungen/{participation.pk}/"


def test_who_may_open_the_answer_of_a_participant(client, world):
    row = own_part(world, world.submitted())
    found = {}
    for role in ROLES:
        client.logout()
        if role != "anonymous":
            client.force_login(world[role])
        found[role] = client.get(answer_url(row)).status_code
    assert found == {
        "anonymous": 302,
        "officer_elsewhere": 404,
        "officer_of_participant": 200,
        "lead_officer": 403,
        "reviewer_elsewhere": 404,
        "reviewer": 403,
        "steward": 403,
    }


def test_yes_is_one_click_and_is_told(client, world):
    row = own_part(world, world.submitted())
    page = as_(client, world["officer_of_participant"]).get(answer_url(row))
    markup(page)
    assert "Die Bauhöfe arbeiten zusammen." in page.text
    answer = client.post(answer_url(row), {"answer": "confirmed"}, follow=True)
    assert messages_of(answer) == ["Danke. Ihre Antwort zu „Gemeinsamer Bauhof“ ist gespeichert: bestätigt."]
    row.confirmation.refresh_from_db()
    assert (row.confirmation.answer, row.confirmation.answered_by) == ("confirmed", world["officer_of_participant"])


def test_nobody_answers_to_a_record_he_never_saw(client, world):
    row = own_part(world, world.submitted())
    page = as_(client, world["officer_of_participant"]).get(answer_url(row))
    seen = re.search(r'name="version" value="(\d+)"', page.text)[1]
    workflow.return_record(
        user=world["reviewer"], cooperation=row.cooperation, day=TODAY, remarks={}, reason="Genauer."
    )
    contents = workflow.Contents(values={"summary": "Nun etwas ganz anderes."})
    keeper = {"user": world["lead_officer"], "cooperation": row.cooperation, "day": TODAY}
    workflow.save_draft(**keeper, contents=contents)
    workflow.submit(**keeper)
    sent = {"answer": "refused", "reason": "Kein Beschluss.", "version": seen}
    page = client.post(answer_url(row), sent)
    markup(page)
    assert page.status_code == 409
    assert [one.split(".")[0] for one in page.context["form"].non_field_errors()] == [
        "Der Eintrag wurde geändert, während Sie ihn lasen"
    ]
    assert "Nun etwas ganz anderes." in page.text
    assert "Kein Beschluss.</textarea>" in page.text
    assert Confirmation.objects.get(participation=row).answer == ""
    anew = re.search(r'name="version" value="(\d+)"', page.text)[1]
    assert client.post(answer_url(row), sent | {"version": anew}).status_code == 302
    assert Confirmation.objects.get(participation=row).answer == "refused"


def test_no_without_reason_comes_back_with_the_message_at_its_field(client, world):
    row = own_part(world, world.submitted())
    page = as_(client, world["officer_of_participant"]).post(answer_url(row), {"answer": "refused", "reason": " "})
    markup(page)
    assert page.context["form"].errors == {"reason": ["Ein Widerspruch braucht einen Grund."]}
    assert Confirmation.objects.get(participation=row).answer == ""


def test_nobody_answers_for_another(client, world):
    row = own_part(world, world.submitted())
    for role in ("lead_officer", "reviewer", "steward"):
        client.force_login(world[role])
        assert client.post(answer_url(row), {"answer": "confirmed"}).status_code == 403
    assert Confirmation.objects.get(participation=row).answer == ""


def test_an_answer_may_be_changed_and_the_old_one_stays_in_the_history(client, world):
    row = own_part(world, world.published())
    as_(client, world["officer_of_participant"]).post(
        answer_url(row), {"answer": "refused", "reason": "Kein Beschluss."}
    )
    page = client.get(answer_url(row))
    assert "Sie haben schon geantwortet" in page.text
    client.post(answer_url(row), {"answer": "confirmed", "reason": ""})
    confirmation = Confirmation.objects.get(participation=row)
    assert (confirmation.answer, confirmation.reason) == ("confirmed", "")
    assert [told.answer for told in confirmation.history.all()] == ["confirmed", "refused", ""]


def test_a_record_that_is_gone_takes_no_answer(client, world):
    row = own_part(world, world.withdrawn())
    page = as_(client, world["officer_of_participant"]).post(answer_url(row), {"answer": "confirmed"})
    assert page.status_code == 409
    assert page.context["form"].non_field_errors() == ["Der Eintrag ist zurückgezogen."]


def test_what_was_sent_without_log_in_is_there_again(client, world):
    row = own_part(world, world.submitted())
    client.post("/konto/anmelden/", {"login": "landstuhl", "password": "geheim-genug-12"})
    del client.cookies["sessionid"]
    sent = client.post(answer_url(row), {"answer": "refused", "reason": "Der Rat hat es abgelehnt."})
    assert sent["Location"] == f"/konto/anmelden/?next={answer_url(row)}"
    client.post("/konto/anmelden/", {"login": "landstuhl", "password": "geheim-genug-12"})
    page = client.get(answer_url(row))
    markup(page)
    assert "Ihre Eingaben sind noch da." in page.text
    assert "Der Rat hat es abgelehnt.</textarea>" in page.text
    assert Confirmation.objects.get(participation=row).answer == ""
    client.post(answer_url(row), {"answer": "refused", "reason": "Der Rat hat es abgelehnt."})
    assert "Ihre Eingaben sind noch da." not in client.get(answer_url(row)).text


# --- The public page ---


def test_the_page_counts_answers_and_shows_who_refuses_but_not_why(client, world):
    row = world.published()
    for answer in ("confirmed", "refused", ""):
        town = make.make_municipality()
        member = make.make_participation(row, town, steps=[("party", None)])
        if answer:
            make.make_confirmation(member, answer=answer, reason="Geheimer Grund" if answer == "refused" else "")
        else:
            Confirmation.objects.create(participation=member, requested_at=timezone.now())
    gone = make.make_participation(row, make.make_municipality(), steps=[("left", None)])
    page = client.get(row.get_absolute_url())
    markup(page)
    assert page.context["record"].confirmations == "2 von 5 bestätigt, 1 widersprochen, 2 offen"
    assert page.text.count("bestreitet die eigene Beteiligung") == 1
    assert "Geheimer Grund" not in page.text
    assert gone.pk in [participation.pk for participation in page.context["record"].participations]
    client.force_login(world["officer_of_participant"])
    assert "Geheimer Grund" in client.get(row.get_absolute_url()).text


def test_the_page_of_the_municipality_says_so_too(client, world):
    row = world.published()
    address = world.partner.get_absolute_url()
    assert "von ihr selbst bestritten" not in client.get(address).text
    workflow.answer(
        user=world["officer_of_participant"],
        participation=own_part(world, row),
        day=TODAY,
        answer="refused",
        reason="Nein.",
    )
    assert "von ihr selbst bestritten" in client.get(address).text


def test_what_an_officer_may_do_stands_beside_the_record(client, world):
    row = make.make_cooperation(origin="documents")
    member = make.make_participation(row, world.partner)
    address = row.get_absolute_url()
    assert "Für Ihre Kommune" not in client.get(address).text
    page = as_(client, world["officer_of_participant"]).get(address)
    markup(page)
    assert f"/meine/kooperationen/{row.pk}/uebernehmen/" in page.text
    assert answer_url(member) in page.text
    client.force_login(world["officer_elsewhere"])
    page = client.get(address)
    assert f'<a href="/meine/kooperationen/neu/wie/{row.pk}/">' in page.text
    assert f"/meine/kooperationen/{row.pk}/" not in page.text
    client.force_login(world["reviewer"])
    assert "Für Ihre Kommune" not in client.get(address).text


def test_what_nobody_stood_up_for_in_18_months_is_marked(client):
    old = make.make_cooperation("Alt", published_on=timezone.localdate() - dt.timedelta(days=549))
    new = make.make_cooperation("Neu", published_on=timezone.localdate() - dt.timedelta(days=547))
    mark = "seit über 18 Monaten nicht bestätigt"
    assert [mark in client.get(row.get_absolute_url()).text for row in (old, new)] == [True, False]
    assert client.get("/kooperationen/").text.count(mark) == 1
    assert mark not in client.get(f"{old.get_absolute_url()}?stand=2026-01-01").text


# --- Taking over, still true, taking back ---


def test_an_officer_of_a_participant_takes_over_what_documents_tell(client, world):
    row = make.make_cooperation("Leitstelle", origin="documents")
    make.make_participation(row, world.partner)
    address = f"/meine/kooperationen/{row.pk}/uebernehmen/"
    assert as_(client, world["officer_elsewhere"]).get(address).status_code == 403
    page = as_(client, world["officer_of_participant"]).get(address)
    markup(page)
    answer = client.post(address, follow=True)
    assert messages_of(answer) == ["Landstuhl führt den Eintrag von jetzt an."]
    row.refresh_from_db()
    assert (row.keeper, row.taken_over_by) == (world.partner, world["officer_of_participant"])
    again = client.post(address)
    assert again.status_code == 409
    assert again.context["form"].non_field_errors() == ["Landstuhl führt diesen Eintrag schon."]
    page = client.get(row.get_absolute_url())
    markup(page)
    assert f"/meine/kooperationen/{row.pk}/zurueckziehen/" not in page.text
    assert f'<a href="{row.get_absolute_url()}hinweis/">schreiben Sie der Prüfung einen Hinweis</a>' in page.text
    assert client.get(f"/meine/kooperationen/{row.pk}/zurueckziehen/").status_code == 403


def test_the_mail_of_the_year_leads_to_one_click(client, world):
    row = world.published()
    Cooperation.objects.filter(pk=row.pk).update(published_on=TODAY - dt.timedelta(days=400))
    workflow.remind_keepers(TODAY)
    address = f"/meine/kooperationen/{row.pk}/stimmt-noch/"
    page = as_(client, world["lead_officer"]).get(address)
    markup(page)
    row.refresh_from_db()
    assert row.affirmed_on is None  # looking confirms nothing
    answer = client.post(address, follow=True)
    assert messages_of(answer) == ["Danke. „Gemeinsamer Bauhof“ ist als weiterhin zutreffend bestätigt."]
    row.refresh_from_db()
    assert row.affirmed_on == timezone.localdate()
    assert as_(client, world["officer_of_participant"]).post(address).status_code == 403


def test_the_keeper_takes_a_record_back_with_a_reason(client, world):
    row = world.published()
    address = f"/meine/kooperationen/{row.pk}/zurueckziehen/"
    assert as_(client, world["officer_of_participant"]).get(address).status_code == 403
    client.force_login(world["lead_officer"])
    page = client.post(address, {"reason": "  "})
    markup(page)
    assert list(page.context["form"].errors) == ["reason"]
    client.post(address, {"reason": "Es wurde nichts daraus."})
    row.refresh_from_db()
    assert row.record_state == "withdrawn"
    assert client.get(row.get_absolute_url()).status_code == 404


# --- Mails ---


def link_of(message: Any) -> str:
    return re.findall(r"https?://[^/\s]+(/\S*)", message.body)[-1]


def test_each_mail_leads_to_the_page_it_speaks_of(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = world.submitted()
        member = own_part(world, row)
        workflow.answer(
            user=world["officer_of_participant"], participation=member, day=TODAY, answer="refused", reason="Nein."
        )
        workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY)
        row.refresh_from_db()
        Cooperation.objects.filter(pk=row.pk).update(published_on=TODAY - dt.timedelta(days=400))
        workflow.remind_keepers(TODAY)
        of_documents = make.make_cooperation("Leitstelle", origin="documents")
        make.make_participation(of_documents, world.partner, role="lead")
        workflow.take_over(
            user=world["officer_of_participant"], cooperation=of_documents, municipality=world.partner, day=TODAY
        )
        back = world.returned()
    links = {message.subject.split(":")[0]: link_of(message) for message in mail.outbox}
    assert links | {"Zur Prüfung": ""} == {
        "Bitte bestätigen Sie": answer_url(own_part(world, back)),
        "Bitte überarbeiten": f"/meine/kooperationen/{back.pk}/",
        "Zur Prüfung": "",
        "Beteiligung widersprochen": answer_url(world.part_of(row, world.lead)),
        "Veröffentlicht": row.get_absolute_url(),
        "Stimmt das noch? Gemeinsamer Bauhof": f"/meine/kooperationen/{row.pk}/stimmt-noch/",
        "Übernommen": of_documents.get_absolute_url(),
    }
    [taken_over] = [message for message in mail.outbox if message.subject.startswith("Übernommen")]
    assert "aus öffentlichen Quellen entnommen" in taken_over.body


def test_what_was_merged_into_another_record_is_told_once(client, world):
    into, duplicate = world.published(name="Bauhof"), world.published(name="Gemeinsamer Hof")
    page = as_(client, world["lead_officer"]).get("/meine/")
    assert page.context["page_obj"].paginator.count == 2
    workflow.merge(user=world["steward"], duplicate=duplicate, into=into, day=TODAY, reason="Dasselbe.")
    page = client.get("/meine/")
    assert [row.name for row in page.context["page_obj"]] == ["Bauhof"]
    assert '<a class="quiet-link" href="/meine/suchen/">Gespeicherte Suchen</a>' in page.text
