"""The cooperations of a body and the steps of a participation, written in one go: a city has hundreds of them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.contrib.contenttypes.models import ContentType
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.belongings import Belonging, Step, step_of
from agreements.choices import Degree
from agreements.models import Participation, ParticipationStep
from coopportal.common.badges import badge, known_on
from coopportal.common.dates import format_day
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import uncertain, with_day
from sources.footnotes import Footnotes
from sources.templatetags.sources import marks

register = template.Library()


class Writer:
    """Writes steps and places: the words of the language and the addresses are asked for once for all of them."""

    def __init__(self, context: Context) -> None:
        self.footnotes: Footnotes = context["footnotes"]
        self.kind: int = ContentType.objects.get_for_model(ParticipationStep).pk
        self.degrees, self.german_marks = labels(Degree), marks_of_german()
        # A key stands where no letter of an address has to be written otherwise.
        self.agreement = with_day(context, reverse("agreements:agreement", args=[0])).split("0", 1)
        self.cooperation = with_day(context, reverse("agreements:cooperation", args=["-"])).split("-", 1)
        self.attested, self.by, self.no_day = (escape(word) for word in (_("belegt"), _("durch"), _("Tag unbekannt")))

    def german(self, text: str) -> str:
        """A text of the register, said to be German where the page is English."""
        return f"{self.german_marks[0]}{escape(text)}{self.german_marks[1]}"

    def step(self, step: Step) -> str:
        date = step.date
        if date.decides or (date and not step.attested_on):
            day: str = uncertain(date)
        else:
            day = f"{self.attested} {format_day(step.attested_on)}" if step.attested_on else self.no_day
        said = self.footnotes.of_row(self.kind, step.pk)
        act = ""
        if step.agreement is not None:
            before, after = self.agreement
            act = f' {self.by} <a href="{before}{step.agreement_id}{after}">{self.german(step.agreement)}</a>'
        elif step.event is not None:
            act = f" {self.by} {self.german(step.event)}"
        footnotes = marks(self.footnotes, said)
        note = f' <span class="muted">({self.german(step.note)})</span>' if step.note else ""
        return (
            f'<li class="step"><span class="step__day">{day}</span> '
            f'<span class="step__text">{escape(self.degrees[step.degree])}{footnotes}{act}{note}</span></li>'
        )

    def steps(self, steps: Iterable[Step]) -> str:
        return f'<ol class="steps">{"".join(map(self.step, steps))}</ol>'

    def degree(self, row: Belonging) -> str:
        if not row.degree:
            return badge("", _("noch nicht belegt"))
        refused = f' <span class="disputed">{escape(_("von ihr selbst bestritten"))}</span>' if row.is_refused else ""
        return f"{badge(row.degree, row.degree_label)} {known_on(row.degree_known)}{refused}"

    def belonging(self, row: Belonging) -> str:
        before, after = self.cooperation
        return (
            f'<li class="item"><p class="item__preline">{escape(row.kind)}</p>'
            f'<h3 class="item__title"><a href="{before}{row.slug}{after}">{self.german(row.name)}</a></h3>'
            '<dl class="item__facts item__facts--badges">'
            f"<div><dt>{escape(_('Beteiligung'))}</dt><dd>{self.degree(row)}</dd></div>"
            f"<div><dt>{escape(_('Kooperation'))}</dt>"
            f"<dd>{badge(row.status, row.status_label)} {known_on(row.status_known)}</dd></div></dl>"
            f"{self.steps(row.steps)}</li>\n"
        )


@register.simple_tag(takes_context=True)
def belonging_items(context: Context, rows: Iterable[Belonging]) -> SafeString:
    """The places of a body as items of a list."""
    return mark_safe("".join(map(Writer(context).belonging, rows)))  # noqa: S308 (every part is escaped above)


@register.simple_tag(takes_context=True)
def steps_of(context: Context, participations: Iterable[Participation]) -> list[tuple[Participation, SafeString]]:
    """Each participation with its dated steps, which were fetched with it (``with_steps_until``)."""
    writer = Writer(context)
    written = ((row, writer.steps(map(step_of, row.steps.all()))) for row in participations)
    return [(row, mark_safe(steps)) for row, steps in written]  # noqa: S308 (every part is escaped above)
