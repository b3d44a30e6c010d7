"""Who reads a long file slowly keeps no snapshot of the database for as long as he reads."""

from __future__ import annotations

import pytest
from django.db import connection

from coopportal.common import prepared
from coopportal.common.prepared import Statement

NUMBERS = Statement("SELECT n FROM generate_series(1, %s) AS n", (10,))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("patience", "held"), [(-1.0, [True, False, False, False]), (60.0, [True] * 4)])
def test_after_a_while_the_rest_waits_in_a_file(
    monkeypatch: pytest.MonkeyPatch, patience: float, held: list[bool]
) -> None:
    monkeypatch.setattr(prepared, "PATIENCE", patience)
    found = [(rows, connection.in_atomic_block) for rows in NUMBERS.streamed(3)]
    assert [rows for rows, _held in found] == [[(1,), (2,), (3,)], [(4,), (5,), (6,)], [(7,), (8,), (9,)], [(10,)]]
    assert [is_held for _rows, is_held in found] == held


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_connection_is_free_for_others_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "PATIENCE", -1.0)
    stream = NUMBERS.streamed(3)
    first, second = next(stream), next(stream)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert (first[0], second[0], [*stream][-1]) == ((1,), (4,), [(10,)])
