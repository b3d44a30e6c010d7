"""Cooperations and what belongs to them, as the API tells them: shapes, days, counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agreements.models import Participation
from tests.api import column, detail, results, told
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_citation,
    make_confirmation,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_state,
    make_status_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def weimar() -> Participation:
    """Existing partner and intended on 2019-02-23, directed elsewhere on 2019-04-24."""
    body = make_municipality("Weimar", ars="160550000000", kind="independent_city")
    cooperation = make_cooperation("Leitstellenverbund Ostthüringen", slug="leitstellenverbund")
    steps = [("intended", "2019-02-23"), ("existing", "2019-02-23"), ("directed_elsewhere", "2019-04-24")]
    return make_participation(cooperation, body, steps=steps)


# --- cooperations ---


def test_a_cooperation(client: Client) -> None:
    row = make_cooperation(
        "Leitstelle",
        slug="leitstelle",
        short_name="LV",
        summary="Gemeinsam.",
        kind="service_network",
        status="planned",
        legal_form="informal",
        region="Ostthüringen",
        task_fields=["05.02", "04.01"],
        started_on=day("2019-01-01"),
        started_precision="year",
        started_wording="2019",
    )
    jena = make_municipality("Jena", ars="160530000000")
    office = make_organisation("Landesamt", slug="landesamt", state=make_state("07"))
    member = make_participation(row, jena, role="lead", steps=[("existing", "2019-02-23")])
    make_participation(row, office, role="supervisor", steps=[("mentioned", "2019-02-23")])
    act = make_agreement(row, legal_form="purpose_agreement", parties=[member])
    event, award = make_event(cooperations=[row]), make_award(row)
    assert detail(client, "cooperations", "leitstelle") == {
        "slug": "leitstelle",
        "name": "Leitstelle",
        "short_name": "LV",
        "summary": "Gemeinsam.",
        "kind": "service_network",
        "status": "planned",
        "region": "Ostthüringen",
        "legal_forms": ["informal", "purpose_agreement"],
        "task_fields": ["04.01", "05.02"],
        "states": ["07", "16"],
        "participant_count": 1,
        "mentioned_count": 1,
        "participations": [
            {
                "municipality": "160530000000",
                "organisation": None,
                "role": "lead",
                "degree": "existing",
                "confirmation": None,
            },
            {
                "municipality": None,
                "organisation": "landesamt",
                "role": "supervisor",
                "degree": "mentioned",
                "confirmation": None,
            },
        ],
        "agreements": [act.pk],
        "events": [event.pk],
        "awards": [award.pk],
        "started_on": "2019-01-01",
        "started_precision": "year",
        "started_wording": "2019",
        "ended_on": None,
        "ended_precision": "unknown",
        "ended_wording": "",
        "record_state": "published",
        "confirmed": False,
        "updated_at": told(row),
    }


@pytest.mark.parametrize(
    ("degree", "counts"),
    [
        *(("existing", (1, 0)), ("party", (1, 0)), ("member", (1, 0)), ("mentioned", (0, 1)), ("wished", (0, 1))),
        *(("invited", (0, 1)), ("intended", (0, 1)), ("beneficiary", (0, 1)), ("left", (0, 1))),
        ("directed_elsewhere", (0, 1)),
    ],
)
def test_who_counts_as_participant(client: Client, degree: str, counts: tuple[int, int]) -> None:
    make_participation(steps=[(degree, "2019-02-23")])
    [row] = results(client, "cooperations")
    assert (row["participant_count"], row["mentioned_count"]) == counts


@pytest.mark.parametrize(
    ("answers", "confirmed"),
    [
        ([], False),
        ([True], True),
        ([True, None], False),
        ([True, False], False),
        ([True, True], True),
    ],
)
def test_a_cooperation_is_confirmed_when_every_municipality_has_said_so(
    client: Client, answers: list[bool | None], confirmed: bool
) -> None:
    row = make_cooperation()
    for answer in answers:
        make_participation(row, confirmed=answer)
    make_participation(row, make_organisation())
    make_participation(row, steps=[("left", "2019-01-01")])
    make_participation(row, steps=[("directed_elsewhere", "2019-01-01")])
    assert column(client, "cooperations", "confirmed") == [confirmed]


def test_the_status_is_that_of_the_day(client: Client) -> None:
    row = make_cooperation(status="unknown")
    make_status_step(row, "planned", "2019-02-23")
    make_status_step(row, "active", "2020-01-01")
    shown = {as_of: column(client, "cooperations", "status", as_of=as_of) for as_of in ("2019-03-01", "2020-01-01")}
    assert shown == {"2019-03-01": ["planned"], "2020-01-01": ["active"]}
    assert column(client, "cooperations", "status") == ["active"]
    assert column(client, "cooperations", "status", as_of="2018-01-01") == ["unknown"]
    assert column(client, "cooperations", "slug", status="planned", as_of="2019-03-01") == [row.slug]
    assert column(client, "cooperations", "slug", status="planned") == []
    assert column(client, "cooperations", "slug", status="active") == [row.slug]


def test_without_steps_the_status_is_the_one_of_the_record(client: Client) -> None:
    make_cooperation(status="active")
    assert column(client, "cooperations", "status") == ["active"]
    assert column(client, "cooperations", "status", as_of="2019-03-01") == ["unknown"]


def test_as_of_shows_what_was_there_on_the_day(client: Client, weimar: Participation) -> None:
    row = weimar.cooperation
    make_participation(row, make_municipality(ars="160530000000"), steps=[("member", "2020-01-01")])
    act = make_agreement(row, attested_on=day("2019-04-24"), legal_form="purpose_agreement")
    event = make_event(cooperations=[row], on=day("2019-04-24"))
    award = make_award(row, on=day("2019-04-24"), on_precision="day")

    def on(as_of: str) -> Any:
        [found] = results(client, "cooperations", as_of=as_of)
        degrees = [(member["municipality"], member["degree"]) for member in found["participations"]]
        return degrees, found["agreements"], found["events"], found["awards"], found["legal_forms"]

    assert on("2019-03-01") == ([("160550000000", "existing")], [], [], [], [])
    later = ([("160550000000", "directed_elsewhere")], [act.pk], [event.pk], [award.pk], ["purpose_agreement"])
    assert on("2019-05-01") == later
    assert column(client, "cooperations", "slug", as_of="2019-01-01") == []


def test_a_cooperation_is_not_listed_after_its_last_day(client: Client) -> None:
    row = make_cooperation(ended_on=day("2020-12-31"))
    assert column(client, "cooperations", "slug", as_of="2020-12-31") == [row.slug]
    assert column(client, "cooperations", "slug", as_of="2021-01-01") == []
    assert column(client, "cooperations", "slug") == [row.slug]


def test_the_sources_of_a_cooperation(client: Client) -> None:
    row = make_cooperation(slug="leitstelle")
    of_row = make_citation(row, "region", "Ostthüringen")
    of_step = make_citation(make_status_step(row, "planned", "2019-02-23"), "status", "planned")
    make_citation(make_participation(row), "role", "partner")
    found = detail(client, "cooperations", "leitstelle", include="sources")["_sources"]
    assert {field: [citation["id"] for citation in said] for field, said in found.items()} == {
        "region": [of_row.pk],
        "status": [of_step.pk],
    }
    assert "_sources" not in detail(client, "cooperations", "leitstelle")


def test_as_of_a_day_the_sources_are_those_of_that_time(client: Client) -> None:
    row = make_cooperation(slug="leitstelle")
    early, late, undated = (
        make_citation(row, "region", stated_on=day(on)).pk for on in ("2019-02-23", "2019-04-24", None)
    )
    found = {
        as_of: {said["id"] for said in detail(client, "cooperations", "leitstelle", **query)["_sources"]["region"]}
        for as_of, query in (
            ("2019-03-01", {"include": "sources", "as_of": "2019-03-01"}),
            ("2019-04-24", {"include": "sources", "as_of": "2019-04-24"}),
            (None, {"include": "sources"}),
        )
    }
    assert found == {"2019-03-01": {early, undated}, "2019-04-24": {early, late, undated}, None: {early, late, undated}}


# --- participations ---


def test_a_participation(client: Client) -> None:
    member = make_participation(
        make_cooperation(slug="leitstelle"),
        make_municipality(ars="160530000000"),
        role="lead",
        note="mit Vorbehalt",
        steps=[
            {"degree": "invited", "attested_on": "2019-02-23", "note": "laut Zeitung"},
            {"degree": "member", "on": "2019-04-01", "on_precision": "month", "on_wording": "im April"},
        ],
    )
    assert detail(client, "participations", member.pk) == {
        "id": member.pk,
        "cooperation": "leitstelle",
        "municipality": "160530000000",
        "organisation": None,
        "role": "lead",
        "degree": "member",
        "since": "2019-02-23",
        "until": None,
        "steps": [
            {
                "degree": "invited",
                "on": None,
                "on_precision": "unknown",
                "on_wording": "",
                "attested_on": "2019-02-23",
                "note": "laut Zeitung",
            },
            {
                "degree": "member",
                "on": "2019-04-01",
                "on_precision": "month",
                "on_wording": "im April",
                "attested_on": None,
                "note": "",
            },
        ],
        "note": "mit Vorbehalt",
        "confirmation": None,
        "updated_at": told(member),
    }


@pytest.mark.parametrize(("answer", "told_as"), [("confirmed", "confirmed"), ("refused", "denied"), ("", "open")])
def test_a_participation_tells_what_its_body_says(client: Client, answer: str, told_as: str) -> None:
    member = make_participation()
    make_confirmation(member, answer=answer, answered_on=day("2025-01-01") if answer else None)
    cooperation = detail(client, "cooperations", member.cooperation.slug)
    told = [detail(client, "participations", member.pk), *cooperation["participations"]]
    assert [one["confirmation"] for one in told] == [told_as, told_as]


def test_weimar_on_the_days(client: Client, weimar: Participation) -> None:
    def on(as_of: str) -> list[Any]:
        found = results(client, "participations", cooperation="leitstellenverbund", as_of=as_of)
        return [(row["degree"], [step["degree"] for step in row["steps"]], row["since"]) for row in found]

    assert on("2019-02-22") == []
    assert on("2019-02-23") == [("existing", ["intended", "existing"], "2019-02-23")]
    assert on("2019-03-01") == [("existing", ["intended", "existing"], "2019-02-23")]
    assert on("2019-04-23") == [("existing", ["intended", "existing"], "2019-02-23")]
    after = [("directed_elsewhere", ["intended", "existing", "directed_elsewhere"], "2019-02-23")]
    assert on("2019-04-24") == on("2019-05-01") == on("2026-01-01") == after
    assert detail(client, "participations", weimar.pk, as_of="2019-03-01")["degree"] == "existing"


def test_degrees_are_filtered_by_the_day(client: Client, weimar: Participation) -> None:
    assert column(client, "participations", "id", degree="existing", as_of="2019-03-01") == [weimar.pk]
    assert column(client, "participations", "id", degree="existing") == []
    assert column(client, "participations", "id", degree="existing,directed_elsewhere") == [weimar.pk]


def test_the_last_day_is_the_one_before_it_left(client: Client) -> None:
    left = make_participation(steps=[("member", "2018-01-01"), ("left", "2019-01-01")])
    again = make_participation(steps=[("left", "2019-01-01"), ("member", "2020-01-01")])
    unknown = make_participation(steps=[("left", None)])
    first = make_participation(steps=[("left", dt.date.min)])
    found = {row["id"]: (row["degree"], row["until"]) for row in results(client, "participations")}
    assert found == {
        left.pk: ("left", "2018-12-31"),
        again.pk: ("member", None),
        unknown.pk: ("left", None),
        first.pk: ("left", None),
    }
    assert detail(client, "participations", left.pk, as_of="2018-12-31")["until"] is None


def test_it_is_listed_from_since_on(client: Client) -> None:
    """As the docstring of the serializer says: on every day from ``since`` on, where it is unknown on every day."""
    for steps in (
        [("member", "2019-02-23")],
        [("member", None)],
        [],
        [{"degree": "member", "on": "2018-01-01", "on_precision": "year", "attested_on": "2019-02-23"}],
        [{"degree": "member", "on": "2018-01-01", "on_precision": "vague", "attested_on": "2019-02-23"}],
        [("member", "2020-01-01"), ("invited", "2019-02-23")],
        [("member", "2020-01-01"), ("mentioned", None)],
    ):
        make_participation(steps=steps)
    since = {row["id"]: row["since"] for row in results(client, "participations")}
    assert [since[pk] for pk in sorted(since)] == [
        "2019-02-23",
        None,
        None,
        "2018-01-01",
        "2019-02-23",
        "2019-02-23",
        None,
    ]
    for as_of in ("2017-12-31", "2018-01-01", "2019-02-22", "2019-02-23", "2020-01-01"):
        listed = column(client, "participations", "id", as_of=as_of)
        assert sorted(listed) == sorted(pk for pk, first in since.items() if first is None or first <= as_of)


def test_a_degree_that_comes_later_is_none_yet(client: Client) -> None:
    coming = make_participation(steps=[("member", "2090-01-01")])
    assert detail(client, "participations", coming.pk)["degree"] is None
    assert detail(client, "participations", coming.pk, as_of="2091-01-01")["degree"] == "member"


def test_the_sources_of_a_participation(client: Client) -> None:
    row = make_participation()
    of_row, of_step = make_citation(row, "role", "partner"), make_citation(row.steps.get(), "degree", "member")
    found = detail(client, "participations", row.pk, include="sources")["_sources"]
    assert {field: [citation["id"] for citation in said] for field, said in found.items()} == {
        "role": [of_row.pk],
        "steps": [of_step.pk],
    }
