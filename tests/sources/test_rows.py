"""The items of the list of documents as plain rows tell what the objects tell."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from sources.models import SourceDocument
from sources.rows import document_rows
from tests.builders import make_document
from tests.markup import markup

pytestmark = pytest.mark.django_db

HOSTILE = '<b onclick="x">&amp;\'{{ 7 }}'


@pytest.mark.parametrize("language", ["de", "en"])
def test_rows_tell_what_objects_tell(language: str) -> None:
    make_document(title="Bericht", publisher="Land", published_on=dt.date(2020, 5, 1), language="en")
    make_document(title=HOSTILE, published_on=dt.date(2020, 1, 1), published_precision="year")
    keys = list(SourceDocument.objects.order_by("-pk").values_list("pk", flat=True))
    objects = SourceDocument.objects.with_counts().in_bulk(keys)
    with translation.override(language):
        assert [
            (row.slug, row.title, row.publisher, row.kind, row.language, row.passages_count, str(row.published))
            for row in document_rows([*keys, 0])
        ] == [
            (*(one.slug, one.title, one.publisher, one.get_kind_display(), one.language), one.passages_count, str(day))
            for one, day in ((objects[key], objects[key].published) for key in keys)
        ]


def test_titles_are_text_and_say_their_language(client: Client) -> None:
    make_document(title=HOSTILE, language="en")
    page = client.get("/quellen/")
    markup(page)
    assert "<b onclick" not in page.text
    assert page.text.count('<span lang="en">&lt;b onclick=&quot;x&quot;&gt;&amp;amp;&#x27;{{ 7 }}</span>') == 1
