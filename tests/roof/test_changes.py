"""Following the portal: whoever has pulled it and then follows the changes has exactly what it says."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Cooperation, Event, Participation
from agreements.workflow import merge, withdraw
from coopportal.common import feed
from coopportal.common.models import Change, Clock, Mark
from coopportal.common.triggers import install, remove
from coopportal.feed_leaving import CITED
from coopportal.feed_rules import RULES
from funding.models import Programme
from municipalities.models import Municipality, MunicipalityPeriod, Organisation, Succession
from sources.models import Citation, Conflict, SourceDocument
from sources.querysets import citable_models
from tests import builders as make
from tests.agreements.people import TODAY, make_world
from tests.api import RESOURCES, ROWS, a_cooperation, detail_url, list_url
from tests.roof.follower import KEYS, Follower, content
from tests.roof.random_life import Life

pytestmark = pytest.mark.django_db
URL = "/api/v1/changes/"
#: Of one life in the suite. A thousand take a minute; they were run by hand on both databases.
EDITS = 50


def heard(client: Client, cursor: str, **query: Any) -> list[tuple[str, str, str]]:
    answer = client.get(URL, {"cursor": cursor, "page_size": 1000} | query)
    assert answer.status_code == 200, answer.content
    return [(one["resource"], one["key"], one["change"]) for one in answer.json()["results"]]


def now(client: Client) -> str:
    return str(client.get(URL, {"cursor": "latest"}).json()["cursor"])


# --- a copy that is never out of step ---


def test_who_begins_at_the_start_hears_of_everything(client: Client) -> None:
    for name in RESOURCES:
        ROWS[name]()
    told = {(resource, key) for resource, key, change in heard(client, "0") if change == "created"}
    assert told == {(name, key) for name, records in content(client).items() for key in records}


@pytest.mark.parametrize("seed", range(2))
def test_a_follower_ends_with_what_the_portal_says_whatever_happens(client: Client, seed: int) -> None:
    life = Life(seed)
    follower = Follower().pull()
    for _ in range(EDITS):
        life.happen()
        if life.dice.random() < 0.02:
            follower.follow(page_size=life.dice.choice([1, 7, 1000]))
    assert follower.follow().records == content(client)


@pytest.mark.parametrize("seed", range(2))
def test_who_reads_the_lists_at_any_moment_is_never_left_with_what_is_gone(client: Client, seed: int) -> None:
    """Reading tells nothing: what comes, is read and goes again before anybody asks for changes is heard of as gone."""
    life = Life(seed + 10)
    follower = Follower().pull()
    for _ in range(EDITS):
        life.happen()
        if life.dice.random() < 0.5:
            follower.records = content(client)
    assert follower.follow().records == content(client)


@pytest.mark.parametrize("resource", sorted({*RESOURCES} - {"states", "task-fields"}))
def test_what_was_read_before_anything_was_told_of_it_is_told_as_gone(client: Client, resource: str) -> None:
    follower = Follower().pull()
    key = str(ROWS[resource]())
    follower.records = content(client)
    assert key in follower.records[resource]
    for model in (Citation, Conflict, Cooperation, Event, Programme, SourceDocument, Succession):
        model.objects.all().delete()
    Municipality.objects.update(parent=None)
    MunicipalityPeriod.objects.all().delete()
    Municipality.objects.all().delete()
    Organisation.objects.all().delete()
    follower.follow()
    assert (resource, key, "deleted") in follower.heard
    assert follower.records == content(client)
    assert client.get(detail_url(resource, key)).json()["deleted"] is True


def test_so_is_what_was_withdrawn_or_called_otherwise_past_every_method(client: Client) -> None:
    follower = Follower().pull()
    key = ROWS["cooperations"]()
    member = Cooperation.objects.get(slug=key).participations.order_by("pk").first()
    follower.records = content(client)
    Cooperation.objects.filter(slug=key).update(slug="neu")
    Cooperation.objects.filter(slug="neu").update(record_state="draft")
    follower.follow()
    told = [one for one in follower.heard if one[0] in {"cooperations", "participations"} and one[1] != "neu"]
    assert ("cooperations", key, "deleted") in told
    assert ("participations", str(member.pk), "deleted") in told
    assert follower.records == content(client)


# --- what goes with a record: what was there at that moment, and could be read ---


def retired(row: Cooperation) -> None:
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")


def gone(client: Client, cursor: str) -> set[tuple[str, str]]:
    return {(resource, key) for resource, key, change in heard(client, cursor) if change == "deleted"}


def cited(row: Cooperation) -> tuple[str, set[tuple[str, str]]]:
    """A participation of the record, with its step and what is said about both: the key of the first, and all."""
    member = make.make_participation(row, steps=[("member", "2021-01-01")])
    said = [make.make_citation(member, "role", "lead"), make.make_citation(member.steps.get(), "degree", "member")]
    return str(member.pk), {("participations", str(member.pk)), *(("citations", str(one.pk)) for one in said)}


def test_what_was_added_after_a_record_went_was_never_public(client: Client) -> None:
    row = make.make_cooperation(slug="weg")
    cursor = now(client)
    key, there = cited(row)
    met = make.make_event(cooperations=[row])
    retired(row)
    later, _unseen = cited(row)
    act = make.make_agreement(row)
    make.make_event(cooperations=[row])
    make.make_citation(met, "place", "Jena")
    assert gone(client, cursor) == {("cooperations", "weg"), ("events", str(met.pk)), *there}
    assert client.get(detail_url("participations", key)).json()["deleted"] is True
    assert [
        client.get(detail_url(name, key)).status_code
        for name, key in (("participations", later), ("agreements", str(act.pk)))
    ] == [404, 404]


def test_so_it_is_where_a_record_went_twice_before_anybody_asked(client: Client) -> None:
    row = make.make_cooperation(slug="weg")
    cursor = now(client)
    retired(row)
    between = make.make_agreement(row)
    Cooperation.objects.update(record_state="published")
    retired(row)
    make.make_agreement(row)
    assert gone(client, cursor) == {("cooperations", "weg"), ("agreements", str(between.pk))}


def test_what_went_with_a_record_and_was_deleted_then_is_told_as_gone(client: Client) -> None:
    row = make.make_cooperation(slug="weg")
    cursor = now(client)
    _key, there = cited(row)
    retired(row)
    row.participations.all().delete()
    assert gone(client, cursor) == {("cooperations", "weg"), *there}


def test_what_hangs_on_something_renamed_but_was_never_public_is_not_told(client: Client) -> None:
    row = make.make_cooperation(record_state="draft")
    award = make.make_award(row)
    said = make.make_citation(row, "status", "planned")
    cursor = now(client)
    Programme.objects.filter(pk=award.programme_id).update(slug="umbenannt")
    SourceDocument.objects.filter(pk=said.passage.document_id).update(slug="anders")
    assert {resource for resource, _key, _change in heard(client, cursor)} == {"programmes", "sources"}
    assert client.get(detail_url("awards", str(award.pk))).status_code == 404
    assert client.get(detail_url("citations", str(said.pk))).status_code == 404


def test_an_agreement_that_moves_to_a_draft_takes_along_what_is_said_about_it(client: Client) -> None:
    act = make.make_agreement()
    cursor = now(client)
    said = make.make_citation(act, "status", "planned")
    act.cooperation = make.make_cooperation(record_state="draft")
    act.save()
    assert gone(client, cursor) == {("agreements", str(act.pk)), ("citations", str(said.pk))}


def test_what_a_statement_of_the_database_deletes_at_once_is_told_as_gone(client: Client) -> None:
    row, draft = make.make_cooperation(), make.make_cooperation(record_state="draft")
    cursor = now(client)
    met = make.make_event(cooperations=[row, draft])
    hidden = make.make_event(cooperations=[draft])
    said, hidden_said = (make.make_citation(one, "place", "Jena") for one in (met, hidden))
    of_programme = make.make_citation(make.make_programme(), "name", "IKZ")
    about, hidden_about = (make.make_conflict(one, "status") for one in (row, draft))
    statements = [
        ("sources_citation", "id", (of_programme, hidden_said)),
        ("sources_conflict", "id", (about, hidden_about)),
        ("agreements_event_cooperations", "event_id", (met, hidden)),
        ("agreements_event", "id", (met, hidden)),
    ]
    with connection.cursor() as cursor_of_database:
        for table, column, rows in statements:
            for one in rows:
                cursor_of_database.execute(f'DELETE FROM "{table}" WHERE {column} = %s', [one.pk])
    assert gone(client, cursor) == {
        ("citations", str(said.pk)),
        ("citations", str(of_programme.pk)),
        ("conflicts", str(about.pk)),
        ("events", str(met.pk)),
    }


def test_an_event_that_moves_to_a_draft_at_once_is_told_as_gone(client: Client) -> None:
    cursor = now(client)
    met = make.make_event(cooperations=[make.make_cooperation()])
    met.cooperations.set([make.make_cooperation(record_state="draft")])
    assert ("events", str(met.pk)) in gone(client, cursor)


def test_whatever_of_a_cooperation_can_be_cited_goes_with_it() -> None:
    assert set(CITED[Cooperation]) == {model for model in citable_models() if model.has_private_rows}


# --- what is told ---


def test_publishing_is_created_withdrawing_is_deleted_merging_names_the_successor(client: Client) -> None:
    world = make_world()
    cursor = now(client)
    row = world.submitted()
    assert [one for one in heard(client, cursor) if one[0] == "cooperations"] == []
    row = world.published(name="Bauhof")
    assert ("cooperations", row.slug, "created") in heard(client, cursor)
    cursor = now(client)
    other = world.published(name="Bauhof, doppelt")
    merge(user=world["steward"], duplicate=other, into=row, day=TODAY, reason="Dasselbe.")
    assert {one for one in heard(client, cursor) if one[0] == "cooperations"} == {
        ("cooperations", row.slug, "updated"),
        ("cooperations", other.slug, "merged"),
    }
    [told] = [one for one in client.get(URL, {"cursor": cursor}).json()["results"] if one["change"] == "merged"]
    assert (told["successor"], told["url"]) == (row.slug, f"http://testserver/api/v1/cooperations/{other.slug}/")
    cursor = now(client)
    withdraw(user=world["lead_officer"], cooperation=row, day=TODAY, reason="Vorbei.")
    told = heard(client, cursor)
    assert ("cooperations", row.slug, "deleted") in told
    assert {change for resource, _key, change in told if resource == "participations"} == {"deleted"}


def test_what_belongs_to_a_cooperation_counts_as_its_change(client: Client) -> None:
    a_cooperation(slug="eins")
    row = Cooperation.objects.get()
    member = row.participations.order_by("pk").first()
    for write, also in (
        (lambda: member.steps.update(note="neu"), ("participations", str(member.pk))),
        (lambda: row.agreements.update(title="neu"), ("agreements", str(row.agreements.get().pk))),
        (lambda: row.events.update(title="neu"), ("events", str(row.events.get().pk))),
        (lambda: row.awards.update(amount=7), ("awards", str(row.awards.get().pk))),
        (lambda: row.task_fields.clear(), None),
    ):
        cursor = now(client)
        write()
        told = heard(client, cursor)
        assert ("cooperations", "eins", "updated") in told
        assert also is None or (*also, "updated") in told


def test_what_was_never_published_is_never_told(client: Client) -> None:
    cursor = now(client)
    row = make.make_cooperation(record_state="draft", slug="geheim")
    make.make_participation(row, make.make_organisation(slug="amt"))
    make.make_citation(row, "status", "planned")
    row.delete()
    assert {resource for resource, _key, _change in heard(client, cursor)} == {"organisations", "sources"}
    assert client.get(detail_url("cooperations", "geheim")).status_code == 404


def test_what_was_rolled_back_or_changes_nothing_is_not_told(client: Client) -> None:
    row = make.make_cooperation("Alt")
    cursor = now(client)
    with transaction.atomic():
        Cooperation.objects.update(name="Neu")
        transaction.set_rollback(True)
    Cooperation.objects.filter(pk=row.pk).update(name="Alt")
    assert heard(client, cursor) == []


def test_changes_come_in_the_order_in_which_they_happened(client: Client) -> None:
    rows = [make.make_organisation(slug=f"s{n}") for n in range(4)]
    cursor = now(client)
    for n in (2, 0, 3, 0):
        type(rows[n]).objects.filter(pk=rows[n].pk).update(address=f"Weg {make.number()}")
    assert [key for _resource, key, _change in heard(client, cursor)] == ["s2", "s3", "s0"]


def test_created_is_what_the_asker_has_not_seen_yet(client: Client) -> None:
    start = now(client)
    row = make.make_organisation(slug="neu")
    between = now(client)
    type(row).objects.update(address="Weg 1")
    assert heard(client, start) == [("organisations", "neu", "created")]
    assert heard(client, between) == [("organisations", "neu", "updated")]


def test_days_that_pass_are_told_without_anybody_writing(client: Client) -> None:
    today = timezone.localdate()
    tomorrow, next_week = today + dt.timedelta(days=1), today + dt.timedelta(days=7)
    member = make.make_participation(steps=[("intended", "2020-01-01"), ("member", tomorrow)])
    ends = make.make_municipality(valid_until=today)
    before = feed.settle(today).position
    feed.settle(next_week)
    told = set(Change.objects.filter(position__gt=before).values_list("resource", "key", "is_gone"))
    assert told == {
        ("participations", str(member.pk), False),
        ("cooperations", member.cooperation.slug, False),
        ("municipalities", ends.ars, True),
    }


# --- asking ---


def test_asking_page_by_page_gives_the_same_as_at_once(client: Client) -> None:
    for name in ("cooperations", "citations"):
        ROWS[name]()
    all_at_once, cursor, found, more = heard(client, "0"), "0", [], True
    while more:
        answer = client.get(URL, {"cursor": cursor, "page_size": 3}).json()
        found += [(one["resource"], one["key"], one["change"]) for one in answer["results"]]
        cursor, more = answer["cursor"], answer["more"]
    assert found == all_at_once


def test_only_some_lists_can_be_followed(client: Client) -> None:
    ROWS["cooperations"]()
    answer = client.get(URL, {"resource": "events,awards"}).json()
    assert {one["resource"] for one in answer["results"]} == {"events", "awards"}
    assert answer["next"].endswith(f"?cursor={answer['cursor']}&resource=events%2Cawards")
    assert client.get(answer["next"]).json() == answer | {"results": []}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "-1"}, "cursor"),
        ({"cursor": "999999999"}, "cursor"),
        ({"cursor": "9" * 5000}, "cursor"),
        ({"resource": "x"}, "resource"),
        ({"was": "1"}, "was"),
        ({"page_size": "0"}, "page_size"),
    ],
)
def test_a_wrong_question_is_named(client: Client, query: dict[str, str], parameter: str) -> None:
    answer = client.get(URL, query)
    assert (answer.status_code, [error["parameter"] for error in answer.json()["errors"]]) == (400, [parameter])


def test_asking_when_nothing_happened_takes_three_queries(client: Client) -> None:
    cursor = now(client)
    with CaptureQueriesContext(connection) as queries:
        assert heard(client, cursor) == []
    assert len(queries) == 3  # the version before and when told, the changes


# --- tombstones ---


@pytest.mark.parametrize("resource", ["cooperations", "participations", "agreements", "awards", "citations"])
def test_a_record_that_is_gone_says_so_at_its_address(client: Client, resource: str) -> None:
    key = str(ROWS[resource]())
    now(client)
    Cooperation.objects.update(record_state="withdrawn")
    answer = client.get(detail_url(resource, key))
    told = answer.json()
    assert (answer.status_code, str(told.pop(KEYS[resource]))) == (200, key)
    assert dt.datetime.fromisoformat(told.pop("deleted_at")).tzinfo
    assert told == {"deleted": True, "successor": None}
    assert client.get(detail_url(resource, key), {"was": "1"}).status_code == 400


def test_who_is_published_again_is_alive_again(client: Client) -> None:
    make.make_cooperation(slug="wieder")
    now(client)
    Cooperation.objects.update(record_state="withdrawn")
    cursor = now(client)
    Cooperation.objects.update(record_state="published")
    assert heard(client, cursor) == [("cooperations", "wieder", "created")]
    assert "deleted" not in client.get(detail_url("cooperations", "wieder")).json()


def test_a_body_that_ended_leaves_the_list_and_names_its_heir(client: Client) -> None:
    old, heir = make.make_municipality("Alt"), make.make_municipality("Neu")
    make.make_succession(old, heir, confirmed=True)
    cursor = now(client)
    Municipality.objects.filter(pk=old.pk).update(valid_until=dt.date(2020, 12, 31))
    [change] = [one for one in client.get(URL, {"cursor": cursor}).json()["results"] if one["key"] == old.ars]
    assert (change["change"], change["successor"]) == ("merged", heir.ars)


# --- how it is made sure ---


def test_every_table_that_an_answer_is_made_of_is_watched(client: Client) -> None:
    keys = {name: ROWS[name]() for name in RESOURCES}
    with CaptureQueriesContext(connection) as queries:
        for name in RESOURCES:
            client.get(list_url(name), {"as_of": "2026-01-01"})
            client.get(list_url(name))
            client.get(detail_url(name, keys[name]), {"include": "sources"})
    read = {table for table in connection.introspection.table_names() if any(f'"{table}"' in q["sql"] for q in queries)}
    watched = {one.table for one in RULES.watched}
    assert read - watched - {"django_content_type"} == {"common_mark", "common_clock"}  # the version itself


def test_what_can_be_hidden_is_known_to_the_rules() -> None:
    watched = {one.table for one in RULES.watched}
    assert {model._meta.db_table for model in citable_models()} - watched == set()


def test_triggers_are_where_they_belong_and_put_up_once(client: Client) -> None:
    assert install(RULES.watched) == []
    remove()
    make.make_organisation(slug="unbemerkt")
    assert not Mark.objects.filter(kind="municipalities_organisation").exclude(row_key="*").exists()
    assert "municipalities_organisation" in install(RULES.watched)
    feed.begin()
    assert Clock.objects.count() == 1


def test_all_rows_looked_at_again_tell_what_nobody_noticed(client: Client) -> None:
    field = make.make_task_field("04.01")
    cursor = now(client)
    remove()
    make.make_organisation(slug="unbemerkt")
    field.delete()
    feed.begin()
    told = heard(client, cursor)
    assert ("organisations", "unbemerkt", "created") in told
    assert ("task-fields", "04.01", "deleted") in told


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_many_write_and_read_at_once() -> None:
    rows = [make.make_cooperation(slug=f"k{n}") for n in range(8)]
    follower = Follower().pull()

    def write(number: int) -> None:
        try:
            for turn in range(12):
                with transaction.atomic():
                    row = Cooperation.objects.select_for_update().get(pk=rows[(number + turn) % 8].pk)
                    row.name = f"{number}-{turn}"
                    row.record_state = "published" if turn % 3 else "withdrawn"
                    row.save()
                    Participation.objects.create(cooperation=row, organisation=make.make_organisation(), role="partner")
        finally:
            connections.close_all()

    def read() -> Follower:
        try:
            for _ in range(10):
                follower.follow(page_size=5)
            return follower
        finally:
            connections.close_all()

    with ThreadPoolExecutor(7) as pool:
        writers = [pool.submit(write, number) for number in range(6)]
        pool.submit(read).result()
        for writer in writers:
            writer.result()
    assert follower.follow().records == content(Client())
