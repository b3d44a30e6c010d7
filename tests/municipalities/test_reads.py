"""The words in which the directory is read: who bears a key on a day, what lies where, who shares a name."""

from __future__ import annotations

from typing import Any

import pytest

from coopportal.common.given import Given
from municipalities.models import Municipality
from municipalities.workflow import refresh_derived
from tests.builders import day, make_municipality, make_period, make_succession

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-22")


def holder(key: str, on: str = "2026-11-22") -> str | None:
    body = Municipality.objects.holding(key, day(on))
    return body.name if body else None


@pytest.fixture
def kaiserslautern() -> None:
    district = make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    association = make_municipality(
        "Weilerbach", ars="073355009000", level="association", kind="verbandsgemeinde", parent=district
    )
    make_municipality("Weilerbach", ars="073355009049", kind="municipality", parent=association)
    refresh_derived()


@pytest.mark.parametrize(
    ("key", "ars"),
    [
        ("07335", "073350000000"),
        ("073350000000", "073350000000"),
        ("07312", "073120000000"),
        ("07312000", "073120000000"),
        ("073355009", "073355009000"),
        ("07335049", "073355009049"),
        ("07335050", None),
    ],
)
def test_every_form_of_a_key_finds_its_bearer(kaiserslautern, key, ars):
    body = Municipality.objects.holding(key, TODAY)
    assert (body.ars if body else None) == ars


def test_the_bearer_of_the_day_is_found_before_the_latest_one():
    make_municipality("Alt", ars="160610000001", valid_until=day("2010-12-31"))
    make_municipality("Neu", ars="160610000001", valid_from=day("2011-01-01"))
    assert [holder("160610000001", on) for on in ("2010-12-31", "2011-01-01", "2026-11-22")] == ["Alt", "Neu", "Neu"]


def test_where_nobody_bears_it_that_day_the_latest_bearer_is_found():
    make_municipality("Erste", ars="160610000001", valid_until=day("2000-12-31"))
    make_municipality("Zweite", ars="160610000001", valid_until=day("2010-12-31"))
    assert holder("160610000001", "2020-01-01") == "Zweite"


def test_a_former_key_is_not_borne_because_the_body_still_exists():
    """A body that has moved on must not hide the one that bears its old key now."""
    moved = make_municipality("Umgezogen", ars="160610000009", valid_from=None)
    moved.periods.update(valid_from=day("2019-01-01"))
    make_period(moved, ars="160610000001", ags="16061001", valid_until=day("2018-12-31"))
    make_municipality("Nachmieterin", ars="160610000001", valid_from=day("2019-01-01"))
    assert [holder("160610000001", on) for on in ("2018-06-01", "2020-06-01")] == ["Umgezogen", "Nachmieterin"]
    assert holder("160610000009", "2018-06-01") == "Umgezogen"


def test_existence_includes_both_ends():
    body = make_municipality(valid_from=day("2000-01-01"), valid_until=day("2009-12-31"))
    days = ["1999-12-31", "2000-01-01", "2009-12-31", "2010-01-01"]
    assert [list(Municipality.objects.existing_on(day(on))) == [body] for on in days] == [False, True, True, False]
    assert [body.existed_on(day(on)) for on in days] == [False, True, True, False]


def test_what_lies_inside_is_known_by_the_key(kaiserslautern):
    district = Municipality.objects.get(ars="073350000000")
    association = Municipality.objects.get(ars="073355009000")
    assert [body.ars for body in Municipality.objects.inside(district)] == ["073355009000", "073355009049"]
    assert [body.ars for body in Municipality.objects.inside(association)] == ["073355009049"]


def test_what_belongs_to_a_body_directly_on_a_day(kaiserslautern):
    district = Municipality.objects.get(ars="073350000000")
    association = Municipality.objects.get(ars="073355009000")
    assert list(Municipality.objects.belonging_to(district, TODAY)) == [association]
    association.periods.update(valid_from=day("2014-07-01"))
    assert list(Municipality.objects.belonging_to(district, day("2014-06-30"))) == []


def test_bodies_of_one_name_are_told_apart(kaiserslautern):
    district = Municipality.objects.get(ars="073350000000")
    city = Municipality.objects.get(ars="073120000000")
    assert (str(district), str(city)) == (
        "Kaiserslautern (Landkreis)",
        "Kaiserslautern (kreisfreie Stadt)",
    )
    assert list(Municipality.objects.namesakes_of(district, TODAY)) == [city]


def test_bodies_of_one_name_and_kind_are_told_apart_by_their_keys():
    for ars, kind in (("160760000079", "town"), ("160770000001", "town"), ("160780000001", "municipality")):
        make_municipality("Weida", ars=ars, kind=kind)
    refresh_derived()
    assert sorted(map(str, Municipality.objects.all())) == [
        "Weida (Gemeinde)",
        "Weida (Stadt, 16076079)",
        "Weida (Stadt, 16077001)",
    ]
    Municipality.objects.filter(ars="160770000001").update(valid_until=day("2020-01-01"))
    refresh_derived()
    assert sorted(map(str, Municipality.objects.all())) == [
        "Weida (Gemeinde)",
        "Weida (Stadt)",
        "Weida (Stadt, 16077001)",
    ]


def test_a_name_of_its_own_stands_alone(django_assert_num_queries):
    jena = make_municipality("Jena")
    refresh_derived()
    assert str(jena) == "Jena"
    with django_assert_num_queries(0):
        assert list(Municipality.objects.namesakes_of(jena, TODAY)) == []


def test_an_ended_body_shares_its_name_with_nobody():
    make_municipality("Kusel", valid_until=day("1999-12-31"))
    here = make_municipality("Kusel")
    refresh_derived()
    here.refresh_from_db()
    assert not here.shares_name


def test_the_values_of_the_day():
    body = make_municipality("Neustadt", kind="town", valid_from=day("2000-01-01"))
    body.periods.update(valid_from=day("2015-01-01"))
    make_period(body, name="Altdorf", kind="municipality", valid_until=day("2014-12-31"))
    names = [Municipality.objects.with_period_on(day(on)).get().on_day.name for on in ("2010-01-01", "2015-01-01")]
    assert names == ["Altdorf", "Neustadt"]
    assert Municipality.objects.with_period_on(day("1999-01-01")).get().on_day.name == "Neustadt"


def test_successors_come_with_the_body(django_assert_num_queries):
    old = make_municipality("Alt", valid_until=day("2018-12-31"))
    make_succession(old, make_municipality("Neu"))
    with django_assert_num_queries(2):
        (row,) = Municipality.objects.filter(pk=old.pk).with_successors()
        assert [str(change) for change in row.successions.all()] == ["Alt → Neu"]


def test_many_known_keys_are_one_value_of_a_question(django_assert_num_queries: Any) -> None:
    towns = [make_municipality(name) for name in "ABC"]
    for chosen in ([], towns[:2], towns):
        rows = Municipality.objects.filter(Given("pk", [town.pk for town in chosen]))
        with django_assert_num_queries(1):
            assert set(rows) == set(chosen)
        assert len(rows.query.sql_with_params()[1]) == 1
