"""What neighbours are in cooperations, written in one go: a city has hundreds, and fifty neighbours stand on a page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.choices import Degree
from agreements.partners import Part
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import with_day
from coopportal.common.writing import written

register = template.Library()


@register.simple_tag(takes_context=True)
def partner_parts(context: Context, parts: Iterable[Part]) -> SafeString:
    """The cooperations of a neighbour with its degrees."""
    before, after = marks_of_german()
    degrees, refuses = labels(Degree), _("widerspricht")

    def told(part: Part) -> str:
        return (
            f'<li><a href="{written(with_day(context, part.url))}">{before}{written(part.name)}{after}</a> '
            f'<span class="muted">– {written(degrees[part.degree])}{f", {written(refuses)}" if part.is_refused else ""}'
            "</span></li>"
        )

    return mark_safe("".join(map(told, parts)))  # noqa: S308 (escaped piece by piece)
