"""The filters of a list are kept, but never longer than what they tell is true, and never for another question."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from agreements.models import Cooperation
from coopportal.common import remembered
from tests import builders as make

pytestmark = pytest.mark.django_db

LIST = "/kooperationen/"


def form(client: Client, **question: str) -> str:
    text = client.get(LIST, question).content.decode()
    return text[text.index('id="filter"') : text.index('id="ergebnis"')]


def number_of(name: str, text: str) -> str:
    found = re.search(rf'data-of="{name}">([\d.]+)<', text)
    return found[1] if found else ""


def test_its_numbers_are_those_of_the_present_data(client: Client) -> None:
    row = make.make_cooperation(status="active")
    assert [number_of("status:active", form(client)) for _ in range(2)] == ["1", "1"]
    make.make_cooperation(status="active")
    assert number_of("status:active", form(client)) == "2"
    Cooperation.objects.filter(pk=row.pk).update(record_state="draft")
    assert number_of("status:active", form(client)) == "1"


def test_what_is_kept_is_what_would_be_written_anew(client: Client, loaded: None) -> None:
    """In whatever order questions come, in both languages."""
    questions = [{}, {"land": "16"}, {"land": "99"}, {"stand": "2020-01-01"}, {"q": "<b>"}, {"status": "x"}]
    written = {}
    for language in ("de", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for place, question in enumerate(questions):
            remembered.forget()
            written[language, place] = form(client, **question)
    for language, place in reversed(written):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert form(client, **questions[place]) == written[language, place]
    assert len(set(written.values())) == len(written)


def test_the_second_page_has_the_filters_of_the_first(client: Client) -> None:
    make.make_cooperation()
    assert form(client, seite="2") == form(client)
