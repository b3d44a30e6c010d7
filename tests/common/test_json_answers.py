"""Answers as JSON are the bytes that DRF's own renderer writes."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy as _
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from agreements.choices import CooperationStatus
from coopportal.common.json_answers import Json

words = st.text(st.characters(blacklist_categories=["Cs"]))
plain = st.none() | st.booleans() | st.integers() | words
values = st.recursive(plain, lambda some: st.lists(some) | st.dictionaries(words, some), max_leaves=12)


@settings(max_examples=150)
@given(values.filter(lambda value: value is not None))
def test_any_value(value):
    assert Json().render(value) == JSONRenderer().render(value)


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2026, 11, 22),
        dt.datetime(2026, 11, 22, 12, 30, tzinfo=dt.UTC),
        Decimal("1.50"),
        CooperationStatus.ACTIVE,
        _("Stand"),
        UUID(int=7),
        2**80,
        {2026: "ein Jahr als Schlüssel"},
        ("a", {"b": ()}),
        "Zeile\u2028 und \u2029 Absatz </script>",
        0.1,
    ],
)
def test_what_json_has_no_word_for(value):
    assert Json().render({"x": value}) == JSONRenderer().render({"x": value})


def test_nothing_and_indented():
    assert Json().render(None) == b""
    indented = JSONRenderer().render({"a": [1]}, "application/json; indent=2")
    assert Json().render({"a": [1]}, "application/json; indent=2") == indented
