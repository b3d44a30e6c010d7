"""The fixture files as the tests read and change them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from coopportal.fixtures.kinds import KINDS
from sources.models import Conflict

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def copy_of_fixtures(folder: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(FIXTURES, folder / "fixtures"))


def change(directory: Path, name: str, how: Callable[[list[Any]], object]) -> None:
    """Change the entries of one file in place."""
    path = directory / name
    content = json.loads(path.read_text(encoding="utf-8"))
    how(content["entries"])
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def entry(entries: list[Any], name: str, value: Any) -> Any:
    """The entry whose property ``name`` is ``value``."""
    return next(row for row in entries if row[name] == value)


def texts_in(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value with the name of its property."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, name)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows the fixtures may write, with ids, days of change and links."""
    rows: dict[str, list[dict[str, Any]]] = {"conflict": list(Conflict.objects.order_by("pk").values())}
    for name, kind in KINDS.items():
        rows[name] = list(kind.model._default_manager.order_by("pk").values())
        for link in kind.links:
            rows[f"{name}.{link}"] = list(kind.model._default_manager.order_by("pk", link).values("pk", link))
    return rows
