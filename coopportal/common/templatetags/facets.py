"""The check boxes of a facet, written in one go: a list may offer a hundred of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from coopportal.common.languages import in_german
from coopportal.common.offers import Value, offer, rest_label
from coopportal.common.templatetags.portal import german_number

register = template.Library()

_BOX = (
    '<label class="check"><input class="check__box" type="checkbox" name="{}" value="{}"{}>'
    '<span class="check__label">{}</span>{}</label>'
)
_COUNT = '<span class="check__count" data-of="{}:{}">{}</span>'
_REST = '<details class="facet-rest"><summary>{}</summary>{}</details>'


def boxes(name: str, values: Iterable[Value], chosen: Collection[str], counts: Mapping[str, int] | None) -> SafeString:
    """A box for each value; its number is renewed by what htmx brings (``portal.js``)."""

    def count(code: str) -> SafeString:
        number = counts.get(code, 0) if counts is not None else None
        return mark_safe("") if number is None else format_html(_COUNT, name, code, german_number(number))

    rows = ((name, code, mark_safe(" checked") if code in chosen else "", label, count(code)) for code, label in values)
    return format_html_join("", _BOX, rows)


@register.simple_tag(takes_context=True)
def facet_boxes(context: Context, field: BoundField, values: Iterable[Value]) -> SafeString:
    """Values of a closed list; those without rows (``counts`` of the context, if any) fold away where they are many.

    ``german`` in the context: the labels are texts of the register.
    """
    counts, chosen = context.get("counts"), field.value() or ()
    if context.get("german"):
        values = [(code, in_german(label)) for code, label in values]
    offered = offer(values, chosen, counts)
    shown = boxes(field.html_name, offered.shown, chosen, counts)
    if not offered.folded:
        return shown
    rest = boxes(field.html_name, offered.folded, chosen, counts)
    return shown + format_html(_REST, rest_label(offered), rest)
