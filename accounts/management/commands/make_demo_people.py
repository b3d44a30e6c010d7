"""Make the people of a demonstration and print their log-ins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.demo import DEMO_PEOPLE, DemoPerson, Entry, Notebook, new_factor, new_password
from accounts.management.commands.make_editors import edited_models
from accounts.models import User
from accounts.workflow import make_demo_person, refresh_editors, reset_second_factor, set_up_second_factor

CHANGED, NONE = "(geändert)", "–"


class Command(BaseCommand):
    help = "Legt die Vorführ-Zugänge an (nur mit der eingebetteten Datenbank oder mit DEMO=1) und zeigt sie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--codes", action="store_true", help="zeigt die Codes, die jetzt gelten, statt der Schlüssel"
        )

    def handle(self, *args: Any, codes: bool = False, **options: Any) -> None:
        if not (settings.EMBEDDED or settings.DEMO):
            raise CommandError("Vorführ-Zugänge gibt es nur mit der eingebetteten Datenbank oder mit DEMO=1.")
        notebook = Notebook(settings.VAR_DIR / "demo_people.json")
        editors = refresh_editors(edited_models())
        names = [person.username for person in DEMO_PEOPLE]
        known = {user.username: user for user in User.objects.filter(username__in=names)}
        rows: list[tuple[str, ...]] = []
        for person in DEMO_PEOPLE:
            password = self._password(person, known.get(person.username), notebook, editors)
            factor = self._factor(person, notebook)
            rows.append((person.username, password, _code_of(factor) if codes else factor, person.name))
        self._print(rows, "Code" if codes else "Zweiter Faktor")

    def _password(self, person: DemoPerson, user: User | None, notebook: Notebook, editors: Group) -> str:
        """The password as given out, or that it is not that any more. Who is not there yet is made."""
        entry = notebook.get(person.username)
        if user is not None:
            unchanged = entry and (user.password == entry.encoded or check_password(entry.password, user.password))
            return entry.password if entry and unchanged else CHANGED
        if entry is None:
            password = new_password()
            entry = notebook.keep(person.username, Entry(password, make_password(password)))
        try:
            make_demo_person(person, entry.encoded, editors)
        except ObjectDoesNotExist as error:
            raise CommandError(f"Erst die Grunddaten laden (manage.py load_fixtures): {error}") from error
        return entry.password

    def _factor(self, person: DemoPerson, notebook: Notebook) -> str:
        """The secret of the second factor as given out, or that it is another one. Who lacks a due one gets it."""
        user, entry = User.objects.get(username=person.username), notebook.get(person.username)
        factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if factor is not None and (secret := decrypt(factor.data["secret"])):
            return entry.factor if entry and secret == entry.factor else CHANGED
        if not person.has_factor or entry is None:
            return NONE
        entry = notebook.keep(person.username, entry if entry.factor else replace(entry, factor=new_factor()))
        reset_second_factor(user)  # one that was enciphered with another SECRET_KEY opens nothing
        set_up_second_factor(user, entry.factor)
        return entry.factor

    def _print(self, rows: list[tuple[str, ...]], factor: str) -> None:
        rows = [("Anmeldename", "Passwort", factor, "Aufgabe"), *rows]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        self.stdout.write("Vorführ-Zugänge (nur in dieser Installation gültig):")
        for row in rows:
            line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
            self.stdout.write(f"  {line.rstrip()}")
        self.stdout.write(
            "  Der zweite Faktor ist der Schlüssel für eine App (TOTP). "
            "Codes ohne App: .venv/bin/python manage.py make_demo_people --codes"
        )


def _code_of(factor: str) -> str:
    """The code an app would show now."""
    if factor in {CHANGED, NONE}:
        return factor
    return format_hotp_value(hotp_value(factor, next(yield_hotp_counters_from_time())))
