"""How often something happened in the current minute, counted by all workers of a machine together.

The counts lie in one small file that every worker maps into its memory: counting takes microseconds and writes nothing
to the database, so that reading stays reading. An entry is a digest of who and when, of use to nobody and overwritten
as soon as its minute is over. Where the file cannot be had, a worker counts by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

#: Digest of the name, the minute, and how often.
_ENTRY = struct.Struct("<16sII")
#: So many names can be counted within a minute, each looked for at so many places.
ENTRIES, PLACES = 1 << 16, 8
WINDOW = 60
#: So often, with so many seconds between, a worker tries to get the lock that others hold for microseconds.
TRIES, PAUSE = 100, 0.005


class Counters:
    """``add`` counts; ``secret`` keeps others from telling whose entry it is."""

    def __init__(self, file: Path, secret: str) -> None:
        self._file, self._key = file, hashlib.sha256(secret.encode()).digest()
        self._lock = threading.Lock()
        self._descriptor, self._tries = -1, TRIES
        self._entries: mmap.mmap | None = None

    def add(self, name: str, now: float) -> int:
        """Counts one more of this name in the minute of ``now`` (seconds of the clock); how many there are."""
        minute = int(now // WINDOW)
        digest = hashlib.blake2b(f"{minute}:{name}".encode("utf-8", "replace"), digest_size=16, key=self._key).digest()
        with self._locked() as entries:
            place, count = self._place(entries, digest, minute)
            _ENTRY.pack_into(entries, place, digest, minute & 0xFFFFFFFF, count + 1)
        return count + 1

    @staticmethod
    def _place(entries: mmap.mmap, digest: bytes, minute: int) -> tuple[int, int]:
        """Where the entry stands, and its count; a new one takes a place whose minute is over, else the least one."""
        start, best, least = int.from_bytes(digest[:8], "little"), 0, -1
        for step in range(PLACES):
            place = (start + step) % ENTRIES * _ENTRY.size
            known, then, count = _ENTRY.unpack_from(entries, place)
            if then != minute & 0xFFFFFFFF:
                count = 0
            elif known == digest:
                return place, count
            if least < 0 or count < least:
                best, least = place, count
        return best, 0

    @contextmanager
    def _locked(self) -> Iterator[mmap.mmap]:
        """The entries, to be changed by nobody else: no other thread, and no other worker."""
        with self._lock:
            entries = self._entries or self._open()
            if self._descriptor < 0:
                yield entries
                return
            is_mine = self._take()
            try:
                yield entries
            finally:
                if is_mine:
                    with suppress(OSError):
                        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _take(self) -> bool:
        """Is the lock of all workers ours now? Without it a count may be lost, with a request kept waiting all are.

        Who waited in vain once (a worker that was stopped holds it) waits no more until the lock is free again.
        """
        for left in reversed(range(self._tries)):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if left:
                    time.sleep(PAUSE)
            except OSError:
                return False
            else:
                self._tries = TRIES
                return True
        self._tries = 1
        return False

    def _open(self) -> mmap.mmap:
        size = ENTRIES * _ENTRY.size
        try:
            with suppress(FileExistsError):
                self._file.parent.mkdir(parents=True)
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # All of it at once: writing into a hole of a file when the disk is full kills the process (SIGBUS).
            os.posix_fallocate(self._descriptor, 0, size)
            self._entries = mmap.mmap(self._descriptor, size)
        except (OSError, AttributeError) as fault:  # not every system knows posix_fallocate
            if self._descriptor >= 0:
                os.close(self._descriptor)
            logger.warning("%s cannot be used, this worker counts requests by itself: %s", self._file, fault)
            self._descriptor, self._entries = -1, mmap.mmap(-1, size)
        return self._entries
