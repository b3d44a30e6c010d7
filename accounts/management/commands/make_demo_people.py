"""Make the people of a demonstration and print their log-ins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import BaseCommand, CommandError
from django.db.models import Model

from accounts.demo import DEMO_PEOPLE, DemoPerson, Entry, Notebook, new_password
from accounts.models import User
from accounts.workflow import make_demo_person, refresh_editors

#: Rights over rights are the superuser's alone.
NOT_EDITORS = frozenset({"auth"})


class Command(BaseCommand):
    help = "Legt die Vorführ-Zugänge an (nur mit der eingebetteten Datenbank oder mit DEMO=1) und zeigt sie."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.EMBEDDED or settings.DEMO):
            raise CommandError("Vorführ-Zugänge gibt es nur mit der eingebetteten Datenbank oder mit DEMO=1.")
        notebook = Notebook(settings.VAR_DIR / "demo_people.json")
        editors = refresh_editors(_edited_models())
        known = User.objects.in_bulk([person.username for person in DEMO_PEOPLE], field_name="username")
        self._print(
            [(p.username, self._password(p, known.get(p.username), notebook, editors), p.name) for p in DEMO_PEOPLE]
        )

    def _password(self, person: DemoPerson, user: User | None, notebook: Notebook, editors: Group) -> str:
        """The password as given out, or that it is not that any more. Who is not there yet is made."""
        entry = notebook.get(person.username)
        if user is not None:
            unchanged = entry and (user.password == entry.encoded or check_password(entry.password, user.password))
            return entry.password if entry and unchanged else "(geändert)"
        if entry is None:
            password = new_password()
            entry = notebook.keep(person.username, Entry(password, make_password(password)))
        try:
            make_demo_person(person, entry.encoded, editors)
        except ObjectDoesNotExist as error:
            raise CommandError(f"Erst die Grunddaten laden (manage.py load_fixtures): {error}") from error
        return entry.password

    def _print(self, rows: list[tuple[str, str, str]]) -> None:
        rows = [("Anmeldename", "Passwort", "Aufgabe"), *rows]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        self.stdout.write("Vorführ-Zugänge (nur in dieser Installation gültig):")
        for row in rows:
            line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
            self.stdout.write(f"  {line.rstrip()}")


def _edited_models() -> Iterator[type[Model]]:
    """Every model the admin shows, on a page of its own or inside another one's."""
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in NOT_EDITORS:
            yield model
            yield from (inline.model for inline in page.inlines)
