"""The search for municipal bodies, good enough to type into."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict

from municipalities.filters import MunicipalityFilterSet
from municipalities.models import Municipality, MunicipalityName
from municipalities.search import Wanted, wanted_of
from municipalities.workflow import refresh_derived
from tests.builders import make_municipality, make_period, make_succession

TODAY = dt.date(2026, 6, 1)

# --- Taking a query apart ---


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Jena", Wanted("jena", (("jena",),))),
        ("Frankfurt Main", Wanted("frankfurt main", (("frankfurt",), ("main",)))),
        ("Frankfurt/Main", Wanted("frankfurt main", (("frankfurt",), ("main",)))),
        ("Frankfurt am Main", Wanted("frankfurt am main", (("frankfurt",), ("main",)))),
        ("St. Ingbert", Wanted("sankt ingbert", ((" sankt", " st"), ("ingbert",)))),
        ("st ingbert", Wanted("sankt ingbert", ((" sankt", " st"), ("ingbert",)))),
        ("VG Weilerbach", Wanted("vg weilerbach", ((" vg",), ("weilerbach",)))),
        ("16 0 76 004", Wanted("16076004", (("  16076004",),))),
        ("16076", Wanted("16076", (("  16076",),))),
        ("1", Wanted("1", beginnings=("1",))),
        ("Ü", Wanted("u", beginnings=("u",))),
        ("Ue", Wanted("u", beginnings=("u", "ue"))),
        ("Görlitz -Landkreis", Wanted("gorlitz", (("gorlitz",),), (("landkreis",),))),
        ("in der", Wanted("in der", ((" in",), ("der",)))),
        ("", Wanted("")),
        ("%", Wanted("")),
        ("'_'", Wanted("")),
    ],
)
def test_a_query_is_taken_apart(query: str, wanted: Wanted) -> None:
    assert wanted_of(query) == wanted


# --- Finding and ranking ---

PLACES: list[dict[str, Any]] = [
    {"name": "Frankfurt am Main", "kind": "independent_city", "population": 770_000},
    {"name": "Frankfurt (Oder)", "kind": "independent_city", "population": 57_000},
    {"name": "Frankfurt-Zwilling", "population": 100},
    {"name": "Halle (Saale)", "kind": "independent_city", "population": 240_000},
    {"name": "Halle (Westf.)", "population": 21_000},
    {"name": "Halle", "population": 700},
    {"name": "Hallbergmoos", "population": 11_000},
    {"name": "Bad Münstereifel", "population": 17_000},
    {"name": "Münster", "kind": "independent_city", "population": 320_000},
    {"name": "Munster", "population": 15_000},
    {"name": "Bautzen / Budyšin", "official_name": "Bautzen / Budyšin, Stadt", "population": 38_000},
    {"name": "St. Ingbert", "population": 35_000},
    {"name": "Sankt Augustin", "population": 56_000},
    {"name": "Stuttgart", "kind": "urban_district", "population": 630_000},
    {"name": "Steinach", "population": 4_000},
    {"name": "Altötting", "official_name": "Altötting, St", "population": 13_000},
    {"name": "Neumarkt i.d.OPf.", "population": 40_000},
    {"name": "Au", "population": 900},
    {"name": "Aurich", "population": 42_000},
    {"name": "Uelzen", "population": 34_000},
    {"name": "Übach-Palenberg", "population": 24_000},
    {"name": "Kaiserslautern", "kind": "independent_city", "population": 100_000, "ars": "073120000000"},
    {
        "name": "Kaiserslautern",
        "kind": "rural_district",
        "level": "district",
        "population": 106_000,
        "ars": "073350000000",
    },
    {
        "name": "Weilerbach",
        "kind": "verbandsgemeinde",
        "level": "association",
        "population": 14_000,
        "ars": "073355009000",
    },
    {"name": "Weilerbach", "kind": "municipality", "population": 4_500, "ars": "073355009049"},
    {"name": "100 % Dorf", "population": 1},
]


@pytest.fixture
def places(db: None) -> None:
    for number, values in enumerate(PLACES, 201):  # keys of their own: "100" is looked for in keys too
        make_municipality(**({"ars": f"160620{number}{number}"} | values))


def found(query: str, day: dt.date = TODAY) -> list[str]:
    return [row.name for row in Municipality.objects.search_ranked(query, day)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Frankfurt", ["Frankfurt am Main", "Frankfurt (Oder)", "Frankfurt-Zwilling"]),
        ("frankfurt main", ["Frankfurt am Main"]),
        ("Main Frankfurt", ["Frankfurt am Main"]),
        ("Frankfurt/Oder", ["Frankfurt (Oder)"]),
        ("Frankfurt a.M.", ["Frankfurt am Main"]),
        ("Halle Saale", ["Halle (Saale)"]),
        ("Halle", ["Halle", "Halle (Saale)", "Halle (Westf.)"]),
        ("Halle Westfalen", ["Halle (Westf.)"]),
        ("Hall", ["Halle (Saale)", "Halle (Westf.)", "Hallbergmoos", "Halle"]),
        ("Muenster", ["Münster", "Munster", "Bad Münstereifel"]),
        ("MÜNSTER", ["Münster", "Munster", "Bad Münstereifel"]),
        ("munstereifel", ["Bad Münstereifel"]),
        ("eifel", ["Bad Münstereifel"]),
        ("Budysin", ["Bautzen / Budyšin"]),
        ("Budyšin", ["Bautzen / Budyšin"]),
        ("bautzen", ["Bautzen / Budyšin"]),
        ("Bautzen, Stadt", ["Bautzen / Budyšin"]),
        ("Sankt Ingbert", ["St. Ingbert"]),
        ("St. Ingbert", ["St. Ingbert"]),
        ("St Ingb", ["St. Ingbert"]),
        ("St. Augustin", ["Sankt Augustin"]),
        ("St.", ["Sankt Augustin", "St. Ingbert", "Stuttgart", "Steinach"]),
        ("St", ["Stuttgart", "Steinach", "Sankt Augustin", "St. Ingbert"]),
        ("Neumarkt in der Oberpfalz", ["Neumarkt i.d.OPf."]),
        ("Neumarkt OPf", ["Neumarkt i.d.OPf."]),
        ("Au", ["Au", "Aurich"]),
        ("Ue", ["Uelzen", "Übach-Palenberg"]),
        ("Uel", ["Uelzen"]),
        ("Kaiserslautern", ["Kaiserslautern", "Kaiserslautern"]),
        ("100 %", ["100 % Dorf"]),
        ("100%", ["100 % Dorf"]),
        ("Nirgendwo", []),
        ("x", []),
        ("Frank_urt", []),
        ("H%lle", []),
        ("H_lle", []),
    ],
)
def test_what_is_typed_finds(places: None, query: str, names: list[str]) -> None:
    assert found(query) == names


@pytest.mark.parametrize("query", ["%", "_", "'", "", " ", "\x00", "-"])
def test_signs_alone_want_nothing_and_break_nothing(places: None, query: str) -> None:
    assert len(found(query)) == len(PLACES)


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("Kaiserslautern", ["rural_district", "independent_city"]),
        ("Landkreis Kaiserslautern", ["rural_district"]),
        ("LK Kaiserslautern", ["rural_district"]),
        ("Stadt Kaiserslautern", ["independent_city"]),
        ("VG Weilerbach", ["verbandsgemeinde"]),
        ("Verbandsgemeinde Weil", ["verbandsgemeinde"]),
        ("Weilerbach -Verbandsgemeinde", ["municipality"]),
    ],
)
def test_bodies_of_one_name_are_told_apart_by_their_kind(places: None, query: str, kinds: list[str]) -> None:
    assert [row.kind for row in Municipality.objects.search_ranked(query, TODAY)] == kinds


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("07335", ["073350000000", "073355009000", "073355009049"]),
        ("073355009", ["073355009000", "073355009049"]),
        ("07335049", ["073355009049"]),
        ("073355009049", ["073355009049"]),
        ("07 3 35 049", ["073355009049"]),
        ("07312000", ["073120000000"]),
    ],
)
def test_any_key_finds_its_body_first(places: None, query: str, keys: list[str]) -> None:
    assert [row.ars for row in Municipality.objects.search_ranked(query, TODAY)] == keys


@pytest.mark.django_db
def test_the_district_tells_bodies_of_one_name_and_kind_apart() -> None:
    district = make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district")
    association = make_municipality(
        "Ländereck", ars="160765004000", level="association", kind="administrative_community", parent=district
    )
    member = make_municipality("Endschütz", ars="160765004014", parent=association)
    free = make_municipality("Berga", ars="160760004004", parent=district)
    rows = Municipality.objects.with_relations().in_bulk()
    assert [rows[one.pk].district for one in (member, free, association, district)] == [district] * 3 + [None]


# --- Former names and ended bodies ---


@pytest.fixture
def ended(db: None) -> Municipality:
    """Berga/Elster is Berga-Wünschendorf since 2024; Greiz was once called otherwise and had another key."""
    old = make_municipality("Berga/Elster", ars="160760004004", valid_until=dt.date(2023, 12, 31), population=3218)
    new = make_municipality("Berga-Wünschendorf", ars="160760094094", valid_from=dt.date(2024, 1, 1), population=5840)
    make_succession(old, new, kind="merger", on=dt.date(2024, 1, 1))
    other = make_municipality("Greiz", ars="160760022022", population=20_000)
    make_period(other, name="Obergreiz", ars="160765001022", valid_until=dt.date(2000, 1, 1))
    MunicipalityName.objects.create(municipality=other, name="Park- und Schlossstadt")
    refresh_derived()
    return old


@pytest.mark.parametrize("query", ["Berga/Elster", "berga elster", "16076004", "160760004004"])
def test_an_ended_body_is_found_by_name_and_key(ended: Municipality, query: str) -> None:
    assert next(row.pk for row in Municipality.objects.search_ranked(query, TODAY)) == ended.pk


def test_those_that_exist_come_before_ended_ones(ended: Municipality) -> None:
    assert found("berga") == ["Berga-Wünschendorf", "Berga/Elster"]


def test_on_a_day_before_its_end_it_has_not_ended_and_its_successor_is_not_there(ended: Municipality) -> None:
    assert found("berga", dt.date(2023, 6, 1)) == ["Berga/Elster"]


@pytest.mark.parametrize("query", ["Obergreiz", "160765001022", "Schlossstadt"])
def test_former_and_other_names_and_keys_find(ended: Municipality, query: str) -> None:
    assert found(query) == ["Greiz"]


# --- In lists ---


def listed(query: str) -> MunicipalityFilterSet:
    return MunicipalityFilterSet(QueryDict(query), Municipality.objects.all(), today=TODAY)


def test_a_list_holds_what_exists_a_search_also_what_has_ended(ended: Municipality) -> None:
    assert {row.name for row in listed("").rows()} == {"Berga-Wünschendorf", "Greiz"}
    assert [row.name for row in listed("search=berga").rows()] == ["Berga-Wünschendorf", "Berga/Elster"]
    assert {row.name for row in listed("search=%25").rows()} == {"Berga-Wünschendorf", "Greiz"}


def test_a_search_can_be_ordered_otherwise(ended: Municipality) -> None:
    assert [row.name for row in listed("search=berga&ordering=population").rows()] == [
        "Berga/Elster",
        "Berga-Wünschendorf",
    ]


def test_a_search_as_of_a_day(ended: Municipality) -> None:
    assert [row.name for row in listed("search=berga&as_of=2023-06-01").rows()] == ["Berga/Elster"]


def test_a_keystroke_costs_four_queries(ended: Municipality, django_assert_num_queries: Any) -> None:
    asked = listed("search=berga")
    with django_assert_num_queries(4):
        rows = asked.rows()
        told = [(row.label, row.district, [one.successor.name for one in row.successions.all()]) for row in rows[:10]]
        assert rows.count() == 2
    assert told[1] == ("Berga/Elster", None, ["Berga-Wünschendorf"])


@pytest.mark.django_db
def test_one_letter_finds_names_at_the_end_of_the_alphabet() -> None:
    zittau = make_municipality("Zittau")
    assert list(Municipality.objects.matching("z")) == [zittau]
