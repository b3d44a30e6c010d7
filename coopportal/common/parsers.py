"""Reads the bodies that the API is sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

#: Objects and lists within each other; a registration has five.
DEEPEST = 20


class JSONParser(parsers.JSONParser):
    """JSON (RFC 8259) of a depth that everything behind it can walk through; deeper bodies are a 400."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise _too_deep() from None
        level = [found]
        for _depth in range(DEEPEST + 1):
            level = [inner for outer in level for inner in _within(outer)]
            if not level:
                return found
        raise _too_deep()


def _within(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [one for one in inner if isinstance(one, dict | list)]


def _too_deep() -> ParseError:
    return ParseError(_("Die Angaben sind zu tief ineinander verschachtelt."))
