"""The live server as tests ask it: what it is answering is known, and SQLite is not asked twice at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Condition, Lock
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

#: How many seconds a test waits until it is so: what a script or a new page brings comes when the machine has time.
PATIENCE = 30


@dataclass
class Requests:
    """What the live server is answering right now."""

    running: int = 0
    changed: Condition = field(default_factory=Condition)

    def add(self, step: int) -> None:
        with self.changed:
            self.running += step
            self.changed.notify_all()

    def all_answered(self) -> bool:
        """Waits for it."""
        with self.changed:
            return self.changed.wait_for(lambda: self.running == 0, timeout=PATIENCE)


@contextmanager
def in_turn() -> Iterator[Requests]:
    """Counts requests, and on SQLite answers one after the other: in memory it is one connection for all threads of
    the live server, and two requests would share a transaction."""
    patch, turn, answer, requests = pytest.MonkeyPatch(), Lock(), WSGIHandler.__call__, Requests()
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        turn = nullcontext()  # type: ignore[assignment]

    def counted(self: WSGIHandler, environ: Any, start_response: Any) -> Any:
        requests.add(1)
        try:
            with turn:
                return answer(self, environ, start_response)
        finally:
            requests.add(-1)

    patch.setattr(WSGIHandler, "__call__", counted)
    yield requests
    patch.undo()
