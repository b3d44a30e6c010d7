"""Django's own tags of this name, of which ``translate`` looks up words that stand in a template once per language.

Django resolves them, finds them in its catalogs and escapes them each time a page says them: ninety calls for a word
that is always the same, and pages say fifty to five hundred. Everything else is Django's.
"""

from __future__ import annotations

from weakref import WeakSet

from django import template
from django.core.signals import setting_changed
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class WordsNode(template.Node):
    """Words that stand in the template, as Django's node writes them; ``as`` gives them a name instead."""

    child_nodelists = ()

    def __init__(self, words: TranslateNode) -> None:
        self.words, self.asvar, words.asvar = words, words.asvar, None
        #: In a language, written into HTML or into plain text.
        self.told: dict[tuple[str | None, bool], str] = {}
        _nodes.add(self)

    def render(self, context: template.Context) -> str:
        told = (get_language(), context.autoescape)
        text = self.told.get(told)
        if text is None:
            text = self.told[told] = self.words.render(context)
        if not self.asvar:
            return text
        context[self.asvar] = text
        return ""


#: All that keep something: a test may change the languages.
_nodes: WeakSet[WordsNode] = WeakSet()


def _forget(*, setting: str, **_told: object) -> None:
    if setting.startswith(("LANGUAGE", "LOCALE")):
        for node in _nodes:
            node.told.clear()


setting_changed.connect(_forget)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    """``{% translate "Wort" %}``, and all other forms of Django's tag."""
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    is_fixed = expression.var.literal is not None and not expression.filters and node.message_context is None
    return WordsNode(node) if is_fixed else node
