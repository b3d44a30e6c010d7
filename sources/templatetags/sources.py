"""Marks and footnotes in templates. How a page uses them is told in ``sources.footnotes``."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.db import models

from sources.footnotes import Footnotes, Statement, citations_in

register = template.Library()


@register.inclusion_tag("sources/_parts/footnote_marks.html", takes_context=True)
def footnote(context: template.Context, *arguments: Any) -> dict[str, Any]:
    """``{% footnote object "field" … %}``: superscript links to the footnotes that support a value.

    Objects, each followed by the fields meant (none: all of them); citations and statements of ``said`` too.
    """
    footnotes: Footnotes = context["footnotes"]
    return {"marks": footnotes.marks(citations_in(footnotes, *arguments))}


@register.simple_tag(takes_context=True)
def said(context: template.Context, subject: models.Model, *fields: str) -> list[Statement]:
    """``{% said object "goal" as goals %}``: what the passages say of fields of many values, each statement once."""
    footnotes: Footnotes = context["footnotes"]
    return footnotes.said(subject, *fields)


@register.inclusion_tag("sources/_parts/footnotes.html", takes_context=True)
def footnotes(context: template.Context, further: str = "", are_further: bool = True) -> dict[str, Any]:
    """``{% footnotes %}``: the footnotes used above it; nothing where there are none.

    ``further`` is a template for what else supports the page, shown below them if ``are_further``; it gets ``record``.
    """
    collected: Footnotes = context["footnotes"]
    more = {"further": further if are_further else "", "record": context.get("record")}
    return {"footnotes": collected.used(), "stand": context.get("stand"), "origin": settings.PUBLIC_URL, **more}
