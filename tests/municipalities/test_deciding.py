"""Stewards decide outside the admin what an import doubted, and who stands in whose place."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from municipalities.models import Doubt, Municipality, Succession
from municipalities.workflow import decide_successions, name_successor
from tests.builders import (
    day,
    make_cooperation,
    make_doubt,
    make_mandate,
    make_municipality,
    make_participation,
    make_succession,
    make_user,
)
from tests.markup import markup
from tests.municipalities.directory_world import body, everything, first, read_in, second
from tests.municipalities.test_directory_doubts import jumped

pytestmark = pytest.mark.django_db
DOUBTS, SUCCESSIONS = "/kommunen/zweifel/", "/kommunen/nachfolge/"


@pytest.fixture
def steward(client: Client) -> User:
    user = make_user("redaktion")
    make_mandate(user, role="steward")
    client.force_login(user)
    return user


def test_the_lists_hold_what_is_open(client: Client, steward: User) -> None:
    read_in(first())
    read_in(second())
    make_doubt(kind="orphan", key="07000999")
    page = client.get(DOUBTS)
    markup(page)
    assert [row.key for row in page.context["page_obj"]] == ["07000999"]
    assert client.get(f"{DOUBTS}?entscheidung=accepted").context["count"] == 0
    assert [row.key for row in client.get(f"{DOUBTS}?land=07").context["page_obj"]] == ["07000999"]
    page = client.get(SUCCESSIONS)
    markup(page)
    assert {(row.predecessor.name, row.successor.name) for row in page.context["page_obj"]} >= {
        ("Berga/Elster", "Berga-Wünschendorf"),
        ("Wünschendorf/Elster", "Berga-Wünschendorf"),
    }
    assert client.get(f"{SUCCESSIONS}?bestaetigt=ja").context["count"] == 0


def test_a_doubt_is_decided_with_a_reason_and_its_row_applied(client: Client, steward: User) -> None:
    read_in(first())
    read_in(jumped())
    address = f"{DOUBTS}{Doubt.objects.get().pk}/"
    markup(client.get(address))
    assert client.post(address, {"decision": "accepted"}).status_code == 422
    assert client.post(address, {"decision": "accepted", "note": "Auskunft der Gemeinde"}).url == DOUBTS
    doubt = Doubt.objects.get()
    assert (doubt.decision, doubt.decided_by, doubt.note) == ("accepted", "redaktion", "Auskunft der Gemeinde")
    assert body("16074044").population == 200
    again = client.post(address, {"decision": "rejected", "note": "doch nicht"})
    assert (again.status_code, "Diese Zeile ist schon übernommen." in again.text) == (422, True)
    assert client.get(DOUBTS).context["count"] == 0


@pytest.fixture
def berga(steward: User) -> Succession:
    """The states 2022 and 2025: Berga/Elster ended somewhen in between."""
    read_in(first())
    read_in(second())
    return Succession.objects.get(predecessor__name="Berga/Elster")


def confirmed(client: Client, row: Succession, on: str, note: str = "GVBl. 2023, S. 1") -> int:
    return client.post(f"{SUCCESSIONS}{row.pk}/", {"decision": "confirm", "on": on, "note": note}).status_code


def test_a_succession_is_confirmed_with_its_true_day(client: Client, berga: Succession) -> None:
    assert confirmed(client, berga, "2024-01-01") == 302
    berga.refresh_from_db()
    assert (berga.confirmed, berga.on, berga.decided_by) == (True, day("2024-01-01"), "redaktion")
    old, new = berga.predecessor, berga.successor
    assert (old.valid_until, new.valid_from) == (day("2023-12-31"), day("2024-01-01"))
    assert [period.valid_until for period in old.periods.all()] == [day("2023-12-31")]
    assert [period.valid_from for period in new.periods.all()] == [day("2024-01-01")]
    page = client.get(old.get_absolute_url()).text
    assert ("Bestand bis 31.12.2023." in page, "vermutlich" in page) == (True, False)
    other = Succession.objects.get(predecessor__name="Wünschendorf/Elster", successor=new)
    assert client.get(f"{SUCCESSIONS}{other.pk}/").context["form"].initial == {"on": day("2024-01-01")}


def test_a_confirmed_day_survives_the_same_file(client: Client, berga: Succession) -> None:
    confirmed(client, berga, "2024-01-01")
    before = everything()
    read_in(second())
    assert everything() == before


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("2022-12-31", "Am 31.12.2022 stand die Kommune noch im Verzeichnis."),
        ("2025-12-01", "Am 30.11.2025 stand die Kommune nicht mehr im Verzeichnis."),
        ("", "Sagen Sie, seit welchem Tag die Nachfolge gilt."),
    ],
)
def test_a_day_that_contradicts_the_directory_is_told(client: Client, berga: Succession, on: str, message: str) -> None:
    page = client.post(f"{SUCCESSIONS}{berga.pk}/", {"decision": "confirm", "on": on, "note": "x"})
    assert (page.status_code, message in page.text) == (422, True)
    markup(page)
    berga.refresh_from_db()
    assert not berga.confirmed


def test_a_refused_suggestion_goes_and_leaves_a_doubt(client: Client, berga: Succession) -> None:
    old = berga.predecessor
    client.post(f"{SUCCESSIONS}{berga.pk}/", {"decision": "refuse", "note": "Ging an Greiz."})
    assert not old.successions.exists()
    doubt = Doubt.objects.get(municipality=old)
    assert (doubt.kind, doubt.decision, doubt.key) == ("no_successor", "open", "16076004")
    assert doubt.message.endswith("wurde von redaktion verworfen: Ging an Greiz.")


def test_a_steward_names_the_successor(client: Client, steward: User) -> None:
    ended = {"valid_until": day("2025-11-29"), "directory_state": day("2022-12-31")}
    old = make_municipality("Anrode", ars="160640073073", **ended)
    doubt = make_doubt(kind="no_successor", key="16064073", municipality=old)
    heir = make_municipality("Unstruttal", ars="160640071071")
    address = f"{DOUBTS}{doubt.pk}/nachfolge/"
    markup(client.get(address))
    sent = {"successor": "Unstruttal", "kind": "absorption", "on": "2023-01-01", "source": "ThürGNGG 2023"}
    assert client.post(address, sent).url == DOUBTS
    [change] = old.successions.all()
    assert (change.successor, change.confirmed, change.source) == (heir, True, "ThürGNGG 2023")
    old.refresh_from_db()
    doubt.refresh_from_db()
    assert (old.valid_until, doubt.decision) == (day("2022-12-31"), "accepted")
    assert client.post(address, sent).status_code == 422


def test_of_several_successors_the_first_day_told_stays() -> None:
    old = make_municipality("Teilung", valid_until=day("2025-11-29"), directory_state=day("2022-12-31"))
    for on in (dt.date(2024, 1, 1), dt.date(2024, 7, 1)):
        name_successor(old, make_municipality(), kind="split", on=on, by="x", source="Gesetz")
    assert Municipality.objects.get(pk=old.pk).valid_until == day("2023-12-31")


def test_confirming_twice_is_refused(client: Client, steward: User) -> None:
    row = make_succession(make_municipality(valid_until=day("2018-12-31")), make_municipality())
    assert confirmed(client, row, "2019-01-01") == 302
    assert confirmed(client, row, "2019-01-01") == 422


def test_cooperations_are_found_by_a_name_that_a_steward_accepted(client: Client, steward: User) -> None:
    read_in(first())
    bauhof = make_cooperation("Bauhof")
    make_participation(bauhof, body("16074044"))
    read_in(jumped().replace(b"Kahla, Stadt, Porzellanstadt", b"Neukahla, Stadt             "))
    found = [client.get("/kooperationen/?q=neukahla").context["count"]]
    client.post(f"{DOUBTS}{Doubt.objects.get().pk}/", {"decision": "accepted", "note": "So ist es."})
    assert (body("16074044").name, bauhof.participations.count()) == ("Neukahla", 1)
    assert [*found, client.get("/kooperationen/?q=neukahla").context["count"]] == [0, 1]


def test_stewards_are_led_there(client: Client, steward: User) -> None:
    link = 'href="/kommunen/zweifel/"'
    assert [link in client.get(address).text for address in ("/konto/", "/kommunen/")] == [True, True]
    assert link not in Client().get("/kommunen/").text


# --- several at once ---


def test_several_doubts_are_decided_at_once_all_or_none(client: Client, steward: User) -> None:
    doubts = [make_doubt(kind="orphan", key=f"0700099{number}") for number in range(3)]
    page = client.get(DOUBTS)
    markup(page)
    keys = [str(doubt.pk) for doubt in doubts[:2]]
    sent = {"chosen": keys, "decision": "rejected"}
    refused = client.post(DOUBTS, sent)
    markup(refused)
    assert list(refused.context["form"].errors) == ["note"]
    assert re.findall(r'name="chosen" value="(\d+)" checked', refused.text) == keys
    assert client.post(DOUBTS, sent | {"note": "Tippfehler im Verzeichnis"}).url == DOUBTS
    assert [doubt.decision for doubt in Doubt.objects.order_by("pk")] == ["rejected", "rejected", "open"]
    nothing = client.post(DOUBTS, {"decision": "rejected", "note": "Ja"})
    assert "Wählen Sie in der Liste, worüber Sie entscheiden." in nothing.text


def test_several_successions_are_confirmed_from_one_day_or_thrown_away(client: Client, steward: User) -> None:
    old = [make_municipality(valid_until=dt.date(2023, 12, 31)) for _ in range(4)]
    new = make_municipality(valid_from=dt.date(2024, 1, 1))
    rows = [make_succession(one, new, on=dt.date(2024, 1, 1), confirmed=False) for one in old]
    sent = {"chosen": [str(row.pk) for row in rows[:2]], "decision": "confirm", "note": "Gesetzblatt"}
    assert list(client.post(SUCCESSIONS, sent).context["form"].errors) == ["on"]
    late = client.post(SUCCESSIONS, sent | {"on": "2024-02-01"})
    assert "stand die Kommune nicht mehr im Verzeichnis." in late.text
    assert not Succession.objects.filter(confirmed=True).exists()
    client.post(SUCCESSIONS, sent | {"on": "2024-01-01"})
    assert list(Succession.objects.filter(confirmed=True).order_by("pk")) == rows[:2]
    client.post(SUCCESSIONS, {"chosen": [str(rows[2].pk)], "decision": "refuse", "note": "Nur umbenannt"})
    assert not Succession.objects.filter(pk=rows[2].pk).exists()
    gone = client.post(SUCCESSIONS, {"chosen": [str(rows[0].pk)], "decision": "refuse", "note": "Nein"})
    assert "schon entschieden" in gone.text


@pytest.mark.parametrize("address", [DOUBTS, SUCCESSIONS])
@pytest.mark.parametrize("key", ["99999999999999999999999", "1\x00", "x"])
def test_what_can_be_no_row_is_no_choice(client: Client, steward: User, address: str, key: str) -> None:
    page = client.post(address, {"chosen": [key], "decision": "rejected", "note": "Nein"})
    assert (page.status_code, "chosen" in page.context["form"].errors) == (422, True)


@pytest.mark.parametrize("confirm", [True, False])
def test_nothing_is_thrown_away_for_want_of_a_day_and_what_is_gone_is_said_to_be(confirm: bool) -> None:
    row = make_succession(make_municipality(), make_municipality(), confirmed=False)
    with pytest.raises(ValidationError) as wrong:
        decide_successions([row], confirm=True, on=None, by="Redaktion", note="Gesetz")
    assert wrong.value.messages == [f"{row}: Sagen Sie, seit welchem Tag die Nachfolge gilt."]
    assert Succession.objects.get() == row
    Succession.objects.filter(pk=row.pk).delete()
    with pytest.raises(ValidationError) as wrong:
        decide_successions([row], confirm=confirm, on=day("2024-01-01"), by="Redaktion", note="Gesetz")
    assert wrong.value.messages == [f"{row}: Darüber hat gerade jemand anderes entschieden."]
