"""What the machine-readable description says of registering: what is sent along, what is answered, and why not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from agreements.serializers.registered import ProposalOutput, RegistrationOutput, RegistrationRow
from agreements.serializers.registrations import (
    AnswerInput,
    ContentsInput,
    ProposalInput,
    ReasonInput,
    RegistrationInput,
    Strict,
)
from coopportal.common.problems import CONTENT_TYPE, ProblemSerializer
from coopportal.common.schema import ALWAYS, PortalSchema

_WHO = {
    "401": _("Wer fragt? Nötig ist ein Zugangsschlüssel oder eine Sitzung."),
    "403": _("Dazu fehlt Ihnen das Recht."),
    "404": _("Das gibt es nicht, oder es geht Sie nichts an."),
}
_BODY = {"400": _("Der Inhalt passt nicht; alles, was nicht passt, ist genannt."), "415": _("Erwartet wird JSON.")}
_STATE = {"409": _("In diesem Stand des Eintrags geht das nicht.")}
_FASTER = {"412": _("Jemand war schneller. Der ETag der Antwort nennt die jetzige Fassung.")}

#: Action → what it may be refused with besides what every request may be.
REFUSALS: dict[str, dict[str, Any]] = {
    "list": _WHO | {"400": _("Ein Parameter passt nicht.")},
    "retrieve": _WHO,
    "create": _WHO
    | _BODY
    | {
        "409": _("Dieselbe Anfrage ist gerade in Arbeit."),
        "422": _("Der Idempotency-Key gehört zu einer anderen Anfrage."),
    },
    "partial_update": _WHO | _BODY | _STATE | _FASTER | {"428": _("Es fehlt die Fassung, die Sie gelesen haben.")},
    "submit": _WHO | _BODY | _STATE | _FASTER,
    "withdraw": _WHO | _BODY | _STATE,
    "confirmations": _WHO | _BODY | _STATE | _FASTER,
    "proposals": _WHO | _BODY | _STATE,
}


class RegistrationSchema(PortalSchema):
    """Says of each action what it is refused with, and that unknown fields are."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Strict):
            schema["additionalProperties"] = False
        return schema

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = {status: body for status, body in super()._get_response_bodies(direction).items() if status < "400"}
        view: Any = self.view
        for status, description in (REFUSALS[view.action] | ALWAYS).items():
            bodies[status] = self._get_response_for_code(ProblemSerializer, status, [CONTENT_TYPE], direction)
            bodies[status]["description"] = str(description)
        return self.with_limits(bodies)


def _header(name: str, about: Any, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=about, **options)


_KEY = _header("Idempotency-Key", _("Gehört nur zu dieser Anfrage, etwa eine UUID."), required=True)
_VERSION = _header("If-Match", _("Die Fassung, die Sie gelesen haben: der ETag der Antwort."))
_TAG = _header("ETag", _("Die Fassung des Eintrags."), response=[200, 201])
_PLACE = _header("Location", _("Die Adresse des Eintrags."), response=[200, 201])
_TOLD = {200: RegistrationOutput}

described = extend_schema_view(
    list=extend_schema(summary=_("Was die eigene Kommune führt"), responses=RegistrationRow(many=True)),
    retrieve=extend_schema(summary=_("Ein Eintrag mit allem, was ihn angeht"), parameters=[_TAG], responses=_TOLD),
    create=extend_schema(
        summary=_("Neuer Entwurf, auf Wunsch gleich eingereicht"),
        parameters=[_KEY, _TAG, _PLACE],
        request=RegistrationInput,
        responses={201: RegistrationOutput},
    ),
    partial_update=extend_schema(
        summary=_("Entwurf oder zurückgegebenen Eintrag ändern"),
        parameters=[_VERSION, _TAG],
        request=ContentsInput,
        responses=_TOLD,
    ),
    submit=extend_schema(summary=_("Einreichen"), parameters=[_VERSION, _TAG], request=None, responses=_TOLD),
    withdraw=extend_schema(summary=_("Zurückziehen"), parameters=[_TAG], request=ReasonInput, responses=_TOLD),
    confirmations=extend_schema(
        summary=_("Die eigene Beteiligung bestätigen oder ihr widersprechen"),
        parameters=[_VERSION, _TAG],
        request=AnswerInput,
        responses=_TOLD,
    ),
    proposals=extend_schema(
        summary=_("Änderungen vorschlagen"), request=ProposalInput, responses={201: ProposalOutput}
    ),
)
