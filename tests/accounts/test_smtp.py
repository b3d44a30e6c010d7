"""Mails really leave through SMTP: a server program on 127.0.0.1 receives them."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import environ
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.accounts.conftest import address_in
from tests.builders import make_user

pytestmark = pytest.mark.django_db


class Postbox(Sink):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def postbox(settings: Any, unused_tcp_port: int) -> Iterator[Postbox]:
    """A mail server, and a portal whose EMAIL_URL names it."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    for name, value in environ.Env.email_url_config(f"smtp://127.0.0.1:{unused_tcp_port}").items():
        setattr(settings, name, value)
    yield box
    controller.stop()


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and its HTML twin."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_an_invitation_arrives_and_its_link_works(client, officer, postbox):
    client.force_login(officer)
    client.post("/konto/einladungen/", {"email": "müller@jena.example"})
    client.post("/konto/einladungen/", {"email": "neu@jena.example"})
    ((recipients, message),) = postbox.received
    assert recipients == ["neu@jena.example"]
    assert message["Subject"] == "Einladung ins Kooperationsportal"
    assert message.get_content_type() == "multipart/alternative"
    text, html = parts(message)
    assert "Guten Tag," in text
    assert "Mit freundlichen Grüßen" in html
    assert address_in(text) in html
    assert client.get(address_in(text)).status_code == 200


def test_the_link_for_a_new_password_arrives_and_works(client, postbox):
    make_user("anna", email="anna@amt.example")
    client.post("/konto/passwort/vergessen/", {"email": "anna@amt.example"})
    ((recipients, message),) = postbox.received
    assert (recipients, message["Subject"]) == (["anna@amt.example"], "Neues Passwort für das Kooperationsportal")
    text, html = parts(message)
    assert address_in(text) in html
    assert client.get(address_in(text), follow=True).context["form"].fields.keys() == {"password1", "password2"}


def test_a_mail_server_that_is_away_stops_nobody(client, settings, unused_tcp_port):
    make_user("anna", email="anna@amt.example")
    for name, value in environ.Env.email_url_config(f"smtp://127.0.0.1:{unused_tcp_port}").items():
        setattr(settings, name, value)
    answer = client.post("/konto/passwort/vergessen/", {"email": "anna@amt.example"})
    assert answer.status_code == 302
