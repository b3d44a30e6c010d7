"""The items of the list of events, written in one go: a page has 25 of them, a long one 200."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.event_items import EventItem
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
        self.cooperation, self.municipality, self.organisation = (
            with_day(context, reverse(name, args=["-"])).split("-", 1)
            for name in ("agreements:cooperation", "municipalities:detail", "municipalities:organisation")
        )
        self.german_marks = marks_of_german()
        self.day, self.unknown, self.place = escape(_("Tag")), escape(_("Tag unbekannt")), escape(_("Ort"))
        self.of, self.towns, self.offices = escape(_("Kooperation")), escape(_("Kommunen")), escape(_("Stellen"))

    def text(self, text: str) -> str:
        """The text, of the register, with what was searched for marked in it."""
        return self.german(marked(text, self.searched) if self.searched else escape(text))

    def german(self, html: str) -> str:
        """Said to be German where the page is English."""
        return f"{self.german_marks[0]}{html}{self.german_marks[1]}"

    def links(self, way: list[str], rows: list[tuple[str, str]]) -> str:
        before, after = way
        return ", ".join(f'<a href="{before}{key}{after}">{self.german(escape(name))}</a>' for key, name in rows)

    def facts(self, item: EventItem) -> str:
        date: str = self.unknown
        if item.date:
            date = uncertain(item.date) + (f" – {format_day(item.until)}" if item.until else "")
        facts = [_FACT % (self.day, date)]
        if item.place:
            facts.append(_FACT % (self.place, self.german(escape(item.place))))
        took_part = (
            (self.of, self.cooperation, item.cooperations),
            (self.towns, self.municipality, item.municipalities),
            (self.offices, self.organisation, item.organisations),
        )
        return "".join([*facts, *(_FACT % (word, self.links(way, rows)) for word, way, rows in took_part if rows)])

    def item(self, item: EventItem) -> str:
        title: str = self.text(item.title)
        if item.cooperations:
            before, after = self.cooperation
            title = f'<a href="{before}{item.cooperations[0][0]}{after}#e{item.pk}">{title}</a>'
        summary = f'<p class="item__text">{self.text(item.summary)}</p>' if item.summary else ""
        return (
            f'<li class="item" id="e{item.pk}"><p class="item__preline">{escape(item.kind_label)}</p>'
            f'<h2 class="item__title">{title}</h2>{summary}<dl class="item__facts">{self.facts(item)}</dl></li>\n'
        )


@register.simple_tag(takes_context=True)
def event_items(context: Context, rows: Iterable[EventItem], searched: str) -> SafeString:
    """The items of a list, with the words of a search marked in them."""
    writer = Writer(context, searched)
    return mark_safe("".join(map(writer.item, rows)))  # noqa: S308 (every part is escaped above)
