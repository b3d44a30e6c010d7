"""The news really leave through SMTP, and a server that refuses one recipient still takes the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests import builders as make
from tests.accounts.test_smtp import Postbox, parts, postbox, unused_tcp_port
from tests.watching.conftest import SUNDAY, make_search
from watching import workflow

__all__ = ["postbox", "unused_tcp_port"]
pytestmark = pytest.mark.django_db


async def no_anna(self: Any, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
    if address.startswith("anna@"):
        return "550 no such user"
    envelope.rcpt_tos.append(address)
    return "250 OK"


def test_news_arrive_in_both_forms_and_can_be_ended_by_the_mail_program(anna, postbox):
    make_search(anna)
    row = make.make_cooperation("Bauhof für alle")
    assert workflow.send_alerts(SUNDAY).sent == 1
    ((recipients, message),) = postbox.received
    assert (recipients, message["Subject"]) == (["anna@amt.example"], "Meine Suche: 1 neu")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/merken/beenden/")
    for text in parts(message):
        assert ("Bauhof für alle" in text, row.get_absolute_url() in text) == (True, True)


def test_a_recipient_that_the_server_refuses_stops_nobody(anna, postbox, monkeypatch):
    monkeypatch.setattr(Postbox, "handle_RCPT", no_anna, raising=False)
    make_search(anna)
    make_search(make.make_user("bert", email="bert@amt.example"))
    make.make_cooperation()
    tally = workflow.send_alerts(SUNDAY)
    assert (tally.sent, tally.failed, [to for to, _message in postbox.received]) == (1, 1, [["bert@amt.example"]])
