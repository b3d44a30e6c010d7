"""The people of a demonstration: made once, printed always, left alone when they changed their password."""

from __future__ import annotations

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command

from accounts.models import Mandate, User
from accounts.permissions import is_steward
from tests.builders import FACTOR, day, make_municipality, make_state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings, tmp_path: Path) -> Path:
    """A demonstration with an empty var/."""
    settings.VAR_DIR, settings.DEMO = tmp_path / "var", True
    return settings.VAR_DIR


@pytest.fixture
def directory() -> None:
    make_state("07")
    make_municipality("Jena", ars="160530000000", kind="independent_city")
    make_municipality("Weilerbach", ars="073355009000", level="association", kind="verbandsgemeinde")


def printed() -> dict[str, str]:
    """Username → what the table prints as password."""
    out = StringIO()
    call_command("make_demo_people", stdout=out)
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.getvalue().splitlines()[2:-1]]
    return {name: password for name, password, _factor, _task in rows}


def test_five_people_with_their_mandates(directory):
    printed()
    assert [
        (m.user.username, m.role, m.municipality and m.municipality.ars, m.state_id)
        for m in Mandate.objects.select_related("municipality", "user").order_by("user__username")
    ] == [
        ("jena", "officer", "160530000000", None),
        ("pruefung-rp", "reviewer", None, "07"),
        ("pruefung-th", "reviewer", None, "16"),
        ("redaktion", "steward", None, None),
        ("weilerbach", "officer", "073355009000", None),
    ]


def test_only_the_steward_enters_the_admin_and_nobody_is_superuser(directory):
    printed()
    assert list(User.objects.filter(is_staff=True).values_list("username", flat=True)) == ["redaktion"]
    assert not User.objects.filter(is_superuser=True).exists()
    steward = User.objects.get(username="redaktion")
    assert is_steward(steward, day("2026-01-01"))
    assert steward.has_perms(
        [
            "sources.view_sourcetext",
            "sources.change_conflict",
            "municipalities.add_municipality",
            "agreements.add_event",
        ]
    )
    assert not steward.has_perm("auth.change_group")


def test_the_printed_passwords_open_the_door(directory, client):
    assert all(client.login(username=name, password=password) for name, password in printed().items())


def test_the_passwords_are_kept_for_the_owner_of_the_installation_alone(directory, installation):
    passwords = printed()
    file = installation / "demo_people.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(password in file.read_text() for password in passwords.values())


def test_a_second_call_changes_nothing_and_prints_the_same(directory):
    first, made = printed(), list(User.objects.order_by("pk").values())
    assert printed() == first
    assert list(User.objects.order_by("pk").values()) == made
    assert Mandate.objects.count() == 5


def test_each_installation_has_passwords_of_its_own(directory, settings, tmp_path):
    first = printed()
    User.objects.all().delete()
    settings.VAR_DIR = tmp_path / "elsewhere"
    assert set(first.values()).isdisjoint(printed().values())


def test_another_database_of_the_same_installation_gets_the_same_passwords(directory):
    first = printed()
    User.objects.all().delete()
    assert printed() == first


def test_a_changed_password_stays_and_is_not_printed(directory, client):
    printed()
    officer = User.objects.get(username="jena")
    officer.set_password("ein eigenes Kennwort")
    officer.save()
    assert printed()["jena"] == "(geändert)"
    assert client.login(username="jena", password="ein eigenes Kennwort")


def test_a_password_hashed_anew_is_still_the_one_given_out(directory):
    first = printed()
    officer = User.objects.get(username="jena")
    officer.set_password(first["jena"])
    officer.save()
    assert printed() == first


def test_a_lost_notebook_does_not_reset_anybody(directory, installation):
    printed()
    (installation / "demo_people.json").unlink()
    assert set(printed().values()) == {"(geändert)"}


def test_without_the_fixtures_it_says_what_is_missing():
    with pytest.raises(CommandError, match="load_fixtures"):
        printed()
    assert not User.objects.exists()


def test_it_refuses_in_production(settings):
    settings.DEMO = settings.EMBEDDED = False
    with pytest.raises(CommandError, match="DEMO=1"):
        printed()


# --- Second factors ---


def factors(*options: str) -> dict[str, str]:
    """Username → what the table prints as second factor."""
    out = StringIO()
    call_command("make_demo_people", *options, stdout=out)
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.getvalue().splitlines()[2:-1]]
    return {name: factor for name, _password, factor, _task in rows}


def test_reviewers_and_the_steward_have_a_second_factor_that_is_printed(directory):
    given = factors()
    assert {name for name, factor in given.items() if factor == "–"} == {"jena", "weilerbach"}
    assert len(set(given.values())) == 4
    assert factors() == given


def test_the_codes_of_now_are_printed_on_demand_and_open_the_door(directory, client):
    password, code = printed()["redaktion"], factors("--codes")["redaktion"]
    assert re.fullmatch(r"\d{6}", code)
    client.post("/konto/anmelden/", {"login": "redaktion", "password": password})
    client.post("/konto/anmelden/code/", {"code": code})
    assert client.get("/admin/").status_code == 200


def test_people_of_an_older_installation_get_their_second_factor(directory):
    printed()
    Authenticator.objects.all().delete()
    assert len(factors()["redaktion"]) == 32
    assert Authenticator.objects.count() == 3


def test_a_second_factor_of_one_s_own_is_not_printed(directory):
    factors()
    steward = User.objects.get(username="redaktion")
    Authenticator.objects.filter(user=steward).delete()
    TOTP.activate(steward, FACTOR)
    assert factors()["redaktion"] == "(geändert)"


def test_after_a_change_of_the_secret_key_the_printed_one_works_again(directory, settings):
    given = factors()
    settings.SECRET_KEY = "another-secret-of-this-installation-with-more-than-fifty-signs"
    assert factors() == given
    assert decrypt(Authenticator.objects.get(user__username="redaktion").data["secret"]) == given["redaktion"]


def test_officers_of_a_demonstration_log_in_by_password_alone(directory, client):
    client.post("/konto/anmelden/", {"login": "jena", "password": printed()["jena"]})
    assert client.get("/konto/").status_code == 200
