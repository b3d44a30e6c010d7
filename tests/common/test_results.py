"""What stands around the rows of a list: chips, doors and links to pages, with nothing that could break out of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe

from coopportal.common.facets import Chosen
from coopportal.common.writing import written

HOSTILE = """<script>alert("1")</script>&'"""


def shown(template: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/liste/{query}")
    return " ".join(render_to_string(f"components/{template}.html", context | {"request": request}).split())


def pages(number: int, rows: int = 100, query: str = "") -> str:
    return shown("pagination", query, page_obj=Paginator(range(rows), 10).page(number))


@pytest.mark.parametrize("text", [HOSTILE, "", "ä – „x“", mark_safe("<b>")])
def test_text_is_written_as_django_escapes_it(text: str) -> None:
    assert written(text) == escape(text)
    assert type(written(text)) is str


def test_links_to_pages() -> None:
    label = '<span class="visually-hidden">Seite </span>'
    links = [
        '<li><a rel="prev" href="?seite=4">Zurück</a></li>',
        f'<li><a href="?seite=1">{label}1</a></li>',
        '<li class="pagination__gap">…</li>',
        f'<li><a href="?seite=4">{label}4</a></li>',
        f'<li><a href="?seite=5" aria-current="page">{label}5</a></li>',
        f'<li><a href="?seite=6">{label}6</a></li>',
        '<li class="pagination__gap">…</li>',
        f'<li><a href="?seite=10">{label}10</a></li>',
        '<li><a rel="next" href="?seite=6">Weiter</a></li>',
    ]
    assert pages(5) == f'<nav class="pagination" aria-label="Seiten"><ul>{" ".join(links)}</ul></nav>'


def test_a_single_page_has_no_links() -> None:
    assert pages(1, rows=10) == ""


def test_links_to_pages_keep_the_question() -> None:
    found = pages(1, rows=20, query="?land=09&seite=7&q=%22%3E%3Cb%3E&land=16")
    assert found.count('href="?land=09&amp;land=16&amp;q=%22%3E%3Cb%3E&amp;seite=2"') == 2
    assert "seite=7" not in found


def test_links_speak_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert ">Next</a>" in pages(1)
    assert ">Weiter</a>" in pages(1)


class Asked:
    counts_told = '{"a": 1}'

    def __init__(self, *chosen: Chosen) -> None:
        self.chosen_values = list(chosen)


def test_chips_take_away_one_value_each() -> None:
    query = "?land=09&land=16&stand=2020-01-01&seite=3"
    found = shown("chosen", query, filterset=Asked(Chosen("land", "Land", "Bayern", ["16"])), is_part=False)
    assert found == (
        '<ul class="chips" aria-label="Gewählte Filter"><li><a class="chip" href="?stand=2020-01-01&amp;land=16">'
        '<span class="visually-hidden">Filter entfernen: </span><span class="chip__field">Land</span> Bayern'
        '<span class="chip__x" aria-hidden="true"></span></a></li></ul>'
    )


def test_without_choice_there_are_no_chips_and_a_part_brings_numbers() -> None:
    assert shown("chosen", filterset=Asked(), is_part=False) == ""
    assert shown("chosen", filterset=Asked(), is_part=True) == ('<div hidden data-counts="{&quot;a&quot;: 1}"></div>')


def test_nothing_breaks_out_of_chips() -> None:
    hostile = Chosen(HOSTILE, HOSTILE, HOSTILE, [HOSTILE])
    found = shown("chosen", filterset=Asked(hostile), is_part=False)
    assert "<script" not in found
    assert found.count(escape(HOSTILE)) == 2


def test_doors_of_a_short_list() -> None:
    found = shown("doors", count=1, file_size=400, csv_url="/c", xlsx_url="/x")
    assert found == (
        '<details class="doors"><summary class="doors__title"><span class="kern-icon kern-icon--small '
        'kern-icon--download" aria-hidden="true"></span>Mitnehmen</summary><div class="doors__body">'
        '<p class="doors__label">Diese Liste (1 Zeile, etwa 400 Bytes) als</p><ul class="doors__links">'
        '<li><a href="/c" download>CSV-Datei</a></li> <li><a href="/x" download>Excel-Datei (XLSX)</a></li></ul>'
        "</div></details>"
    )


def test_doors_of_a_long_list_of_the_api() -> None:
    urls = {f"{name}_url": f"/{name}?a=1&b=2" for name in ("csv", "xlsx", "ndjson", "geojson", "feed", "watch", "api")}
    found = shown("doors", count=1234, file_size=493_600, is_long_file=True, **urls)
    assert "Mitnehmen und beobachten" in found
    assert "Diese Liste (1.234 Zeilen, etwa 482,0 KB) als" in found.replace("\xa0", " ")
    for form in ("csv", "xlsx", "ndjson", "geojson"):
        assert f'<a href="/{form}?a=1&amp;b=2" download data-download>' in found
    assert '<a href="/watch?a=1&amp;b=2" rel="nofollow">Suche merken, Bescheid bekommen</a>' in found
    assert '<a href="/feed?a=1&amp;b=2" type="application/atom+xml">Änderungen verfolgen (Feed)</a>' in found
    assert '<a class="doors__call" href="/api?a=1&amp;b=2"><code>GET /api?a=1&amp;b=2</code></a>' in found
    assert 'id="laden"' in found


def test_doors_of_what_is_not_counted() -> None:
    assert '<p class="doors__label">Diese Liste als</p>' in shown("doors", csv_url="/c", xlsx_url="/x")


def test_nothing_breaks_out_of_doors() -> None:
    urls = {f"{name}_url": HOSTILE for name in ("csv", "xlsx", "ndjson", "geojson", "feed", "watch", "api")}
    assert "<script" not in shown("doors", count=1, **urls)
