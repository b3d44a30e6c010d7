"""Bring an installation to the state of the code: database, fixtures, demo people, static files.

One command, since each start of Django costs half a second. What is missing is asked of the database each time.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from coopportal.common import feed
from coopportal.health import pending_migrations

# Not needed and heavy: the second API viewer (it asks foreign hosts for fonts) and debugging aids.
NOT_SERVED = ["redoc*", "*.map", "htmx-4*", "htmax-4*"]


PASSING_KEY = (
    "Achtung: Es gibt keinen SECRET_KEY. Jeder Aufruf macht sich selbst einen, den danach niemand mehr kennt: Wer "
    "angemeldet ist, wird mit jedem Neustart abgemeldet, und zweite Faktoren, auch die der Vorführ-Zugänge, passen "
    "nicht mehr. Setzen Sie SECRET_KEY (mindestens 50 zufällige Zeichen) oder SECRET_KEY_FILE, oder richten Sie mit "
    "„make setup“ ein; das legt einen an."
)


class Command(BaseCommand):
    help = "Richtet Datenbank, Grunddaten, Vorführ-Zugänge und statische Dateien ein, soweit sie fehlen."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SECRET_KEY_IS_PASSING:
            self.stderr.write(self.style.WARNING(PASSING_KEY))
        if pending_migrations():
            self.stdout.write("Datenbank wird eingerichtet …")
            call_command("migrate", interactive=False, verbosity=0)
        self._collect_static()
        call_command("load_fixtures", stdout=self.stdout, stderr=self.stderr)
        people = "make_demo_people" if settings.EMBEDDED or settings.DEMO else "make_editors"
        call_command(people, stdout=self.stdout, stderr=self.stderr)
        feed.settle(timezone.localdate())  # so that no visitor waits for it

    def _collect_static(self) -> None:
        """Copy, hash and compress the static files, unless their sources are the ones of the last time."""
        if settings.DEBUG:
            return
        stamp = Path(settings.STATIC_ROOT) / ".sources"
        digest = _static_sources()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Statische Dateien werden vorbereitet …")
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
        stamp.write_text(digest)


def _static_sources() -> str:
    """A digest of name, size and time of every static file that would be collected."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list(NOT_SERVED):
            stat = Path(storage.path(name)).stat()
            lines.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
