"""Every address the portal answers, as its own resolver tells it: tests of all doors begin here."""

from __future__ import annotations

from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        own = str(pattern.pattern)
        route = before + (own.removeprefix("^") if before else own)
        found += _walk(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found


@cache
def routes() -> tuple[str, ...]:
    """The routes as ``resolve(…).route`` writes them, each once, in the order in which they are tried."""
    return tuple(dict.fromkeys(_walk(get_resolver().url_patterns)))


def portal_routes() -> list[str]:
    """The addresses of the portal itself, without the admin's."""
    return [route for route in routes() if not route.startswith("admin/")]


def admin_routes() -> list[str]:
    return [route for route in routes() if route.startswith("admin/")]
