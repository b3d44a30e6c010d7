"""What the tests of pages read off a page."""

from __future__ import annotations

import re

from django.http import HttpResponse


def words(html: str) -> str:
    """The text of a page, blanks folded; marks of footnotes left out."""
    html = re.sub(r'<sup class="footnote-marks">.*?</sup>', "", html)
    return " ".join(re.sub("<[^>]+>", " ", html).replace("\u2060", "").replace("&#8288;", "").split())


def names(response: HttpResponse) -> list[str]:
    """The titles of the rows of a list."""
    return [words(title) for title in re.findall(r'class="item__title">(.*?)</h', response.text, re.DOTALL)]


def part(response: HttpResponse, section: str) -> str:
    """The words of the section whose heading has this id."""
    return words(
        response.text.split(f'<section class="section" aria-labelledby="{section}">')[1].split("</section>")[0]
    )
