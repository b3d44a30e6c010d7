"""What every generated client stands on: asking, reading the answer, telling what went wrong. Standard library only.

`make_client.py` copies this file into each client it makes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

T = TypeVar("T")


class Answer(Generic[T]):
    """What came: `body` is its JSON, `raw` its bytes (a file, say), `headers` are found in any spelling."""

    def __init__(self, status: int, headers: Mapping[str, str], raw: bytes) -> None:
        self.status = status
        self.headers = headers
        self.raw = raw

    @property
    def body(self) -> T:
        found: T = json.loads(self.raw)
        return found


class ApiError(Exception):
    """The answer was no success. `problem` is what it says (RFC 9457), empty where it says nothing readable."""

    def __init__(self, status: int, headers: Mapping[str, str], raw: bytes) -> None:
        self.status = status
        self.headers = headers
        try:
            told = json.loads(raw)
        except ValueError:
            told = None
        self.problem: dict[str, Any] = told if isinstance(told, dict) else {}
        super().__init__(f"{status} {self.problem.get('detail') or self.problem.get('title') or ''}".strip())


def _opener() -> OpenerDirector:
    """Follows no redirect: a key must not go where another server points."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener


class BaseClient:
    """Knows where the server is and what is sent with every request."""

    errors: ClassVar[Mapping[int, type[ApiError]]] = {}

    def __init__(self, address: str, headers: Mapping[str, str], timeout: float) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ValueError(f"no address of a server: {address}")
        self._address = address.rstrip("/")
        self._headers = {"Accept": "application/json, */*;q=0.5", **headers}
        self._timeout = timeout
        self._opener = _opener()

    def at(self, address: str) -> Answer[Any]:
        """What stands at an address that an answer named (`next`, `url`). It must be one of this server."""
        if not address.startswith(f"{self._address}/"):
            raise ValueError(f"not an address of {self._address}: {address}")
        return self._send(Request(address, headers=self._headers))  # noqa: S310 (as checked above)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        inside: Mapping[str, object] = {},
        query: Mapping[str, object] = {},
        headers: Mapping[str, str | None] = {},
        body: object = None,
    ) -> Answer[Any]:
        """`inside`: what is put into the path. What is None is not sent; an empty text is."""
        for name, value in inside.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        asked = urlencode({name: _text(value) for name, value in query.items() if value is not None}, doseq=True)
        sent = self._headers | {name: value for name, value in headers.items() if value is not None}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        address = f"{self._address}{path}{'?' if asked else ''}{asked}"
        return self._send(Request(address, data, sent, method=method))  # noqa: S310 (as checked at the start)

    def _send(self, request: Request) -> Answer[Any]:
        with self._opener.open(request, timeout=self._timeout) as answer:
            status, headers, raw = answer.status, answer.headers, answer.read()
        if not 200 <= status < 300:
            raise self.errors.get(status, ApiError)(status, headers, raw)
        return Answer(status, headers, raw)


def _text(value: object) -> object:
    """As it stands in an address: several values as a list, truth in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_text(one) for one in value] if isinstance(value, list | tuple | set | frozenset) else value
