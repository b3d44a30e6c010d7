"""``manage.py keep_house``: what is due once a day; to be called by a timer, harmless to call more often."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from agreements.workflow import forget_answers, forget_files, forget_proposals, forget_senders, remind_keepers
from coopportal.common import feed, planning


class Command(BaseCommand):
    help = "Erinnert an die jährliche Bestätigung und löscht, was nicht länger aufbewahrt wird."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        reminded = remind_keepers(timezone.localdate(now))
        forgotten = forget_senders(now) + forget_answers(now) + forget_files(now) + forget_proposals(now)
        call_command("clearsessions")
        feed.settle(timezone.localdate(now), progress=self.progress)
        self.progress(0)
        planning.learn()
        self.stdout.write(f"{reminded} Kommunen erinnert, {forgotten} Angaben gelöscht.")

    def progress(self, waiting: int) -> None:
        """On a terminal: how many marks of changes wait to be told (a list that is looked at again is one of them)."""
        if self.stderr.isatty():
            told = f"Änderungen: {waiting} Marken warten" if waiting else ""
            self.stderr.write(f"\r{told:<60}" + ("" if waiting else "\r"), ending="")
