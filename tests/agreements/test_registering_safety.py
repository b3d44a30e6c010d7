"""Registration: no form is lost with a log-in or a token, documents are private, pages cost the same at every size."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from agreements import workflow
from agreements.models import Cooperation, Evidence
from coopportal.common import kept
from tests import builders as make
from tests.agreements.people import TODAY, World, make_officer, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def address(row: Cooperation, step: str) -> str:
    return f"/meine/kooperationen/{row.pk}/{step}/"


# --- a log-in that has run out ---


def log_in(client: Client, name: str) -> Any:
    return client.post("/konto/anmelden/", {"login": name, "password": "geheim-genug-12"})


def was_here(client: Client, name: str = "weilerbach") -> None:
    """Somebody was logged in in this browser, and the session has ended by itself."""
    log_in(client, name)
    del client.cookies["sessionid"]


def test_a_form_sent_without_log_in_is_there_after_it(client, world):
    row = world.draft()
    was_here(client)
    sent = {"name": "Mühsam <getippt>", "summary": "Ein langer Text.", "version": row.version}
    answer = client.post(address(row, "was"), sent)
    assert answer.url == f"/konto/anmelden/?next={address(row, 'was')}"
    log_in(client, "weilerbach")
    page = client.get(address(row, "was"))
    assert "Ihre Eingaben sind wieder da" in page.text
    assert 'value="Mühsam &lt;getippt&gt;"' in page.text
    row.refresh_from_db()
    assert row.name == "Gemeinsamer Bauhof"
    client.post(address(row, "was"), sent | {"task_fields": ["04.01"]})
    row.refresh_from_db()
    assert row.name == "Mühsam <getippt>"
    assert "Ihre Eingaben sind wieder da" not in client.get(address(row, "was")).text


def test_what_is_saved_while_typing_is_kept_too(client, world):
    row = world.draft()
    was_here(client)
    answer = client.post(address(row, "was"), {"name": "Neu", "aktion": "autosave"})
    assert "Ihre Eingaben sind aufgehoben" in answer.json()["message"]
    assert (answer.status_code, answer.json()["login"]) == (401, "/konto/anmelden/")
    log_in(client, "weilerbach")
    assert 'value="Neu"' in client.get(address(row, "was")).text


def test_the_name_of_a_new_one_is_kept(client, world):
    was_here(client)
    client.post("/meine/kooperationen/neu/", {"name": "Neu"})
    log_in(client, "weilerbach")
    page = client.get("/meine/kooperationen/neu/")
    assert 'value="Neu"' in page.text
    assert "Ihre Eingaben sind wieder da" in page.text


NEW = "/meine/kooperationen/neu/"


def test_nobody_else_sees_what_was_kept(client, world):
    was_here(client, "weilerbach")
    client.post(NEW, {"name": "Neu"})
    assert client.session["kept_input"]["of"] == str(world["lead_officer"].pk)
    log_in(client, "landstuhl")
    assert "kept_input" not in client.session
    assert 'value="Neu"' not in client.get(NEW).text
    log_in(client, "weilerbach")
    assert 'value="Neu"' not in client.get(NEW).text


@pytest.mark.parametrize("leave", ["abmelden", "stranger", "forged"])
def test_nothing_is_kept_of_who_cannot_be_known(client, world, leave):
    if leave == "abmelden":
        log_in(client, "weilerbach")
        client.post("/konto/abmelden/")
    if leave == "forged":
        client.cookies["person"] = f"{world['lead_officer'].pk}:1w:abc"
    row = world.draft()
    answer = client.post(NEW, {"name": "Neu"})
    assert answer.url == f"/konto/anmelden/?next={NEW}"
    answer = client.post(address(row, "was"), {"name": "Neu", "aktion": "autosave"})
    assert (
        answer.json()["message"] == "Sie sind nicht mehr angemeldet. Bitte melden Sie sich in einem neuen Fenster an."
    )
    assert not Session.objects.exists()


def test_what_comes_as_the_session_ends_for_its_age_is_kept_for_the_same_person(client, world):
    log_in(client, "weilerbach")
    session = client.session
    session["begun_at"] = (timezone.now() - dt.timedelta(days=8)).isoformat()
    session.save()
    client.post(NEW, {"name": "Neu"})
    log_in(client, "weilerbach")
    assert 'value="Neu"' in client.get(NEW).text


def test_neither_files_nor_floods_nor_old_things_are_kept(client, world, monkeypatch):
    row = world.draft()
    was_here(client)
    client.post(address(row, "quellen"), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert "kept_input" not in client.session
    client.post(address(row, "was"), {"name": "x" * (kept.LARGEST + 1)})
    assert "kept_input" not in client.session
    client.post(address(row, "was"), {"name": "Neu"})
    monkeypatch.setattr(kept, "KEPT_FOR", dt.timedelta(seconds=-1))
    log_in(client, "weilerbach")
    assert "Ihre Eingaben sind wieder da" not in client.get(address(row, "was")).text


# --- a token that has run out ---


@pytest.fixture
def strict(world: World) -> Client:
    """A browser whose tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world["lead_officer"])
    return client


def test_a_form_with_an_old_token_comes_back_with_its_content(strict, world):
    row = world.draft()
    answer = strict.post(address(row, "was"), {"name": "Neu"}, headers={"origin": "http://testserver"})
    assert answer.url == address(row, "was")
    page = strict.get(address(row, "was"))
    assert 'value="Neu"' in page.text
    assert "Ihre Eingaben sind wieder da" in page.text
    row.refresh_from_db()
    assert row.name == "Gemeinsamer Bauhof"


@pytest.mark.parametrize("origin", ["https://evil.example", None])
def test_others_put_no_words_into_our_forms(strict, world, origin):
    row = world.draft()
    headers = {"origin": origin} if origin else {}
    assert strict.post(address(row, "was"), {"name": "Neu"}, headers=headers).status_code == 403
    assert "kept_input" not in strict.session


def test_a_form_that_is_no_step_of_ours_is_refused_without_its_token(strict, world):
    other = strict.post("/konto/anmelden/", {"login": "Neu"}, headers={"origin": "http://testserver"})
    assert (other.status_code, "kept_input" in strict.session) == (403, False)


# --- numbers that are none ---

MANY = "7" * 5000


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("wer", {"aktion": f"entfernen:{MANY}"}),
        ("wer", {"aktion": "entfernen:²"}),
        ("fristen", {"agreements-0-id": MANY, "agreements-0-title": "Vertrag"}),
        ("fristen", {"agreements-0-id": "٣", "agreements-0-title": "Vertrag"}),
        ("geld", {"awards-0-id": MANY, "awards-0-amount": "500"}),
        ("was", {"version": MANY, "name": "Neu"}),
        ("quellen", {"aktion": f"loeschen:{MANY}"}),
    ],
)
def test_numbers_of_any_length_break_no_form(client, world, step, sent):
    row = world.draft()
    client.force_login(world["lead_officer"])
    answer = client.post(address(row, step), {"version": row.version} | sent, follow=True)
    assert answer.status_code == (409 if "version" in sent else 200)
    assert client.get(address(row, step)).status_code == 200


def test_what_was_kept_with_a_version_that_is_none_is_dropped(client, world):
    row = world.draft()
    client.post(address(row, "was"), {"name": "Neu", "version": MANY})
    log_in(client, "weilerbach")
    page = client.get(address(row, "was"))
    assert (page.status_code, "Ihre Eingaben sind wieder da" in page.text) == (200, False)
    assert "kept_input" not in client.session


# --- documents ---


PDF = b"%PDF-1.7 Beschluss"


@pytest.fixture
def attached(client: Client, world: World, settings: Any, tmp_path: Any) -> Evidence:
    """The draft of Weilerbach with a document sent by page."""
    settings.EVIDENCE_DIR = tmp_path / "nachweise"
    row = world.draft()
    client.force_login(world["lead_officer"])
    file = SimpleUploadedFile("Beschluss.pdf", PDF, content_type="text/html")
    sent = {"aktion": "hochladen", "version": row.version, "file": file, "title": "Beschluss", "basis": "Rat"}
    assert client.post(address(row, "quellen"), sent).url == f"{address(row, 'quellen')}#nachweise"
    row.refresh_from_db()
    assert row.basis == "Rat"
    return row.evidence.get()


def test_a_document_is_attached_read_as_a_download_and_taken_away(client, world, attached):
    file = client.get(f"/nachweise/{attached.pk}/")
    assert b"".join(file.streaming_content) == PDF
    told = [file[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")]
    assert told == ["application/pdf", 'attachment; filename="Beschluss.pdf"', "nosniff"]
    row = attached.cooperation
    assert "Beschluss" in client.get(address(row, "pruefen")).text
    client.post(address(row, "quellen"), {"aktion": f"loeschen:{attached.pk}", "version": row.version})
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("role", ["anonymous", "officer_of_participant", "reviewer", "steward"])
def test_the_document_of_a_draft_is_not_there_for_others(world, attached, role):
    other = Client()
    if role != "anonymous":
        other.force_login(world[role])
    assert other.get(f"/nachweise/{attached.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pdf", b"<html>", "Möglich sind PDF, ODT und DOCX, ohne Makros und unbeschädigt."),
        ("a.pdf", b"", "Die Datei ist leer."),
        ("b.pdf", PDF, "Dieses Dokument liegt schon bei."),
    ],
)
@pytest.mark.parametrize("action", ["hochladen", "weiter"])
def test_a_file_that_is_refused_loses_nothing_else(client, world, attached, action, name, content, told):
    row = attached.cooperation
    row.refresh_from_db()
    file = SimpleUploadedFile(name, content)
    page = client.post(
        address(row, "quellen"), {"aktion": action, "version": row.version, "file": file, "basis": "Neuer Rat"}
    )
    assert told in page.text
    row.refresh_from_db()
    assert (row.basis, row.evidence.count()) == ("Neuer Rat", 1)


def test_no_file_is_told(client, world, attached):
    row = attached.cooperation
    page = client.post(address(row, "quellen"), {"aktion": "hochladen", "version": row.version, "basis": "Rat"})
    assert "Wählen Sie zuerst eine Datei aus." in page.text


# --- likely duplicates ---


def test_likely_duplicates_are_those_with_words_and_bodies_in_common(world):
    row = world.draft(name="Gemeinsame Leitstelle Westpfalz")
    both = make.make_cooperation("Leitstelle der Westpfälzer", task_fields=["04.01"])
    for town in (world.lead, world.partner):
        make.make_participation(both, town)
    field = make.make_cooperation("Leitstelle Westpfalz", task_fields=["04.01"])
    words = make.make_cooperation("Westpfalz-Leitstelle")
    make.make_cooperation("Leitstelle", task_fields=["05.01"])
    make.make_cooperation("Leitstelle Westpfalz", record_state="withdrawn")
    make.make_participation(make.make_cooperation("Musikschule"), world.lead)
    rows = Cooperation.objects.likely_duplicates_of(
        row.name, task_fields=["04.01"], bodies=row.participations.all(), besides=row.pk
    )
    assert list(rows) == [both, field, words]


@pytest.mark.parametrize("name", ["", "'", "%", "Kooperation", "x" * 500, "{{ 7 }}"])
def test_any_name_is_looked_for(world, name, django_assert_num_queries):
    row = world.draft()
    with django_assert_num_queries(1):
        list(Cooperation.objects.likely_duplicates_of(name, task_fields=[], bodies=row.participations.all()))


# --- numbers ---


STEPS = {"was": 16, "wer": 21, "rechtsform": 14, "fristen": 16, "geld": 17, "quellen": 14, "pruefen": 34}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_costs_the_same_at_every_size(client, world, rows, step, django_assert_num_queries):
    row = world.draft()
    for _ in range(rows):
        make.make_participation(row)
        make.make_agreement(row)
        make.make_award(row)
        Evidence.objects.create(cooperation=row, original_name="a", size=1, sha256=str(make.number()))
        row.task_fields.add(make.make_task_field(f"05.{make.number() % 99:02d}"))
    client.force_login(world["lead_officer"])
    client.get(address(row, step))
    with django_assert_num_queries(STEPS[step]):
        client.get(address(row, step))


# --- a mandate that has ended ---


def test_from_the_end_of_the_mandate_on_there_is_no_draft(client, world):
    row = world.draft()
    officer = world["lead_officer"]
    officer.mandates.update(valid_until=timezone.localdate() - dt.timedelta(days=1))
    client.force_login(officer)
    assert client.get(address(row, "was")).status_code == 404
    assert client.post(address(row, "was"), {"name": "Neu"}).status_code == 404
    assert client.get("/meine/kooperationen/neu/").status_code == 403


def test_a_value_put_right_by_program_is_no_fault_any_more(client, world):
    row = world.draft()
    client.force_login(make_officer(world.lead))
    client.post(address(row, "fristen"), {"started_on": "gestern", "version": row.version})
    assert [piece.field for piece in workflow.missing_pieces(row) if piece.required] == ["started_on"]
    contents = workflow.Contents(values={"started_on": TODAY})
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=contents)
    assert not [piece for piece in workflow.missing_pieces(row) if piece.required]
    assert re.search(r'name="started_on" value="22.11.2026"', client.get(address(row, "fristen")).text)
