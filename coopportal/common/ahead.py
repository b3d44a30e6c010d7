"""What visitors would wait for is found out before they come: by one thread of each process that serves them.

It begins with the process (``coopportal.wsgi``, whatever the server), makes what rooms have named (``prepares``), and
looks every few seconds whether anything was written or a day has begun: what an import has changed is read anew here,
and a visitor waits for it only if he comes at the same moment. Commands and tests have no such thread.

Nothing depends on it. Without a database, or before ``migrate``, it tries again later; whoever comes meanwhile finds
the same by himself. It only reads.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections
from django.utils import timezone

from coopportal.common import feed

logger = logging.getLogger(__name__)

#: Seconds between two looks at the version (one short query), and after one that failed.
EVERY, AFTER_FAULT = 5.0, 30.0

#: Makes what is asked for first on a day; told the number of the version that is there at least.
Work = Callable[[dt.date, int], None]

_works: list[Work] = []
#: Held while something is being made: a process forks only when nothing is, so that no child inherits a lock in use.
_busy = Lock()


def prepares(work: Work) -> Work:
    """Name something that is made ahead; it must be quick where nothing has changed."""
    _works.append(work)
    return work


def look(last: tuple[dt.date, int] | None = None) -> tuple[dt.date, int]:
    """Make what is not up to date; the day and the version for which it is now. Nothing where they are the ``last``.

    What cannot be made keeps nothing else from being made; the first fault is raised at the end.
    """
    now, faults = (timezone.localdate(), feed.version().number), list[Exception]()
    if now != last:
        for work in _works:
            try:
                work(*now)
            except Exception as fault:
                faults.append(fault)
    if faults:
        raise faults[0]
    return now


class Watch(Thread):
    """Looks from time to time, as long as the process lives."""

    def __init__(self) -> None:
        super().__init__(name="ahead", daemon=True)
        self.last: tuple[dt.date, int] | None = None
        self.ended = Event()
        self.has_failed = False

    def run(self) -> None:
        pause = 0.0
        while not self.ended.wait(pause):
            pause = self.turn()
            with suppress(Exception):  # one that is broken is not used again
                close_old_connections()

    def turn(self) -> float:
        """One look; after how many seconds the next one is due."""
        with _busy:
            try:
                self.last = look(self.last)
                self.has_failed = False
            except Exception as fault:  # whatever it is, visitors must not notice
                if not self.has_failed:
                    logger.warning("Nothing is prepared for visitors: %s", fault)
                self.has_failed = True
        return AFTER_FAULT if self.has_failed else EVERY


def begin() -> Watch:
    """Once in each process that serves."""
    watch = Watch()
    watch.start()
    os.register_at_fork(before=_busy.acquire, after_in_parent=_busy.release, after_in_child=_in_child)
    return watch


def _in_child() -> None:
    """A server that forks after it has loaded the application: threads do not come along, nor does a pool's work."""
    _busy.release()
    for connection in connections.all():
        getattr(connection, "_connection_pools", {}).clear()
    Watch().start()
