"""The rows of the table of participants and of the line of time, written in one go: large records have hundreds."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.choices import Answer, Degree, Role
from agreements.happenings import Timeline
from agreements.matrix import Attested, Cell, Column, Group, Row
from agreements.records import known_day
from agreements.timeline import Drawing
from coopportal.common.badges import badge, known_on_in
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import with_day
from coopportal.common.writing import written
from sources.footnotes import Footnotes
from sources.templatetags.sources import marks

register = template.Library()

#: So long is the name of a document above what it says.
LABEL_LENGTH = 46


def degree_of(participation: Any) -> SafeString:
    """The badge of the degree on the day asked for, and since when it is attested (``with_degree_wording_on``)."""
    code = participation.day_degree
    if not code:
        return badge("", _("noch nicht belegt"))
    known = known_on_in(get_language(), known_day(participation, "day_degree"))
    return mark_safe(f"{badge(code, labels(Degree)[code])} {known}")  # noqa: S308 (both are escaped)


class RowWriter:
    """Writes bodies of the matrix: the words of the language are asked for once for all of them."""

    def __init__(self, context: Context) -> None:
        self.context, self.record, self.stand = context, context["record"], context.get("stand")
        self.footnotes: Footnotes = context["footnotes"]
        hand = context.get("hand")
        self.reads_history = bool(hand and hand.reads_history)
        self.degrees, self.roles, self.answers = labels(Degree), labels(Role), labels(Answer)
        self.inferred, self.denies = (
            written(word) for word in (_("nur erschlossen"), _("bestreitet die eigene Beteiligung"))
        )
        self.day = written(_("Am gefragten Tag") if self.stand else _("Heute"))
        self._columns: dict[int, str] = {}

    def row(self, row: Row) -> str:
        part = row.participation
        address = written(with_day(self.context, part.body.get_absolute_url()))
        head = f'<a href="{address}">{written(part.called)}</a>{self.marks(part, "label")}{self.beside(part)}'
        return (
            f'<tr id="b{part.pk}"><th scope="row">{head}</th>{"".join(map(self.cell, row.cells))}'
            f'<td class="matrix__now" data-label="{self.day}">{degree_of(part)}</td></tr>\n'
        )

    def beside(self, part: Any) -> str:
        """What stands below the name: what became of it, its role, contradictions, its own answer."""
        told = []
        if now := self.record.now.get(part.pk):
            told.append(self.part("now", now=now))
        if part.role != Role.PARTNER:
            told.append(f'<span class="matrix__role">{written(self.roles[part.role])}{self.marks(part, "role")}</span>')
        if conflict := self.record.disputed.get(part.pk):
            told.append(self.part("disputed", conflict=conflict))
        if part.pk in self.record.answers:
            answer = part.own_answer
            told.append(f'<span class="matrix__answer">{badge(answer, self.answers[answer])}</span>')
        if part.own_answer == Answer.REFUSED:
            reason = f": {written(part.confirmation.reason)}" if self.reads_history else ""
            told.append(f'<span class="contested">{self.denies}{reason}</span>')
        return "".join(f" {one}" for one in told)

    def part(self, name: str, **values: Any) -> str:
        """What few bodies have, by its template."""
        return get_template(f"agreements/_parts/{name}.html").render({**values, "stand": self.stand}).strip()

    def marks(self, part: Any, field: str) -> str:
        return marks(self.footnotes, self.footnotes.of(part, field))

    def cell(self, cell: Cell) -> str:
        return f'<td data-label="{self.label(cell.column)}">{"".join(map(self.attested, cell.attested))}</td>'

    def label(self, column: Column) -> str:
        if id(column) not in self._columns:
            self._columns[id(column)] = written(Truncator(column.label).chars(LABEL_LENGTH))
        return self._columns[id(column)]

    def attested(self, one: Attested) -> str:
        inferred = f' <em class="inferred">{self.inferred}</em>' if one.is_inferred else ""
        said = marks(self.footnotes, one.citations)
        return f'<span class="matrix__degree">{written(self.degrees[one.step.degree])}{said}{inferred}</span>'


@register.simple_tag(takes_context=True)
def matrix_rows(context: Context, group: Group) -> SafeString:
    """The bodies of a group of the matrix; needs ``record``, ``footnotes``, and ``hand`` where there is one."""
    return mark_safe("".join(map(RowWriter(context).row, group.rows)))  # noqa: S308 (escaped piece by piece)


@register.simple_tag
def timeline_rows(timeline: Timeline) -> SafeString:
    """The rows of the table of the line of time."""
    before, after = marks_of_german()
    number = written(_("Nr."))
    return mark_safe(  # noqa: S308 (escaped piece by piece)
        "".join(
            f'<tr><td class="number" data-label="{number}">{place}</td><td>{written(row.date)}</td>'
            f"<td>{written(row.lane_label)}</td><td>{before}{written(row.text)}{after}</td></tr>\n"
            for place, row in timeline.rows
        )
    )


@register.simple_tag
def timeline_words(timeline: Timeline) -> SafeString:
    """What the drawing says, for those who do not see it."""
    told = (f"{place}: {written(row.date)}, {written(row.text)}. " for place, row in timeline.rows)
    return mark_safe("".join(told))  # noqa: S308 (escaped piece by piece)


@register.simple_tag
def timeline_ticks(drawing: Drawing) -> SafeString:
    """The years of the drawing."""
    ticks = (
        f'<text class="time-line__year" x="{tick.x}" y="16" text-anchor="middle">{tick.label}</text>\n'
        f'<path class="time-line__tick" d="M{tick.x} 22V{drawing.height}"/>\n'
        for tick in drawing.ticks
    )
    return mark_safe("".join(ticks))  # noqa: S308 (years and coordinates alone)


@register.simple_tag
def timeline_marks(drawing: Drawing) -> SafeString:
    """The numbered marks of the drawing."""
    told = (
        f'<circle class="time-line__mark" cx="{mark.x}" cy="{mark.y}" r="11"/>\n<text class="time-line__number" '
        f'x="{mark.x}" y="{mark.y}" dy="4.5" text-anchor="middle">{mark.number}</text>\n'
        for lane in drawing.lanes
        for mark in lane.marks
    )
    return mark_safe("".join(told))  # noqa: S308 (numbers and coordinates alone)
