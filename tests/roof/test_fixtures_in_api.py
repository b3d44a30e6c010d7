"""What a program is told of the five documents."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({"municipality": "16055000"}, {"leitstellenverbund-ostthueringen", "impulsregion"}),
        ({"municipality": "07312000"}, set()),
        ({"municipality": "073350000000"}, {"verwaltungsstaebe-fuenf-kreise"}),
    ],
)
def test_cooperations_of_a_body_itself(client: Client, query: dict[str, str], slugs: set[str]) -> None:
    answer = client.get("/api/v1/cooperations/", query).json()
    assert {row["slug"] for row in answer["results"]} == slugs


def test_six_cooperations(client: Client) -> None:
    assert client.get("/api/v1/cooperations/").json()["count"] == 6


@pytest.mark.parametrize(("day", "degree"), [("2019-03-01", "existing"), ("2019-05-01", "directed_elsewhere")])
def test_weimar_on_a_day(client: Client, day: str, degree: str) -> None:
    query = {"cooperation": "leitstellenverbund-ostthueringen", "municipality": "16055000", "as_of": day}
    (row,) = client.get("/api/v1/participations/", query).json()["results"]
    assert row["degree"] == degree
