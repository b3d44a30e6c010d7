"""``manage.py send_alerts``: the news of saved searches; to be called by a timer, harmless to call more often."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from watching.workflow import forget_unconfirmed, send_alerts


class Command(BaseCommand):
    help = "Schreibt allen, deren gespeicherte Suche Neues gefunden hat, und löscht nie bestätigte Adressen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="zählt nur, sendet und merkt nichts")
        parser.add_argument("--day", type=dt.date.fromisoformat, metavar="JJJJ-MM-TT", help="als wäre es dieser Tag")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        day = options["day"] or timezone.localdate(now)
        forgotten = 0 if options["dry_run"] else forget_unconfirmed(now)
        tally = send_alerts(day, dry_run=options["dry_run"])
        verb = "wären zu senden" if options["dry_run"] else "gesendet"
        self.stdout.write(
            f"{tally.due} Suchen fällig: {tally.sent} Mails {verb}, {tally.silent} ohne Neues, {tally.ended} beendet, "
            f"{tally.failed} gescheitert; {forgotten} Angaben gelöscht."
        )
        if tally.broken_off:
            raise CommandError("Der Mailserver nimmt nichts an. Der Rest wird beim nächsten Lauf gesendet.")
        if tally.failed:
            raise CommandError("Nicht alle Mails ließen sich senden; mehr steht im Protokoll.")
