"""Words about what citations speak of, for the pages of all rooms.

::

    {% load subjects %}
    {{ subject|kind_of }}
    {% topics object "goal" "method" as rows %}     fields without a column: what the passages say of them
    {% disputes_here as disputes %}                 contradictions about anything the page speaks of, parts included
    {% disputes_of conflicts as disputes %}         the same of given contradictions
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from sources.footnotes import Dispute, Footnotes, Statement
from sources.models import Citable, Conflict

register = template.Library()


@register.filter
def kind_of(subject: Citable) -> str:
    """What kind of thing it is: ``Kooperation``, ``Haushaltsansatz``, …"""
    return str(subject._meta.verbose_name)


@dataclass(frozen=True)
class Topic:
    """What the passages say of one field."""

    label: str
    statements: list[Statement]


@register.simple_tag(takes_context=True)
def topics(context: template.Context, subject: Any, *fields: str) -> list[Topic]:
    """The named fields of which a passage speaks by the day asked for, in the order given: goals, focus, advice, …"""
    footnotes: Footnotes = context["footnotes"]
    said = {name: footnotes.said(subject, name) for name in fields}
    return [Topic(str(subject.citable_fields[name][0]), rows) for name, rows in said.items() if rows]


@register.simple_tag(takes_context=True)
def disputes_of(context: template.Context, conflicts: Iterable[Conflict]) -> list[Dispute]:
    """Contradictions (with their subjects fetched) and what the passages say by the day asked for."""
    rows: list[Any] = list(conflicts)
    footnotes = Footnotes.about([row.subject for row in rows], until=context.get("stand"))
    return [_dispute(row, footnotes) for row in rows]


@register.simple_tag(takes_context=True)
def disputes_here(context: template.Context) -> list[Dispute]:
    """The contradictions about all that the page's footnotes know by now, open ones first.

    Where the page is asked as of a day, only what had been said by then disagrees.
    """
    footnotes: Footnotes = context["footnotes"]
    subjects: dict[Any, Any] = {}
    for citation in footnotes.all():
        subjects.setdefault(citation.content_type_id, set()).add(citation.object_id)
    found = Conflict.objects.about_types(subjects).with_subject().open_first()
    disputes = [_dispute(row, footnotes) for row in found]
    return [row for row in footnotes.known(disputes) if len(row.statements) > 1]


def _dispute(conflict: Conflict, footnotes: Footnotes) -> Dispute:
    subject: Any = conflict.subject
    return Dispute(conflict, subject, footnotes.said(subject, conflict.field))
