"""Which representation of an answer is sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from coopportal.common.problems import BadQuery


class Negotiation(DefaultContentNegotiation):
    """Chooses the representation; ``format`` goes before ``Accept``, and one that is none is a bad value of it."""

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
