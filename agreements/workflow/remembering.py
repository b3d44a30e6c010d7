"""The history of many rows that were just written, copied within the database.

One statement for each table says what ``simple_history`` says by an object for each row (``bulk_history_create``, which
took half of the time of an import). ``tests/agreements/test_workflow_bulk.py`` holds both side by side.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from agreements.models import Cooperation


def remember(model: Any, keys: Collection[int], *, user: User, why: str, kind: str = "+") -> None:
    """An entry for each row of these keys as it stands now; ``kind`` is ``+`` of new rows, ``~`` of changed ones."""
    if not keys:
        return
    history = model.history.model
    columns = _columns(model.history.model.tracked_fields)
    own = [history._meta.get_field(name) for name in ("history_date", "history_change_reason", "history_type")]
    values = (timezone.now(), why, kind)
    told = [field.get_db_prep_save(value, connection) for field, value in zip(own, values, strict=True)]
    sql = f"""INSERT INTO "{history._meta.db_table}" ({columns}, {_columns(own)}, "history_user_id")
        SELECT {columns}, %s, %s, %s, %s FROM "{model._meta.db_table}"
        WHERE "{model._meta.pk.column}" IN ({_told(keys)}) ORDER BY 1"""  # noqa: S608  (names of our own tables, numbers)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*told, user.pk])


def remember_with_task_fields(keys: Collection[int], *, user: User, why: str, kind: str = "+") -> None:
    """The same of cooperations, with the task fields that they have now."""
    if not keys:
        return
    remember(Cooperation, keys, user=user, why=why, kind=kind)
    history: Any = Cooperation.history.model
    through: Any = Cooperation.task_fields.through
    sql = f"""INSERT INTO "{history.task_fields.model._meta.db_table}" (id, cooperation_id, taskfield_id, history_id)
        SELECT t.id, t.cooperation_id, t.taskfield_id,
          (SELECT MAX(h.history_id) FROM "{history._meta.db_table}" h WHERE h.id = t.cooperation_id)
        FROM "{through._meta.db_table}" t WHERE t.cooperation_id IN ({_told(keys)}) ORDER BY t.id"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _columns(fields: Collection[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _told(keys: Collection[int]) -> str:
    return ", ".join(str(int(key)) for key in keys)
