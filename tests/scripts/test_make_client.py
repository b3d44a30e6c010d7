"""How a description becomes Python, whatever stands in it."""

from __future__ import annotations

from typing import Any

import make_client
import pytest


def described(**operation: Any) -> dict[str, Any]:
    """A description with one operation."""
    return {
        "info": {"title": 'Ein "Portal"\\', "version": "1"},
        "paths": {"/things/{id}/": {"get": {"operationId": "things_get", "responses": {}} | operation}},
    }


def module(description: dict[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "made"}
    exec(compile(make_client.make(description), "made.py", "exec"), names)
    return names


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({}, "Any"),
        (True, "Any"),
        ({"type": "integer"}, "int"),
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": "string", "enum": ["a", "b"]}, "Literal['a', 'b']"),
        ({"const": 1}, "Literal[1]"),
        ({"$ref": "#/components/schemas/Thing"}, "Thing"),
        ({"allOf": [{"$ref": "#/components/schemas/Thing"}]}, "Thing"),
        ({"oneOf": [{"type": "string"}, {"type": "string"}, {"type": "null"}]}, "str | None"),
        ({"anyOf": [{"type": "string"}, {}]}, "Any"),
        ({"type": "array", "items": {"type": "number"}}, "list[float]"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "dict[str, bool]"),
        ({"type": "object"}, "dict[str, Any]"),
    ],
)
def test_a_schema_is_a_type(schema: Any, told: str) -> None:
    assert make_client.type_of(schema) == told


def test_names_that_python_does_not_take_are_changed() -> None:
    names = ["If-Match", "page_size", "class", "2nd", "a.b"]
    assert [make_client.identifier(name) for name in names] == ["if_match", "page_size", "class_", "_2nd", "a_b"]


def test_no_text_of_a_description_becomes_code() -> None:
    evil = 'x"""\n        raise SystemExit\n        """'
    parameter = {"in": "query", "name": "q", "description": evil, "schema": {"type": "string", "enum": [evil]}}
    made = module(described(summary=evil + "\\", parameters=[parameter]))
    assert made["Client"].things_get.__doc__.count("raise SystemExit") == 2
    assert made["__doc__"].startswith("Ein ”Portal”\\ 1, made from its description")


def test_two_parameters_of_one_name_are_refused() -> None:
    both = [{"in": "path", "name": "a-b", "required": True}, {"in": "query", "name": "a_b"}]
    with pytest.raises(make_client.Unfit, match="things_get: two parameters of one name"):
        make_client.make(described(parameters=both))


def test_fields_with_names_of_their_own_and_what_is_required_are_told() -> None:
    fields = {"id": {"type": "integer"}, "von": {"type": "string"}}
    schemas = {
        "Thing": {"type": "object", "properties": fields, "required": ["id"]},
        "Odd": {"type": "object", "properties": {"@id": {"type": "string"}}},
    }
    made = module(described() | {"components": {"schemas": schemas}})
    assert (made["Thing"].__annotations__.keys(), made["Odd"].__annotations__.keys()) == ({"id", "von"}, {"@id"})


def test_a_schema_may_not_be_called_as_the_client_is() -> None:
    with pytest.raises(make_client.Unfit, match="Client"):
        make_client.make(described() | {"components": {"schemas": {"Client": {"type": "string"}}}})
