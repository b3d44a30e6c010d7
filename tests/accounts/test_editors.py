"""The group of those who keep the register, on an installation without demonstration."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.permissions import is_steward
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def run(*names: str) -> str:
    out = StringIO()
    call_command("make_editors", *names, stdout=out)
    return out.getvalue()


def test_the_group_is_made_and_kept_true():
    run()
    group = Group.objects.get(name="Redaktion")
    apps = {row.content_type.app_label for row in group.permissions.select_related("content_type")}
    assert apps == {"accounts", "agreements", "funding", "municipalities", "sources", "watching"}
    count = group.permissions.count()
    group.permissions.clear()
    assert run() == f"Gruppe „Redaktion“: {count} Rechte.\n"
    assert Group.objects.count() == 1


def test_who_is_named_keeps_the_register_from_today_on(client):
    person = make_user("meier", last_name="Meier", second_factor=True)
    assert run("meier").endswith("Meier gehört zur Redaktion.\n")
    run("meier")
    person.refresh_from_db()
    assert is_steward(person, timezone.localdate())
    assert person.mandates.count() == 1
    client.force_login(person)
    assert [client.get(page).status_code for page in ("/admin/", "/redaktion/personen/")] == [200, 200]


def test_nobody_is_made_up():
    with pytest.raises(CommandError, match="gibt es nicht"):
        run("niemand")
