"""Marks and footnotes in templates. How a page uses them is told in ``sources.footnotes``."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import template
from django.conf import settings
from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sources.footnotes import Footnotes, Mark, Statement, citations_in
from sources.models import Citation

register = template.Library()


@register.simple_tag(takes_context=True)
def footnote(context: template.Context, *arguments: Any) -> SafeString:
    """``{% footnote object "field" … %}``: superscript links to the footnotes that support a value.

    Objects, each followed by the fields meant (none: all of them); citations and statements of ``said`` too.
    """
    footnotes: Footnotes = context["footnotes"]
    return marks(footnotes, citations_in(footnotes, *arguments))


def marks(footnotes: Footnotes, citations: Collection[Citation]) -> SafeString:
    """The links of some citations, numbered as they come; with a word joiner before: they begin no line."""
    if not citations:
        return SafeString("")
    links = "".join(map(_link, footnotes.marks(citations)))
    return mark_safe(f'&#8288;<sup class="footnote-marks">{links}</sup>')  # noqa: S308 (numbers, and words of ours)


def _link(mark: Mark) -> str:
    number = mark.footnote.number
    first = f' id="verweis-{number}"' if mark.is_first else ""
    inferred = " footnote-mark--inferred" if mark.is_inferred else ""
    word = _("nur erschlossen, Beleg") if mark.is_inferred else _("Beleg")
    return (
        f'<a{first} class="footnote-mark{inferred}" href="#{mark.footnote.anchor}">'
        f'<span class="visually-hidden">{escape(word)} </span>{number}</a>'
    )


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
