"""The cards of the list of cooperations, written in one go: a page has 25 of them, a long one 200.

A template with the same marks asks for each of a card's twenty words by itself; that took half of the time of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.cards import Card
from coopportal.common.addresses import address
from coopportal.common.badges import badge, known_on_in
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import holding, marked, with_day
from coopportal.common.writing import written

register = template.Library()

_DOT = " · "

#: Of such a key no letter has to be written otherwise in an address.
_PLAIN = re.compile(r"[a-z0-9-]+").fullmatch


class Writer:
    """Writes cards: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context, searched: str) -> None:
        self.searched, self.with_marks = searched, not context.get("stand")
        # The slug stands where no letter of the address has to be written otherwise.
        self.before, self.after = with_day(context, address("agreements:cooperation", "-")).split("-", 1)
        self.language = get_language()
        self.german_before, self.german_after = marks_of_german()
        self.words = _words(self.language)

    def text(self, text: str) -> str:
        """The text with what was searched for marked in it."""
        return marked(text, self.searched) if self.searched else written(text)

    def facts(self, card: Card) -> str:
        words = self.words
        facts = f'<div><dt class="visually-hidden">{words.taking_part}</dt><dd>{written(card.counts)}</dd></div>'
        if card.states:
            label = words.states if len(card.states) > 1 else words.state
            facts += f"<div><dt>{label}</dt><dd>{written(', '.join(card.states))}</dd></div>"
        if card.task_fields:
            told = (
                " · ".join(map(self.text, card.task_fields)) if self.searched else written(_DOT.join(card.task_fields))
            )
            facts += f"<div><dt>{words.tasks}</dt><dd>{told}</dd></div>"
        if card.legal_forms:
            facts += f"<div><dt>{words.forms}</dt><dd>{written(', '.join(card.legal_forms))}</dd></div>"
        if names := holding(card.names, self.searched):
            facts += f"<div><dt>{words.named}</dt><dd>{', '.join(map(self.text, names))}</dd></div>"
        return facts

    def card(self, card: Card) -> str:
        before, after, words = self.german_before, self.german_after, self.words
        name = title = written(card.name)
        summary = written(card.summary)
        if self.searched:
            title, summary = marked(card.name, self.searched), marked(card.summary, self.searched)
        region = f" · {before}{written(card.region)}{after}" if card.region else ""
        slug = card.slug if _PLAIN(card.slug) else quote(card.slug)
        mark = words.unaffirmed if self.with_marks and card.is_unaffirmed else ""
        text = f'<p class="item__text">{before}{summary}{after}</p>' if summary else ""
        return (
            f'<li class="item"><p class="item__preline">{written(card.kind)}{region}</p>'
            f'<h2 class="item__title"><a href="{self.before}{slug}{self.after}">{before}{title}{after}</a></h2>'
            f'<p class="item__badges">{badge(card.status, card.status_label)} '
            f"{known_on_in(self.language, card.known)}{mark}</p>{text}"
            f'<dl class="item__facts">{self.facts(card)}</dl>'
            '<label class="item__compare"><input class="check__box" type="checkbox" '
            f'name="k" value="{written(card.slug)}">'
            f'<span>{words.compare}<span class="visually-hidden">: {before}{name}{after}</span></span></label></li>\n'
        )


class Words(NamedTuple):
    """What cards say, written into HTML."""

    taking_part: str
    state: str
    states: str
    tasks: str
    forms: str
    named: str
    compare: str
    unaffirmed: str


@lru_cache(maxsize=20)
def _words(_language: str | None) -> Words:
    words = (_("Beteiligte"), _("Land"), _("Länder"), _("Aufgaben"), _("Rechtsform"), _("beteiligt"), _("vergleichen"))
    unaffirmed = f' <span class="disputed">{written(_("seit über 18 Monaten nicht bestätigt"))}</span>'
    return Words(*[*map(written, words), unaffirmed])


@register.simple_tag(takes_context=True)
def cards(context: Context, rows: Iterable[Card], searched: str) -> SafeString:
    """The cards of a list, with the words of a search marked in them."""
    writer = Writer(context, searched)
    return mark_safe("".join(map(writer.card, rows)))  # noqa: S308 (every part is escaped above)
