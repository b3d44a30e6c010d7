"""The pages of the import: upload, preview, decisions, confirmation, result."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements import workflow
from agreements.models import Cooperation, ImportFile
from tests import builders as make
from tests.agreements.import_files import ROW, one, table
from tests.agreements.people import World, make_world
from tests.markup import markup

pytestmark = pytest.mark.django_db
DESK = "/meine/import/"


@pytest.fixture
def world() -> World:
    make.make_task_field()
    return make_world()


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    client.force_login(world["lead_officer"])
    return client


def send(client: Client, data: bytes, address: str = DESK, **fields: str) -> Any:
    """The answer to an upload: the preview, or the form again."""
    file = SimpleUploadedFile("kooperationen.csv", data)
    return client.post(address, {"file": file, "submit": "draft", **fields}, follow=True)


def test_the_whole_way_from_file_to_register(officer: Client, world: World) -> None:
    markup(officer.get(DESK))
    preview = send(officer, table([ROW, ROW | {"name": "Zweite"}]), submit="submitted")
    assert "Alles in Ordnung. Die Datei kann eingelesen werden." in markup(preview).text("main")
    assert Cooperation.objects.count() == 0
    (address, status) = preview.redirect_chain[0]
    assert status == 302
    result = officer.post(address, follow=True)
    assert "ist am" in markup(result).text("main")
    assert sorted(Cooperation.objects.values_list("name", "record_state")) == [
        ("Gemeinsamer Bauhof", "submitted"),
        ("Zweite", "submitted"),
    ]
    file = ImportFile.objects.get()
    assert (bytes(file.content), file.counts["new"]) == (b"", 2)
    officer.post(address)
    assert Cooperation.objects.count() == 2
    assert officer.get(f"{address}meldungen/").status_code == 404


def test_a_wrong_row_stops_all_and_is_told_with_its_column(officer: Client) -> None:
    preview = send(officer, table([ROW, ROW | {"name": "", "status": "<b>kaputt"}]))
    text = markup(preview).text("main")
    assert "1 Zeile ist fehlerhaft. Nichts wird geschrieben." in text
    assert "Stand status: „<b>kaputt“ gibt es hier nicht." in text
    assert b"Einlesen</span>" not in preview.content
    address = preview.redirect_chain[0][0]
    assert officer.post(address).status_code == 422
    assert Cooperation.objects.count() == 0
    report = officer.get(f"{address}meldungen/")
    assert report["Content-Disposition"] == 'attachment; filename="meldungen.csv"'
    assert report.content.decode("utf-8-sig").splitlines()[2].startswith('fehlerhaft;"name: Der Name fehlt.')


def test_a_doubtful_row_is_decided_on_the_page(officer: Client) -> None:
    for ars, level, kind in (
        ("073120000000", "municipality", "independent_city"),
        ("073350000000", "district", "rural_district"),
    ):
        make.make_municipality("Kaiserslautern", ars=ars, level=level, kind=kind)
    preview = send(
        officer, table([ROW, ROW | {"name": "Zweite", "participations": "073355009:lead; Kaiserslautern; 7312000"}])
    )
    address = preview.redirect_chain[0][0]
    assert "1 Zeile braucht Ihre Entscheidung." in markup(preview).text("main")
    first = {"q-3-Kaiserslautern": "Kaiserslautern=073350000000"}
    again = officer.post(address, first)
    assert (again.status_code, Cooperation.objects.count()) == (422, 0)
    page = markup(again)
    assert "Fehlt die führende Null?" in page.text("main")
    assert b'<option value="Kaiserslautern=073350000000" selected>' in again.content
    result = officer.post(address, first | {"q-3-7312000": "7312000=073120000000"}, follow=True)
    assert result.redirect_chain
    bodies = Cooperation.objects.get(name="Zweite").participations.values_list("municipality__ars", flat=True)
    assert sorted(bodies) == ["073120000000", "073350000000", "073355009000"]


def test_confirming_looks_at_the_register_anew(officer: Client, world: World) -> None:
    draft = world.draft()
    preview = send(officer, one(summary="Aus der Datei."))
    assert "Kurzbeschreibung: Die Bauhöfe arbeiten zusammen. → Aus der Datei." in markup(preview).text("main")
    workflow.submit(user=world["lead_officer"], cooperation=draft, day=timezone.localdate())
    answer = officer.post(preview.redirect_chain[0][0])
    assert answer.status_code == 422
    assert "Der Eintrag ist schon eingereicht und liegt bei der Prüfung." in markup(answer).text("main")
    draft.refresh_from_db()
    assert draft.summary == "Die Bauhöfe arbeiten zusammen."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Die übermittelte Datei ist leer."),
        (b"<html>", "Zeile 1: Das ist eine Webseite oder XML."),
        (b"name;farbe\nA;rot\n", "Zeile 1: Diese Spalten kennt der Import nicht: farbe."),
        (b"PK\x03\x04kaputt", "Die Datei ist ein beschädigtes oder abgeschnittenes Archiv"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(officer: Client, data: bytes, words: str) -> None:
    answer = send(officer, data)
    assert answer.status_code == 422
    assert words in markup(answer).text("main")
    assert ImportFile.objects.count() == 0


def test_a_large_file_is_refused(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agreements.forms.importing.LARGEST", 10)
    assert "Die Datei ist größer als 20 MB." in markup(send(officer, one())).text("main")


def test_a_file_is_seen_by_the_one_who_sent_it_at_that_desk_only(officer: Client, world: World) -> None:
    address = send(officer, one()).redirect_chain[0][0]
    officer.force_login(world["officer_of_participant"])
    assert [officer.get(address).status_code, officer.post(address).status_code] == [404, 404]
    make.make_mandate(world["lead_officer"], "reviewer", state=make.make_state("07"))
    officer.force_login(world["lead_officer"])
    assert officer.get(address.replace("/meine/", "/pruefung/")).status_code == 404
    world["lead_officer"].mandates.filter(role="officer").delete()
    assert officer.get(address).status_code == 403


def test_a_reviewer_brings_in_drafts_for_the_towns_of_the_land(client: Client, world: World) -> None:
    client.force_login(world["reviewer"])
    markup(client.get("/pruefung/import/"))
    address = send(client, one(), "/pruefung/import/").redirect_chain[0][0]
    markup(client.get(address))
    markup(client.post(address, follow=True))
    row = Cooperation.objects.get()
    assert (row.record_state, row.keeper, row.registered_by) == ("draft", world.lead, world["reviewer"])
    assert client.get(DESK).status_code == 403


def test_who_acts_for_several_towns_says_for_which(officer: Client, world: World) -> None:
    make.make_mandate(world["lead_officer"], "officer", municipality=world.partner)
    address = send(officer, one(), town=world.partner.ars).redirect_chain[0][0]
    officer.post(address)
    assert Cooperation.objects.get().keeper == world.partner
    assert (
        "Wählen Sie" in markup(send(officer, one(), town="160530000000")).text("main")
        or ImportFile.objects.count() == 1
    )


def test_a_file_is_forgotten_after_a_day_and_five_are_kept(officer: Client) -> None:
    for _ in range(7):
        send(officer, one())
    assert ImportFile.objects.count() == 5
    now = timezone.now()
    assert workflow.forget_files(now + dt.timedelta(hours=23)) == 0
    assert workflow.forget_files(now + dt.timedelta(hours=25)) == 5
    call_command("keep_house")


def test_the_template_can_be_had_at_both_desks(officer: Client) -> None:
    for ending in ("csv", "xlsx"):
        answer = officer.get(f"{DESK}vorlage.{ending}")
        assert answer["Content-Disposition"] == f'attachment; filename="vorlage-kooperationen.{ending}"'


def test_a_preview_takes_the_same_queries_for_any_number_of_rows(officer: Client) -> None:
    counts = []
    for many in (1, 3, 150):
        rows = [ROW | {"name": f"Kooperation {n}"} for n in range(many)]
        address = send(officer, table(rows)).redirect_chain[0][0]
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(address).status_code == 200
        counts.append(len(queries))
    assert counts == [13, 13, 13]


def test_a_stranger_reads_nothing_internal_on_the_page_or_in_the_file(client: Client, world: World) -> None:
    row = world.published(basis="Interner Vermerk der Verwaltung.")
    client.force_login(world["officer_elsewhere"])
    preview = send(client, one(slug=row.slug, basis="", summary="Anders."))
    report = client.get(f"{preview.redirect_chain[0][0]}meldungen/")
    assert "nicht beteiligt" in report.content.decode()
    assert b"Interner Vermerk" not in preview.content + report.content


def two_named_kaiserslautern() -> None:
    make.make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    make.make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")


DOUBT = ROW | {"name": "Zweite", "participations": "073355009:lead; Kaiserslautern"}
TOWN, DISTRICT = "Kaiserslautern=073120000000", "Kaiserslautern=073350000000"


def test_answers_can_be_kept_beside_a_wrong_row(officer: Client) -> None:
    two_named_kaiserslautern()
    preview = send(officer, table([ROW | {"status": "kaputt"}, DOUBT, DOUBT | {"name": "Dritte"}]))
    assert "Antworten übernehmen" in markup(preview).text("main")
    answer = officer.post(preview.redirect_chain[0][0], {"q-3-Kaiserslautern": TOWN, "keep": "1"})
    assert (answer.status_code, answer.context["form"].errors) == (200, {})
    assert "1 Zeile ist fehlerhaft. Nichts wird geschrieben." in markup(answer).text("main")
    assert f'<option value="{TOWN}" selected>'.encode() in answer.content
    assert b"Einlesen</span>" not in answer.content


def test_keeping_answers_writes_nothing(officer: Client) -> None:
    two_named_kaiserslautern()
    address = send(officer, table([DOUBT])).redirect_chain[0][0]
    answer = officer.post(address, {"q-2-Kaiserslautern": TOWN, "keep": "1"})
    assert "Alles in Ordnung. Die Datei kann eingelesen werden." in markup(answer).text("main")
    assert Cooperation.objects.count() == 0
    officer.post(address, {"q-2-Kaiserslautern": TOWN})
    assert Cooperation.objects.count() == 1


def test_an_answer_that_makes_a_row_wrong_can_be_taken_back(officer: Client) -> None:
    two_named_kaiserslautern()
    doubt = DOUBT | {"participations": "073355009:lead; 07312; Kaiserslautern"}
    address = send(officer, table([ROW, doubt])).redirect_chain[0][0]
    answer = officer.post(address, {"q-3-Kaiserslautern": TOWN})
    assert "steht zweimal da." in markup(answer).text("main")
    (field,) = answer.context["form"].fields.values()
    assert [code for code, _label in field.choices] == ["", TOWN, DISTRICT, "skip"]
    answer = officer.post(address, {"q-3-Kaiserslautern": "skip", "keep": "1"})
    assert (answer.context["hidden"], answer.context["form"]["q-3-Kaiserslautern"].value()) == ([], "skip")
    assert officer.post(address, {"q-3-Kaiserslautern": DISTRICT}).status_code == 302


def test_a_likeness_that_was_answered_can_be_answered_otherwise(officer: Client, world: World) -> None:
    row = world.submitted()
    address = send(officer, one(name="Gemeinsamer Bauhof Westpfalz")).redirect_chain[0][0]
    answer = officer.post(address, {"q-2-same": f"same={row.slug}"})
    assert answer.status_code == 422
    for text in (f"same={row.slug}", "new", "skip"):
        answer = officer.post(address, {"q-2-same": text, "keep": "1"})
        assert (answer.context["hidden"], answer.context["form"]["q-2-same"].value()) == ([], text)
    assert officer.post(address, {"q-2-same": "new"}).status_code == 302


def test_who_chooses_nothing_is_told_at_the_select(officer: Client) -> None:
    two_named_kaiserslautern()
    doubt = DOUBT | {"participations": "073355009:lead; Kaiserslautern ; 7312000"}
    answer = officer.post(send(officer, table([ROW, doubt])).redirect_chain[0][0])
    assert (answer.status_code, Cooperation.objects.count()) == (422, 0)
    words = "Wählen Sie eine Antwort, oder lassen Sie die Zeile aus."
    assert list(answer.context["form"].errors.values()) == [[words]] * 2
    assert b'<a class="kern-link" href="#frage-3-0">' in answer.content
    assert b'id="frage-3-0_error"' in answer.content
    assert b'aria-describedby="frage-3-0_error"' in answer.content
    markup(answer)


@pytest.mark.parametrize("before", [{}, {"decision": "Unsinn; 7312000=07312000"}])
def test_the_file_with_messages_takes_the_answers_of_the_page(officer: Client, before: dict[str, str]) -> None:
    two_named_kaiserslautern()
    preview = send(officer, table([ROW | {"status": "kaputt"} | before, DOUBT | before]))
    address = f"{preview.redirect_chain[0][0]}meldungen/"
    assert b'formaction="' + address.encode() + b'"' in preview.content
    report = officer.post(address, {"q-3-Kaiserslautern": TOWN})
    rows = list(csv.DictReader(io.StringIO(report.content.decode("utf-8-sig")), delimiter=";"))
    first = before.get("decision", "")
    assert [row["decision"] for row in rows] == [first, f"{first}; {TOWN}" if first else TOWN]


def test_what_is_wrong_and_what_is_asked_of_a_row_are_told_at_once(officer: Client) -> None:
    two_named_kaiserslautern()
    preview = send(officer, table([DOUBT | {"started_on": "31.02.2025"}]))
    text = markup(preview).text("main")
    assert "„Kaiserslautern“ heißen 2. Welche ist gemeint?" in text
    assert "„31.02.2025“ ist kein Tag" in text


def test_the_start_says_what_an_empty_cell_does(officer: Client) -> None:
    words = markup(officer.get(DESK)).text("main")
    assert "leere Zellen und fehlende Spalten ändern nichts, [leer] leert eine Angabe." in words


def test_the_words_of_a_column_speak_the_language_of_the_page(officer: Client) -> None:
    assert "<code>active</code> aktiv" in officer.get(DESK).text
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "<code>active</code> active" in officer.get(DESK).text
