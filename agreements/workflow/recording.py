"""What every verb does: lock the record, ask for the right and the version, write, leave a trace of who and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Somebody
from agreements.choices import TRANSITIONS, RecordState
from agreements.models import Cooperation, Transition
from agreements.workflow.faults import Gone, Overtaken, WrongState
from coopportal.common.languages import recorded
from municipalities.models import Municipality

Right = Callable[[Somebody, Cooperation, dt.date], bool]


def locked(cooperation: Cooperation) -> Cooperation:
    """The record as it is now; nobody else writes it until the transaction ends.

    On SQLite every transaction that writes waits for its turn at BEGIN, which has the same effect. Raises Gone.
    """
    rows = Cooperation.objects.select_for_update(of=("self",)).select_related("keeper")
    row: Cooperation = present(rows, cooperation.pk)
    return row


def present(rows: QuerySet[Any], pk: int, message: str = "") -> Any:
    """The row of this key as it is now. Raises Gone where somebody took it away since it was read."""
    if (row := rows.filter(pk=pk).first()) is None:
        raise Gone(message)
    return row


def require(allowed: bool) -> None:
    """Raises PermissionDenied, with the same words for every missing right."""
    if not allowed:
        raise PermissionDenied(_("Dazu haben Sie kein Recht."))


def require_version(row: Cooperation, seen: int | None) -> None:
    """Raises Overtaken where the writer read another version than the present one; None asks nothing."""
    if seen is not None and seen != row.version:
        raise Overtaken(row)


def require_state(row: Cooperation, states: Iterable[str], message: str = "") -> None:
    if row.record_state not in states:
        raise WrongState(row, message)


def sign(row: Any, *, user: User | None, why: str) -> Any:
    """The row, with who changes it and why for its history."""
    row._history_user = user
    row._change_reason = why
    return row


def save(row: Any, *, user: User | None, why: str, fields: Iterable[str] | None = None) -> Any:
    """Write the row (or these columns of it) and its history."""
    sign(row, user=user, why=why).save(update_fields=None if fields is None else [*fields, "updated_at"])
    return row


def storable(value: Any) -> Any:
    """What was typed, without NUL, which PostgreSQL keeps in no JSON."""
    if isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


def set_many(row: Any, name: str, rows: Iterable[Any]) -> None:
    """Give the row a relation to many; its history tells of it with the next ``save``."""
    row.skip_history_when_saving = True
    getattr(row, name).set(rows)
    del row.skip_history_when_saving


def delete(row: Any, *, user: User | None, why: str) -> None:
    """Take the row away; its history stays."""
    sign(row, user=user, why=why).delete()


def move(
    row: Cooperation,
    to: RecordState,
    *,
    user: User,
    municipality: Municipality | None = None,
    reason: str = "",
    fields: Iterable[str] = (),
) -> Transition:
    """Bring a locked record into another state, if the table of transitions knows the way, and write the log.

    ``fields`` names columns that changed with it. Raises WrongState; ValidationError where the record is not valid.
    """
    came_from = RecordState(row.record_state)
    if to not in TRANSITIONS[came_from]:
        raise WrongState(row)
    row.record_state = to
    row.version += 1
    row.full_clean()
    save(row, user=user, why=reason or recorded(to.label), fields=["record_state", "version", *fields])
    step = Transition(
        cooperation=row, from_state=came_from, to_state=to, by=user, municipality=municipality, reason=reason
    )
    step.full_clean(exclude=["by", "municipality"])
    step.save()
    return step
