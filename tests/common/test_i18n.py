"""Words that stand in a template are looked up once for each language; all else is Django's tag."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.templatetags.i18n import TranslateNode
from django.utils import translation

from coopportal.common.templatetags.i18n import WordsNode


@pytest.fixture(autouse=True)
def speaks_german() -> Iterator[None]:
    with translation.override("de"):
        yield


def shown(text: str, **context: object) -> list[str]:
    """In German, English, and German again."""
    template, found = Template("{% load i18n %}" + text), []
    for language in ("de", "en", "de"):
        with translation.override(language):
            found.append(template.render(Context(context)))
    return found


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("{% translate 'Kommunen' %}", "Kommunen", "Municipalities"),
        ("{% trans 'Kommunen' %}", "Kommunen", "Municipalities"),
        ("{% translate 'Kommunen' as words %}[{{ words }}]", "[Kommunen]", "[Municipalities]"),
        ("{% translate 'Kommunen' noop %}", "Kommunen", "Kommunen"),
        ("{% translate 'Kommunen'|upper %}", "KOMMUNEN", "MUNICIPALITIES"),
        ("{% translate word %}", "Kommunen", "Municipalities"),
        ("{% translate '<b> & 100%' %}", "<b> & 100%", "<b> & 100%"),
        ("{% autoescape off %}{% translate '<b>' %}{% endautoescape %}{% translate '<b>' %}", "<b><b>", "<b><b>"),
        ("{% translate hostile %}", "&lt;b&gt;", "&lt;b&gt;"),
    ],
)
def test_says_what_djangos_tag_says(text: str, german: str, english: str) -> None:
    assert shown(text, word="Kommunen", hostile="<b>") == [german, english, german]


def test_words_of_the_template_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(TranslateNode, "render", lambda _node, _context: asked.append(1) or "x")
    assert shown("{% translate 'Kommunen' %}") == ["x", "x", "x"]
    assert len(asked) == 2


def test_what_is_said_later_is_not_kept() -> None:
    nodes = Template("{% load i18n %}{% translate 'a' %}{% translate a %}{% translate 'a'|upper %}").nodelist
    assert [type(node) for node in nodes[1:]] == [WordsNode, TranslateNode, TranslateNode]
