"""What can be said of a page's markup without a browser."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class Markup(HTMLParser):
    """Collects elements, ids, headings and what a strict policy would forbid."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.headings: list[int] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.references: list[str] = []
        self.inline: list[str] = []
        self.foreign: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")
        if found.get("id"):
            self.ids[str(found["id"])] += 1
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        if tag in {"input", "select", "textarea"} and found.get("type") not in {"hidden", "checkbox", "radio"}:
            self.controls.append(found)
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            self.references += (found.get(name) or "").split()
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in found) else []
        address = (found.get("src") or (found.get("href") if tag == "link" else "")) or ""
        self.foreign += [address] if address.startswith(("http:", "https:", "//")) else []

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def text(self, tag: str) -> str:
        """The text of the first element of that name, blanks folded."""
        return " ".join(self.texts[tag][0].split())


def markup(response: HttpResponse | Any) -> Markup:
    """The markup of a page; fails where any page of ours would be wrong."""
    page = Markup(response.content.decode())
    assert [name for name, times in page.ids.items() if times > 1] == []
    assert [name for name in page.references if name not in page.ids] == []
    assert (page.inline, page.foreign) == ([], [])
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert [(above, below) for above, below in steps if below > above + 1] == []
    bare = [c for c in page.controls if c.get("id") not in page.labelled and not c.get("aria-label")]
    assert bare == []
    return page
