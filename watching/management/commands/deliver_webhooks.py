"""``manage.py deliver_webhooks``: news of saved searches go to programs; to be called by a timer every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from watching.workflow import Post, deliver, forget_deliveries, tell_webhooks


class Command(BaseCommand):
    help = "Stellt Webhooks zu, was ihre Suchen Neues gefunden haben, und versucht Gescheitertes noch einmal."

    def handle(self, *args: Any, **options: Any) -> None:
        now, tally = timezone.now(), Post()
        forgotten = forget_deliveries(now)
        tell_webhooks(timezone.localdate(now), tally)
        deliver(tally)
        self.stdout.write(
            f"{tally.made} neue Nachrichten, {tally.delivered} zugestellt, {tally.failed} gescheitert, "
            f"{tally.disabled} Webhooks abgeschaltet; {forgotten} alte Einträge gelöscht."
        )
