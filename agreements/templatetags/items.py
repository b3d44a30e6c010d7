"""The items of the list of agreements, written in one go: a page has 25 of them, a long one 200.

The marks are those of ``agreements/_parts/agreement_item.html``; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.items import Item
from coopportal.common.badges import badge
from coopportal.common.dates import format_day
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import marked, uncertain, with_day

register = template.Library()

_FACT = "<div><dt>%s</dt><dd>%s</dd></div>"


class Writer:
    """Writes items: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context, searched: str) -> None:
        self.searched = searched
        # A key stands where no letter of an address has to be written otherwise.
        self.agreement = with_day(context, reverse("agreements:agreement", args=[0])).split("0", 1)
        self.cooperation = with_day(context, reverse("agreements:cooperation", args=["-"])).split("-", 1)
        self.german_marks = marks_of_german()
        self.no_form, self.attested = escape(_("Rechtsform nicht genannt")), escape(_("belegt"))
        self.of, self.parties = escape(_("Kooperation")), escape(_("Parteien"))
        self.nobody, refuses = escape(_("nicht genannt")), escape(_("widerspricht"))
        self.refuses = f' <span class="disputed">{refuses}</span>'
        self.days = [escape(word) for word in (_("Unterzeichnet"), _("Wirksam ab"), _("Letzter Tag"))]

    def text(self, text: str) -> str:
        """The text with what was searched for marked in it."""
        return marked(text, self.searched) if self.searched else escape(text)

    def german(self, text: str) -> str:
        """A text of the register, said to be German where the page is English."""
        return f"{self.german_marks[0]}{self.text(text)}{self.german_marks[1]}" if text else ""

    def facts(self, item: Item) -> str:
        before, after = self.cooperation
        named = [f"{self.text(name)}{self.refuses if refuses else ''}" for name, refuses in item.parties]
        facts = [
            _FACT % (self.of, f'<a href="{before}{item.slug}{after}">{self.german(item.cooperation)}</a>'),
            _FACT % (self.parties, ", ".join(named) or self.nobody),
        ]
        days = zip(self.days, (item.signed, item.effective, item.ends), strict=True)
        return "".join([*facts, *(_FACT % (word, uncertain(day)) for word, day in days if day)])

    def item(self, item: Item) -> str:
        before, after = self.agreement
        known = ""
        if item.attested_on:
            known = f' <span class="known-on">{self.attested} {format_day(item.attested_on)}</span>'
        summary = f'<p class="item__text">{self.german(item.summary)}</p>' if item.summary else ""
        form = escape(item.legal_form) if item.legal_form else self.no_form
        return (
            f'<li class="item"><p class="item__preline">{form}</p>'
            f'<h2 class="item__title"><a href="{before}{item.pk}{after}">{self.german(item.title)}</a></h2>'
            f'<p class="item__badges">{badge(item.status, item.status_label)}{known}</p>{summary}'
            f'<dl class="item__facts">{self.facts(item)}</dl></li>\n'
        )


@register.simple_tag(takes_context=True)
def agreement_items(context: Context, rows: Iterable[Item], searched: str) -> SafeString:
    """The items of a list, with the words of a search marked in them."""
    writer = Writer(context, searched)
    return mark_safe("".join(map(writer.item, rows)))  # noqa: S308 (every part is escaped above)
