"""``load_source_texts DIRECTORY``: attaches the texts of source documents, recognised by their SHA-256."""

from __future__ import annotations

import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sources.models import SourceDocument
from sources.workflow import attach_text


class Command(BaseCommand):
    """Every file of the directory is tried; names do not matter.

    A text that belongs to a document but cannot be attached (not UTF-8, wrong length) undoes the whole run. A file of
    no document is named and left out; the exit status is 1 then, and the texts recognised stay attached.
    """

    help = "Hängt die Texte der Quellen an, erkannt an ihrer SHA-256-Prüfsumme."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="Verzeichnis mit den Textdateien")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not os.path.isdir(directory):  # Path.is_dir raises where a name is too long
            raise CommandError(f"Das Verzeichnis {directory} gibt es nicht.")
        files = sorted(path for path in directory.iterdir() if path.is_file() and not path.name.startswith("."))
        if not files:
            raise CommandError(f"Im Verzeichnis {directory} liegen keine Dateien.")
        with transaction.atomic():
            unknown = [path for path in files if not self.attach(path)]
        for document in SourceDocument.objects.filter(text__isnull=True).order_by("slug"):
            self.stdout.write(f"Noch ohne Text: {document.title}")
        if unknown:
            names = ", ".join(path.name for path in unknown)
            raise CommandError(f"{len(unknown)} von {len(files)} Dateien gehören zu keiner Quelle: {names}")

    def attach(self, path: Path) -> bool:
        """Attach one file; False where no document has its checksum. Raises CommandError where it cannot be read."""
        raw = path.read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        document = SourceDocument.objects.select_related("text").filter(sha256=digest).first()
        if document is None:
            encoding = "" if _is_utf8(raw) else ", kein UTF-8"
            self.stdout.write(f"Unbekannt: {path.name} (SHA-256 {digest[:12]}…{encoding})")
            return False
        try:
            content = raw.decode("utf-8")
            if document.has_text and document.text.content == content:
                self.stdout.write(f"Schon angehängt: {path.name} – {document.title}")
                return True
            attach_text(document, content, raw)
        except UnicodeDecodeError as error:
            raise CommandError(f"Nichts angehängt: {path.name} ist nicht in UTF-8 geschrieben.") from error
        except ValidationError as error:
            raise CommandError(f"Nichts angehängt: {path.name}: {' '.join(error.messages)}") from error
        self.stdout.write(f"Angehängt: {path.name} – {document.title}")
        return True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
