"""The group of those who keep the register, and who is in it: what an installation needs before its first log-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.workflow import EDITORS, make_steward, refresh_editors

#: Rights over rights are the superuser's alone.
NOT_EDITORS = frozenset({"auth"})


class Command(BaseCommand):
    help = "Richtet die Gruppe der Redaktion ein; wer genannt wird, gehört ihr von heute an an."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="ANMELDENAME", help="ein Konto, das es schon gibt")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        editors = refresh_editors(edited_models())
        self.stdout.write(f"Gruppe „{EDITORS}“: {editors.permissions.count()} Rechte.")
        for name in names:
            try:
                person = User.objects.get(username=name)
            except ObjectDoesNotExist as error:
                raise CommandError(f"Ein Konto „{name}“ gibt es nicht (createsuperuser legt eines an).") from error
            make_steward(person, editors, timezone.localdate())
            self.stdout.write(f"{person} gehört zur Redaktion.")


def edited_models() -> Iterator[type[Model]]:
    """Every model the admin shows, on a page of its own or inside another one's."""
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in NOT_EDITORS:
            yield model
            yield from (inline.model for inline in page.inlines)
