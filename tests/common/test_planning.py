"""The database is told how its tables are filled."""

import pytest
from django.core.management import call_command
from django.db import connection

from coopportal.common.planning import learn
from tests.builders import make_municipality

pytestmark = pytest.mark.django_db

_KNOWN = {
    "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'municipalities_municipality'",
    "postgresql": "SELECT reltuples FROM pg_class WHERE oid = 'municipalities_municipality'::regclass",
}


def known() -> float:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN[connection.vendor])
        return cursor.fetchone()[0]


def test_it_knows_how_many_rows_there_are():
    for _number in range(3):
        make_municipality()
    learn()
    assert known() > 0


def test_housekeeping_lets_it_look():
    make_municipality()
    call_command("keep_house", verbosity=0)
    assert known() > 0
