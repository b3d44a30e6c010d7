"""Makes the binary catalogues that gettext reads of the translation files, where they are missing or other.

The set-up calls it: GNU gettext need not be on the machine. Format: GNU gettext manual, "The Format of GNU MO Files"
(magic number, revision, number of strings, offsets of both tables, size and offset of the hash table, which may be
empty; texts sorted by their bytes, each ended by NUL).
"""

from __future__ import annotations

import os
import struct
import sys

from check_translations import ROOT, entries

_MAGIC, _HEADER_SIZE = 0x950412DE, 28
_HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"


def compiled(text: str) -> bytes:
    """The catalogue of a .po file; what is doubtful or not translated is left out: there the source language stands."""
    catalogue = {b"": _HEADER.encode()}
    for entry in entries(text):
        if "fuzzy" in entry["flags"] or not all(entry["msgstr"]):
            continue
        context = entry["msgctxt"][0] + "\x04" if "msgctxt" in entry else ""
        key = "\0".join([context + entry["msgid"][0], *entry.get("msgid_plural", [])])
        catalogue[key.encode()] = "\0".join(entry["msgstr"]).encode()
    keys = sorted(catalogue)
    texts = [*keys, *(catalogue[key] for key in keys)]
    start, table = _HEADER_SIZE + 8 * len(texts), []
    for one in texts:
        table += [len(one), start]
        start += len(one) + 1
    head = struct.pack("<7I", _MAGIC, 0, len(keys), _HEADER_SIZE, _HEADER_SIZE + 8 * len(keys), 0, 0)
    return head + struct.pack(f"<{len(table)}I", *table) + b"".join(one + b"\0" for one in texts)


def main() -> int:
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target, made = source.with_suffix(".mo"), compiled(source.read_text(encoding="utf-8"))
        if not target.exists() or target.read_bytes() != made:
            # Never half a catalogue: a test of another process may be reading it.
            part = target.with_suffix(f".{os.getpid()}")
            part.write_bytes(made)
            part.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
