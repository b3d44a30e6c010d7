"""Registering through the API: one effect for one key, versions, rights, the same words as the pages."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.workflow import create_token, revoke_token, tokens_of
from agreements import workflow
from agreements.models import Cooperation, IdempotencyKey
from agreements.serializers.naming import known_of
from agreements.serializers.registrations import RegistrationInput
from tests import builders as make
from tests.agreements.people import ROLES, TODAY, World, make_world

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/registrations/"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    make.make_task_field()
    return make_world()


class Program:
    """Somebody's program, with a token (or without, for a stranger)."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        token = create_token(user=user)[1] if user.is_authenticated else ""
        self.headers = {"Authorization": f"Token {token}"} if token else {}

    def ask(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            address,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=given,
        )

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", address, {} if body is None else body, **headers)


def full(world: World, **values: Any) -> dict[str, Any]:
    return {
        "municipality": world.lead.ars,
        "name": "Gemeinsamer Bauhof",
        "summary": "Die Bauhöfe arbeiten zusammen.",
        "status": "active",
        "legal_form": "purpose_agreement",
        "task_fields": ["04.01"],
        "participants": [
            {"municipality": world.lead.ars, "role": "lead"},
            {"municipality": world.partner.ars, "on": "2026-01-01"},
        ],
        "agreements": [{"title": "Zweckvereinbarung", "signed_on": "2025-12-01", "notice_months": 6}],
    } | values


def errors_of(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in answer.json()["errors"]:
        found.setdefault(error["field"], []).append(error["message"])
    return found


@pytest.fixture
def officer(world: World) -> Program:
    return Program(world["lead_officer"])


def test_a_registration_is_made_once_for_a_key(world, officer):
    body = full(world, submit=True)
    first = officer.post(ADDRESS, body, Idempotency_Key="a-1")
    again = officer.post(ADDRESS, dict(reversed(body.items())), Idempotency_Key="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first["ETag"] == again["ETag"]
    assert first["Location"] == f"{ADDRESS}{first.json()['id']}/"
    row = Cooperation.objects.get()
    assert (row.record_state, row.agreements.get().notice_months) == ("submitted", 6)
    told = first.json()
    assert (told["record_state"], told["slug"], told["municipality"]) == ("submitted", None, world.lead.ars)
    assert [(one["municipality"], one["answer"]) for one in told["participants"]] == [
        (world.lead.ars, "confirmed"),
        (world.partner.ars, ""),
    ]
    assert [piece["field"] for piece in told["missing"]] == ["started_on", "basis", "participants"]


def test_a_key_is_needed_is_of_one_request_and_of_one_person(world, officer):
    missing = officer.post(ADDRESS, full(world))
    assert (missing.status_code, missing["Content-Type"]) == (400, "application/problem+json")
    assert [*errors_of(missing)] == ["Idempotency-Key"]
    assert officer.post(ADDRESS, full(world), Idempotency_Key="a-1").status_code == 201
    other = officer.post(ADDRESS, full(world, name="Anderes"), Idempotency_Key="a-1")
    assert (other.status_code, other.json()["title"]) == (422, "Schlüssel schon verwendet")
    somebody = Program(world["officer_elsewhere"])
    body = full(world, municipality=world.elsewhere.ars)
    assert somebody.post(ADDRESS, body, Idempotency_Key="a-1").status_code == 201
    assert Cooperation.objects.count() == 2


def test_a_request_still_at_work_is_told_and_a_lost_one_is_taken_up(world, officer):
    assert officer.post(ADDRESS, full(world), Idempotency_Key="a-1").status_code == 201
    key = IdempotencyKey.objects.get()
    Cooperation.objects.all().delete()
    IdempotencyKey.objects.update(status=None, body=None, claimed_at=timezone.now())
    running = officer.post(ADDRESS, full(world), Idempotency_Key="a-1")
    assert (running.status_code, running.json()["detail"]) == (409, "Diese Anfrage wird gerade bearbeitet.")
    IdempotencyKey.objects.update(claimed_at=timezone.now() - dt.timedelta(seconds=61))
    assert officer.post(ADDRESS, full(world), Idempotency_Key="a-1").status_code == 201
    key.refresh_from_db()
    assert key.status == 201


def test_what_is_refused_leaves_the_key_free(world, officer):
    wrong = officer.post(ADDRESS, full(world, summary="", submit=True), Idempotency_Key="a-1")
    assert errors_of(wrong) == {"summary": ["Beschreiben Sie in ein bis drei Sätzen, worum es geht."]}
    assert not Cooperation.objects.exists()
    assert officer.post(ADDRESS, full(world, submit=True), Idempotency_Key="a-1").status_code == 201


def test_everything_that_is_wrong_with_the_form_is_said_with_its_place(world, officer):
    body = full(
        world,
        legal_form="verein",
        farbe="rot",
        participants=[{"municipality": "07335500"}, {"municipality": "99"}, {}, {"organisation": "niemand"}],
    )
    assert [*errors_of(officer.post(ADDRESS, body, Idempotency_Key="a"))] == ["farbe"]
    del body["farbe"]
    wrong = errors_of(officer.post(ADDRESS, body, Idempotency_Key="a"))
    assert wrong.keys() == {
        "legal_form",
        "participants.0.municipality",
        "participants.1.municipality",
        "participants.2.municipality",
        "participants.3.organisation",
    }
    assert wrong["participants.2.municipality"] == [
        "Nennen Sie entweder eine Kommune (ARS) oder eine Stelle (Kurzname)."
    ]
    double = full(world, participants=[{"municipality": world.lead.ars}] * 2, name="")
    assert errors_of(officer.post(ADDRESS, double, Idempotency_Key="a")) == {
        "name": ["Dieses Feld darf nicht leer sein."],
        "participants.1.body": ["Weilerbach steht schon in der Liste."],
    }


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 60_000 + "1" + "}" * 60_000, '{"a":' * 25 + "1" + "}" * 25], ids=["[", "{", "25"]
)
def test_a_body_without_end_is_a_wrong_body(officer, body):
    headers = officer.headers | {"Idempotency-Key": "a"}
    answer = officer.client.generic("POST", ADDRESS, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_key_with_characters_that_no_database_knows_is_a_wrong_key(world, officer, sign):
    body = full(world, task_fields=[sign], participants=[{"organisation": sign}], awards=[{"programme": sign}])
    answer = officer.post(ADDRESS, body, Idempotency_Key="a")
    assert answer.status_code == 400
    assert errors_of(answer).keys() == {"task_fields", "participants.0.organisation", "awards.0.programme"}


@pytest.mark.parametrize("acts", [1, 3])
def test_what_a_body_names_is_found_in_one_query_for_each_model(world, django_assert_num_queries, acts):
    programme, office = make.make_programme(), make.make_organisation()
    parties = [{"municipality": world.lead.ars}, {"municipality": world.partner.ars}, {"organisation": office.slug}]
    body = full(
        world,
        agreements=[{"title": "Vertrag", "parties": parties}] * acts,
        awards=[{"programme": programme.slug}] * acts,
    )
    with django_assert_num_queries(4):
        asked = RegistrationInput(data=body, context={"known": known_of(body, TODAY)})
        asked.is_valid(raise_exception=True)
        found = asked.contents()
    assert found.agreements is not None
    assert [part.parties for part in found.agreements] == [[world.lead, world.partner, office]] * acts


def test_a_party_stands_in_an_agreement_once_and_a_body_names_so_many_keys(world, officer):
    one = {"municipality": world.lead.ars}
    twice = full(world, agreements=[{"title": "Vertrag", "parties": [one, one]}])
    assert errors_of(officer.post(ADDRESS, twice, Idempotency_Key="a")) == {
        "agreements.0.parties": ["Weilerbach steht schon in der Liste."]
    }
    many = full(world, task_fields=["04.01"] * 5000)
    assert errors_of(officer.post(ADDRESS, many, Idempotency_Key="a")) == {
        "": ["Eine Anfrage darf höchstens 5000 Schlüssel nennen."]
    }


def test_a_change_carries_the_version_it_was_made_from(world, officer):
    made = officer.post(ADDRESS, full(world), Idempotency_Key="a")
    address = made["Location"]
    assert officer.ask("PATCH", address, {"name": "Neu"}).status_code == 428
    changed = officer.ask("PATCH", address, {"name": "Neu"}, If_Match=made["ETag"])
    assert (changed.status_code, changed.json()["name"], changed["ETag"]) == (200, "Neu", '"2"')
    late = officer.ask("PATCH", address, {"name": "Neuer"}, If_Match=made["ETag"])
    assert (late.status_code, late["ETag"]) == (412, '"2"')
    assert late.json()["detail"] == ("Jemand war schneller: Der Eintrag wurde inzwischen geändert (jetzt Fassung 2).")
    assert officer.ask("PATCH", address, {"name": "x"}, If_Match="*").status_code == 412
    act = changed.json()["agreements"][0]["id"]
    body = {"agreements": [{"id": act, "title": "Umbenannt", "parties": [{"municipality": world.lead.ars}]}]}
    again = officer.ask("PATCH", address, body, If_Match='"2"')
    assert [(one["id"], one["title"]) for one in again.json()["agreements"]] == [(act, "Umbenannt")]
    assert officer.ask("PATCH", address, {"agreements": [{"id": 10**15}]}, If_Match='"3"').status_code == 400


def test_the_way_of_a_record_through_the_api(world, officer, django_capture_on_commit_callbacks):
    address = officer.post(ADDRESS, full(world), Idempotency_Key="a")["Location"]
    partner = Program(world["officer_of_participant"])
    assert partner.ask("GET", address).status_code == 404
    assert officer.post(f"{address}submit/").json()["record_state"] == "submitted"
    twice = officer.post(f"{address}submit/")
    assert (twice.status_code, twice.json()["detail"]) == (
        409,
        "Der Eintrag ist schon eingereicht und liegt bei der Prüfung.",
    )
    silent = partner.post(f"{address}confirmations/", {"municipality": world.partner.ars, "answer": "refused"})
    assert errors_of(silent) == {"reason": ["Ein Widerspruch braucht einen Grund."]}
    yes = {"municipality": world.partner.ars, "answer": "confirmed"}
    assert partner.post(f"{address}confirmations/", yes, If_Match='"1"').status_code == 412
    answered = partner.post(f"{address}confirmations/", yes, If_Match='"2"')
    assert [one["answer"] for one in answered.json()["participants"]] == ["confirmed", "confirmed"]
    nobody = partner.post(f"{address}confirmations/", {"municipality": world.elsewhere.ars, "answer": "confirmed"})
    assert [*errors_of(nobody)] == ["municipality"]
    row = Cooperation.objects.get()
    workflow.publish(user=world["reviewer"], cooperation=row, day=timezone.localdate())
    wish = {
        "municipality": world.partner.ars,
        "reason": "Umbenannt",
        "source": "Ratsbeschluss",
        "fields": {"name": "Bauhof der fünf"},
        "leaving": [{"municipality": world.partner.ars, "last_day": "2026-12-31"}],
    }
    proposed = partner.post(f"{address}proposals/", wish)
    assert proposed.status_code == 201
    assert [(item["kind"], item["old"], item["new"]) for item in proposed.json()["items"]] == [
        ("field", "Gemeinsamer Bauhof", "Bauhof der fünf"),
        ("leave", None, {"last_day": "2026-12-31", "note": ""}),
    ]
    silent = wish | {"agreements": [{"title": "Vertrag", "id": 1, "parties": []}]}
    assert errors_of(partner.post(f"{address}proposals/", silent)).keys() == {"agreements.0.parties"}
    unknown = wish | {"agreements": [{"title": "Vertrag", "id": 10**15}]}
    assert errors_of(partner.post(f"{address}proposals/", unknown)) == {
        "agreements.0.id": ["Diese Zeile gehört nicht zu diesem Eintrag."]
    }
    assert officer.ask("PATCH", address, {"name": "x"}, If_Match='"9"').status_code == 409
    gone = officer.post(f"{address}withdraw/", {"reason": "Doch nicht."})
    assert gone.json()["record_state"] == "withdrawn"
    assert [(one["from"], one["to"]) for one in gone.json()["transitions"]] == [
        ("draft", "submitted"),
        ("submitted", "published"),
        ("published", "withdrawn"),
    ]


def test_the_list_is_of_ones_own(world, officer):
    officer.post(ADDRESS, full(world), Idempotency_Key="a")
    assert [one["name"] for one in officer.ask("GET", ADDRESS).json()["results"]] == ["Gemeinsamer Bauhof"]
    assert Program(world["officer_of_participant"]).ask("GET", ADDRESS).json()["count"] == 0
    assert officer.ask("GET", f"{ADDRESS}?was=1").status_code == 400
    assert officer.ask("GET", f"{ADDRESS}999999999999999999/").status_code == 404


#: Address → answers for ROLES, first of a draft, then of a submitted record. 401 needs a log-in, 404 does not exist.
MATRIX: dict[str, tuple[list[int], list[int]]] = {
    "POST": ([401, 403, 403, 201, 403, 403, 403], [401, 403, 403, 201, 403, 403, 403]),
    "GET one": ([401, 404, 404, 200, 404, 404, 404], [401, 404, 200, 200, 404, 200, 200]),
    "GET list": ([401, 200, 200, 200, 200, 200, 200], [401, 200, 200, 200, 200, 200, 200]),
    "PATCH": ([401, 404, 404, 200, 404, 404, 404], [401, 404, 403, 409, 404, 403, 403]),
    "submit": ([401, 404, 404, 200, 404, 404, 404], [401, 404, 403, 409, 404, 403, 403]),
    "withdraw": ([401, 404, 404, 409, 404, 404, 404], [401, 404, 403, 200, 404, 200, 200]),
    "confirmations": ([401, 404, 404, 403, 404, 404, 404], [401, 404, 200, 403, 404, 403, 403]),
    "proposals": ([401, 404, 404, 403, 404, 404, 404], [401, 404, 409, 403, 404, 403, 403]),
}


def call(world: World, program: Program, what: str, row: Cooperation) -> int:
    address = f"{ADDRESS}{row.pk}/"
    key = f"k{make.number()}"
    partner = world.partner.ars
    wish = {"municipality": partner, "reason": "x", "source": "x", "fields": {"name": "Neu"}}
    calls = {
        "POST": lambda: program.post(ADDRESS, full(world), Idempotency_Key=key),
        "GET one": lambda: program.ask("GET", address),
        "GET list": lambda: program.ask("GET", ADDRESS),
        "PATCH": lambda: program.ask("PATCH", address, {"name": "Neu"}, If_Match=f'"{row.version}"'),
        "submit": lambda: program.post(f"{address}submit/"),
        "withdraw": lambda: program.post(f"{address}withdraw/", {"reason": "x"}),
        "confirmations": lambda: program.post(
            f"{address}confirmations/", {"municipality": partner, "answer": "confirmed"}
        ),
        "proposals": lambda: program.post(f"{address}proposals/", wish),
    }
    return calls[what]().status_code


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_every_address_against_everybody(world, state):
    programs = {role: Program(world[role]) for role in ROLES}
    found = {what: [call(world, programs[role], what, getattr(world, state)()) for role in ROLES] for what in MATRIX}
    assert found == {what: cells[state == "submitted"] for what, cells in MATRIX.items()}


# --- tokens ---


def test_a_token_is_shown_once_stored_hashed_and_revoked(world, officer):
    row, text = create_token(user=world["lead_officer"])
    assert text not in str(vars(row))
    assert row.expiry - row.created <= dt.timedelta(days=365, seconds=5)
    assert not revoke_token(user=world["officer_elsewhere"], digest=row.digest)
    assert Client(headers={"Authorization": f"Token {text}"}).get(ADDRESS).status_code == 200
    assert revoke_token(user=world["lead_officer"], digest=row.digest)
    refused = Client(headers={"Authorization": f"Token {text}"}).get(ADDRESS)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Token")
    assert tokens_of(world["lead_officer"]).count() == 1
    for _ in range(9):
        create_token(user=world["lead_officer"])
    with pytest.raises(ValidationError, match="schon 10 Zugangsschlüssel"):
        create_token(user=world["lead_officer"])


def test_a_token_is_no_way_around_the_second_factor(world):
    user = make.make_user()
    make.make_mandate(user, "reviewer", state=make.make_state("07"), second_factor=False)
    assert Program(user).ask("GET", ADDRESS).status_code == 403


def test_a_session_needs_the_token_of_the_form(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world["lead_officer"])
    answer = client.post(ADDRESS, full(world), "application/json", headers={"Idempotency-Key": "a"})
    assert answer.status_code == 403
    client = Client()
    client.force_login(world["lead_officer"])
    answer = client.post(ADDRESS, full(world), "application/json", headers={"Idempotency-Key": "a"})
    assert answer.status_code == 201


# --- merged ---


def test_the_old_address_leads_to_the_record_that_stays(client):
    stays = make.make_cooperation(slug="bleibt")
    gone = make.make_cooperation(slug="geht")
    client.get("/api/v1/changes/")
    Cooperation.objects.filter(pk=gone.pk).update(record_state="merged", merged_into=stays)
    page = client.get("/kooperationen/geht/?stand=2020-01-01")
    assert (page.status_code, page["Location"]) == (301, "/kooperationen/bleibt/?stand=2020-01-01")
    record = client.get("/api/v1/cooperations/geht/?as_of=2020-01-01").json()
    assert {name: record[name] for name in ("slug", "deleted", "successor")} == {
        "slug": "geht",
        "deleted": True,
        "successor": "bleibt",
    }
    stays.record_state = "withdrawn"
    stays.save()
    assert client.get("/kooperationen/geht/").status_code == 404
