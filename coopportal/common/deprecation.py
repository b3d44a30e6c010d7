"""What of the API will go: said in time, in every answer it concerns, for programs and for those who write them.

``Deprecation`` says since when something is not to be used any more (RFC 9745), ``Sunset`` from when on it will not be
there (RFC 8594), the link leads to what to use instead. The policy is in ``docs/api.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.http import http_date

#: What a description of an answer says of the header fields.
HEADERS = ("Deprecation", "Sunset", "Link")


@dataclass(frozen=True)
class Deprecated:
    """A resource or parameter that will go: since when it is not to be used, until when it works, where to read on.

    ``sunset`` is the last day on which it works, None where that is not decided. Days are days in UTC.
    """

    since: dt.date
    sunset: dt.date | None
    link: str

    @property
    def headers(self) -> dict[str, str]:
        told = {"Deprecation": f"@{_seconds(self.since)}"}
        if self.sunset:
            told["Sunset"] = http_date(_seconds(self.sunset + dt.timedelta(days=1)))
        return told | {"Link": f'<{self.link}>; rel="deprecation"; type="text/html"'}


def _seconds(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time.min, dt.UTC).timestamp())


def warn(view: Any, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer, saying so where the view or a parameter that was used will go; of several the first to go."""
    parameters: Mapping[str, Deprecated] = view.deprecated_parameters
    concerned = [about for name, about in parameters.items() if name in request.GET]
    concerned += [view.deprecated] if view.deprecated else []
    if concerned:
        first = min(concerned, key=lambda one: (one.sunset or dt.date.max, one.since))
        for name, value in first.headers.items():
            response[name] = f"{response[name]}, {value}" if name == "Link" and response.has_header(name) else value
    return response
