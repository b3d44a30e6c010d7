"""What neighbours are in cooperations, written in one go: a city has hundreds, and fifty neighbours stand on a page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import CooperationStatus, Degree
from agreements.partners import Beginning, Part
from coopportal.common.badges import badge
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import with_day
from coopportal.common.writing import written

register = template.Library()

_FACT = "<div><dt>%s</dt><dd>%s</dd></div>"


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


@register.simple_tag(takes_context=True)
def partner_beginnings(context: Context, rows: Iterable[Beginning]) -> SafeString:
    """What others could join: its status, whom it would like to have, and what the municipality is in it."""
    before, after = marks_of_german()
    statuses, degrees = labels(CooperationStatus), labels(Degree)
    status, missing, own = (written(word) for word in (_("Stand"), _("noch nicht dabei"), _("Ihre Kommune")))

    def told(row: Beginning) -> str:
        facts = [_FACT % (status, badge(row.status, statuses[row.status]))]
        if row.wanted:
            facts.append(_FACT % (missing, written(_wanted(row.wanted))))
        if row.own_degree:
            facts.append(_FACT % (own, written(degrees[row.own_degree])))
        return (
            f'<li class="item"><h3 class="item__title"><a href="{written(with_day(context, row.url))}">'
            f"{before}{written(row.name)}{after}</a></h3>"
            f'<dl class="item__facts">{"".join(facts)}</dl></li>\n'
        )

    return mark_safe("".join(map(told, rows)))  # noqa: S308 (escaped piece by piece)


def _wanted(number: int) -> str:
    told = ngettext(
        "%(number)s Stelle erwünscht, eingeladen oder vorgesehen",
        "%(number)s Stellen erwünscht, eingeladen oder vorgesehen",
        number,
    )
    return told % {"number": number}
