"""The stewards' pages: people and their mandates, and two records that become one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts import workflow as people
from accounts.models import Mandate, User
from agreements import workflow
from agreements.models import Cooperation
from sources.models import Conflict
from tests import builders as make
from tests.agreements.people import World, make_world
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_types")]

PEOPLE, MERGE = "/redaktion/personen/", "/redaktion/zusammenfuehren/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def client(world: World) -> Client:
    """The steward's browser."""
    client = Client()
    client.force_login(world["steward"])
    return client


def of(person: User) -> str:
    return f"{PEOPLE}{person.pk}/"


def names(page: Any) -> list[str]:
    return [person.username for person in page.context["people"]]


# --- People ---


def test_people_are_found_by_name_role_and_land(client, world):
    page = client.get(PEOPLE)
    markup(page)
    assert sorted(names(page)) == ["jena", "landstuhl", "reviewer", "reviewer_elsewhere", "steward", "weilerbach"]
    assert names(client.get(f"{PEOPLE}?q=WEILER")) == ["weilerbach"]
    assert names(client.get(f"{PEOPLE}?q=landstuhl@example.org")) == ["landstuhl"]
    assert names(client.get(f"{PEOPLE}?aufgabe=reviewer")) == ["reviewer", "reviewer_elsewhere"]
    assert names(client.get(f"{PEOPLE}?land=16")) == ["jena", "reviewer_elsewhere"]
    assert names(client.get(f"{PEOPLE}?land=16&aufgabe=reviewer")) == ["reviewer_elsewhere"]
    assert "Sachbearbeitung einer Kommune: Weilerbach" in words(page.text)


@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_grow(client, more, django_assert_num_queries):
    for _ in range(more):
        make.make_mandate(make.make_user(), "officer", municipality=make.make_municipality())
    client.get(PEOPLE)
    # session, person, second factor, steward; count, people, mandates; Länder; roles of the header
    with django_assert_num_queries(9):
        client.get(PEOPLE)


def test_a_steward_gives_a_mandate_with_its_days(client, world):
    person = world["officer_elsewhere"]
    data = {"role": "reviewer", "state": "16", "valid_from": "01.01.2027", "valid_until": "2027-12-31"}
    assert client.post(of(person), data).url == of(person)
    row = person.mandates.get(role="reviewer")
    assert (row.state_id, row.valid_from, row.valid_until) == ("16", dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    page = client.get(of(person))
    markup(page)
    assert "Prüfung für ein Land: Thüringen 01.01.2027 31.12.2027 beginnt noch" in words(page.text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"role": "officer"}, "Geben Sie die Kommune an."),
        ({"role": "reviewer"}, "Wählen Sie das Land."),
        ({"role": "steward"}, "steward ist keine gültige Auswahl"),
        (
            {"role": "reviewer", "state": "16", "valid_from": "2027-02-01", "valid_until": "2027-01-01"},
            "vor seinem Beg",
        ),
        ({"role": "officer", "municipality": "160530000000"}, "Dieses Mandat hat die Person in dieser Zeit schon."),
    ],
)
def test_what_is_wrong_with_a_mandate_is_told(client, world, data, message):
    page = client.post(of(world["officer_elsewhere"]), data)
    assert (page.status_code, message in page.text) == (422, True)
    assert world["officer_elsewhere"].mandates.count() == 1


def test_a_mandate_ends_at_once_or_on_a_day(client, world, today):
    officer = world["officer_elsewhere"]
    address = f"/redaktion/mandate/{officer.mandates.get().pk}/beenden/"
    markup(client.get(address))
    assert client.post(address, {"last_day": str(today + dt.timedelta(days=30))}).url == of(officer)
    assert officer.mandates.valid_on(today).exists()
    client.post(address, {"last_day": ""})
    assert not officer.mandates.valid_on(today).exists()
    page = client.post(address, {"last_day": "2020-01-01"})
    assert (page.status_code, "Rückwirkend lässt sich ein Mandat nicht beenden." in page.text) == (422, True)


def test_a_locked_person_is_out_at_once(client, world):
    officer = world["officer_elsewhere"]
    other = Client()
    other.force_login(officer)
    token = people.create_token(user=officer)[1]
    assert client.post(f"{of(officer)}sperren/").url == of(officer)
    assert other.get("/meine/").status_code == 302
    answer = Client().get("/api/v1/registrations/", headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 401
    assert "gesperrt" in client.get(of(officer)).text
    client.post(f"{of(officer)}entsperren/")
    officer.refresh_from_db()
    assert officer.is_active


def test_a_lost_telephone_is_replaced(client, world):
    client.post(f"{of(world['reviewer'])}zweiter-faktor/")
    assert not world["reviewer"].authenticator_set.exists()


def test_nobody_gives_himself_rights_and_stewards_are_the_superusers(client, world, today):
    steward = world["steward"]
    other = make.make_user("redaktion-2")
    make.make_mandate(other, "steward")
    chief = make.make_user("leitung", is_superuser=True)
    for person in (steward, other, chief):
        page = client.get(of(person))
        assert "Mandat geben" not in page.text
        assert client.post(of(person), {"role": "reviewer", "state": "07"}).status_code == 403
        assert client.post(f"{of(person)}sperren/").status_code == 403
    mandate = other.mandates.get()
    assert client.post(f"/redaktion/mandate/{mandate.pk}/beenden/", {"last_day": ""}).status_code == 403
    with pytest.raises(PermissionDenied):
        people.give_mandate(by=steward, person=world["reviewer"], day=today, role="steward")
    people.give_mandate(by=chief, person=world["reviewer"], day=today, role="steward")


def test_the_last_steward_stays(world, today):
    chief, steward = make.make_user("leitung", is_superuser=True), world["steward"]
    mandate = steward.mandates.get()
    with pytest.raises(ValidationError, match="mindestens eine Person der Redaktion"):
        people.end_mandate(by=chief, mandate=mandate, day=today, last_day=today)
    with pytest.raises(ValidationError, match="mindestens eine Person der Redaktion"):
        people.lock_person(by=chief, person=steward, day=today)
    people.give_mandate(by=chief, person=world["reviewer"], day=today, role="steward", valid_until=today)
    with pytest.raises(ValidationError, match="mindestens eine Person der Redaktion"):
        people.end_mandate(by=chief, mandate=mandate, day=today, last_day=today)
    Mandate.objects.filter(user=world["reviewer"]).update(valid_until=None)
    people.end_mandate(by=chief, mandate=mandate, day=today, last_day=today)


# --- Merging ---


def sent(page: Any, stays: Cooperation, reason: str = "Dasselbe Vorhaben.") -> dict[str, Any]:
    """What the form of this page sends."""
    hidden = {field.name: field.value() for field in page.context["form"].hidden_fields()}
    return {"stays": stays.slug, "reason": reason, **hidden}


def test_two_records_are_chosen_and_stand_side_by_side(client, world):
    first, second = world.published(name="Bauhof"), world.published(name="Gemeinsamer Bauhof")
    world.draft(name="Entwurf")
    page = client.get(f"{MERGE}?q=bauhof")
    markup(page)
    assert [row.name for row in page.context["rows"]] == ["Bauhof", "Gemeinsamer Bauhof"]
    one = "Sie haben einen Eintrag gewählt. Wählen Sie genau zwei."
    assert one in client.get(f"{MERGE}?k={first.slug}").text
    none = "Sie haben noch nichts gewählt. Wählen Sie genau zwei Einträge."
    assert [none in client.get(MERGE + asked).text for asked in ("", "?gewaehlt=true")] == [False, True]
    page = client.get(f"{MERGE}?k={first.slug}&k={second.slug}")
    markup(page)
    assert [line.label for line in page.context["lines"] if line.changed] == ["Name"]


def test_the_one_that_goes_leads_to_the_one_that_stays(client, world):
    gone, stays = world.published(name="Bauhof"), world.published(name="Gemeinsamer Bauhof")
    address = f"{MERGE}?k={gone.slug}&k={stays.slug}"
    assert client.post(address, {"stays": stays.slug, "reason": "Dasselbe."}).status_code == 422  # which versions?
    assert client.post(address, sent(client.get(address), stays, reason="")).status_code == 422
    answer = client.post(address, sent(client.get(address), stays))
    assert answer.url == stays.get_absolute_url()
    answer = Client().get("/kooperationen/bauhof/?stand=2026-01-01")
    assert (answer.status_code, answer.url) == (301, f"{stays.get_absolute_url()}?stand=2026-01-01")
    assert stays.history.first().history_change_reason == "zusammengeführt mit „Bauhof“: Dasselbe Vorhaben."


def test_what_waits_for_review_is_not_merged_past_it(client, world):
    submitted, published = world.submitted(name="Bauhof"), world.published(name="Bauhöfe")
    address = f"{MERGE}?k={submitted.slug}&k={published.slug}"
    assert [row.name for row in client.get(address).context["rows"]] == ["Bauhöfe"]
    page = client.post(address, {"stays": published.slug, "reason": "Dasselbe."})
    assert "nur zwei Einträge, die beide veröffentlicht sind." in page.text
    submitted.refresh_from_db()
    assert submitted.record_state == "submitted"


def test_who_compared_what_is_no_longer_so_is_told_and_keeps_what_he_wrote(client, world, today):
    gone, stays = world.published(name="Bauhof"), world.published(name="Bauhöfe")
    address = f"{MERGE}?k={gone.slug}&k={stays.slug}"
    data = sent(client.get(address), stays)
    Cooperation.objects.filter(pk=gone.pk).update(version=gone.version + 1, region="Westpfalz")
    page = client.post(address, data)
    assert (page.status_code, "Jemand war schneller" in page.text, "Westpfalz" in page.text) == (409, True, True)
    assert (page.context["form"]["reason"].value(), page.context["form"]["stays"].value()) == (
        data["reason"],
        stays.slug,
    )
    markup(page)
    assert client.post(address, sent(page, stays)).url == stays.get_absolute_url()


def test_what_the_sources_of_both_say_may_contradict_each_other_from_then_on(world, today):
    gone, stays = make.make_cooperation("Bauhof"), make.make_cooperation("Bauhöfe")
    make.make_citation(gone, "since", "2018")
    make.make_citation(stays, "since", "2019")
    workflow.merge(user=world["steward"], duplicate=gone, into=stays, day=today, reason="Dasselbe.")
    assert [(row.subject, row.field) for row in Conflict.objects.all()] == [(stays, "since")]


@pytest.mark.parametrize("role", ["reviewer", "lead_officer", "anonymous"])
def test_these_pages_are_the_stewards(world, role):
    client = Client()
    if not isinstance(world[role], AnonymousUser):
        client.force_login(world[role])
    wanted = 302 if role == "anonymous" else 403
    pages = [PEOPLE, of(world["reviewer"]), MERGE, f"/redaktion/mandate/{Mandate.objects.first().pk}/beenden/"]
    assert [client.get(page).status_code for page in pages] == [wanted] * 4
