"""Parts about money: the ladder of a programme, and the programmes of a body for pages of other rooms.

The parts bring their citations to the page's ``footnotes`` (see ``sources.footnotes``), so they stand above
``{% footnotes %}``::

    {% load funding %}
    {% money_ladder lines %}           picture and table of budget lines, summed per rung
    {% programmes_of organisation %}   the programmes a body pays for; nothing, without a heading, where there are none
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from coopportal.common.badges import badge
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import german_money, german_number, marked, with_day
from coopportal.common.writing import written
from funding.choices import BESIDE, LADDER, ProgrammeKind, ProgrammeStatus, Qualifier, Rung
from funding.ladder import RUNG_HEIGHT, RungTotal, drawn, totals
from funding.models import BudgetLine, Figure, Programme
from funding.rows import ProgrammeRow
from municipalities.models import Organisation

register = template.Library()


@register.filter
def rung_label(code: str) -> str:
    """The German word of a rung."""
    return str(Rung(code).label)


@register.filter
def rung_amount(total: RungTotal, form: str = "") -> str:
    """What stands on a rung, in words; never 0 €. The form ``short`` says Mio. where nothing is lost by it."""
    if not total.is_stated:
        return _("keine Angabe")
    if total.total is None:
        return _("Betrag unbekannt")
    amount = german_money(total.total, form)
    return _("mindestens %s") % amount if total.unknown else amount


@register.simple_tag(takes_context=True)
def programme_items(
    context: template.Context, programmes: Iterable[tuple[ProgrammeRow, list[RungTotal]]], searched: str
) -> SafeString:
    """The items of the list of programmes, with what was searched for marked in them."""
    before, after = marks_of_german()
    kinds, statuses, rungs = labels(ProgrammeKind), labels(ProgrammeStatus), labels(Rung)
    funder, money, nothing = (written(word) for word in (_("Fördergeber"), _("Geld"), _("keine Angabe")))

    def text(words: str) -> str:
        return marked(words, searched) if searched else written(words)

    def facts(row: ProgrammeRow, totals: list[RungTotal]) -> Iterator[tuple[str, str]]:
        if row.funder:
            yield funder, text(row.funder)
        for total in totals:
            yield written(rungs[total.rung]), written(rung_amount(total, "short"))
        if not totals:
            yield money, nothing

    def item(row: ProgrammeRow, totals: list[RungTotal]) -> str:
        summary = f'<p class="item__text">{before}{text(row.summary)}{after}</p>' if row.summary else ""
        told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts(row, totals))
        return (
            f'<li class="item"><p class="item__preline">{written(kinds[row.kind])} · {written(row.state)}</p>'
            f'<h2 class="item__title"><a href="{written(with_day(context, row.address))}">'
            f"{before}{text(row.name)}{after}</a></h2>"
            f'<p class="item__badges">{badge(row.status, statuses[row.status])}</p>{summary}'
            f'<dl class="item__facts">{told}</dl></li>\n'
        )

    return mark_safe("".join(item(*one) for one in programmes))  # noqa: S308 (escaped piece by piece)


@register.filter
def limited(figure: Figure) -> str:
    """A number as its source limits it: ``122``, ``mehr als 2.200``."""
    number = german_number(figure.value)
    return number if figure.qualifier == Qualifier.EXACT else f"{figure.get_qualifier_display()} {number}"


@register.inclusion_tag("funding/_parts/ladder.html")
def money_ladder(lines: Iterable[BudgetLine]) -> dict[str, Any]:
    """The ladder of some budget lines: what stands on which rung, never summed across rungs."""
    rows = list(lines)
    ladder = totals(rows, LADDER)
    return {
        "ladder": ladder,
        "rungs": drawn(ladder),
        "height": RUNG_HEIGHT * len(ladder),
        "beside": [total for total in totals(rows, BESIDE) if total.is_stated],
    }


@register.inclusion_tag("funding/_parts/programmes_of.html", takes_context=True)
def programmes_of(context: template.Context, organisation: Organisation) -> dict[str, Any]:
    """The programmes that an organisation funds."""
    rows = Programme.objects.filter(funder=organisation).select_related("state")
    programmes = list(rows.order_by("sort_key", "pk"))
    context["footnotes"].add(programmes)
    return {"programmes": programmes, "footnotes": context["footnotes"], "stand": context.get("stand")}
