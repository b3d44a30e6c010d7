"""Questions that are made ready once and sent with other keys each time."""

from __future__ import annotations

import pytest

from coopportal.common.prepared import Prepared
from municipalities.models import Organisation
from tests import builders as make

pytestmark = pytest.mark.django_db

#: Texts with every sign that means something in a list of keys, on either database.
TEXTS = ('a "b"', "a\\b", '\\"', "{a,b}", "NULL", "a, b", " a ", "ä'; --", "%s")


def test_rows_are_found_by_any_text() -> None:
    for text in TEXTS:
        make.make_organisation(name=text)
    question = Prepared(Organisation.objects.order_by("pk"), ("name",), column="name")
    assert [name for (name,) in question.of(TEXTS)] == [*TEXTS]
    assert [[name for (name,) in question.of([text])] for text in TEXTS] == [[text] for text in TEXTS]
    assert question.of([]) == []


def test_rows_are_found_by_number() -> None:
    keys = [make.make_organisation(name=f"Stelle {number}").pk for number in range(3)]
    question = Prepared(Organisation.objects.order_by("pk"), ("pk",), column="pk")
    assert question.of([*keys[:2], 1 << 40]) == [(keys[0],), (keys[1],)]
