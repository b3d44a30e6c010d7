"""What the register and its sources say stays German on the English pages, and says so (WCAG 3.1.2)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from agreements.models import Agreement, Cooperation, Event
from coopportal.common.languages import in_german, spoken
from funding.models import BudgetLine, Criterion, Figure, Programme
from municipalities.models import Municipality, Organisation
from sources.models import Citation, Conflict, SourceDocument

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

#: Never closed.
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Words of a source in a sentence of ours; the marks say that they are foreign.
_QUOTED = re.compile("„[^“]*“|“[^”]*”")
#: Texts whose language cannot be told, or is told by what they stand in.
_PASSED_OVER = {"title", "desc", "script"}


class Spoken(HTMLParser):
    """Collects the texts of a page that are said to be English."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.english: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            around = self._open[-1][1] if self._open else ""
            self._open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1] == "en" and self._open[-1][0] not in _PASSED_OVER:
            self.english.append(_QUOTED.sub("", " ".join(data.split())))


#: What is German of each kind of record.
TEXTS = (
    (Cooperation, ("name", "summary", "region")),
    (Agreement, ("title", "summary")),
    (Event, ("title", "summary", "place")),
    (Programme, ("name", "summary")),
    (BudgetLine, ("purpose",)),
    (Criterion, ("wording",)),
    (Figure, ("indicator",)),
    (Organisation, ("note",)),
    (SourceDocument, ("title", "note")),
    (Citation, ("stated_value", "note")),
    (Conflict, ("explanation",)),
)


def german_texts() -> set[str]:
    """Texts of several words: one alone may be English too. Names of bodies and people are in nobody's language."""
    told = {text for model, names in TEXTS for row in model.objects.values_list(*names) for text in row if text}
    names = "\n".join(str(body) for model in (Municipality, Organisation) for body in model.objects.all())
    texts = {" ".join(text.split()) for text in told if re.search("[a-zäöü]{4}", text)}
    return {text for text in texts if " " in text and text not in names}


def addresses() -> list[str]:
    """Every list, and every record that has a page."""
    lists = ["/", "/kooperationen/", "/vereinbarungen/", "/stellen/", "/foerderung/", "/quellen/", "/widersprueche/"]
    lists += [
        "/karte/",
        "/netz/",
        "/netz/?darstellung=bodies",
        "/netz/luecken/?land=16",
        "/netz/partner/?kommune=160530000000",
    ]
    lists += [
        "/netz/partner/?kommune=160530000000",
        "/fristen/?kommune=160530000000",
        "/statistik/",
        "/kommunen/",
        "/kommunen/baum/",
    ]
    lists += ["/suche/?q=Leitstelle", "/suche/?q=Jena", "/suche/?q=Thüringen", "/kooperationen/?q=Leitstelle"]
    lists += ["/kooperationen/vergleich/?k=leitstellenverbund-ostthueringen&k=asskomm"]
    lists += ["/aenderungen/?von=2019-01-01&bis=2020-01-01&land=16"]
    rows: list[Any] = [
        *Cooperation.objects.all(),
        *Agreement.objects.all(),
        *Programme.objects.all(),
        *Organisation.objects.all(),
        *SourceDocument.objects.all(),
        *Municipality.objects.filter(participations__isnull=False).distinct(),
    ]
    details = [row.get_absolute_url() for row in rows]
    more = [f"{row.get_absolute_url()}{part}/" for row in Cooperation.objects.all() for part in ("verlauf", "hinweis")]
    return lists + details + more


def test_german_texts_say_so_on_every_english_page(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    texts = german_texts()
    found = []
    for address in addresses():
        answer = client.get(address)
        assert answer.status_code == 200, address
        found += [(address, told) for told in Spoken(answer.text).english if any(text in told for text in texts)]
    assert found == []


def test_on_a_page_of_its_own_language_a_text_is_left_as_it_is(client: Client) -> None:
    assert (in_german("Bauhof"), spoken("", "en")) == ("Bauhof", "")
    assert spoken("<b>", "en") == '<span lang="en">&lt;b&gt;</span>'
    assert 'lang="de"' not in client.get("/kooperationen/").text.split("<main")[1].split("</main>")[0]
