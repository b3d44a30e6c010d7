"""Whatever is asked of the API, the answer is a list, an object or a problem that the description tells of.

In the suite a fixed small number of questions; `make fuzz` asks 10,000 each time anew.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from coopportal.api import RESOURCES as ROUTED
from tests.api import RESOURCES, ROWS, list_url

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

AWKWARD = [
    *("", " ", ",", ",,", "0", "-1", "1", "1.5", "1e309", "NaN", str(10**20), "9" * 5000, "٣", "²"),
    *("16", "07", "16053", "16053000", "160530000000", "0733501", "073355010", "999999999999"),
    *("2019-02-30", "2019-04-24", "24.04.2019", "0001-01-01", "9999-12-31", "10000-01-01", "٢٠١٩-٠١-٠١"),
    *("\x00", "a\x00b", "'", '"', "%", "_", "\\", "%s", "{}", "<b>", "😀" * 60, "a " * 100, "-a " * 60, "x" * 10_000),
    *(
        "name",
        "-name",
        "--name",
        "-",
        "updated_at",
        "csv",
        "xlsx",
        "json",
        "api",
        "sources",
        "jsonld",
        "slug,name",
        "cooperation",
        "04",
        "04.01",
        "published",
    ),
]
FILES = {"text/csv", "application/x-ndjson", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
VALUES = st.sampled_from(AWKWARD) | st.text(max_size=40) | st.dates().map(str) | st.integers().map(str)


def parameters(resource: str) -> list[str]:
    own = ["page", "page_size", "format", "include", "cursor", "fields", "expand", "unknown\x00"]
    return [*ROUTED[resource].filterset_class.base_filters, *own]


def sound(answer: Any) -> bool:
    """Is it an answer the description tells of?"""
    if answer.status_code == 200:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return bool(body) and answer["Content-Type"].split(";")[0] in {
            "application/json",
            "application/ld+json",
            *FILES,
        }
    told = {400: "errors", 404: "detail", 406: "detail"}
    return answer["Content-Type"] == "application/problem+json" and told[answer.status_code] in answer.json()


@pytest.fixture
def rows() -> dict[str, Any]:
    """One row of every resource, so that filters have something to find."""
    return {resource: ROWS[resource]() for resource in RESOURCES}


@given(data=st.data())
def test_any_question_to_a_list_is_answered(client: Client, rows: dict[str, Any], data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(RESOURCES))
    names = st.sampled_from(parameters(resource))
    query = data.draw(st.dictionaries(names, st.lists(VALUES, min_size=1, max_size=3), max_size=4))
    assert sound(client.get(list_url(resource), query))


@given(data=st.data())
def test_any_question_to_an_object_is_answered(client: Client, rows: dict[str, Any], data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(RESOURCES))
    key = data.draw(st.just(str(rows[resource])) | VALUES.map(lambda text: text.replace("/", "-")))
    query = data.draw(
        st.dictionaries(st.sampled_from(["as_of", "include", "format", "page", "fields", "expand"]), VALUES, max_size=2)
    )
    assert sound(client.get(f"{list_url(resource)}{quote(key.strip('.') or 'x', safe='')}/", query))
