"""What all views of the reading side share: open to all, the same for everybody, not sent again to who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.cache import patch_vary_headers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from coopportal.common import feed
from coopportal.common.conditional import etag_of, last_modified_of, unchanged, validated
from coopportal.common.deprecation import Deprecated, warn
from coopportal.common.negotiation import Negotiation

#: Anybody may keep an answer, but asks whether it still holds before showing it again.
CACHE_CONTROL = "public, no-cache"


class Reading(APIView):
    """What all views of the reading side share: open to all, the same for everybody, kept by caches."""

    http_method_names = ["get", "head"]
    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = Negotiation
    last_modified: int | None = None
    #: The version of all that can be read, asked before anything was read.
    version_number: int | None = None
    #: Whether it will go, and which of its parameters will.
    deprecated: ClassVar[Deprecated | None] = None
    deprecated_parameters: ClassVar[Mapping[str, Deprecated]] = {}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """304 to who has this answer already, before anything is read but the version."""
        version = feed.version()
        self.version_number, self.last_modified = version.number, last_modified_of(version)
        etag = etag_of(request, *self.versions(version))
        if response := unchanged(request, etag):
            response["ETag"], response["Cache-Control"] = etag, CACHE_CONTROL
            patch_vary_headers(response, self.varies())
            return warn(self, request, response)
        response = super().dispatch(request, *args, **kwargs)
        return warn(self, request, validated(request, response, etag, self.last_modified))

    def versions(self, version: feed.Version) -> tuple[Any, ...]:
        """What makes another answer of the same address on the same day."""
        return (version.number,)

    def varies(self) -> list[str]:
        """The headers by which answers differ: there is only one where there is only one representation."""
        return ["Accept"] if len(self.renderer_classes) > 1 else []

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response.setdefault("Cache-Control", CACHE_CONTROL)
        return super().finalize_response(request, response, *args, **kwargs)
