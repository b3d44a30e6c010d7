"""Why a verb did not do its work, beside wrong content (ValidationError) and a missing right (PermissionDenied)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.choices import RecordState
from agreements.models import Cooperation

#: What is said when a record is no longer (or not yet) where the verb expects it.
IT_IS = {
    RecordState.DRAFT: gettext_lazy("Der Eintrag ist noch ein Entwurf."),
    RecordState.SUBMITTED: gettext_lazy("Der Eintrag ist schon eingereicht und liegt bei der Prüfung."),
    RecordState.RETURNED: gettext_lazy("Der Eintrag ist zur Überarbeitung zurückgegeben."),
    RecordState.PUBLISHED: gettext_lazy("Der Eintrag ist schon veröffentlicht."),
    RecordState.WITHDRAWN: gettext_lazy("Der Eintrag ist zurückgezogen."),
    RecordState.MERGED: gettext_lazy("Der Eintrag ist mit einem anderen zusammengeführt."),
}


class Refused(Exception):
    """The thing cannot be done now; the message says why, in a German sentence for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongState(Refused):
    """The record is in a state in which this does not go; somebody may just have moved it."""

    def __init__(self, cooperation: Cooperation, message: str = "") -> None:
        super().__init__(message or str(IT_IS[RecordState(cooperation.record_state)]))
        self.state = cooperation.record_state


class Overtaken(Refused):
    """Somebody wrote the record since it was read; ``version`` is the present one."""

    def __init__(self, cooperation: Cooperation) -> None:
        words = _("Jemand war schneller: Der Eintrag wurde inzwischen geändert (jetzt Fassung %(version)d).")
        super().__init__(words % {"version": cooperation.version})
        self.version = cooperation.version
        self.cooperation = cooperation


class Gone(Refused):
    """What was to be written is not there any more: somebody took it away since it was read."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Diesen Eintrag gibt es nicht mehr."))


class TooMany(Refused):
    """More than one sender may send in an hour."""


class Faults:
    """Collects all that is wrong with a piece of writing, by place (``participants.1.role``), to say it at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, place: str, message: Any) -> None:
        self.found.setdefault(place or NON_FIELD_ERRORS, []).append(str(message))

    def check(self, row: Any, prefix: str = "", *, exclude: tuple[str, ...] = (), constraints: bool = True) -> bool:
        """Is the row valid? What is not goes to its place; ``exclude`` names columns that are not known yet."""
        try:
            row.full_clean(exclude=exclude, validate_unique=constraints, validate_constraints=constraints)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                place = prefix if name == NON_FIELD_ERRORS else f"{prefix}.{name}" if prefix else name
                for message in messages:
                    self.add(place, message)
            return False
        return True

    def raise_any(self) -> None:
        """Raises ValidationError with everything that was found."""
        if self.found:
            raise ValidationError(self.found)
