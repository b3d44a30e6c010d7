"""Which kind of document a file is, by its content and nothing else: PDF, ODT or DOCX.

ODT (ISO/IEC 26300-3 § 3.3) and DOCX (ECMA-376 part 2) are ZIP archives that name their kind inside. Only the directory
of the archive and one short entry are read, so that a small file cannot unfold into a large one.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: The ending a file is served with.
ENDINGS = {PDF: ".pdf", ODT: ".odt", DOCX: ".docx"}

LARGEST = 20 * 1024 * 1024
_MOST_ENTRIES = 5000
_SHORT = 200


def content_type_of(file: BinaryIO) -> str | None:
    """The content type that the file itself shows, None for every other kind; the file is left at its beginning."""
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    if start.startswith(b"%PDF-"):
        return PDF
    if start.startswith(b"PK\x03\x04"):
        try:
            return _type_of_archive(file)
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
            return None
        finally:
            file.seek(0)
    return None


def _type_of_archive(file: BinaryIO) -> str | None:
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if len(entries) > _MOST_ENTRIES or any(_has_macros(name) for name in entries):
            return None
        kind = entries.get("mimetype")
        if kind is not None and kind.file_size < _SHORT and archive.read(kind).strip() == ODT.encode():
            return ODT if "content.xml" in entries else None
        if "[Content_Types].xml" in entries and "word/document.xml" in entries:
            return DOCX
    return None


def _has_macros(name: str) -> bool:
    """Programs have no place in a document that supports a record."""
    return name.endswith("vbaProject.bin") or name.startswith("Basic/")
