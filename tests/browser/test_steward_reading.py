"""What a steward sees more of on the pages of sources and contradictions, in a real browser."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.models import Permission

from tests.browser.conftest import expect, looks
from tests.browser.test_rooms import build
from tests.builders import make_mandate, make_user


def test_a_steward_reads_the_marked_text(page, live_server, client, axe):
    build()
    steward = make_user("redaktion", is_staff=True)
    steward.user_permissions.set(Permission.objects.filter(codename__in=["view_sourcetext", "change_conflict"]))
    make_mandate(steward, "steward")
    client.force_login(steward)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/quellen/treffen/")
    expect(page.locator("mark").nth(3)).to_be_visible()
    for look in looks(page):
        axe(page, look)
    page.goto(f"{live_server.url}/widersprueche/")
    axe(page)
    page.get_by_role("link", name="einordnen").first.click()
    expect(page).to_have_title(re.compile("Redaktion des Kooperationsportals"))
