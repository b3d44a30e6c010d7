"""Files between preview and confirmation: kept for the one who sent them, forgotten after a day."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from pathlib import PurePath

from django.db import transaction

from accounts.models import User
from agreements.models import ImportFile
from municipalities.models import Municipality


@transaction.atomic
def keep_file(*, user: User, municipality: Municipality | None, submit: bool, name: str, data: bytes) -> ImportFile:
    """Keep a file until it is confirmed; of a person's files only the latest ones stay."""
    file = ImportFile(user=user, municipality=municipality, submit=submit, name=PurePath(name).name[:200] or "datei")
    file.content = zlib.compress(data, 6)
    file.save()
    ImportFile.objects.superfluous(user).delete()
    return file


def content_of(file: ImportFile) -> bytes:
    """The bytes as they came in."""
    return zlib.decompress(file.content)


def mark_written(*, file: ImportFile, counts: Mapping[str, int], now: dt.datetime) -> None:
    """The file is in the register: its content is forgotten, what came of it stays to be read."""
    file.written_at, file.counts, file.content = now, dict(counts), b""
    file.save()


def forget_files(now: dt.datetime) -> int:
    """Drop files that nobody confirmed within a day; returns how many."""
    old = ImportFile.objects.outdated(now)
    number = old.count()
    old.delete()
    return number
