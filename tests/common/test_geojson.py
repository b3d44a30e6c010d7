"""GeoJSON as the ground writes it: a decimal point in every language, geometry or null, files that are kept."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.utils import translation

from coopportal.common.filters import PortalFilterSet
from coopportal.common.geojson import GeoJsonFile, GeoJsonRenderer, collection, compact, point, position


class ByKey(GeoJsonRenderer):
    key = "key"


def streamed(*portions: list[dict[str, Any]], columns: tuple[str, ...] = ("key", "name", "lat", "lon")) -> Any:
    return json.loads(b"".join(ByKey().stream(list(columns), iter(portions))))


def record(key: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "name": key.upper(), "lat": 50.92878, "lon": 11.5899} | values


def test_degrees_have_a_decimal_point_in_every_language():
    with translation.override("de"):
        assert compact(point(Decimal("11.589900"), Decimal("50.928780"))) == (
            '{"type":"Point","coordinates":[11.5899,50.92878]}'
        )
    assert position("11.589912345", 50) == [11.58991, 50.0]


@pytest.mark.parametrize(("lon", "lat"), [(None, 50), (11, None), (None, None)])
def test_an_unknown_place_is_null(lon, lat):
    assert point(lon, lat) is None


def test_days_are_written_in_iso_form():
    assert compact({"tag": dt.date(2019, 4, 24), "ort": "Görlitz"}) == '{"tag":"2019-04-24","ort":"Görlitz"}'


def test_a_collection_may_bring_members_of_its_own():
    assert json.loads(collection(['{"id":1}', '{"id":2}'], shares={"16": [1, 2]})) == {
        "type": "FeatureCollection",
        "shares": {"16": [1, 2]},
        "features": [{"id": 1}, {"id": 2}],
    }
    assert json.loads(collection([])) == {"type": "FeatureCollection", "features": []}


def test_records_of_all_portions_become_features():
    assert streamed([record("a"), record("b", lon=None)], [record("c")]) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "a",
                "geometry": {"type": "Point", "coordinates": [11.5899, 50.92878]},
                "properties": {"key": "a", "name": "A"},
            },
            {"type": "Feature", "id": "b", "geometry": None, "properties": {"key": "b", "name": "B"}},
            {
                "type": "Feature",
                "id": "c",
                "geometry": {"type": "Point", "coordinates": [11.5899, 50.92878]},
                "properties": {"key": "c", "name": "C"},
            },
        ],
    }


def test_no_record_is_an_empty_collection():
    assert streamed() == {"type": "FeatureCollection", "features": []}


def test_only_the_columns_of_the_list_are_told():
    assert streamed([record("a", secret=1)])["features"][0]["properties"] == {"key": "a", "name": "A"}


def test_the_first_piece_holds_the_first_portion_already():
    pieces = ByKey().stream(["key"], iter([[record("a")], [record("b")]]))
    assert b'"id":"a"' in next(pieces)


# --- Files for the map ---


class Sample(GeoJsonFile):
    filterset_class = PortalFilterSet
    cache_control = "public, max-age=60"

    def get_queryset(self) -> Any:
        return ContentType.objects.none()

    def version(self, asked: PortalFilterSet) -> str:
        return f"{asked.day}"

    def body(self, asked: PortalFilterSet) -> str:
        return collection(['{"id":"ä"}'] * 100)


def answer(query: str = "", **headers: str) -> Any:
    return Sample.as_view()(RequestFactory().get(f"/karte/x.geojson?{query}", headers=headers))


def test_a_file_says_what_it_is_and_how_long_it_keeps():
    response = answer("stand=2020-01-01")
    assert (response.status_code, response["Content-Type"]) == (200, "application/geo+json")
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["ETag"].startswith('W/"')


def test_a_file_known_already_is_not_sent_again():
    etag = answer("stand=2020-01-01")["ETag"]
    again = answer("stand=2020-01-01", if_none_match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert answer("stand=2021-01-01", if_none_match=etag).status_code == 200


def test_a_file_is_compressed_for_those_who_can_read_it():
    plain, packed = answer(), answer(accept_encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]


def test_a_wrong_question_is_answered_with_what_is_wrong():
    response = answer("stand=gestern&was=1")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in json.loads(response.content)["errors"]] == ["stand", "was"]
