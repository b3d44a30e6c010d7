"""A cooperation's way into the register, by browser, from the first word of a draft to the page that everybody reads.

The officer of Weilerbach registers a joint Bauhof of the five Verbandsgemeinden, leaves in the middle and comes back at
another machine; Landstuhl confirms, Ramstein-Miesenbach refuses; the reviewer of Rheinland-Pfalz returns it once and
publishes it. The reviewer of Thüringen and a stranger could do none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from coopportal.fixtures.loading import load
from municipalities.models import Municipality
from sources.querysets import citable_models
from tests.browser.conftest import Watch, expect
from tests.builders import code_now, make_mandate, make_state, make_user
from tests.roof.fixture_files import FIXTURES

PASSWORD = "geheim-genug-12"
NAME, ADDRESS = "Gemeinsamer Bauhof Westpfalz", "gemeinsamer-bauhof-westpfalz"
WEILERBACH, LANDSTUHL, RAMSTEIN = "073355009000", "073355011000", "073355008000"
#: These two are entered by their keys.
BY_KEY = {"073355001000": "Bruchmühlbach-Miesau", "073355002000": "Enkenbach-Alsenborn"}
REASON = "Der Rat hat noch nicht beschlossen."


@pytest.fixture
def portal(live_server: Any) -> str:
    """The register of the five documents, and the officers and reviewers of this story."""
    load(FIXTURES)
    ContentType.objects.get_for_models(*citable_models())
    for name, ars in (("weilerbach", WEILERBACH), ("landstuhl", LANDSTUHL), ("ramstein", RAMSTEIN)):
        town = Municipality.objects.get(ars=ars)
        user = make_user(name, first_name="Amt", last_name=name.title(), email=f"amt@{name}.example")
        make_mandate(user, "officer", municipality=town)
    for name, code in (("mainz", "07"), ("erfurt", "16")):
        user = make_user(name, last_name=f"Prüfung {name.title()}", email=f"pruefung@{name}.example")
        make_mandate(user, "reviewer", state=make_state(code))
    return str(live_server.url)


@pytest.fixture
def machine(browser: Any, portal: str, watch: Watch) -> Iterator[Callable[..., Any]]:
    """``machine("weilerbach")``: a browser of its own, with this person logged in; without a name a stranger's."""
    contexts = []

    def start(name: str = "", *, factor: bool = False) -> Any:
        context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900}, base_url=portal)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        watch.follow(page)
        if name:
            log_in(page, name, factor=factor)
        return page

    yield start
    for context in contexts:
        context.close()
    assert watch.faults == []


def log_in(page: Any, name: str, *, factor: bool) -> None:
    page.goto("/konto/anmelden/")
    page.get_by_label("Anmeldename oder E-Mail-Adresse").fill(name)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).last.click()
    if factor:
        page.get_by_label("Code").fill(code_now())
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()


def heading(page: Any, text: str) -> None:
    expect(page.get_by_role("heading", name=text, exact=True).first).to_be_visible()


def go_on(page: Any) -> None:
    page.get_by_role("button", name=re.compile("^Weiter zu")).click()


# --- the chapters ---


def begin(page: Any) -> None:
    """The first two steps, and away."""
    page.get_by_role("link", name="Meine Kommune").first.click()
    page.get_by_role("link", name="Kooperation registrieren").click()
    page.get_by_label("Name der Kooperation").fill(NAME)
    page.get_by_role("button", name="Entwurf anlegen").click()
    heading(page, "Worum geht es?")
    page.get_by_label("Kurzbeschreibung").fill("Fünf Verbandsgemeinden führen ihre Bauhöfe zusammen.")
    page.locator("summary").first.click()
    page.locator("details[open]").get_by_role("checkbox").first.check()
    page.get_by_label("Stand", exact=True).select_option(label="aktiv")
    go_on(page)
    heading(page, "Wer arbeitet zusammen?")


def enter_partners(page: Any) -> None:
    """The rest of the five: one by a name that the portal asks about, which she answers later; three by key."""
    page.get_by_label("Kommune oder andere Stelle").last.fill("Landstuhl")
    for key in (RAMSTEIN, *BY_KEY):
        page.keyboard.press("Escape")
        rows = page.get_by_role("group", name=re.compile("^Neue Beteiligte"))
        number = rows.count()
        page.get_by_role("button", name="Weitere Beteiligte hinzufügen").click()
        expect(rows).to_have_count(number + 1)
        page.get_by_label("Kommune oder andere Stelle").last.fill(key)
    page.keyboard.press("Escape")
    go_on(page)
    expect(page.get_by_text("„Landstuhl“ heißen mehrere. Welche meinen Sie?").first).to_be_visible()


def come_back(page: Any) -> None:
    """At another machine: the draft lies on the desk and goes on where it was left."""
    page.goto("/meine/")
    page.get_by_role("region", name="Entwürfe").get_by_role("link", name=NAME, exact=True).click()
    heading(page, "Wer arbeitet zusammen?")
    page.get_by_role("radio", name=re.compile("^Landstuhl .Verbandsgemeinde")).check()
    go_on(page)
    heading(page, "In welcher Rechtsform arbeiten Sie zusammen?")
    page.get_by_role("radio", name="Zweckvereinbarung", exact=True).check()
    go_on(page)


def finish(page: Any) -> None:
    heading(page, "Seit wann, wie lange und mit welcher Frist?")
    page.get_by_label("Beginn der Zusammenarbeit").fill("01.01.2026")
    go_on(page)
    heading(page, "Gibt es Fördergeld?")
    go_on(page)
    heading(page, "Worauf stützen sich die Angaben?")
    page.get_by_label("Grundlage der Angaben").fill("Beschlüsse der fünf Räte vom Dezember 2025")
    go_on(page)
    heading(page, "Stimmt alles?")
    page.get_by_role("button", name="Einreichen", exact=True).click()
    expect(page.get_by_text(f"„{NAME}“ ist eingereicht.")).to_be_visible()


def answer(page: Any, label: str, reason: str = "") -> None:
    """A participant opens its task and says yes or no to its own participation."""
    page.goto("/meine/")
    page.get_by_role("region", name="Aufgaben").get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("radio", name=label).check()
    page.get_by_label("Grund des Widerspruchs").fill(reason)
    page.get_by_role("button", name="Antwort speichern").click()
    expect(page.get_by_text(f"Ihre Antwort zu „{NAME}“ ist gespeichert")).to_be_visible()


def give_back(page: Any) -> None:
    """The reviewer wants the summary more exact."""
    page.goto("/pruefung/")
    page.get_by_role("rowheader").get_by_role("link", name=NAME).click()
    page.locator("summary", has_text="Anmerken (Kurzbeschreibung)").click()
    page.get_by_label("Anmerkung zu „Kurzbeschreibung“").fill("Was tut der Bauhof für wen?")
    page.get_by_role("button", name="Mit Anmerkungen zurückgeben").click()
    expect(page.get_by_text(f"„{NAME}“ ist mit Ihren Anmerkungen zurückgegeben.")).to_be_visible()


def amend(page: Any) -> None:
    """Weilerbach reads the remark at the field, writes more, and hands in again."""
    page.goto("/meine/")
    page.get_by_role("region", name="Aufgaben").get_by_role("link", name=NAME, exact=True).click()
    heading(page, "Worum geht es?")
    expect(page.get_by_text("Was tut der Bauhof für wen?").first).to_be_visible()
    page.get_by_label("Kurzbeschreibung").fill("Ein Bauhof unterhält die Straßen der fünf Verbandsgemeinden.")
    page.get_by_role("button", name=re.compile("^7? ?Prüfen")).click()
    heading(page, "Stimmt alles?")
    page.get_by_role("button", name="Erneut einreichen").click()
    expect(page.get_by_text(f"„{NAME}“ ist eingereicht.")).to_be_visible()


def publish(page: Any) -> None:
    page.goto("/pruefung/")
    page.get_by_role("rowheader").get_by_role("link", name=NAME).click()
    expect(page.get_by_text("seitdem ist 1 Angabe geändert")).to_be_visible()
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text(f"„{NAME}“ ist veröffentlicht.")).to_be_visible()


def number_of(page: Any) -> int:
    """The number of the record on whose page she is."""
    place = re.compile(r"/kooperationen/(\d+)/")
    expect(page).to_have_url(place)
    return int(place.findall(page.url)[0])


def answers(page: Any, number: int) -> list[int]:
    """What somebody gets who tries the addresses of the record: to read it, to write in it, to decide about it."""
    ask = page.context.request
    token = {one["name"]: one["value"] for one in page.context.cookies()}["csrftoken"]
    send = {"form": {"csrfmiddlewaretoken": token, "decision": "publish", "version": "2"}, "max_redirects": 0}
    found = [
        ask.get(f"/kooperationen/{ADDRESS}/"),
        ask.get(f"/api/v1/registrations/{number}/"),
        *(ask.get(place, max_redirects=0) for place in (f"/meine/kooperationen/{number}/was/", f"/pruefung/{number}/")),
        *(ask.post(place, **send) for place in (f"/meine/kooperationen/{number}/pruefen/", f"/pruefung/{number}/")),
    ]
    return [answer.status for answer in found]


def read_in_public(page: Any) -> None:
    """Everybody reads it all: what it is, who takes part, who confirmed, who contests; the reason is not for them."""
    page.goto("/kooperationen/?q=Bauhof")
    page.get_by_role("main").get_by_role("link", name=NAME).first.click()
    heading(page, NAME)
    expect(page.get_by_text("Ein Bauhof unterhält die Straßen der fünf Verbandsgemeinden.")).to_be_visible()
    expect(page.get_by_text("2 von 5 bestätigt, 1 widersprochen, 2 offen")).to_be_visible()
    parties = page.get_by_role("region", name="Tabelle der Beteiligten").get_by_role("row")
    for name in ("Weilerbach", "Landstuhl", "Ramstein-Miesenbach", *BY_KEY.values()):
        expect(parties.filter(has_text=name)).to_have_count(1)
    expect(parties.filter(has_text="bestreitet die eigene Beteiligung")).to_contain_text("Ramstein-Miesenbach")
    expect(page.get_by_text(REASON)).to_have_count(0)


def test_the_whole_journey(machine: Callable[..., Any]) -> None:
    page = machine("weilerbach")
    begin(page)
    enter_partners(page)
    page.context.close()

    page = machine("weilerbach")
    come_back(page)
    finish(page)
    number = number_of(page)

    landstuhl, ramstein, mainz = machine("landstuhl"), machine("ramstein"), machine("mainz", factor=True)
    answer(landstuhl, "Ja, wir bestätigen die Beteiligung")
    answer(ramstein, "Nein, wir widersprechen", REASON)
    erfurt, stranger = machine("erfurt", factor=True), machine()
    stranger.goto("/konto/anmelden/")
    assert answers(erfurt, number) == [404, 404, 404, 404, 404, 404]
    assert answers(stranger, number) == [404, 401, 302, 302, 302, 302]
    erfurt.goto("/pruefung/")
    expect(erfurt.get_by_role("link", name=NAME)).to_have_count(0)

    give_back(mainz)
    amend(page)
    publish(mainz)
    read_in_public(stranger)
    assert answers(erfurt, number) == [200, 404, 404, 404, 404, 404]
