"""Doubts in the admin: seen by stewards, decided by two actions."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from coopportal.common.search import GAP
from municipalities.admin import DoubtAdmin, SuccessionAdmin
from municipalities.models import Doubt, Succession
from tests.builders import day, make_cooperation, make_municipality, make_participation, make_succession, make_user
from tests.municipalities.directory_world import body, first, read_in, second
from tests.municipalities.test_directory_doubts import jumped

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> DoubtAdmin:
    return DoubtAdmin(Doubt, admin.site)


@pytest.fixture
def request_of_steward() -> HttpRequest:
    steward = make_user("redaktion", is_staff=True)
    steward.user_permissions.add(Permission.objects.get(codename="change_doubt"))
    return asked(User.objects.get(pk=steward.pk))


def asked(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/admin/municipalities/doubt/")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def messages_of(request: HttpRequest) -> list[str]:
    return [str(one) for one in request._messages]  # type: ignore[attr-defined]


def test_a_steward_believes_the_directory(page: DoubtAdmin, request_of_steward: HttpRequest) -> None:
    read_in(first())
    read_in(jumped())
    assert page.has_view_permission(request_of_steward)
    page.accept(request_of_steward, Doubt.objects.all())
    assert messages_of(request_of_steward) == ["Entschieden: 1 Zweifel."]
    assert body("16074044").population == 200
    assert Doubt.objects.get().decided_by == "redaktion"


def test_a_steward_leaves_it_as_it_was(page: DoubtAdmin, request_of_steward: HttpRequest) -> None:
    read_in(first())
    read_in(jumped())
    page.reject(request_of_steward, Doubt.objects.all())
    assert body("16074044").population == 6800
    assert not Doubt.objects.open().exists()


def test_what_is_applied_is_not_decided_again(page: DoubtAdmin, request_of_steward: HttpRequest) -> None:
    read_in(first())
    read_in(jumped())
    page.accept(request_of_steward, Doubt.objects.all())
    page.reject(request_of_steward, Doubt.objects.all())
    assert messages_of(request_of_steward)[-1] == "Diese Zeile ist schon übernommen."


def test_the_admin_confirms_only_successions_whose_day_is_known(request_of_steward: HttpRequest) -> None:
    read_in(first())
    read_in(second())
    dated = make_succession(make_municipality(valid_until=day("2018-12-31")), make_municipality())
    SuccessionAdmin(Succession, admin.site).confirm(request_of_steward, Succession.objects.all())
    assert list(Succession.objects.filter(confirmed=True)) == [dated]
    left = Succession.objects.filter(confirmed=False).count()
    assert [text.split(": ")[1].split()[0].strip(".") for text in messages_of(request_of_steward)] == ["1", str(left)]


def test_others_neither_see_nor_decide(page: DoubtAdmin) -> None:
    request = asked(make_user("niemand"))
    assert not page.has_view_permission(request)
    assert not page.has_decide_permission(request)
    assert "accept" not in page.get_actions(request)


def test_cooperations_are_found_by_a_name_that_was_accepted(page: DoubtAdmin, request_of_steward: HttpRequest) -> None:
    read_in(first())
    bauhof = make_cooperation("Bauhof")
    make_participation(bauhof, body("16074044"))
    read_in(jumped().replace(b"Kahla, Stadt, Porzellanstadt", b"Neukahla, Stadt             "))
    page.accept(request_of_steward, Doubt.objects.all())
    bauhof.refresh_from_db()
    assert bauhof.search_text == f"bauhof{GAP}neukahla land 16"
