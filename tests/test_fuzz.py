"""Any address with any question is answered: found, refused or not found, never a fault of ours.

`make fuzz` asks 10,000 times with new chance each time; the suite asks a fixed small number.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.filters import NOT_FILTERS, PortalFilterSet

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

# Texts that have broken programs before: keys of nobody, numbers beyond every column, signs of SQL, HTML and templates.
AWKWARD = [
    *("", " ", "0", "-1", "1.5", "9" * 30, "1e309", "NaN", "null", "None", "true"),
    *("16053000", "160530000000", "073355001", "07335", "999999999999", "16", "99", "٣"),
    *("2019-02-30", "2019-04-24", "24.04.2019", "0000-00-00", "9999-12-31", "10000-01-01", "1-1-1"),
    *(
        "'",
        '"',
        "';--",
        "%",
        "_",
        "\\",
        "\x00",
        "\ud7ff",
        "{{ 7|add:7 }}",
        "<script>",
        "../..",
        "a,b,,c",
        ",",
        "ß",
        "İ",
        "ﬀ",
    ),
    *("name", "-name", "-", "--name", "pk", "password", "__class__"),
]
VALUES = st.sampled_from(AWKWARD) | st.text(max_size=30)


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Every address of ours as a template, the admin's own left out."""
    found = []
    for pattern in patterns:
        route = before + str(getattr(pattern.pattern, "_route", pattern.pattern))
        if route.startswith("admin/"):
            continue
        found += routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found


def parameter_names() -> list[str]:
    """Everything any list can be asked, in both languages, and something none can."""
    names = set(NOT_FILTERS) | {"unknown"}
    waiting = [PortalFilterSet]
    while waiting:
        filters = waiting.pop()
        waiting += filters.__subclasses__()
        names |= filters.base_filters.keys() | filters.aliases.keys()
    return sorted(names)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """One of our addresses with something in each of its gaps."""
    route = draw(st.sampled_from(routes(get_resolver().url_patterns)))
    segment = VALUES.map(lambda text: text.replace("/", "").replace("\x00", "")).filter(
        lambda text: text not in {".", ".."}
    )
    filled = re.sub(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)", lambda _: draw(segment), route)
    return "/" + re.sub(r"[\^$]|\\Z|\\", "", filled)


@given(address=addresses(), query=st.data())
def test_no_question_breaks_a_page(client: Client, address: str, query: st.DataObject) -> None:
    parameters = query.draw(
        st.dictionaries(st.sampled_from(parameter_names()), st.lists(VALUES, max_size=2), max_size=3)
    )
    answer = client.get(address, parameters)
    assert answer.status_code < 500
