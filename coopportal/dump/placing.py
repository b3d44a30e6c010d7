"""How a finished folder takes its name: whole or not at all, and what an interrupted run left is put right."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: What a dump consists of; a hidden folder that holds anything else is not one of ours.
_PARTS = {"lists", "records", "files", "metadata.json", "SHA256SUMS"}


@contextmanager
def work_folder(directory: Path) -> Iterator[Path]:
    """A hidden folder beside the target, held as long as somebody writes there; gone after a fault."""
    work = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    handle = os.open(work, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: its leftovers are never swept
            fcntl.flock(handle, fcntl.LOCK_EX)
        work.chmod(0o755)
        yield work
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def put(work: Path, directory: Path) -> None:
    """The finished folder takes its name; what bore it before goes only then, and comes back if it cannot."""
    for folder in (*(path for path in work.rglob("*") if path.is_dir()), work):
        _sync(folder)
    if directory.is_dir() and any(directory.iterdir()):
        old = Path(tempfile.mkdtemp(prefix=f".{directory.name}.alt.", dir=directory.parent))
        directory.rename(old)
        try:
            work.rename(directory)
        except BaseException:
            old.rename(directory)
            raise
        _sync(directory.parent)
        shutil.rmtree(old, ignore_errors=True)
    else:
        work.rename(directory)
        _sync(directory.parent)


def sweep(directory: Path) -> None:
    """Take away what runs that were killed left beside the target; the dump one of them was replacing stands again."""
    leftover = re.compile(rf"\.{re.escape(directory.name)}\.(alt\.)?[a-z0-9_]{{8}}")
    for path in sorted(directory.parent.iterdir()) if directory.parent.is_dir() else ():
        found = leftover.fullmatch(path.name)
        if not found or path.is_symlink() or not path.is_dir() or not _is_ours(path) or _is_held(path):
            continue
        if found[1] and not directory.exists() and any(path.iterdir()):
            path.rename(directory)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    with suppress(OSError):
        return {entry.name for entry in path.iterdir()} <= _PARTS
    return False


def _is_held(path: Path) -> bool:
    """Is another run writing there?"""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
