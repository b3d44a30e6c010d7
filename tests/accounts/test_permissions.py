"""Rights follow from mandates, on the day asked for and not a day longer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Mandate, User
from accounts.permissions import (
    invites_for,
    is_officer_for,
    is_reviewer_for,
    is_steward,
    lacks_second_factor,
    mandates_of,
    needs_second_factor,
)
from accounts.workflow import end_mandates
from tests.builders import day, make_mandate, make_municipality, make_state, make_user

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-22")
NOBODIES = ["stranger", "anonymous", "locked", "former", "future"]


def nobody(kind: str, role: str, **place) -> User | AnonymousUser:
    """Somebody who has not this right today."""
    if kind == "anonymous":
        return AnonymousUser()
    user = make_user(is_active=kind != "locked")
    if kind == "locked":
        make_mandate(user, role, **place)
    elif kind == "former":
        make_mandate(user, role, valid_until=day("2026-11-21"), **place)
    elif kind == "future":
        make_mandate(user, role, valid_from=day("2026-11-23"), **place)
    return user


@pytest.mark.parametrize("kind", NOBODIES)
def test_who_has_no_mandate_today_has_no_right(kind):
    town, state = make_municipality(), make_state("16")
    assert not is_officer_for(nobody(kind, "officer", municipality=town), town, TODAY)
    assert not is_reviewer_for(nobody(kind, "reviewer", state=state), state, TODAY)
    assert not is_steward(nobody(kind, "steward"), TODAY)
    assert list(mandates_of(nobody(kind, "steward"), TODAY)) == []


def test_an_officer_acts_for_the_own_municipality_only(officer, jena):
    other = make_municipality()
    assert (is_officer_for(officer, jena, TODAY), is_officer_for(officer, other, TODAY)) == (True, False)
    assert not is_reviewer_for(officer, jena.state, TODAY)
    assert not is_steward(officer, TODAY)


def test_a_reviewer_decides_for_the_own_land_only(reviewer, jena):
    assert is_reviewer_for(reviewer, make_state("16"), TODAY)
    assert is_reviewer_for(reviewer, "16", TODAY)
    assert not is_reviewer_for(reviewer, "07", TODAY)
    assert not is_officer_for(reviewer, jena, TODAY)


def test_one_person_may_have_several_mandates(officer, jena):
    other = make_municipality("Apolda")
    make_mandate(officer, "officer", municipality=other)
    make_mandate(officer, "reviewer", state=make_state("07"))
    assert mandates_of(officer, TODAY).count() == 3
    assert [str(body) for body in invites_for(officer, TODAY)] == ["Apolda", "Jena"]
    assert is_reviewer_for(officer, "07", TODAY)


def test_from_the_day_of_the_end_on_there_is_no_right(officer, jena):
    day_after = TODAY + dt.timedelta(days=1)
    assert end_mandates(officer, TODAY) == 1
    assert is_officer_for(officer, jena, TODAY - dt.timedelta(days=1))
    assert not is_officer_for(officer, jena, TODAY)
    assert not is_officer_for(officer, jena, day_after)


def test_a_mandate_that_never_held_a_day_is_taken_away(jena):
    user = make_user()
    make_mandate(user, "officer", municipality=jena, valid_from=TODAY)
    assert end_mandates(user, TODAY) == 1
    assert not Mandate.objects.filter(user=user).exists()


def test_what_ended_before_stays_as_it_was(jena):
    mandate = make_mandate(make_user(), "officer", municipality=jena, valid_until=day("2020-12-31"))
    assert end_mandates(mandate.user, TODAY) == 0
    mandate.refresh_from_db()
    assert mandate.valid_until == day("2020-12-31")


@pytest.mark.parametrize(
    ("role", "needs"), [("officer", False), ("reviewer", True), ("steward", True), ("staff", True), ("superuser", True)]
)
def test_who_decides_about_others_needs_two_factors(role, needs, jena):
    user = make_user(is_staff=role == "staff", is_superuser=role == "superuser", second_factor=False)
    place = {"officer": {"municipality": jena}, "reviewer": {"state": jena.state}}.get(role, {})
    if role in {"officer", "reviewer", "steward"}:
        make_mandate(user, role, second_factor=False, **place)
    assert (needs_second_factor(user, TODAY), lacks_second_factor(user, TODAY)) == (needs, needs)


def test_the_question_for_the_second_factor_is_one_query(reviewer, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not lacks_second_factor(reviewer, timezone.localdate())


def test_an_address_belongs_to_one_person(db):
    make_user(email="anna@amt.example")
    make_user(email="")
    make_user(email="")
    with pytest.raises(ValidationError, match="gehört schon zu einem anderen Konto"):
        User(username="zwei", email="Anna@Amt.example", password="x").full_clean()
    with pytest.raises(IntegrityError):
        make_user(email="ANNA@amt.example")


def test_a_sign_that_only_looks_like_i_finds_nobody(db):
    anna = make_user(email="kim@amt.example")
    assert list(User.objects.with_email("Kim@AMT.example")) == [anna]
    assert not User.objects.with_email("kım@amt.example").exists()
    assert not User.objects.with_email("\u212aim@amt.example").exists()
    assert not User.objects.with_email("").exists()
