"""Many at once: one effect each, everybody told the truth, no fault of ours. Real threads on real connections."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.workflow import create_token
from agreements import workflow
from agreements.choices import Answer
from agreements.models import Cooperation, Participation, PublicRemark
from agreements.workflow.remarks import PER_SENDER
from tests import builders as make
from tests.agreements.people import TODAY, World, make_officer, make_world

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ADDRESS = "/api/v1/registrations/"


@pytest.fixture
def world() -> World:
    return make_world()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Begin all calls at the same moment, each in a thread with a connection of its own; their answers in order."""
    start = Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except (workflow.Refused, PermissionError) as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def poster(user: Any) -> Callable[..., Any]:
    """A function that posts as this person; a fault would be an answer 500."""
    headers = {"Authorization": f"Token {create_token(user=user)[1]}"}

    def post(address: str, body: Any, **more: str) -> Any:
        client = Client(raise_request_exception=False)
        return client.post(address, json.dumps(body), "application/json", headers=headers | more)

    return post


def test_fifty_submits_of_one_draft_submit_it_once(world):
    row = world.draft()
    post = poster(world["lead_officer"])
    answers = at_once([lambda: post(f"{ADDRESS}{row.pk}/submit/", {})] * 50)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
    words = {answer.json()["detail"] for answer in answers if answer.status_code == 409}
    assert words == {"Der Eintrag ist schon eingereicht und liegt bei der Prüfung."}
    row.refresh_from_db()
    assert (row.record_state, row.version, row.transitions.count()) == ("submitted", 2, 1)


def test_fifty_writers_of_one_version_one_wins_and_the_others_are_told(world):
    row = world.draft()
    writers = [
        lambda number=number: workflow.save_draft(
            user=world["lead_officer"],
            cooperation=row,
            day=TODAY,
            contents=workflow.Contents(values={"name": f"Bauhof {number}"}),
            version=1,
        )
        for number in range(50)
    ]
    answers = at_once(writers)
    [winner] = [answer for answer in answers if isinstance(answer, Cooperation)]
    assert all(isinstance(answer, workflow.Overtaken) and answer.version == 2 for answer in answers if answer != winner)
    row.refresh_from_db()
    assert (row.name, row.version) == (winner.name, 2)


def test_a_draft_thrown_away_while_others_write_it_is_gone_for_them(world):
    officer, headers = world["lead_officer"], {"Authorization": f"Token {create_token(user=world['lead_officer'])[1]}"}
    for _ in range(5):
        row = world.draft()
        pages = [Client(raise_request_exception=False) for _ in range(6)]
        for page in pages:
            page.force_login(officer)

        def autosave(page: Client, address: str = f"/meine/kooperationen/{row.pk}/was/") -> Any:
            return page.post(address, {"name": "Neu", "version": "1", "aktion": "autosave"})

        def patch(address: str = f"{ADDRESS}{row.pk}/") -> Any:
            client = Client(raise_request_exception=False)
            sent = headers | {"If-Match": '"1"'}
            return client.patch(address, json.dumps({"name": "Bauhof"}), "application/json", headers=sent)

        calls = [lambda page=page: autosave(page) for page in pages[:4]] + [patch] * 2
        discards = [
            lambda page=page, row=row: page.post(f"/meine/kooperationen/{row.pk}/verwerfen/") for page in pages[4:]
        ]
        answers = at_once(calls + discards)
        assert {answer.status_code for answer in answers} <= {200, 302, 404, 409, 412}
        assert not Cooperation.objects.exists()


def test_one_request_sent_twenty_times_makes_one_record(world):
    make.make_task_field()
    post = poster(world["lead_officer"])
    body = {"municipality": world.lead.ars, "name": "Bauhof"}
    answers = at_once([lambda: post(ADDRESS, body, **{"Idempotency-Key": "einmal"})] * 20)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() <= {201, 409}
    assert statuses[201] >= 1
    assert Cooperation.objects.count() == 1
    again = post(ADDRESS, body, **{"Idempotency-Key": "einmal"})
    assert (again.status_code, again.json()["id"]) == (201, Cooperation.objects.get().pk)


def test_twenty_participants_confirm_at_once(world):
    towns = [make.make_municipality() for _ in range(20)]
    row = world.submitted()
    parts = [make.make_participation(row, town) for town in towns]
    posts = [poster(make_officer(town)) for town in towns]
    calls = [
        lambda post=post, town=town: post(
            f"{ADDRESS}{row.pk}/confirmations/", {"municipality": town.ars, "answer": "confirmed"}
        )
        for post, town in zip(posts, towns, strict=True)
    ]
    assert Counter(answer.status_code for answer in at_once(calls)) == {200: 20}
    answered = Participation.objects.filter(pk__in=[part.pk for part in parts], confirmation__answer=Answer.CONFIRMED)
    assert answered.count() == 20


def test_twenty_clicks_on_one_answer_have_one_effect(world):
    row = world.submitted()
    part = world.part_of(row, world.partner)
    post = poster(world["officer_of_participant"])
    body = {"municipality": world.partner.ars, "answer": "confirmed"}
    answers = at_once([lambda: post(f"{ADDRESS}{row.pk}/confirmations/", body)] * 20)
    assert Counter(answer.status_code for answer in answers) == {200: 20}
    assert [one.answer for one in part.confirmation.history.order_by("history_id")] == ["", "confirmed"]


def test_of_two_reviewers_one_decides_and_the_other_is_told(world):
    other = make.make_user("zweite-prüfung")
    make.make_mandate(other, "reviewer", state=make.make_state("07"))
    day = timezone.localdate()
    for _ in range(5):
        row = world.submitted()
        answers = at_once(
            [
                lambda row=row: workflow.publish(user=world["reviewer"], cooperation=row, day=day),
                lambda row=row: workflow.return_record(
                    user=other, cooperation=row, day=day, remarks={}, reason="Bitte prüfen."
                ),
            ]
        )
        [winner] = [answer for answer in answers if isinstance(answer, Cooperation)]
        [told] = [answer for answer in answers if isinstance(answer, workflow.WrongState)]
        row.refresh_from_db()
        assert row.record_state == winner.record_state == told.state
        assert row.transitions.count() == 2


def test_records_of_one_name_published_at_once_get_addresses_of_their_own(world):
    rows = [world.submitted() for _ in range(5)]
    calls = [lambda row=row: workflow.publish(user=world["reviewer"], cooperation=row, day=TODAY) for row in rows]
    found = {answer.slug for answer in at_once(calls)}
    assert len(found) == 5
    assert all(slug.startswith("gemeinsamer-bauhof") for slug in found)


def test_twenty_remarks_of_one_sender_at_once_are_as_few_as_one_after_the_other(world):
    row = world.published()
    calls = [lambda: workflow.remark(cooperation=row, text="Hinweis", day=TODAY, address="192.0.2.1")] * 20
    answers = at_once(calls)
    told = Counter(type(answer).__name__ for answer in answers)
    assert told == {"PublicRemark": PER_SENDER, "TooMany": 20 - PER_SENDER}


def test_one_sender_leaves_no_more_remarks_on_several_records_at_once(world):
    rows = [world.published(name=f"Bauhof {number}") for number in range(12)]
    calls = [
        lambda row=row: workflow.remark(cooperation=row, text="Das stimmt nicht.", day=TODAY, address="192.0.2.1")
        for row in rows
    ]
    answers = at_once(calls)
    refused = [answer for answer in answers if isinstance(answer, workflow.TooMany)]
    assert (PublicRemark.objects.count(), len(refused)) == (PER_SENDER, 12 - PER_SENDER)
