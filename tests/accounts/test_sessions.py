"""Where people are logged in: listed, ended by hand, ended by a new password, ended by time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.browsers import describe
from accounts.models import LoginSession
from accounts.workflow.sessions import LONGEST, NOTED_EVERY
from tests.accounts.conftest import PASSWORD, is_in
from tests.builders import make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGE = "/konto/sitzungen/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox · Linux"),
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent, said):
    assert describe(user_agent) == said


def test_logging_in_gives_the_session_a_new_key(client, officer, log_in):
    client.get("/konto/anmelden/")
    session = client.session
    session["before"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    log_in(client, officer)
    assert client.session.session_key != before


def test_the_list_tells_browser_and_time_and_which_is_this_one(officer, log_in):
    here, there = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": EDGE})
    log_in(there, officer)
    log_in(here, officer)
    page = here.get(PAGE)
    assert [(row.browser, is_here) for row, is_here in page.context["sessions"]] == [
        ("Firefox · Linux", True),
        ("Edge · Windows", False),
    ]
    assert "Firefox · Linux (diese Sitzung)" in " ".join(page.text.split())


def test_no_address_of_the_network_is_kept(client, officer, log_in):
    log_in(client, officer)
    assert "127.0.0.1" not in str(list(LoginSession.objects.values()))


def test_one_session_is_ended_from_another(officer, log_in):
    here, there = Client(), Client()
    log_in(there, officer)
    log_in(here, officer)
    row = LoginSession.objects.get(session_key=there.session.session_key)
    page = here.post(f"{PAGE}{row.pk}/beenden/", follow=True)
    assert "Die Sitzung ist beendet." in markup(page).text("main")
    assert there.get("/konto/").status_code == 302
    assert here.get("/konto/").status_code == 200


def test_the_own_session_is_ended_too(client, officer, log_in):
    log_in(client, officer)
    row = LoginSession.objects.get()
    assert client.post(f"{PAGE}{row.pk}/beenden/").url == "/konto/anmelden/"
    assert not is_in(client)
    assert not LoginSession.objects.exists()


def test_all_others_are_ended_at_once(officer, log_in):
    here, others = Client(), [Client(), Client()]
    for client in (*others, here):
        log_in(client, officer)
    here.post(f"{PAGE}andere-beenden/")
    assert [client.get("/konto/").status_code for client in (here, *others)] == [200, 302, 302]


def test_nobody_ends_the_sessions_of_others(client, officer, steward, log_in):
    log_in(client, officer)
    row, other = LoginSession.objects.get(), Client()
    other.force_login(steward)
    assert other.post(f"{PAGE}{row.pk}/beenden/").status_code == 404
    assert client.get("/konto/").status_code == 200


def test_a_session_is_ended_by_post_only(client, officer, log_in):
    log_in(client, officer)
    row = LoginSession.objects.get()
    assert [client.get(f"{PAGE}{row.pk}/beenden/").status_code, client.get(f"{PAGE}andere-beenden/").status_code] == [
        405,
        405,
    ]


def test_logging_out_takes_the_row_along(client, officer, log_in):
    log_in(client, officer)
    client.post("/konto/abmelden/")
    assert not LoginSession.objects.exists()


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(officer, log_in):
    here, there = Client(), Client()
    log_in(there, officer)
    log_in(here, officer)
    new = {"oldpassword": PASSWORD, "password1": "vier lose Worte hier", "password2": "vier lose Worte hier"}
    assert here.post("/konto/passwort/", new).status_code == 302
    assert [client.get("/konto/").status_code for client in (here, there)] == [200, 302]
    assert [row.session_key for row in LoginSession.objects.all()] == [here.session.session_key]


def test_a_session_ends_after_a_week_however_much_it_is_used(client, officer, log_in):
    log_in(client, officer)
    session = client.session
    session["begun_at"] = (timezone.now() - LONGEST - dt.timedelta(minutes=1)).isoformat()
    session.save()
    assert client.get("/konto/").status_code == 302
    assert not is_in(client)


def test_activity_is_noted_every_five_minutes_only(client, officer, log_in, django_assert_num_queries):
    log_in(client, officer)
    earlier = timezone.now() - NOTED_EVERY - dt.timedelta(seconds=1)
    LoginSession.objects.update(last_seen_at=earlier)
    client.get("/konto/")
    assert LoginSession.objects.get().last_seen_at == earlier
    session = client.session
    session["noted_at"] = earlier.isoformat()
    session.save()
    client.get("/konto/")
    assert LoginSession.objects.get().last_seen_at > earlier


def test_expired_sessions_are_not_listed_and_go_at_the_next_log_in(client, officer, log_in):
    old = timezone.now() - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 1)
    LoginSession.objects.create(user=officer, session_key="old", created_at=old, last_seen_at=old)
    log_in(client, officer)
    assert [is_here for _row, is_here in client.get(PAGE).context["sessions"]] == [True]
    assert LoginSession.objects.count() == 1


def test_a_locked_account_is_out_at_once(client, officer, log_in):
    log_in(client, officer)
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/konto/").status_code == 302


def test_the_cookie_of_the_session_is_out_of_reach_of_scripts_and_of_other_sites(client, officer, log_in):
    answer = log_in(client, officer)
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    cookie = answer.cookies[settings.PERSON_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert client.get("/konto/passwort/").cookies.get("csrftoken", {"httponly": True})["httponly"]


def test_people_without_a_session_cost_no_question(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/impressum/")
    assert make_user()
