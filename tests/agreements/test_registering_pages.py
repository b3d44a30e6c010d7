"""The pages of a registration: every step is saved, nothing that was typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agreements.choices import LegalForm
from agreements.models import Cooperation, Unfinished
from agreements.views.registering.saving import save_step
from tests import builders as make
from tests.agreements.people import World, make_officer, make_world
from tests.markup import markup

pytestmark = pytest.mark.django_db
STEPS = ("was", "wer", "rechtsform", "fristen", "geld", "quellen")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def officer(client: Any, world: World) -> Any:
    """The browser of the officer of Weilerbach."""
    client.force_login(world["lead_officer"])
    return client


def address(row: Cooperation, step: str = "") -> str:
    return f"/meine/kooperationen/{row.pk}/{f'{step}/' if step else ''}"


def send(client: Any, row: Cooperation, step: str, action: str = "weiter", **values: Any) -> Any:
    """The form of a step with these values and the present version."""
    row.refresh_from_db()
    given = {"version": row.version, "aktion": action} | {name.replace("__", "-"): v for name, v in values.items()}
    return client.post(address(row, step), given)


def errors(page: Any) -> list[str]:
    """The lines of the summary of errors."""
    found = re.findall(r'class="kern-link" href="#([^"]+)">([^<]*)<', page.text)
    return [f"{anchor} {text}" for anchor, text in found]


# --- begin ---


def test_an_officer_begins_a_draft_for_her_town(officer, world):
    page = officer.get("/meine/kooperationen/neu/")
    assert markup(page).text("h1") == "Kooperation registrieren"
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    answers = [officer.post("/meine/kooperationen/neu/", {"name": "Bauhof", "key": key}) for _ in range(2)]
    row = Cooperation.objects.get()
    assert [answer.url for answer in answers] == [address(row, "was")] * 2
    assert (row.name, row.keeper, row.record_state) == ("Bauhof", world.lead, "draft")


def test_a_name_that_was_typed_on_a_page_sent_before_is_not_lost(officer, world):
    address = "/meine/kooperationen/neu/"
    key = re.search(r'name="key" value="([^"]+)"', officer.get(address).text)[1]
    officer.post(address, {"name": "Bauhof", "key": key})
    page = officer.post(address, {"name": "Kläranlage", "key": key})
    assert (page.status_code, Cooperation.objects.count()) == (409, 1)
    assert 'value="Kläranlage"' in page.text
    assert "Mit dieser Seite haben Sie schon einen Entwurf begonnen." in page.text
    anew = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    officer.post(address, {"name": "Kläranlage", "key": anew})
    assert sorted(Cooperation.objects.values_list("name", flat=True)) == ["Bauhof", "Kläranlage"]


def test_who_acts_for_several_towns_chooses_one(officer, world):
    make.make_mandate(world["lead_officer"], "officer", municipality=world.elsewhere)
    missing = officer.post("/meine/kooperationen/neu/", {"name": "Bauhof"})
    assert "Für welche Kommune registrieren Sie?" in missing.text
    officer.post("/meine/kooperationen/neu/", {"name": "Bauhof", "municipality": world.elsewhere.ars})
    assert Cooperation.objects.get().keeper == world.elsewhere


@pytest.mark.parametrize("role", ["reviewer", "steward"])
def test_others_begin_nothing(client, world, role):
    client.force_login(world[role])
    assert client.get("/meine/kooperationen/neu/").status_code == 403


def test_a_stranger_is_led_to_the_log_in(client, world):
    assert client.get("/meine/kooperationen/neu/").url == "/konto/anmelden/?next=/meine/kooperationen/neu/"


def test_nobody_else_sees_a_draft(client, world):
    row = world.draft()
    for role in ("officer_of_participant", "officer_elsewhere", "reviewer", "steward"):
        client.force_login(world[role])
        answers = [client.get(address(row, step)).status_code for step in ("", *STEPS, "pruefen", "verwerfen")]
        assert answers == [404] * 9, role


# --- steps ---


@pytest.mark.parametrize("step", [*STEPS, "pruefen"])
def test_every_step_can_be_read(officer, world, step):
    page = officer.get(address(world.draft(), step))
    assert page.status_code == 200
    assert markup(page).text("h1") == "Gemeinsamer Bauhof"


def test_what_is_entered_is_saved_and_leads_on(officer, world):
    row = world.draft()
    values = {"name": "Bauhof", "short_name": "BH", "summary": "Neu.", "kind": "service_network", "status": "planned"}
    answer = send(officer, row, "was", **values, region="Westpfalz", task_fields=["04.01"])
    row.refresh_from_db()
    assert answer.url == address(row, "wer")
    assert {name: getattr(row, name) for name in values} == values
    assert (row.region, [field.code for field in row.task_fields.all()]) == ("Westpfalz", ["04.01"])


@pytest.mark.parametrize(
    ("action", "target"),
    [("zurueck", "was"), ("gehe:geld", "geld"), ("speichern", None), ("weiter", "rechtsform")],
)
def test_every_way_out_of_a_step_saves_it(officer, world, action, target):
    row = world.draft()
    answer = send(officer, row, "wer", action, participants__0__id=f"m:{world.lead.ars}", participants__0__role="host")
    assert answer.url == (address(row, target) if target else "/meine/")
    assert row.participations.get().role == "host"


def test_a_value_that_is_wrong_keeps_everything_else(officer, world):
    row = world.draft()
    page = send(officer, row, "fristen", started_on="gestern", ended_on="31.12.2030")
    assert errors(page) == [
        "id_started_on Beginn der Zusammenarbeit: Diesen Tag kennen wir nicht. "
        "Schreiben Sie ihn als TT.MM.JJJJ oder mindestens das Jahr."
    ]
    row.refresh_from_db()
    assert (row.started_on, f"{row.ended_on:%d.%m.%Y}") == (None, "31.12.2030")


def test_what_was_typed_wrong_is_there_on_another_machine(officer, client, world, django_user_model):
    row = world.draft()
    send(officer, row, "fristen", "speichern", started_on="gestern", ended_on="2030")
    client.logout()
    client.force_login(make_officer(world.lead))
    page = client.get(address(row, "fristen"))
    assert [line.split()[0] for line in errors(page)] == ["id_started_on"]
    assert 'value="gestern"' in page.text
    assert "bitte prüfen" in page.text
    send(client, row, "fristen", started_on="2019")
    assert not Unfinished.objects.exists()


def test_days_are_taken_as_exactly_as_they_are_known(officer, world):
    row = world.draft()
    for text, told in [
        ("24.04.2019", ("2019-04-24", "day", "")),
        ("04.2019", ("2019-04-01", "month", "")),
        ("April 2019", ("2019-04-01", "month", "")),
        ("2019", ("2019-01-01", "year", "")),
        ("Anfang 2019", ("2019-01-01", "vague", "Anfang 2019")),
        ("", ("None", "unknown", "")),
    ]:
        send(officer, row, "fristen", started_on=text)
        row.refresh_from_db()
        assert (str(row.started_on), row.started_precision, row.started_wording) == told
    for text in ("31.02.2020", "12.13.2020", "0000", "9999-99-99", "99.2020"):
        assert len(errors(send(officer, row, "fristen", started_on=text))) == 1


def test_nothing_changed_is_no_new_version(officer, world):
    row = world.draft()
    version = row.version
    send(officer, row, "wer", participants__0__id=f"m:{world.lead.ars}", participants__1__id=f"m:{world.partner.ars}")
    row.refresh_from_db()
    assert row.version == version


# --- who ---


def own(world: World) -> dict[str, str]:
    return {"participants__0__id": f"m:{world.lead.ars}", "participants__0__role": "lead"}


def partners(row: Cooperation) -> dict[str, str]:
    return {part.body.name: part.role for part in row.participations.order_by("pk")}


def test_a_name_that_only_one_bears_is_understood(officer, world):
    row = world.draft()
    make.make_organisation("Landeskriminalamt", slug="lka")
    row.participations.exclude(municipality=world.lead).delete()
    new = {"participants__1__body": "Landstuhl", "participants__1__role": "partner", "participants__2__body": "Jena"}
    answer = send(officer, row, "wer", **own(world), **new, participants__3__body="Landeskriminalamt")
    assert answer.url == address(row, "rechtsform")
    named = {"Weilerbach": "lead", "Landstuhl": "partner", "Jena": "partner", "Landeskriminalamt": "partner"}
    assert partners(row) == named


def test_a_name_that_two_bear_is_asked_about(officer, world):
    row = world.draft()
    city = make.make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    district = make.make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    page = send(officer, row, "wer", **own(world), participants__1__body="Kaiserslautern")
    asked = "id_participants-1-body Kaiserslautern, Kommune oder andere Stelle: „Kaiserslautern“ heißen"
    assert errors(page)[0].startswith(asked)
    choices = re.findall(r'name="participants-1-choice" value="([^"]*)"', page.text)
    assert sorted(choices) == [f"m:{city.ars}", f"m:{district.ars}"]
    answer = send(
        officer,
        row,
        "wer",
        **own(world),
        participants__1__body="Kaiserslautern",
        participants__1__asked="Kaiserslautern",
        participants__1__choice=f"m:{district.ars}",
    )
    assert answer.url == address(row, "rechtsform")
    assert row.participations.get(municipality=district).role == "partner"


def test_a_body_named_twice_and_one_that_is_no_more_are_told(officer, world):
    row = world.draft()
    page = send(officer, row, "wer", **own(world), participants__1__body="Weilerbach")
    assert errors(page) == [
        "id_participants-1-body Weilerbach, Kommune oder andere Stelle: Weilerbach steht schon in der Liste.",
    ]
    assert row.participations.count() == 1


def test_who_is_in_no_directory_is_kept_until_somebody_knows(officer, world):
    row = world.draft()
    [told] = errors(send(officer, row, "wer", **own(world), participants__1__body="Bauhoffreunde"))
    assert "„Bauhoffreunde“ steht nicht im Verzeichnis. Prüfen Sie die Schreibweise. Fehlt eine Stelle" in told
    assert 'value="Bauhoffreunde"' in officer.get(address(row, "wer")).text


def test_rows_come_and_go_without_script(officer, world):
    row = world.draft()
    both = own(world) | {"participants__1__id": f"m:{world.partner.ars}"}
    page = send(officer, row, "wer", "zeile", **both)
    assert 'name="participants-2-body"' in page.text
    send(officer, row, "wer", "entfernen:1", **both)
    assert partners(row) == {"Weilerbach": "lead"}


# --- agreements and money ---


def test_an_agreement_is_entered_with_its_notice(officer, world):
    row = world.draft()
    values = {"title": "", "legal_form": "purpose_agreement", "signed_on": "01.12.2025", "notice_months": "6"}
    send(officer, row, "fristen", **{f"agreements__0__{name}": value for name, value in values.items()})
    act = row.agreements.get()
    assert (act.title, act.notice_months, act.parties.count()) == ("Zweckvereinbarung", 6, 2)
    values = {"id": str(act.pk), "title": "Vertrag", "notice_months": "viele", "term_months": "12"}
    page = send(officer, row, "fristen", **{f"agreements__0__{name}": value for name, value in values.items()})
    act.refresh_from_db()
    assert (act.title, act.notice_months, act.term_months) == ("Vertrag", 6, 12)
    assert len(errors(page)) == 1
    assert 'value="viele"' in page.text


def test_who_joins_the_draft_later_is_a_party_too(officer, world):
    row = world.draft()
    send(officer, row, "fristen", agreements__0__title="Vertrag")
    send(officer, row, "wer", **own(world), participants__1__body="Jena")
    assert [part.body.name for part in row.agreements.get().parties.order_by("pk")] == ["Weilerbach", "Jena"]


@pytest.mark.parametrize(
    ("text", "amount"), [("12.500,50", "12500.50"), ("12500", "12500.00"), ("unbekannt", "None"), ("", "None")]
)
def test_money_is_written_as_people_write_it(officer, world, text, amount):
    row, programme = world.draft(), make.make_programme(slug="ikz")
    values = {"programme": programme.slug, "amount": text, "rung": "granted"}
    answer = send(officer, row, "geld", **{f"awards__0__{name}": value for name, value in values.items()})
    award = row.awards.get()
    assert (answer.url, str(award.amount), award.rung) == (address(row, "quellen"), amount, "granted")


@pytest.mark.parametrize("text", ["12.50", "0", "viel", "-5", "9" * 20])
def test_an_amount_that_is_none_keeps_the_row(officer, world, text):
    row, programme = world.draft(), make.make_programme(slug="ikz")
    page = send(officer, row, "geld", awards__0__programme=programme.slug, awards__0__amount=text)
    assert len(errors(page)) == 1
    assert (row.awards.get().amount, f'value="{text}"' in page.text) == (None, True)


def test_money_of_no_programme_waits_for_one(officer, world):
    row = world.draft()
    page = send(officer, row, "geld", awards__0__amount="500")
    assert errors(page) == [
        "id_awards-0-programme Zeile 1, Förderprogramm: Wählen Sie das Programm, aus dem das Geld kommt."
    ]
    assert 'value="500"' in officer.get(address(row, "geld")).text


# --- while typing ---


def test_what_is_saved_while_typing_tells_the_version_and_the_new_rows(officer, world):
    row = world.draft()
    told = send(officer, row, "fristen", "autosave", agreements__4__title="Vertrag").json()
    row.refresh_from_db()
    assert told["fill"] == {"version": str(row.version), "agreements-4-id": str(row.agreements.get().pk)}
    again = send(
        officer,
        row,
        "fristen",
        "autosave",
        agreements__4__title="Vertrag",
        agreements__4__id=told["fill"]["agreements-4-id"],
    )
    assert again.json()["fill"] == {"version": str(row.version)}


def test_a_likely_duplicate_is_shown_while_typing(officer, world):
    row = world.draft(name="Etwas")
    known = make.make_cooperation("Wasserversorgung Westpfalz", task_fields=["04.01"])
    make.make_participation(known, world.lead)
    make.make_cooperation("Wasserversorgung Geheim Westpfalz", task_fields=["04.01"], record_state="draft")
    part = officer.post(address(row, "aehnlich"), {"name": "Gemeinsame Wasserversorgung der Westpfalz"})
    assert re.findall(r'<a href="([^"]+)"', part.text) == [known.get_absolute_url()]
    assert officer.post(address(row, "aehnlich"), {"name": "Leitstelle"}).text.strip() == ""


# --- two people ---


def test_the_second_of_two_people_sees_both_versions_and_loses_nothing(officer, world):
    row = world.draft()
    seen = row.version
    send(officer, row, "was", "speichern", name="Bauhof Nord", summary="Neu von ihr.")
    mine = {"version": seen, "aktion": "weiter", "name": "Bauhof Süd", "summary": "Neu von ihm.", "region": "Pfalz"}
    page = officer.post(address(row, "was"), mine)
    assert page.status_code == 409
    assert "weilerbach hat diesen Eintrag am" in page.text
    told = re.findall(r'reg-row__head">([^<]+)<', page.text)
    assert told == ["Name der Kooperation", "Kurzbeschreibung", "Raum"]
    row.refresh_from_db()
    assert row.name == "Bauhof Nord"
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    choice = {"aktion": "entscheiden", "wahl-name": "theirs", "wahl-summary": "mine"}
    merged = officer.post(address(row, "was"), sent | choice)
    row.refresh_from_db()
    assert (row.name, row.summary, row.region) == ("Bauhof Nord", "Neu von ihm.", "Pfalz")
    assert merged.status_code == 200


def test_whom_a_colleague_added_meanwhile_stays_unless_one_says_otherwise(officer, world):
    row = world.draft()
    seen = row.version
    both = {"participants-0-id": f"m:{world.lead.ars}", "participants-1-id": f"m:{world.partner.ars}"}
    officer.post(address(row, "wer"), both | {"version": seen, "participants-2-body": "Jena"})
    page = officer.post(address(row, "wer"), both | {"version": seen, "participants-0-role": "host"})
    sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    chosen = re.findall(r'name="(wahl-[^"]+)" value="([^"]+)" checked', page.text)
    assert chosen == [(f"wahl-m:{world.lead.ars}", "mine"), (f"wahl-m:{world.elsewhere.ars}", "theirs")]
    officer.post(address(row, "wer"), dict(sent) | dict(chosen) | {"aktion": "entscheiden"})
    assert partners(row) == {"Weilerbach": "host", "Landstuhl": "partner", "Jena": "partner"}


def test_two_people_who_write_the_same_do_not_disturb_each_other(officer, world):
    row = world.draft()
    seen = row.version
    send(officer, row, "was", region="Pfalz", task_fields=["04.01"])
    answer = officer.post(address(row, "was"), {"version": seen, "region": "Pfalz", "task_fields": ["04.01"]})
    assert answer.url == address(row, "wer")


def test_what_a_colleague_could_not_finish_is_not_overwritten(officer, world):
    row = world.draft()
    seen = row.version
    words = {"awards-0-amount": "ungefähr eine Viertelmillion"}
    told = officer.post(address(row, "geld"), words | {"version": seen, "aktion": "autosave"}).json()
    assert told["fill"] == {"version": str(seen + 1)}
    again = officer.post(address(row, "geld"), words | {"version": seen, "aktion": "autosave"}).json()
    assert again["fill"] == told["fill"]
    page = officer.post(address(row, "geld"), {"version": seen, "awards-0-amount": "etwa tausend"})
    assert page.status_code == 409
    assert re.findall(r'text">([^<]+)<', page.text) == [
        "Betrag: ungefähr eine Viertelmillion",
        "Betrag: etwa tausend",
    ]
    sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    chosen = re.findall(r'name="(wahl-[^"]+)" value="([^"]+)" checked', page.text)
    assert chosen == [("wahl-theirs-0", "theirs"), ("wahl-neu-0", "mine")]
    officer.post(address(row, "geld"), dict(sent) | dict(chosen) | {"aktion": "entscheiden"})
    amounts = [one["texts"]["amount"] for one in row.unfinished.get().entries["rows"]]
    assert amounts == [["ungefähr eine Viertelmillion"], ["etwa tausend"]]


def test_who_sends_an_empty_page_does_not_wipe_the_unfinished_of_another(officer, world):
    row = world.draft()
    seen = row.version
    officer.post(address(row, "fristen"), {"version": seen, "started_on": "gestern", "aktion": "autosave"})
    page = officer.post(address(row, "fristen"), {"version": seen, "started_on": ""})
    assert (page.status_code, row.unfinished.get().entries["fields"]) == (409, {"started_on": ["gestern"]})


@pytest.mark.parametrize("action", ["weiter", "autosave"])
def test_who_writes_what_a_colleague_just_threw_away_is_told(officer, world, monkeypatch, action):
    row = world.draft()

    def discard_first(**given: Any) -> Any:
        Cooperation.objects.filter(pk=row.pk).delete()
        return save_step(**given)

    monkeypatch.setattr("agreements.views.registering.step.save_step", discard_first)
    answer = send(officer, row, "was", action, name="Neu")
    words = "Diesen Eintrag gibt es nicht mehr."
    if action == "autosave":
        assert (answer.status_code, answer.json()) == (409, {"message": words})
    else:
        assert answer.url == "/meine/"
        assert words in officer.get(answer.url).text


# --- hand in ---


def test_a_whole_draft_is_handed_in_once(officer, world):
    row = world.draft()
    for _ in range(2):
        assert officer.post(address(row, "pruefen"), {"version": row.version}).url == address(row, "pruefen")
    row.refresh_from_db()
    assert (row.record_state, row.transitions.count()) == ("submitted", 1)
    page = officer.get(address(row, "pruefen"))
    assert "Der Eintrag war schon eingereicht. Es gibt ihn nur einmal" in page.text
    assert "Ihr Eintrag ist eingereicht." in page.text
    assert officer.get(address(row, "was")).url == address(row, "pruefen")


@pytest.mark.parametrize(
    ("is_there", "told"),
    [
        (True, "Die Beteiligten sind um Antwort gebeten."),
        (False, "Im Portal ist noch niemand eingetragen für: Landstuhl."),
    ],
)
def test_who_was_asked_is_told_and_for_whom_nobody_is_there(officer, world, is_there, told):
    row = world.draft()
    if not is_there:
        world["officer_of_participant"].mandates.all().delete()
    answer = officer.post(address(row, "pruefen"), {"version": row.version}, follow=True)
    said = f"„{row.name}“ ist eingereicht. Die Prüfung weiß Bescheid. {told}"
    assert [str(message) for message in answer.context["messages"]] == [said]


def test_all_that_is_missing_is_said_at_once_each_with_its_field(officer, world):
    row = world.draft(summary="", legal_form="", status="unknown")
    send(officer, row, "fristen", "speichern", started_on="gestern")
    page = officer.post(address(row, "pruefen"), {})
    found = [
        link.removeprefix(address(row)) for link, _text in re.findall(r'kern-link" href="([^"]+)">([^<]*)<', page.text)
    ]
    assert found == ["was/#id_summary", "was/#id_status", "rechtsform/#id_legal_form", "fristen/#id_started_on"]
    for link in found:
        step, anchor = link.split("/#")
        assert f'id="{anchor}' in officer.get(address(row, step)).text
    row.refresh_from_db()
    assert row.record_state == "draft"


def test_the_reviewers_remarks_stand_at_the_field_until_it_is_handed_in_again(officer, world):
    row = world.returned()
    page = officer.get(address(row)).url
    assert page == address(row, "was")
    told = re.findall(r'reg-remark">.*?</strong> ([^<]+)<', officer.get(page).text, re.DOTALL)
    assert told == ["Bitte genauer."]
    send(officer, row, "was", summary="Genauer.", task_fields=["04.01"])
    officer.post(address(row, "pruefen"), {})
    row.refresh_from_db()
    assert (row.summary, row.record_state) == ("Genauer.", "submitted")


def test_a_draft_is_thrown_away_after_asking(officer, world):
    row = world.draft()
    assert markup(officer.get(address(row, "verwerfen"))).text("h1") == "Entwurf verwerfen?"
    assert officer.post(address(row, "verwerfen")).url == "/meine/"
    assert not Cooperation.objects.exists()


def test_a_new_one_is_made_like_a_published_one(officer, world):
    known = make.make_cooperation("Vorbild", kind="exchange", legal_form="limited_company", task_fields=["04.01"])
    make.make_agreement(known, title="Vertrag", notice_months=12, signed_on=make.day("2019-01-01"))
    link = f"/meine/kooperationen/neu/wie/{known.pk}/"
    assert f'href="{link}"' in officer.get(known.get_absolute_url()).text
    officer.post(link, {"name": "Nachbild"})
    row = Cooperation.objects.get(name="Nachbild")
    act = row.agreements.get()
    assert (row.kind, row.legal_form, act.notice_months, act.signed_on) == ("exchange", "limited_company", 12, None)
    assert partners(row) == {"Weilerbach": "lead"}


def test_what_one_may_not_read_is_no_model(officer, world):
    secret = make.make_cooperation("Geheim", record_state="draft", keeper=world.elsewhere)
    assert officer.get(f"/meine/kooperationen/neu/wie/{secret.pk}/").status_code == 404


def test_the_forms_of_the_own_land_come_first(officer, world):
    row = world.draft()
    choices = officer.get(address(row, "rechtsform")).context["entry"].form.fields["legal_form"].choices
    groups = [(name, [code for code, _label in forms]) for name, forms in list(choices)[1:]]
    assert [name for name, _codes in groups] == [
        "KomZG Rheinland-Pfalz",
        "in jedem Land möglich",
        "nach dem Recht anderer Länder",
    ]
    assert groups[2][1] == ["administrative_community", "administrative_association", "fulfilling_municipality"]
    assert sorted(code for _name, codes in groups for code in codes) == sorted(LegalForm.values)


def test_the_programmes_of_the_own_land_come_first(officer, world):
    make.make_programme("Erstes", state="01")
    make.make_programme("Eigenes", state="07")
    page = officer.get(address(world.draft(), "geld"))
    groups = page.context["entry"].programmes
    assert [[name for _slug, name in rows] for _land, rows in groups] == [["Eigenes"], ["Erstes"]]


def test_what_is_wrong_with_a_document_stands_in_the_summary(officer, world):
    page = send(officer, world.draft(), "quellen", "hochladen")
    assert errors(page) == ["id_file Dokument hochladen: Wählen Sie zuerst eine Datei aus."]
