"""The check boxes of a facet, written in one go: a list may offer a hundred of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from coopportal.common.languages import in_german
from coopportal.common.offers import Value, offer, rest_label
from coopportal.common.templatetags.portal import separators

register = template.Library()

_REST = '<details class="facet-rest"><summary>{}</summary>{}</details>'


def boxes(name: str, values: Iterable[Value], chosen: Collection[str], counts: Mapping[str, int] | None) -> SafeString:
    """A box for each value; its number is renewed by what htmx brings (``portal.js``)."""
    group, _point = separators()
    field, written = escape(name), []
    for code, label in values:
        value, checked, count = escape(code), " checked" if code in chosen else "", ""
        if counts is not None:
            number = f"{counts.get(code, 0):,}".replace(",", group)
            count = f'<span class="check__count" data-of="{field}:{value}">{number}</span>'
        words = label if isinstance(label, SafeString) else escape(label)
        written.append(
            f'<label class="check"><input class="check__box" type="checkbox" name="{field}" value="{value}"{checked}>'
            f'<span class="check__label">{words}</span>{count}</label>'
        )
    return mark_safe("".join(written))  # noqa: S308 (every part is escaped above)


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
