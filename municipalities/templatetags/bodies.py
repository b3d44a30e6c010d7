"""The lines of the directory's table, written in one go: a page has 25 of them, a long one 200."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from coopportal.common.dates import format_day
from coopportal.common.templatetags.portal import german_number, marked, with_day
from municipalities.rows import BodyRow

register = template.Library()

#: A key that stands nowhere else in an address, and of which no letter has to be written otherwise.
_KEY = "987654321098"


class Writer:
    """Writes lines: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context, searched: str, population_day: dt.date | None) -> None:
        self.searched, self.population_day = searched, population_day
        self.before, self.after = with_day(context, reverse("municipalities:detail", args=[_KEY])).split(_KEY)
        words = (_("Art"), _("Land"), _("Schlüssel"), _("Einwohner"))
        self.kind, self.state, self.key, self.population = map(escape, words)
        self.heirs, self.perhaps = escape(_("Nachfolge:")), escape(_("vermutlich"))

    def text(self, text: str) -> str:
        """The text with what was searched for marked in it."""
        return marked(text, self.searched) if self.searched else escape(text)

    def link(self, ars: str, text: str) -> str:
        return f'<a href="{self.before}{escape(ars)}{self.after}">{text}</a>'

    def ending(self, row: BodyRow) -> str:
        """When it ended and who stands in its place, in half a sentence."""
        if not row.ending:
            return ""
        links = [(heir.confirmed, self.link(heir.ars, escape(heir.name))) for heir in row.heirs]
        heirs = ", ".join(link if sure else f"{self.perhaps} {link}" for sure, link in links)
        told = f"; {self.heirs} {heirs}" if heirs else ""
        return f'<span class="row-note"> {escape(row.ending)}{told}</span>'

    def line(self, row: BodyRow) -> str:
        counted = ""
        if row.population and row.population_date and not self.population_day:
            counted = f' <span class="small muted">({format_day(row.population_date)})</span>'
        return (
            f'<tr><th scope="row">{self.link(row.ars, self.text(row.label))}{self.ending(row)}</th>'
            f'<td data-label="{self.kind}">{escape(row.kind)}</td>'
            f'<td data-label="{self.state}">{escape(row.state)}</td>'
            f'<td data-label="{self.key}"><span class="num">{self.text(row.key)}</span></td>'
            f'<td class="number" data-label="{self.population}">{german_number(row.population)}{counted}</td></tr>\n'
        )


@register.simple_tag(takes_context=True)
def body_lines(
    context: Context, rows: Iterable[BodyRow], searched: str, population_day: dt.date | None = None
) -> SafeString:
    """The lines of a list, with the words of a search marked in them; ``population_day`` where all numbers share it."""
    writer = Writer(context, searched, population_day)
    return mark_safe("".join(map(writer.line, rows)))  # noqa: S308 (every part is escaped above)
