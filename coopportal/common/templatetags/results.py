"""What stands around the rows of every list, written in one go: chips of what is chosen, doors, links to other pages.

As templates these took a third of the page: each asks for each of its words and addresses by itself. The templates of
``components/`` that use these tags say what goes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from coopportal.common.facets import Chosen
from coopportal.common.templatetags.portal import german_number, queried, window
from coopportal.common.writing import written

register = template.Library()


@lru_cache(maxsize=20)
def _words(_language: str | None) -> Mapping[str, str]:
    """What these parts say, written into HTML."""
    words = {
        "pages": _("Seiten"),
        "page": _("Seite"),
        "back": _("Zurück"),
        "on": _("Weiter"),
        "chosen": _("Gewählte Filter"),
        "remove": _("Filter entfernen:"),
        "take": _("Mitnehmen"),
        "take and watch": _("Mitnehmen und beobachten"),
        "list as": _("Diese Liste als"),
        "csv": _("CSV-Datei"),
        "xlsx": _("Excel-Datei (XLSX)"),
        "ndjson": _("NDJSON-Datei"),
        "geojson": _("GeoJSON-Datei"),
        "learn": _("Erfahren, was sich ändert"),
        "watch": _("Suche merken, Bescheid bekommen"),
        "feed": _("Änderungen verfolgen (Feed)"),
        "api": _("Als API-Aufruf"),
    }
    return MappingProxyType({name: written(word) for name, word in words.items()})


# --- Pages ---


@register.simple_tag(takes_context=True)
def page_links(context: Context, page: Page[Any]) -> SafeString:
    """Links to the other pages of a list; nothing where there is no other."""
    if not page.has_other_pages():
        return mark_safe("")
    words, gap, last = _words(get_language()), page.paginator.ELLIPSIS, page.paginator.num_pages
    asked = urlencode(queried(context["request"].GET))
    here = written(f"?{asked}&seite=" if asked else "?seite=")
    links = []
    if page.number > 1:
        links.append(f'<li><a rel="prev" href="{here}{page.number - 1}">{words["back"]}</a></li>')
    for number in window(page):
        if number is gap:
            links.append('<li class="pagination__gap">…</li>')
            continue
        current = ' aria-current="page"' if number == page.number else ""
        label = f'<span class="visually-hidden">{words["page"]} </span>{number}'
        links.append(f'<li><a href="{here}{number}"{current}>{label}</a></li>')
    if page.number < last:
        links.append(f'<li><a rel="next" href="{here}{page.number + 1}">{words["on"]}</a></li>')
    return _safe(f'<nav class="pagination" aria-label="{words["pages"]}"><ul>{_lines(links)}</ul></nav>')


# --- What is chosen ---


@register.simple_tag(takes_context=True)
def chips(context: Context, chosen: list[Chosen]) -> SafeString:
    """What is chosen, each with the way to take it away."""
    if not chosen:
        return mark_safe("")
    words, asked = _words(get_language()), context["request"].GET
    links = [
        f'<li><a class="chip" href="{written("?" + urlencode(queried(asked, {one.parameter: one.remaining})))}">'
        f'<span class="visually-hidden">{words["remove"]} </span>'
        f'<span class="chip__field">{_told(one.field)}</span> {_told(one.label)}'
        '<span class="chip__x" aria-hidden="true"></span></a></li>'
        for one in chosen
    ]
    return _safe(f'<ul class="chips" aria-label="{words["chosen"]}">{_lines(links)}</ul>')


def _told(text: str) -> str:
    return text if isinstance(text, SafeString) else written(text)


# --- Doors ---


@register.simple_tag(takes_context=True)
def doors(context: Context) -> SafeString:
    """The list to take away and to follow: what the context has addresses for."""
    words, told = _words(get_language()), cast("dict[str, Any]", context.flatten())
    is_long = bool(told.get("is_long_file"))
    watch, feed, api = (written(told.get(f"{name}_url") or "") for name in ("watch", "feed", "api"))
    progress = " data-download" if is_long else ""
    files = [
        f'<li><a href="{written(told.get(f"{form}_url") or "")}" download{progress}>{words[form]}</a></li>'
        for form in ("csv", "xlsx", "ndjson", "geojson")
        if told.get(f"{form}_url") or form in _ALWAYS
    ]
    parts = [f'<p class="doors__label">{_size_told(told, words)}</p><ul class="doors__links">{_lines(files)}</ul>']
    if watch or feed:
        links = [f'<li><a href="{watch}" rel="nofollow">{words["watch"]}</a></li>'] if watch else []
        links += [f'<li><a href="{feed}" type="application/atom+xml">{words["feed"]}</a></li>'] if feed else []
        parts.append(f'<p class="doors__label">{words["learn"]}</p><ul class="doors__links">{_lines(links)}</ul>')
    if api:
        call = f'<a class="doors__call" href="{api}"><code>GET {api}</code></a>'
        parts.append(f'<p class="doors__label">{words["api"]}</p><p>{call}</p>')
    if is_long:
        parts.append(_progress(get_language()))
    return _safe(
        '<details class="doors"><summary class="doors__title">'
        '<span class="kern-icon kern-icon--small kern-icon--download" aria-hidden="true"></span>'
        f"{words['take and watch' if watch or feed else 'take']}</summary>"
        f'<div class="doors__body">{_lines(parts)}</div></details>'
    )


#: Every list is to be had as these.
_ALWAYS = frozenset({"csv", "xlsx"})


def _size_told(told: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """How many rows a file has, and how large it is; only where both are known."""
    count, size = told.get("count") or 0, told.get("file_size")
    if not size:
        return words["list as"]
    form = ngettext(
        "Diese Liste (%(shown)s Zeile, etwa %(size)s) als", "Diese Liste (%(shown)s Zeilen, etwa %(size)s) als", count
    )
    return form % {"shown": written(german_number(count)), "size": written(filesizeformat(size))}


@lru_cache(maxsize=20)
def _progress(_language: str | None) -> str:
    return str(render_to_string("components/download.html"))


def _lines(pieces: list[str]) -> str:
    return "\n".join(pieces)


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 (every part is escaped where it is put in)
