"""GeoJSON (RFC 7946): lists of the API with a place, and files for the map.

Numbers are written by the JSON encoder, never by a template: the decimal comma of the locale has no way in. Degrees are
longitude first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from coopportal.common.filters import PortalFilterSet
from coopportal.common.problems import problem
from coopportal.common.renderers import FileFacts, Record, StreamRenderer, compact
from coopportal.common.views import DayPage

MEDIA_TYPE = "application/geo+json"

__all__ = ["MEDIA_TYPE", "GeoJsonFile", "GeoJsonRenderer", "collection", "compact", "point", "position"]


def point(lon: Any, lat: Any) -> dict[str, Any] | None:
    """A place; None where it is not known."""
    return None if lon is None or lat is None else {"type": "Point", "coordinates": position(lon, lat)}


def position(lon: Any, lat: Any) -> list[float]:
    """Longitude and latitude with five decimals, about a metre."""
    return [round(float(lon), 5), round(float(lat), 5)]


def collection(features: Iterable[str], **members: Any) -> str:
    """A FeatureCollection of features already written, with members of our own before them."""
    own = "".join(f"{compact(name)}:{compact(value)}," for name, value in members.items())
    return f'{{"type":"FeatureCollection",{own}"features":[{",".join(features)}]}}'


class GeoJsonRenderer(StreamRenderer):
    """A list of the API as a FeatureCollection: a record's key is the id, its values are the properties.

    A record without ``lon`` and ``lat`` keeps its properties and has no geometry. What the file is stands at its end
    (``meta``). Subclasses say ``key``.
    """

    media_type = MEDIA_TYPE
    format = "geojson"
    key = "id"

    def stream(
        self, columns: list[str], records: Iterable[list[Record]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        rows = 0
        start = '{"type":"FeatureCollection","features":['
        for portion in records:
            features = [
                {"type": "Feature", "id": record[self.key], "geometry": geometry, "properties": properties}
                for record, (geometry, properties) in zip(portion, self.placed(columns, portion), strict=True)
            ]
            yield (start + ",".join(map(compact, features))).encode()
            start, rows = ",", rows + len(portion)
        own = f',"meta":{compact(facts.told(rows))}' if facts else ""
        yield f"{'' if rows else start}]{own}}}".encode()

    def placed(self, columns: list[str], portion: list[Record]) -> list[tuple[Any, Record]]:
        """For each record its geometry and its properties."""
        names = [column for column in columns if column not in {"lon", "lat"}]
        return [
            (point(record.get("lon"), record.get("lat")), {name: record[name] for name in names}) for record in portion
        ]


class GeoJsonFile(DayPage):
    """Areas or places for the map, small and cached; a wrong question is a 400 that names it.

    Subclasses say ``filterset_class``, ``get_queryset``, ``body`` (the file as text) and, where that is cheaper than
    the file itself, ``version``.
    """

    http_method_names = ["get", "head"]
    cache_control: ClassVar[str] = "public, no-cache"

    def get_queryset(self) -> Any:
        raise NotImplementedError

    def version(self, asked: PortalFilterSet) -> str:
        """Something that is another as soon as the file is."""
        raise NotImplementedError

    def body(self, asked: PortalFilterSet) -> str:
        raise NotImplementedError

    @method_decorator(gzip_page)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = self.asked(self.get_queryset())
        if asked.problems:
            errors = [{"parameter": name, "message": text} for name, told in asked.problems.items() for text in told]
            return problem(request, 400, _("Diese Parameter passen nicht."), errors=errors)
        etag = f'W/"{hashlib.sha256(self.version(asked).encode()).hexdigest()[:24]}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = HttpResponse(self.body(asked), content_type=MEDIA_TYPE)
        response["ETag"] = etag
        response["Cache-Control"] = self.cache_control
        return response
