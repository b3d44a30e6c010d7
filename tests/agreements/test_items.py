"""The items of the list of agreements say what the records say, written as the template of one item writes them."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from agreements.items import items
from agreements.models import Agreement, Confirmation, Participation
from municipalities.models import Municipality
from tests.builders import day

pytestmark = pytest.mark.django_db

BY_TEMPLATE = """{% for agreement in rows %}{% include "agreements/_parts/agreement_item.html" with heading_level=2 %}
{% endfor %}"""
BY_TAG = "{% load items %}{% agreement_items rows filterset.searched %}"


class Asked:
    def __init__(self, searched: str) -> None:
        self.searched = searched


def _written(template: str, rows: object, searched: str, stand: object) -> str:
    context = {"rows": rows, "filterset": Asked(searched), "stand": stand, "object": None, "footnotes": None}
    text = Template(template).render(Context(context))
    return re.sub(r"\s*([<>])\s*", r"\1", text)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("searched", "stand"), [("", None), ("Vereinbarung stadt", "2022-01-01"), ("die", None)])
def test_they_are_written_as_the_template_writes_them(
    loaded: None, language: str, searched: str, stand: str | None
) -> None:
    first = Participation.objects.filter(agreements__isnull=False, municipality__isnull=False).first()
    assert first is not None
    Confirmation.objects.create(participation=first, answer="refused", reason="Nein.", answered_on="2026-01-01")
    Municipality.objects.filter(pk=first.municipality_id).update(shares_name=True)
    Agreement.objects.filter(pk=Agreement.objects.public()[0].pk).update(
        title="<b>&", ends_on=None, ends_wording="bald"
    )
    with translation.override(language):
        rows = list(Agreement.objects.public().for_list())
        told = items([row.pk for row in rows])
        asked = day(stand) if stand else None
        ours, theirs = _written(BY_TAG, told, searched, asked), _written(BY_TEMPLATE, rows, searched, asked)
        assert ours.split("<li ") == theirs.split("<li ")


def test_they_come_in_the_order_of_the_keys(loaded: None) -> None:
    keys = list(Agreement.objects.public().order_by("-pk").values_list("pk", flat=True))
    assert [item.pk for item in items(keys)] == keys
