"""All 2,056 municipalities of Bavaria, the largest Land, in one file for the map: complete, small, with few queries."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.urls import reverse

from municipalities.models import Municipality
from tests.municipalities.one_land import import_land

pytestmark = pytest.mark.django_db


def test_the_map_of_bavaria_holds_every_municipality(
    client: Any, shared: Any, tmp_path: Any, django_assert_num_queries: Any
) -> None:
    import_land(shared, "09", tmp_path)
    address = f"{reverse('municipalities:boundaries', args=['gemeinden'])}?land=09&detail=1"
    with django_assert_num_queries(3):
        answer = client.get(address, headers={"accept-encoding": "gzip"})
    packed = b"".join(answer) if answer.streaming else answer.content
    assert len(packed) <= 200_000
    areas = json.loads(gzip.decompress(packed))["features"]
    towns = set(Municipality.objects.filter(state="09", level="municipality").values_list("ars", flat=True))
    drawn = {area["properties"]["ars"] for area in areas if area["geometry"]["coordinates"]}
    assert (len(towns), towns - drawn) == (2056, set())
