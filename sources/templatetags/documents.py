"""The items of the list of documents, written in one go: a page has 25 of them, a long one 200."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import german_number, marked, uncertain, with_day
from sources.rows import DocumentRow

register = template.Library()

_FACT = "<div><dt>%s</dt><dd>%s</dd></div>"


class Writer:
    """Writes items: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context, searched: str) -> None:
        self.searched, self.language = searched, get_language()
        # A key stands where no letter of an address has to be written otherwise.
        self.before, self.after = with_day(context, reverse("sources:document", args=["-"])).split("-", 1)
        self.german_marks = marks_of_german()
        words = (_("Herausgeber"), _("Veröffentlicht"), _("Fundstellen"))
        self.publisher, self.published, self.passages = map(escape, words)

    def text(self, text: str) -> str:
        """The text with what was searched for marked in it."""
        return marked(text, self.searched) if self.searched else escape(text)

    def title(self, row: DocumentRow) -> str:
        """In the language of the document, said where the page speaks another one."""
        if not row.title or not row.language or row.language == self.language:
            return self.text(row.title)
        return f'<span lang="{escape(row.language)}">{self.text(row.title)}</span>'

    def item(self, row: DocumentRow) -> str:
        publisher = ""
        if row.publisher:
            publisher = _FACT % (self.publisher, self.text(row.publisher).join(self.german_marks))
        return (
            f'<li class="item"><p class="item__preline">{escape(row.kind)}</p>'
            f'<h2 class="item__title"><a href="{self.before}{row.slug}{self.after}">{self.title(row)}</a></h2>'
            f'<dl class="item__facts">{publisher}{_FACT % (self.published, uncertain(row.published))}'
            f"{_FACT % (self.passages, german_number(row.passages_count))}</dl></li>\n"
        )


@register.simple_tag(takes_context=True)
def document_items(context: Context, rows: Iterable[DocumentRow], searched: str) -> SafeString:
    """The items of a list, with the words of a search marked in them."""
    writer = Writer(context, searched)
    return mark_safe("".join(map(writer.item, rows)))  # noqa: S308 (every part is escaped above)
