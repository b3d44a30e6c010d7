"""Agreements, events, awards and task fields as the API tells them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api import column, detail, told
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_task_field,
)

pytestmark = pytest.mark.django_db


def test_an_agreement(client: Client) -> None:
    row = make_cooperation(slug="leitstelle")
    parties = [
        make_participation(row, make_organisation(slug="netzwerk")),
        make_participation(row, make_municipality(ars="160530000000"), role="signatory"),
    ]
    act = make_agreement(
        row,
        title="Zweckvereinbarung",
        summary="Wer was tut.",
        parties=parties,
        status="planned",
        attested_on=day("2019-02-23"),
        ends_on=day("2030-12-31"),
        ends_precision="day",
        term_months=60,
    )
    assert detail(client, "agreements", act.pk) == {
        "id": act.pk,
        "cooperation": "leitstelle",
        "title": "Zweckvereinbarung",
        "summary": "Wer was tut.",
        "legal_form": "purpose_agreement",
        "status": "planned",
        "parties": [
            {"municipality": "160530000000", "organisation": None, "role": "signatory"},
            {"municipality": None, "organisation": "netzwerk", "role": "partner"},
        ],
        "attested_on": "2019-02-23",
        "signed_on": None,
        "signed_precision": "unknown",
        "signed_wording": "",
        "effective_on": None,
        "effective_precision": "unknown",
        "effective_wording": "",
        "ends_on": "2030-12-31",
        "ends_precision": "day",
        "ends_wording": "",
        "term_months": 60,
        "renewal_months": None,
        "notice_months": None,
        "current_term_ends_on": None,
        "notice_by": None,
        "updated_at": told(act),
    }


def test_an_event(client: Client) -> None:
    row = make_cooperation(slug="leitstelle")
    act = make_agreement(row)
    event = make_event(
        kind="visit",
        title="Besuch",
        summary="Drei Tage.",
        place="Jena",
        on=day("2019-09-02"),
        until=day("2019-09-03"),
        on_wording="Anfang September",
        cooperations=[row],
        municipalities=[make_municipality(ars="160550000000"), make_municipality(ars="160530000000")],
        organisations=[make_organisation(slug="landesamt")],
        programmes=[make_programme(slug="ikz")],
        agreements=[act],
    )
    assert detail(client, "events", event.pk) == {
        "id": event.pk,
        "kind": "visit",
        "title": "Besuch",
        "summary": "Drei Tage.",
        "place": "Jena",
        "date": "2019-09-02",
        "date_precision": "day",
        "date_wording": "Anfang September",
        "until": "2019-09-03",
        "cooperations": ["leitstelle"],
        "municipalities": ["160530000000", "160550000000"],
        "organisations": ["landesamt"],
        "programmes": ["ikz"],
        "agreements": [act.pk],
        "updated_at": told(event),
    }


@pytest.mark.parametrize(("amount", "shown"), [(None, None), ("1234567.5", "1234567.50")])
def test_an_award(client: Client, amount: str | None, shown: str | None) -> None:
    award = make_award(
        make_cooperation(slug="leitstelle"), make_programme(slug="ikz"), amount=amount, on=day("2019-02-23")
    )
    assert detail(client, "awards", award.pk) == {
        "id": award.pk,
        "programme": "ikz",
        "cooperation": "leitstelle",
        "amount": shown,
        "currency": "EUR",
        "rung": "granted",
        "date": "2019-02-23",
        "date_precision": "unknown",
        "date_wording": "",
        "is_inferred": False,
        "updated_at": told(award),
    }


def test_a_task_field(client: Client) -> None:
    make_task_field("04.01", "Rettungsleitstelle", name_en="dispatch centre")
    assert detail(client, "task-fields", "04.01") == {
        "code": "04.01",
        "parent": "04",
        "name_de": "Rettungsleitstelle",
        "name_en": "dispatch centre",
    }


@pytest.mark.parametrize(
    ("resource", "make"),
    [
        ("agreements", lambda on: make_agreement(attested_on=on)),
        ("events", lambda on: make_event(on=on)),
        ("awards", lambda on: make_award(on=on, on_precision="day")),
    ],
)
def test_what_came_later_is_not_listed_on_a_day(client: Client, resource: str, make: Any) -> None:
    early, late, undated = make(day("2019-01-01")), make(day("2020-01-01")), make(None)
    assert sorted(column(client, resource, "id", as_of="2019-06-01")) == sorted([early.pk, undated.pk])
    assert sorted(column(client, resource, "id")) == sorted([early.pk, late.pk, undated.pk])
