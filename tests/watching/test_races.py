"""Two timers at once: everybody is told once. Real threads on real connections."""

from __future__ import annotations

import pytest
from django.core import mail

from tests import builders as make
from tests.agreements.test_races import at_once
from tests.watching.conftest import SATURDAY, SUNDAY, make_asked, make_search
from watching import workflow
from watching.models import Delivery, SavedSearch
from watching.workflow.saving import PER_ADDRESS

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_each_search_is_sent_by_one_of_them():
    for number in range(5):
        make_search(make.make_user(f"amt{number}", email=f"amt{number}@example.org"))
    make.make_cooperation()
    tallies = at_once([lambda: workflow.send_alerts(SUNDAY)] * 4)
    assert sum(tally.sent for tally in tallies) == 5
    assert sorted(told.to[0] for told in mail.outbox) == [f"amt{number}@example.org" for number in range(5)]


def test_each_change_is_one_delivery():
    anna = make.make_user("anna", email="anna@amt.example")
    search = make_search(anna)
    workflow.set_up_webhook(user=anna, search=search, url="https://amt.example/", day=SATURDAY)
    make.make_cooperation()
    at_once([lambda: workflow.tell_webhooks(SUNDAY, workflow.Post())] * 4)
    assert Delivery.objects.count() == 1


def test_an_address_is_not_asked_more_often_by_asking_at_once():
    at_once([lambda: make_asked()] * 8)
    assert (SavedSearch.objects.count(), len(mail.outbox)) == (PER_ADDRESS, PER_ADDRESS)
