"""The admin works under the same strict policy as the pages: no inline script or style of Django's is needed."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.builders import make_user


@pytest.fixture
def steward(page, client, live_server):
    """The page, logged in as somebody who may do everything."""
    user = make_user("steward", is_staff=True, is_superuser=True)
    client.force_login(user)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


def test_lists_and_forms_of_the_admin_are_without_faults(steward, live_server, rf):
    request = rf.get("/")
    request.user = get_user_model().objects.get(username="steward")
    names = ["accounts_user_changelist"] + [
        f"{model._meta.label_lower.replace('.', '_')}_add"
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_add_permission(request)
    ]
    for name in names:
        assert steward.goto(live_server.url + reverse(f"admin:{name}")).status == 200, name
