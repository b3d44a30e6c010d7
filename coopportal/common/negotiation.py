"""Which representation of an answer is sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from coopportal.common.problems import BadQuery

#: Few programs accept anything unusual, and none more than this many characters, of which a choice is remembered.
MOST_CHOICES, MOST_CHARACTERS = 256, 200

#: What was asked → the place of what was chosen among the renderers, and its media type.
_chosen: OrderedDict[tuple[Any, ...], tuple[int, str]] = OrderedDict()


class Negotiation(DefaultContentNegotiation):
    """Chooses the representation; ``format`` goes before ``Accept``, and one that is none is a bad value of it."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The same of the same: taking headers apart costs as much as to find a record. Raises NotAcceptable."""
        offered: Sequence[BaseRenderer] = [*renderers]
        accepted, asked = (
            request.META.get("HTTP_ACCEPT", ""),
            request.query_params.get(self.settings.URL_FORMAT_OVERRIDE),
        )
        question = (*map(type, offered), accepted, asked, format_suffix)
        if found := _chosen.get(question):
            return offered[found[0]], found[1]
        renderer, media_type = super().select_renderer(request, offered, format_suffix)
        if len(accepted) <= MOST_CHARACTERS:
            _chosen[question] = offered.index(renderer), media_type
            while len(_chosen) > MOST_CHOICES:
                _chosen.popitem(last=False)
        return renderer, media_type

    def get_accept_list(self, request: Request) -> list[str]:
        """Many programs always accept JSON only, also where their address asks for another file."""
        return (
            ["*/*"] if request.query_params.get(self.settings.URL_FORMAT_OVERRIDE) else super().get_accept_list(request)
        )

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        renderers = list(renderers)
        fitting = [renderer for renderer in renderers if renderer.format == format]
        if not fitting:
            known = ", ".join(str(renderer.format) for renderer in renderers)
            raise BadQuery({"format": [_("Möglich sind hier: %(formats)s.") % {"formats": known}]})
        return fitting
