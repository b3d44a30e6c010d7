"""What the machine-readable description (OpenAPI) says beyond what follows from serializers: parameters and errors."""

from __future__ import annotations

import copy
from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiFilterExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from coopportal.common.api import RecordFilterSet, Resource, TombstoneSerializer, listed
from coopportal.common.linked import JsonLdRenderer
from coopportal.common.picking import EXPANDED
from coopportal.common.problems import CONTENT_TYPE, ProblemSerializer
from coopportal.common.query_fields import (
    LONGEST_SEARCH,
    MOST_VALUES,
    DayField,
    ListField,
    MomentField,
    TextField,
    ValuesField,
)
from coopportal.common.renderers import StreamRenderer

ERRORS = {
    "list": {"400": _("Ein Parameter passt nicht."), "404": _("Diese Seite der Liste gibt es nicht.")},
    "retrieve": {"400": _("Ein Parameter passt nicht."), "404": _("Diesen Gegenstand gibt es nicht.")},
}
ALWAYS = {
    "429": _("Zu viele Anfragen in dieser Minute."),
    "406": _("In dieser Darstellung nicht möglich."),
    "500": _("Ein Fehler von uns."),
    "503": _("Gerade nicht möglich: Es wird sehr viel geschrieben."),
}

#: What every answer says of the limits (draft-ietf-httpapi-ratelimit-headers-10), and what one beyond them adds.
LIMITS = {
    "RateLimit-Policy": _("Wie viele Anfragen (q) in wie vielen Sekunden (w) Sie stellen können."),
    "RateLimit": _("Wie viele davon noch übrig sind (r), und in wie vielen Sekunden es wieder alle sind (t)."),
}
#: What an answer says that concerns something that will go (RFC 9745, RFC 8594).
GOING = {
    "Deprecation": _("Seit wann das nicht mehr verwendet werden soll (@Sekunden seit 1970)."),
    "Sunset": _("Ab wann es nicht mehr da ist."),
    "Link": _("Wo steht, was an seine Stelle tritt (rel=deprecation)."),
}
WAIT = {"Retry-After": _("In wie vielen Sekunden Sie wieder fragen können.")}


def parameter_schema(filter_: django_filters.Filter) -> dict[str, Any]:
    """The JSON schema of the values that a filter takes."""
    field_class = filter_.field_class
    if issubclass(field_class, ListField):
        items: dict[str, Any] = {"type": "string"}
        if issubclass(field_class, ValuesField):
            items["enum"] = [str(value) for value, _label in filter_.field.choices]
        return {"type": "array", "items": items, "maxItems": MOST_VALUES}
    if issubclass(field_class, DayField):
        return {"type": "string", "format": "date"}
    if issubclass(field_class, MomentField):
        return {"anyOf": [{"type": "string", "format": kind} for kind in ("date", "date-time")]}
    if issubclass(field_class, TextField):
        return {"type": "string", "maxLength": LONGEST_SEARCH}
    return {"type": "string"}


def parameters_of(filterset_class: type[django_filters.FilterSet]) -> list[dict[str, Any]]:
    """The parameters of a FilterSet; of one with several values they are repeated (or stand with commas)."""
    found = []
    for name, filter_ in filterset_class.base_filters.items():
        schema = parameter_schema(filter_)
        parameter = {"name": name, "in": "query", "schema": schema, "description": str(filter_.label or "")}
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        found.append(parameter)
    return found


class PortalFilterExtension(OpenApiFilterExtension):
    """Describes the parameters of a resource's FilterSet."""

    target_class = "coopportal.common.api.PortalFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return parameters_of(auto_schema.view.filterset_class)


class PortalSchema(AutoSchema):
    """Adds what an object may be asked, the errors, and that a file is text; docstrings are for us, not for askers."""

    def get_description(self) -> str:  # type: ignore[override]
        return str(getattr(self.view, "about", ""))

    def is_deprecated(self) -> bool:
        return bool(getattr(self.view, "deprecated", None))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """An answer always holds all fields of a record; only what has to be asked for may be missing."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        schema.pop("description", None)
        if isinstance(serializer, serializers.ModelSerializer) and direction == "response":
            for name in schema["properties"]:
                schema["properties"][name].pop("readOnly", None)
            schema["required"] = sorted(name for name in schema["properties"] if not name.startswith("_"))
            self._tell_expanded(schema, type(serializer), direction)
        return schema

    def _tell_expanded(self, schema: dict[str, Any], serializer_class: Any, direction: Any) -> None:
        """``_expanded`` holds, for each field that can be expanded, the record of its key, or a list of them."""
        resource = next((one for one in listed.values() if one.serializer_class is serializer_class), None)
        if resource is None or not resource.expandable:
            return
        told = {}
        for path, target in resource.expandable.items():
            names = [target] if isinstance(target, str) else target.names()
            one = {"anyOf": [*(self._serializer(listed[name], direction).ref for name in names), {"type": "null"}]}
            is_list = "." in path or schema["properties"][path].get("type") == "array"
            told[path] = {"type": "array", "items": one} if is_list else one
        about = str(_("mit expand: was die Schlüssel meinen; null, wo keiner steht oder nicht jeder lesen darf"))
        schema["properties"][EXPANDED] = {"type": "object", "properties": told, "description": about}

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        if getattr(self.view, "action", None) == "retrieve" and hasattr(self.view, "filterset_class"):
            parameters += parameters_of(RecordFilterSet)
        if isinstance(self.view, Resource):
            parameters += self._picking()
        for parameter in parameters:
            if parameter["name"] in getattr(self.view, "deprecated_parameters", {}):
                parameter["deprecated"] = True
        return sorted(parameters, key=lambda parameter: (parameter["in"] != "path", parameter["name"]))

    def _picking(self) -> list[dict[str, Any]]:
        view: Any = self.view
        names = [name for name in view.get_serializer().fields if not name.startswith("_")]
        about_fields = _("Nur diese Felder, in dieser Reihenfolge; der Schlüssel ist immer dabei.")
        about_expand = _("Was die Schlüssel dieser Felder meinen, steht dazu unter _expanded.")
        return [
            {
                "name": name,
                "in": "query",
                "schema": {"type": "array", "items": {"type": "string", "enum": known}},
                "description": str(about),
                "style": "form",
                "explode": True,
            }
            for name, known, about in (
                ("fields", names, about_fields),
                ("expand", [*view.expandable], about_expand),
            )
            if known
        ]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        self._tell_files(bodies)
        self._tell_parts(bodies, direction)
        self._tell_tombstones(bodies, direction)
        for status, description in (ERRORS.get(getattr(self.view, "action", ""), {}) | ALWAYS).items():
            bodies[status] = self._get_response_for_code(ProblemSerializer, status, [CONTENT_TYPE], direction)
            bodies[status]["description"] = description
        return self.with_limits(bodies)

    def with_limits(self, bodies: dict[str, Any]) -> dict[str, Any]:
        """Every answer tells what may still be asked, and whether that will go."""
        view: Any = self.view
        going = view.deprecated or view.deprecated_parameters
        for status, body in bodies.items():
            told = LIMITS | (WAIT if status in {"429", "503"} else {}) | (GOING if going and status != "429" else {})
            for name, about in told.items():
                kind = {"type": "integer"} if name in WAIT else {"type": "string"}
                header = {"schema": kind, "description": str(about)}
                body.setdefault("headers", {})[name] = self._component(name, header, ResolvedComponent.HEADER)
        return bodies

    def _tell_tombstones(self, bodies: dict[str, Any], direction: Any) -> None:
        """A record that is gone answers its address with that."""
        if isinstance(self.view, Resource) and self.view.action == "retrieve":
            told = bodies["200"]["content"]["application/json"]
            gone = self.resolve_serializer(TombstoneSerializer, direction).ref
            told["schema"]["anyOf"].append(gone)

    def _tell_parts(self, bodies: dict[str, Any], direction: Any) -> None:
        """With ``fields`` a record holds some of its fields only; its key is always among them."""
        if not isinstance(self.view, Resource):
            return
        view: Any = self.view
        told = bodies["200"]["content"]["application/json"]
        whole = self._serializer(view, direction)
        part = self._component(f"{whole.name}Part", copy.deepcopy(whole.schema) | {"required": [view.key_name]})
        if view.action == "list":
            pages = view.paginator.get_paginated_response_schema({"type": "array", "items": part})
            part = self._component(f"Paginated{whole.name}PartList", pages)
        told["schema"] = {"anyOf": [told["schema"], part]}

    def _serializer(self, resource: Any, direction: Any) -> ResolvedComponent:
        return self.resolve_serializer(resource.serializer_class, direction)

    def _component(self, name: str, schema: dict[str, Any], kind: str = ResolvedComponent.SCHEMA) -> dict[str, Any]:
        component = ResolvedComponent(name, kind, schema, name)
        self.registry.register_on_missing(component)
        return component.ref

    def _tell_files(self, bodies: dict[str, Any]) -> None:
        """Files are text, linked data is what its context says."""
        for renderer in self.view.get_renderers():
            if isinstance(renderer, JsonLdRenderer) and isinstance(self.view, Resource):
                bodies["200"]["content"][renderer.media_type] = {"schema": {"type": "object"}}
            if isinstance(renderer, StreamRenderer) and "200" in bodies:
                form = {} if renderer.charset else {"format": "binary"}
                bodies["200"]["content"][renderer.media_type] = {"schema": {"type": "string"} | form}
