"""The cards of the list of cooperations, written in one go: a page has 25 of them, a long one 200.

A template with the same marks asks for each of a card's twenty words by itself; that took half of the time of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.cards import Card
from coopportal.common.badges import badge, known_on
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import holding, marked, with_day

register = template.Library()

_FACT = "<div><dt>%s</dt><dd>%s</dd></div>"


class Writer:
    """Writes cards: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context, searched: str) -> None:
        self.searched, self.with_marks = searched, not context.get("stand")
        # The slug stands where no letter of the address has to be written otherwise.
        self.before, self.after = with_day(context, reverse("agreements:cooperation", args=["-"])).split("-", 1)
        self.taking_part, self.states = escape(_("Beteiligte")), escape(_("Länder"))
        self.tasks, self.forms, self.named = escape(_("Aufgaben")), escape(_("Rechtsform")), escape(_("beteiligt"))
        self.german_marks = marks_of_german()
        self.compare = escape(_("vergleichen"))
        self.unaffirmed = f' <span class="disputed">{escape(_("seit über 18 Monaten nicht bestätigt"))}</span>'

    def text(self, text: str) -> str:
        """The text with what was searched for marked in it."""
        return marked(text, self.searched) if self.searched else escape(text)

    def german(self, written: str) -> str:
        """A text of the register, already written, said to be German where the page is English."""
        return f"{self.german_marks[0]}{written}{self.german_marks[1]}"

    def facts(self, card: Card) -> str:
        facts = [f'<div><dt class="visually-hidden">{self.taking_part}</dt><dd>{escape(card.counts)}</dd></div>']
        if card.states:
            facts.append(_FACT % (self.states, escape(", ".join(card.states))))
        if card.task_fields:
            facts.append(_FACT % (self.tasks, " · ".join(map(self.text, card.task_fields))))
        if card.legal_forms:
            facts.append(_FACT % (self.forms, escape(", ".join(card.legal_forms))))
        if names := holding(card.names, self.searched):
            facts.append(_FACT % (self.named, ", ".join(map(self.text, names))))
        return "".join(facts)

    def card(self, card: Card) -> str:
        name = self.german(escape(card.name))
        region = f" · {self.german(escape(card.region))}" if card.region else ""
        address = f"{self.before}{quote(card.slug)}{self.after}"
        mark = self.unaffirmed if self.with_marks and card.is_unaffirmed else ""
        summary = f'<p class="item__text">{self.german(self.text(card.summary))}</p>' if card.summary else ""
        return (
            f'<li class="item"><p class="item__preline">{escape(card.kind)}{region}</p>'
            f'<h2 class="item__title"><a href="{address}">{self.german(self.text(card.name))}</a></h2>'
            f'<p class="item__badges">{badge(card.status, card.status_label)} {known_on(card.known)}{mark}</p>{summary}'
            f'<dl class="item__facts">{self.facts(card)}</dl>'
            '<label class="item__compare"><input class="check__box" type="checkbox" '
            f'name="k" value="{escape(card.slug)}">'
            f'<span>{self.compare}<span class="visually-hidden">: {name}</span></span></label></li>\n'
        )


@register.simple_tag(takes_context=True)
def cards(context: Context, rows: Iterable[Card], searched: str) -> SafeString:
    """The cards of a list, with the words of a search marked in them."""
    writer = Writer(context, searched)
    return mark_safe("".join(map(writer.card, rows)))  # noqa: S308 (every part is escaped above)
