"""The admin has no door of its own, and an ended mandate closes it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from accounts.management.commands.make_editors import edited_models
from accounts.models import Mandate
from accounts.workflow import end_mandate, give_mandate, refresh_editors
from tests.accounts.conftest import PASSWORD, is_in
from tests.builders import day, make_mandate, make_user

pytestmark = pytest.mark.django_db

INDEX, PEOPLE = "/admin/", "/admin/accounts/user/"


@pytest.fixture
def editor(steward, client):
    steward.groups.add(refresh_editors(edited_models()))
    client.force_login(steward)
    return steward


def test_the_admin_leads_to_the_log_in_of_the_portal(client):
    assert client.get(INDEX, follow=True).redirect_chain[-1][0] == "/konto/anmelden/?next=%2Fadmin%2F"
    assert client.get("/admin/login/?next=/admin/accounts/").url == "/konto/anmelden/?next=%2Fadmin%2Faccounts%2F"


def test_there_is_no_log_in_by_password_alone_at_the_admin(client, steward):
    client.post("/admin/login/", {"username": steward.username, "password": PASSWORD, "next": INDEX})
    assert not is_in(client)


def test_a_steward_passes_both_steps_and_arrives(client, steward, log_in):
    log_in(client, steward)
    assert client.get(INDEX).status_code == 200
    assert client.get("/admin/login/").url == INDEX


def test_others_are_told_that_they_may_not(client, officer):
    client.force_login(officer)
    assert client.get(INDEX, follow=True).status_code == 403


def test_an_ended_mandate_closes_the_admin_though_the_account_is_still_marked(client, editor):
    assert client.get(PEOPLE).status_code == 200
    Mandate.objects.filter(user=editor).update(valid_until=day("2020-12-31"))
    assert client.get(PEOPLE, follow=True).status_code == 403


def test_passwords_are_changed_in_one_place(client, editor):
    assert client.get(reverse("admin:password_change")).url == "/konto/passwort/"


def test_tables_of_secrets_are_not_in_the_admin():
    assert {model._meta.app_label for model in admin.site._registry} & {"account", "mfa", "socialaccount"} == set()


def act(client, action: str, *people):
    data = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(PEOPLE, data, follow=True)


def test_a_steward_ends_mandates_from_today_on(client, editor, officer):
    page = act(client, "end_all_mandates", officer)
    assert "1 Mandat beendet." in page.text
    assert not officer.mandates.valid_on(timezone.localdate()).exists()


def test_a_steward_logs_a_person_out_everywhere(client, editor, officer, log_in):
    other = type(client)()
    log_in(other, officer)
    assert "1 Sitzung beendet." in act(client, "end_all_sessions", officer).text
    assert other.get("/konto/").status_code == 302


def test_a_steward_helps_who_lost_the_telephone(client, editor, reviewer, log_in):
    other = type(client)()
    log_in(other, reviewer)
    assert "Bei 1 Person zurückgesetzt." in act(client, "renew_second_factor", reviewer).text
    assert not Authenticator.objects.filter(user=reviewer).exists()
    assert other.get("/konto/").status_code == 302
    log_in(other, reviewer)
    assert other.get("/konto/").url == "/konto/zwei-faktor/einrichten/"


def test_nobody_touches_those_who_may_enter_the_admin(client, editor):
    chief = make_user("leitung", is_staff=True, is_superuser=True)
    make_mandate(chief, "steward")
    for action in ("end_all_mandates", "end_all_sessions", "renew_second_factor"):
        page = act(client, action, chief)
        assert "Wer zur Redaktion gehört oder die Verwaltung betreten darf, bleibt unverändert." in page.text
    assert Authenticator.objects.filter(user=chief).exists()
    assert chief.mandates.valid_on(timezone.localdate()).exists()


def test_a_steward_gives_no_other_steward_a_new_password(client, editor, officer):
    other = make_user("redaktion-2")
    make_mandate(other, "steward")
    new = {"password1": "ganz neu und lang 7", "password2": "ganz neu und lang 7", "usable_password": "true"}
    answers = [client.post(reverse("admin:auth_user_password_change", args=[who.pk]), new) for who in (other, officer)]
    assert [answer.status_code for answer in answers] == [403, 302]
    assert client.post(reverse("admin:accounts_user_change", args=[other.pk]), {}).status_code == 403
    assert "bleibt unverändert." in act(client, "end_all_mandates", other).text
    assert other.mandates.valid_on(timezone.localdate()).exists()


def test_nobody_is_deleted_with_a_tick(client, editor, officer):
    assert "delete_selected" not in client.get(PEOPLE).text


def test_who_gave_and_ended_a_mandate_or_locked_an_account_is_in_the_history(client, editor, officer, jena):
    today = timezone.localdate()
    mandate = give_mandate(by=editor, person=officer, day=today, role="reviewer", state=jena.state)
    end_mandate(by=editor, mandate=mandate, day=today, last_day=today)
    for verb in ("sperren", "entsperren", "zweiter-faktor"):
        client.post(f"/redaktion/personen/{officer.pk}/{verb}/")
    noted = LogEntry.objects.order_by("pk")
    assert {(row.user, row.get_edited_object()) for row in noted} == {(editor, officer)}
    assert [row.get_change_message() for row in noted] == [
        f"Mandat gegeben: {mandate}, ab {today:%d.%m.%Y}",
        f"Mandat beendet: {mandate}, ab {today:%d.%m.%Y} bis {today:%d.%m.%Y}",
        "Konto gesperrt",
        "Konto entsperrt",
        "Zweiter Faktor zurückgesetzt",
    ]
    page = client.get(reverse("admin:accounts_user_history", args=[officer.pk]))
    assert "Mandat gegeben:" in page.text
