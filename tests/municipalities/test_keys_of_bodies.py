"""Who bears a key on a day: asked for one key or for many, the answer is the same."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from municipalities.models import Municipality
from tests.api import counted_queries, list_url
from tests.builders import make_municipality, make_period

pytestmark = pytest.mark.django_db

KEYS = ["160640000012", "16064012", "16064", "160530000000", "16053000", "160640000099"]
DAYS = st.none() | st.dates(dt.date(2018, 1, 1), dt.date(2020, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> tuple[str, dt.date | None, dt.date | None]:
    """A key with the days on which it is borne."""
    ars = draw(st.sampled_from([key for key in KEYS if len(key) == 12]))
    days = sorted(day for day in (draw(DAYS), draw(DAYS)) if day)
    start, end = [*days, None, None][:2] if draw(st.booleans()) else (None, days[0] if days else None)
    return ars, start, end


@given(
    bodies=st.lists(st.lists(periods(), max_size=3), max_size=4),
    asked=st.lists(st.sampled_from(KEYS), unique=True),
    day=st.dates(dt.date(2017, 12, 1), dt.date(2021, 1, 31)),
)
def test_many_keys_find_what_each_finds(
    bodies: list[list[tuple[str, dt.date | None, dt.date | None]]], asked: list[str], day: dt.date
) -> None:
    Municipality.objects.all().delete()
    for borne in bodies:
        body = make_municipality(ars="010010000001", valid_until=dt.date(1990, 1, 1))
        for ars, start, end in borne:
            if end or not body.periods.filter(valid_until=None).exists():
                make_period(body, ars=ars, ags=ars[:5] + ars[9:], valid_from=start, valid_until=end)
    found = {key: Municipality.objects.holding(key, day) for key in asked}
    assert Municipality.objects.holding_each(asked, day) == {key: body for key, body in found.items() if body}


def test_many_keys_take_one_query(client: Client) -> None:
    keys = [make_municipality().ars for _ in range(20)]
    client.get(list_url("cooperations"), {"municipality": keys[:2]})  # what a process asks once and remembers
    counts = []
    for many in (1, 3, 20):
        with counted_queries() as queries:
            assert client.get(list_url("cooperations"), {"municipality": keys[:many]}).status_code == 200
        counts.append(len(queries))
    assert counts == [4, 4, 4]  # version, the bodies, how many, rows
