"""What is served beside each other: the portal, with static files by their plain names, and the floor.

For ``granian --interface wsgi benchmarks.served:portal`` (or ``:floor``), with DATABASE_URL.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")

from django.conf import settings

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from benchmarks.floor import Floor  # noqa: E402
from coopportal.wsgi import ahead  # noqa: E402
from coopportal.wsgi import application as portal  # noqa: E402

__all__ = ["floor", "portal"]

# A portal in service has made this long ago; else the first seconds would tell of its thread, beside the answers.
if os.environ.get("BENCH_AHEAD"):
    ahead.look()

_opened: list[Floor] = []


def floor(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """With a connection of the one thread that serves it."""
    if not _opened:
        _opened.append(Floor.opened(settings.DATABASES["default"], dt.datetime.now().astimezone().date()))
    return _opened[0](environ, start_response)
