"""Makes a Python client from an OpenAPI 3.1 description: one module, one method per operation, standard library only.

    python scripts/make_client.py http://127.0.0.1:8000/api/v1/schema/ > coopportal_client.py

The description may be an address or a file, as JSON. Every parameter is a typed keyword, every schema a type, every
refusal that is described an exception of its own. Nothing in it is about this portal.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

Schema = Mapping[str, Any]

_BASE = Path(__file__).with_name("client_base.py")
_METHODS = ("get", "put", "post", "delete", "patch")
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_IMPORTS = ("from collections.abc import Mapping\n", "from collections.abc import Mapping, Sequence\n")
_TYPING = (
    "from typing import Any, ClassVar, Generic, TypeVar\n",
    "from typing import Any, ClassVar, Generic, Literal, Required, TypeAlias, TypedDict, TypeVar\n",
)


class Unfit(Exception):
    """The description holds what cannot be made into Python."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("make_client.py ADDRESS-OR-FILE > client.py", file=sys.stderr)
        return 2
    print(make(read(arguments[0])), end="")
    return 0


def read(place: str) -> dict[str, Any]:
    """The description, from an address (asked for as JSON) or a file."""
    if place.startswith(("http://", "https://")):
        asked = Request(place, headers={"Accept": "application/vnd.oai.openapi+json, application/json"})  # noqa: S310
        with urlopen(asked, timeout=60) as answer:  # noqa: S310
            return dict(json.load(answer))
    return dict(json.loads(Path(place).read_text(encoding="utf-8")))


def make(description: Schema) -> str:
    """The source of the client."""
    schemas = description.get("components", {}).get("schemas", {})
    operations = list(_operations(description))
    errors = {status: _class_of(status) for status in sorted({s for one in operations for s in one.refusals})}
    if twice := {*schemas} & {*errors.values(), "Answer", "ApiError", "BaseClient", "Client", "T"}:
        raise Unfit(f"names of schemas that the client needs itself: {sorted(twice)}")
    about = description["info"]
    parts = [
        _docstring(f"{about['title']} {about['version']}, made from its description: make it anew, do not change it.")
        + f"\n\n{_base()}",
        *(_type(name, schema) for name, schema in sorted(schemas.items())),
        *(f'class {name}(ApiError):\n    """{status}"""' for status, name in errors.items()),
        _client(description, errors) + "\n\n" + "\n\n".join(one.source() for one in operations),
    ]
    return "\n\n\n".join(parts) + "\n"


def _base() -> str:
    """What all clients share, without its docstring and with the imports that the types need."""
    text = _BASE.read_text(encoding="utf-8").split('"""\n', 1)[1].strip()
    for old, new in (_IMPORTS, _TYPING):
        if old not in text:
            raise Unfit(f"{_BASE.name} does not import {old!r}")
        text = text.replace(old, new)
    return text


# --- Types ---


def type_of(schema: Schema | bool | None) -> str:
    """A schema as a type of Python; what says nothing is Any."""
    if not isinstance(schema, Mapping) or not schema:
        return "Any"
    if "$ref" in schema:
        return identifier(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(map(repr, values))}]"
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return _union([type_of(one) for one in schema[several]])
    if "allOf" in schema:
        return type_of(schema["allOf"][0]) if len(schema["allOf"]) == 1 else "dict[str, Any]"
    kinds = schema.get("type", [])
    return _union([_type_of_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _type_of_kind(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"list[{type_of(schema.get('items'))}]"
    if kind == "object":
        return f"dict[str, {type_of(schema.get('additionalProperties'))}]"
    return _PLAIN[kind]


def _union(types: list[str]) -> str:
    return "Any" if not types or "Any" in types else " | ".join(dict.fromkeys(types))


def _type(name: str, schema: Schema) -> str:
    """A schema that has a name, as a type of that name."""
    name, fields = identifier(name), schema.get("properties", {})
    if schema.get("type") != "object" or not fields:
        return f"{name}: TypeAlias = {type_of(schema)!r}"
    rows = {}
    for field, told in fields.items():
        found = type_of(told)
        rows[field] = f"Required[{found}]" if field in schema.get("required", []) else found
    if all(map(_is_identifier, rows)):
        body = "\n".join(f"    {field}: {found}" for field, found in rows.items())
        return f"class {name}(TypedDict, total=False):\n{body}"
    body = "\n".join(f"        {field!r}: {found!r}," for field, found in rows.items())
    return f"{name} = TypedDict(\n    {name!r},\n    {{\n{body}\n    }},\n    total=False,\n)"


def _is_identifier(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def identifier(text: str) -> str:
    """A name as Python takes it: `If-Match` is `if_match`."""
    name = re.sub(r"\W", "_", text)
    if "-" in text:
        name = name.lower()
    return name if _is_identifier(name) else f"{name}_" if keyword.iskeyword(name) else f"_{name}"


def _class_of(status: int) -> str:
    """404 is NotFoundError."""
    name = re.sub(r"\W", "", HTTPStatus(status).phrase.title())
    return name if name.endswith("Error") else f"{name}Error"


def _docstring(text: str, indent: str = "") -> str:
    """A text that ends no string and escapes nothing, however it reads."""
    text = text.replace("\\", "\\\\").replace('"', "”")
    end = "\n" if "\n" in text else ""
    return textwrap.indent(f'"""{text}{end}"""', indent)


# --- Operations ---


class Operation:
    """A method of the client. Raises Unfit where two parameters would have one name."""

    def __init__(self, description: Schema, method: str, path: str, told: Schema, shared: list[Schema]) -> None:
        self.description, self.method, self.path, self.told = description, method.upper(), path, told
        own = [self._resolved(one) for one in [*shared, *told.get("parameters", [])]]
        self.parameters = [one for one in own if one["in"] in {"path", "query", "header"}]
        names = [identifier(one["name"]) for one in self.parameters]
        if len({*names, "self", "body"}) < len(names) + 2:
            raise Unfit(f"{told['operationId']}: two parameters of one name")

    def _resolved(self, told: Schema) -> Schema:
        found: Any = told
        while "$ref" in found:
            place = found["$ref"].removeprefix("#/").split("/")
            found = self.description
            for step in place:
                found = found[step]
        return dict(found)

    @property
    def refusals(self) -> set[int]:
        return {int(status) for status in self.told["responses"] if status.isdigit() and int(status) >= 400}

    @property
    def body(self) -> Schema | None:
        """The JSON that is sent, if any is."""
        content = self._resolved(self.told.get("requestBody", {})).get("content", {})
        found: Schema | None = content.get("application/json", {}).get("schema")
        return found

    @property
    def answer(self) -> str:
        """The type of what comes as JSON; Any where success is described without."""
        for status, told in sorted(self.told["responses"].items()):
            if status.startswith("2"):
                content = self._resolved(told).get("content", {})
                found = [one.get("schema") for kind, one in content.items() if re.search(r"[/+]json$", kind)]
                return type_of(found[0]) if found else "Any"
        return "Any"

    def _signature(self) -> Iterator[str]:
        """Keywords, those that are required first."""
        rows = []
        for one in self.parameters:
            found = re.sub(r"^list\[", "Sequence[", type_of(one.get("schema")))
            needed = one.get("required", False)
            rows.append((not needed, f"{identifier(one['name'])}: {found}{'' if needed else ' | None = None'}"))
        if self.body is not None:
            needed = self._resolved(self.told["requestBody"]).get("required", False)
            rows.append((not needed, f"body: {type_of(self.body)}{'' if needed else ' | None = None'}"))
        return (row for _, row in sorted(rows, key=lambda row: row[0]))

    def _about(self) -> str:
        told = [self.told.get("summary"), self.told.get("description"), f"{self.method} {self.path}"]
        told += [
            f"{identifier(one['name'])}: {one['description']}" for one in self.parameters if one.get("description")
        ]
        return _docstring("\n".join(filter(None, told)), " " * 8)

    def source(self) -> str:
        asked = [repr(self.method), repr(self.path)]
        for where, keyword_of in (("path", "inside"), ("query", "query"), ("header", "headers")):
            found = [one["name"] for one in self.parameters if one["in"] == where]
            if found:
                pairs = ", ".join(f"{name!r}: {identifier(name)}" for name in found)
                asked.append(f"{keyword_of}={{{pairs}}}")
        if self.body is not None:
            asked.append("body=body")
        signature = [*self._signature()]
        given = "".join(f"        {row},\n" for row in (["*", *signature] if signature else []))
        name = identifier(self.told["operationId"])
        head = f"    def {name}(\n        self,\n{given}    ) -> Answer[{self.answer}]:"
        call = "".join(f"            {part},\n" for part in asked)
        return f"{head}\n{self._about()}\n        return self._ask(\n{call}        )"


def _operations(description: Schema) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield Operation(description, method, path, methods[method], methods.get("parameters", []))


def _client(description: Schema, errors: Mapping[int, str]) -> str:
    """The head of the class: keys that are sent as header fields are keywords of it, by the names of their schemes."""
    schemes = description.get("components", {}).get("securitySchemes", {})
    keys = {identifier(name): one["name"] for name, one in schemes.items() if one.get("in") == "header"}
    given = "".join(f'        {name}: str = "",\n' for name in keys)
    sent = ", ".join(f"{header!r}: {name}" for name, header in keys.items())
    table = ", ".join(f"{status}: {name}" for status, name in errors.items())
    return f"""class Client(BaseClient):
{_docstring(f"{description['info']['title']}, at an address like https://portal.example", "    ")}

    errors: ClassVar[Mapping[int, type[ApiError]]] = {{{table}}}

    def __init__(
        self,
        address: str,
        *,
{given}        timeout: float = 60,
    ) -> None:
        given = {{{sent}}}
        super().__init__(address, {{name: value for name, value in given.items() if value}}, timeout)"""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Unfit, OSError, ValueError) as trouble:
        sys.exit(f"make_client.py: {trouble}")
