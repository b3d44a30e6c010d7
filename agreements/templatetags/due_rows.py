"""The table of deadlines, written in one go: a page of a body has 25 of them, the list fifty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import DeadlineKind
from coopportal.common.dates import format_day
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import with_day
from coopportal.common.writing import written

register = template.Library()

#: What is due within so many days is soon.
SOON = 30


@register.simple_tag(takes_context=True)
def deadline_rows(context: Context, rows: Iterable[dict[str, Any]]) -> SafeString:
    """Rows of deadlines (``named``) with the days that are left."""
    before, after = marks_of_german()
    kinds = labels(DeadlineKind)

    def german(text: str) -> str:
        return f"{before}{written(text)}{after}" if text else ""

    def told(row: dict[str, Any]) -> str:
        deadline, left = row["deadline"], row["left"]
        within = f' <span class="deadlines__bodies">{german(deadline.within)}</span>' if deadline.within else ""
        bodies = f' <span class="deadlines__bodies">{written(deadline.bodies)}</span>' if deadline.bodies else ""
        return (
            f'<tr><td class="deadlines__day"><strong><time datetime="{deadline.on.isoformat()}">'
            f"{format_day(deadline.on)}</time></strong> {_left(left)}</td>"
            f'<td class="deadlines__kind"><span class="deadline-kind deadline-kind--{deadline.kind}">'
            f"{written(kinds[deadline.kind])}</span></td>"
            f'<td><a href="{written(with_day(context, deadline.url))}">{german(deadline.title)}</a>{within}{bodies} '
            f'<span class="deadlines__note">{german(deadline.note)}</span></td></tr>\n'
        )

    return mark_safe("".join(map(told, rows)))  # noqa: S308 (escaped piece by piece)


def _left(days: int) -> str:
    """How many days are left, in words."""
    look = " deadlines__left--over" if days < 0 else " deadlines__left--soon" if days <= SOON else ""
    if days > 0:
        words = ngettext("in %(days)s Tag", "in %(days)s Tagen", days) % {"days": days}
    else:
        words = _("überfällig") if days else _("heute")
    return f'<span class="deadlines__left{look}">{written(words)}</span>'
