"""German for everybody; English for who asked for it, on the pages only."""

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.utils import translation
from django.utils.translation import ngettext

from accounts.workflow import give_mandate
from agreements import workflow
from agreements.models import Confirmation, Cooperation, Participation
from agreements.workflow.derived import refresh_derived
from coopportal.common.mail import send_mail
from coopportal.common.templatetags import portal
from municipalities.models import Doubt
from municipalities.workflow import refresh_organisations, refuse_succession
from tests.agreements.people import TODAY, make_world
from tests.builders import make_cooperation, make_organisation, make_succession, make_task_field, make_user

pytestmark = pytest.mark.django_db


def in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def page(answer):
    return answer.content.decode()


def test_what_the_browser_would_like_does_not_decide(client):
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="de">' in page(answer)
    assert answer["Content-Language"] == "de"


def test_the_switch_leads_back_to_the_page_and_is_remembered(client):
    answer = client.post("/sprache/", {"language": "en", "next": "/kooperationen/?q=Bauhof"})
    assert (answer.status_code, answer["Location"]) == (302, "/kooperationen/?q=Bauhof")
    kept = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("en", True, "Lax")
    again = client.get("/kooperationen/?q=Bauhof")
    assert '<html lang="en">' in page(again)
    assert "Cookie" in again["Vary"]


def test_the_switch_leads_to_no_other_host(client):
    assert client.post("/sprache/", {"language": "en", "next": "https://example.org/"})["Location"] == "/"


@pytest.mark.parametrize("unknown", ["", "fr", "../de", "en\x00"])
def test_a_language_we_do_not_speak_is_german(client, unknown):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = unknown
    assert '<html lang="de">' in page(client.get("/"))


def test_a_mere_reader_gets_no_cookie(client):
    assert not client.get("/").cookies


def test_programs_get_the_same_answer_whoever_asks(client):
    german = client.get("/api/v1/cooperations/?unbekannt=1").json()
    assert in_english(client).get("/api/v1/cooperations/?unbekannt=1").json() == german


def test_mails_speak_german_whoever_caused_them(client):
    with translation.override("en"):
        send_mail(
            "account/email/password_changed",
            "amt@example.org",
            {"timestamp": None, "portal": "", "email": "", "user": None},
        )
    assert "Passwort" in mail.outbox[0].body


def test_what_is_searched_is_german_whoever_wrote_it():
    row, body = make_cooperation(legal_form="special_purpose_association"), make_organisation(kind="state_ministry")
    with translation.override("en"):
        refresh_derived()
        refresh_organisations()
    row.refresh_from_db()
    body.refresh_from_db()
    assert "zweckverband" in row.search_text
    assert "ministerium" in body.search_text


def test_the_pages_speak_english(client):
    answer = page(in_english(client).get("/kooperationen/"))
    assert "<h1>Cooperations</h1>" in answer
    assert "Zum Inhalt springen" not in answer


def test_one_and_many_are_told_apart():
    with translation.override("en"):
        assert [ngettext("%(number)s Vorschlag", "%(number)s Vorschläge", n) % {"number": n} for n in (1, 2)] == [
            "1 suggestion",
            "2 suggestions",
        ]


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234.5"), (-1000, "−1,000"), (0, "0")])
def test_english_numbers(value, text):
    with translation.override("en"):
        assert portal.german_number(value) == text


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/impressum/", "Legal notice"),
        ("/datenschutz/", "Privacy"),
        ("/barrierefreiheit/", "Accessibility statement"),
        ("/leichte-sprache/", "Das Portal in Leichter Sprache"),
    ],
)
def test_the_pages_of_the_law_are_english_too_where_they_can_be(client, address, title):
    assert f"<h1>{title}</h1>" in page(in_english(client).get(address))


def test_task_fields_have_their_english_names():
    field = make_task_field(name_de="Bauhof", name_en="Municipal depot")
    assert str(field) == "Bauhof"
    with translation.override("en"):
        assert str(field) == "Municipal depot"


def test_what_is_kept_is_german_whoever_did_it():
    """Histories, logs and notes are read by everybody: they do not take the language of the page it was done on."""
    world = make_world()
    row = make_succession(world.elsewhere, world.lead, kind="merger")
    with translation.override("en"):
        record = world.published()
        proposal = workflow.propose(
            user=world["officer_of_participant"],
            cooperation=record,
            municipality=world.partner,
            day=TODAY,
            changes=workflow.Changes(fields={"summary": "Anders."}),
            reason="Neu",
            source="Beschluss",
        )
        verdicts = {item.pk: workflow.Verdict(accepted=True) for item in proposal.items.all()}
        workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)
        workflow.merge(
            user=world["steward"], duplicate=record, into=world.published(name="B"), day=TODAY, reason="Dasselbe."
        )
        give_mandate(by=world["steward"], person=make_user(), day=TODAY, role="officer", municipality=world.partner)
        refuse_succession(row, by="Redaktion", note="So nicht.")
    told = {
        entry
        for model in (Cooperation, Participation, Confirmation)
        for entry in model.history.values_list("history_change_reason", flat=True)
        if entry
    }
    assert told == {
        "als Entwurf angelegt",
        "eingereicht",
        "mit der Registrierung bestätigt",
        "um Bestätigung gebeten",
        "veröffentlicht",
        "Vorschlag von Landstuhl: Beschluss",
        "zusammengeführt mit „Gemeinsamer Bauhof“: Dasselbe.",
        "Dasselbe.",
    }
    assert LogEntry.objects.get().change_message == (
        "Mandat gegeben: Sachbearbeitung einer Kommune: Landstuhl, ab 22.11.2026"
    )
    what = f"Zusammenschluss zu einer neuen Gemeinde: {row.successor.entry}"
    assert Doubt.objects.get().message == f"Der Vorschlag „{what}“ wurde von Redaktion verworfen: So nicht."
