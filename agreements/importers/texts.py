"""The rows of a CSV file: encoding and separator are found out, or the file is refused. Knows no database."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

from municipalities.importers.refusal import Refused

SEPARATORS = (";", ",", "\t")

#: What German and neighbouring names and office programs write beyond ASCII in a file of Windows-1252 (Latin-1 with
#: typographic signs); anything else means another encoding, which would be garbled.
_LETTERS = frozenset("ÄÖÜäöüßÉéèêëáàâóòôíìîúùûçñ")
_SIGNS = frozenset("§€°²³·–—„“”‚‘’…«»\u00a0")
#: A sign within a word is a letter of another encoding (code page 850 has ä where Windows has „).
_SIGN_IN_WORD = re.compile(r"\w[„”‚‘…«»°²³§€]\w")
_TWICE_ENCODED = re.compile("[ÃÂ][\u0080-\u00bf„“”‚–—…†‡ˆ‰Š‹ŒŽ‘’•˜™š›œžŸ]")
_FOREIGN = {
    b"%PDF": "Das ist ein PDF-Dokument.",
    b"\xd0\xcf\x11\xe0": "Das ist eine alte Excel-Datei (XLS); speichern Sie sie als XLSX.",
    b"{": "Das ist JSON.",
}


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding: utf-8, utf-16 (with byte order mark) or windows-1252. Raises Refused."""
    for start, words in _FOREIGN.items():
        if data.lstrip()[:8].startswith(start):
            raise Refused(f"{words} Erwartet wird eine Tabelle als CSV oder XLSX.")
    text, encoding = _text_of(data)
    if text.lstrip()[:1] == "<":
        raise Refused("Zeile 1: Das ist eine Webseite oder XML. Erwartet wird eine Tabelle als CSV oder XLSX.")
    if "\x00" in text:
        raise Refused(f"Zeile {_line_of(text, text.index(chr(0)))}: Nullzeichen. Das ist keine Textdatei.")
    if "\ufffd" in text:
        raise Refused(f"Zeile {_line_of(text, text.index(chr(0xFFFD)))}: Ein Zeichen ging schon vorher verloren (�).")
    if found := _TWICE_ENCODED.search(text):
        raise Refused(f"Zeile {_line_of(text, found.start())}: Umlaute sind doppelt kodiert („{found.group()}“).")
    return text, encoding


def _text_of(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise Refused("Die Datei beginnt wie UTF-16, ist aber keines. Speichern Sie sie als UTF-8.") from None
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = _windows_text(data)
        if text is None:
            raise Refused(
                f"Zeile {line}: Das Byte 0x{data[error.start]:02X} ist kein UTF-8, und als Latin-1 ergäbe die Datei "
                "keinen deutschen Text. Speichern Sie sie als UTF-8."
            ) from None
        return text, "windows-1252"


def _windows_text(data: bytes) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = {letter for letter in set(text) if letter > "~"}
    return text if beyond <= _LETTERS | _SIGNS and not _SIGN_IN_WORD.search(text) else None


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def separator_of(text: str, known: Collection[str]) -> str:
    """The separator by which the first line names most of the known columns. Raises Refused where none names any."""
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    found = {
        sign: len({cell.strip().strip('"').lower() for cell in first.split(sign)} & set(known)) for sign in SEPARATORS
    }
    best = max(found, key=lambda sign: found[sign])
    if not found[best]:
        raise Refused(
            f"Zeile 1: „{first[:80]}“ nennt keine Spalte des Imports. Die erste Zeile muss die Namen der Spalten "
            "enthalten wie in der Vorlage."
        )
    return best


def rows_of(text: str, separator: str) -> list[list[str]]:
    """All records of the text. Raises Refused, with the line, where one has no end or a cell is endless."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    try:
        for row in reader:
            rows.append(row)
    except csv.Error as error:
        raise Refused(f"Zeile {reader.line_num}: {_said(str(error))}") from None
    return rows


def _said(error: str) -> str:
    if "field larger" in error:
        return f"Eine Zelle hat mehr als {csv.field_size_limit():,} Zeichen.".replace(",", ".")
    if "unexpected end" in error:
        return "Die Datei endet mitten in einer Zelle in Anführungszeichen; sie ist abgeschnitten."
    return "Nach einem schließenden Anführungszeichen fehlt der Trenner; die Datei ist beschädigt."
