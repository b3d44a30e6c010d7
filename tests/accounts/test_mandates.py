"""Mandates: whom they are given for, when they hold, and what a steward is."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from accounts.models import Mandate
from accounts.permissions import is_steward
from tests.builders import day, make_mandate, make_municipality, make_state, make_user

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-22")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("officer", {}),
        ("officer", {"state": "16"}),
        ("officer", {"municipality": "Jena", "state": "16"}),
        ("reviewer", {}),
        ("reviewer", {"municipality": "Jena"}),
        ("steward", {"state": "16"}),
        ("steward", {"municipality": "Jena"}),
    ],
)
def test_a_mandate_is_given_for_what_its_role_says(role, place):
    values = {
        "municipality": make_municipality(place["municipality"]) if "municipality" in place else None,
        "state": make_state(place["state"]) if "state" in place else None,
    }
    with pytest.raises(ValidationError) as refused:
        Mandate(user=make_user(), role=role, **values).full_clean()
    assert refused.value.messages == [
        "Sachbearbeitung braucht eine Kommune, Prüfung ein Land, Redaktion keines von beiden."
    ]


def test_a_mandate_does_not_end_before_it_begins():
    mandate = Mandate(user=make_user(), role="steward", valid_from=day("2026-02-01"), valid_until=day("2026-01-31"))
    with pytest.raises(ValidationError) as refused:
        mandate.full_clean()
    assert refused.value.messages == ["Das Mandat endet vor seinem Beginn."]


@pytest.mark.parametrize(
    ("on", "holds"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-02-15", True), ("2026-02-28", True), ("2026-03-01", False)],
)
def test_a_mandate_holds_on_its_first_and_its_last_day(on, holds):
    mandate = make_mandate(make_user(), "steward", valid_from=day("2026-02-01"), valid_until=day("2026-02-28"))
    assert list(Mandate.objects.valid_on(day(on))) == ([mandate] if holds else [])
    assert is_steward(mandate.user, day(on)) is holds


def test_an_open_mandate_holds_on_every_day():
    mandate = make_mandate(make_user(), "reviewer", state=make_state("16"))
    assert list(Mandate.objects.valid_on(day("1990-10-03"))) == [mandate]


def test_only_a_steward_is_a_steward():
    officer, reviewer = make_user(), make_user()
    make_mandate(officer, "officer", municipality=make_municipality())
    make_mandate(reviewer, "reviewer", state=make_state("16"))
    assert not any(is_steward(user, TODAY) for user in (AnonymousUser(), make_user(), officer, reviewer))
    assert is_steward(make_user(is_superuser=True), TODAY)


def test_a_locked_account_has_no_rights():
    steward = make_user(is_active=False)
    make_mandate(steward, "steward")
    assert not is_steward(steward, TODAY)


def test_how_a_mandate_is_called():
    officer = make_mandate(make_user(), "officer", municipality=make_municipality("Jena"))
    reviewer = make_mandate(make_user(), "reviewer", state=make_state("16"))
    assert [str(officer), str(reviewer), str(make_mandate(make_user(), "steward"))] == [
        "Sachbearbeitung einer Kommune: Jena",
        "Prüfung für ein Land: Thüringen",
        "Redaktion",
    ]
