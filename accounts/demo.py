"""The five people of a demonstration, and the notebook that keeps their secrets readable for the one who runs it.

Passwords and the secrets of second factors are random for each installation. The notebook keeps the hash beside each
password, so that telling whether a person has changed the password costs a comparison and not a slow hash.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

# Without letters and digits that are mistaken for each other: people copy them by hand.
_SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class DemoPerson:
    """Who acts for a municipal body (``ars``), for a Land (``state``), or for the register (neither).

    Officers log in by password alone; they may add a second factor, reviewers and stewards have one.
    """

    username: str
    name: str
    role: str
    ars: str = ""
    state: str = ""

    @property
    def has_factor(self) -> bool:
        return self.role != "officer"


DEMO_PEOPLE = (
    DemoPerson("jena", "Sachbearbeitung Jena", "officer", ars="160530000000"),
    DemoPerson("weilerbach", "Sachbearbeitung Verbandsgemeinde Weilerbach", "officer", ars="073355009000"),
    DemoPerson("pruefung-th", "Prüfung Thüringen", "reviewer", state="16"),
    DemoPerson("pruefung-rp", "Prüfung Rheinland-Pfalz", "reviewer", state="07"),
    DemoPerson("redaktion", "Redaktion", "steward"),
)


def new_password() -> str:
    """Four groups of four random signs, about 93 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def new_factor() -> str:
    """The secret of a TOTP factor: 160 random bits in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@dataclass(frozen=True)
class Entry:
    """A password as it was given out, its hash as it was stored then, and the secret of the second factor (or none)."""

    password: str
    encoded: str
    factor: str = ""


class Notebook:
    """The secrets given out in this installation, in a file that only its owner can read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._entries = {name: Entry(**entry) for name, entry in json.loads(file.read_text("utf-8")).items()}
        except FileNotFoundError:
            self._entries = {}

    def get(self, username: str) -> Entry | None:
        return self._entries.get(username)

    def keep(self, username: str, entry: Entry) -> Entry:
        """Written at once and whole: a broken run leaves the old file."""
        self._entries[username] = entry
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump({name: asdict(kept) for name, kept in self._entries.items()}, out, indent=1)
        draft.replace(self.file)
        return entry
