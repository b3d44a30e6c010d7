"""The ground of all FilterSets: names of the asker, problems that name their parameter, the day, the order."""

import datetime as dt
from threading import Event, Thread
from typing import Any

import pytest
from django.http import QueryDict

from agreements.filters import CooperationFilterSet
from agreements.models import Cooperation
from municipalities.filters import MunicipalityFilterSet
from municipalities.models import Municipality
from tests.builders import make_cooperation, make_municipality, make_participation, make_state

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def asked(query: str, *, german: bool = False) -> CooperationFilterSet:
    return CooperationFilterSet(QueryDict(query), Cooperation.objects.public(), german=german, today=TODAY)


def names(filterset: CooperationFilterSet) -> list[str]:
    return [row.name for row in filterset.rows()]


def test_a_page_asks_in_german_and_a_program_in_english_for_the_same() -> None:
    jena = make_municipality("Jena", ars="160530000000")
    make_participation(make_cooperation("Leitstelle"), jena)
    make_cooperation("Anderes")
    assert names(asked("municipality=16053000")) == ["Leitstelle"]
    assert names(asked("kommune=16053000", german=True)) == ["Leitstelle"]


def test_names_of_the_other_language_do_not_exist() -> None:
    assert asked("kommune=16053000").problems == {"kommune": ["Diesen Parameter gibt es hier nicht."]}
    assert asked("municipality=16053000", german=True).problems == {
        "municipality": ["Diesen Parameter gibt es hier nicht."]
    }


def test_every_problem_is_named_at_once_under_the_name_the_asker_used() -> None:
    make_state("16")
    problems = asked("land=99&kommune=16053000&stand=gestern&status=fertig&quatsch=1", german=True).problems
    assert problems == {
        "land": ["„99“ gibt es nicht."],
        "kommune": ["Den Schlüssel „16053000“ trägt keine Kommune."],
        "stand": ["„gestern“ ist kein Tag. Schreiben Sie ihn als TT.MM.JJJJ oder JJJJ-MM-TT."],
        "status": ["„fertig“ ist hier kein möglicher Wert."],
        "quatsch": ["Diesen Parameter gibt es hier nicht."],
    }


def test_the_list_is_filtered_by_what_is_right_and_not_by_what_is_wrong() -> None:
    make_cooperation("Geplantes", status="planned")
    make_cooperation("Laufendes", status="active")
    assert names(asked("status=planned&kind=quatsch")) == ["Geplantes"]


@pytest.mark.parametrize("query", ["status=planned,active", "status=planned&status=active"])
def test_several_values_come_repeated_or_with_commas(query: str) -> None:
    for status in ("planned", "active", "ended"):
        make_cooperation(status, status=status)
    assert names(asked(query)) == ["active", "planned"]


@pytest.mark.parametrize("query", ["status=%00", "q=%00", "state=%00", "municipality=%00", "as_of=%00", "%00=1"])
def test_nul_is_never_more_than_a_wrong_value(query: str) -> None:
    assert names(asked(query)) == []


def test_the_day_is_the_one_asked_for_else_today() -> None:
    assert (asked("").asked_day, asked("").day, asked("").is_cut) == (None, TODAY, False)
    day = dt.date(2019, 3, 1)
    for query, german in (("as_of=2019-03-01", False), ("stand=01.03.2019", True)):
        filterset = asked(query, german=german)
        assert (filterset.asked_day, filterset.day, filterset.is_cut) == (day, day, True)


def test_a_wrong_day_does_not_cut() -> None:
    assert asked("as_of=2019-02-30").is_cut is False


def test_orders_put_what_is_missing_last_both_ways() -> None:
    make_cooperation("früh", started_on=dt.date(2001, 1, 1))
    make_cooperation("spät", started_on=dt.date(2020, 1, 1))
    make_cooperation("unbekannt")
    assert names(asked("ordering=started_on")) == ["früh", "spät", "unbekannt"]
    assert names(asked("ordering=-started_on")) == ["spät", "früh", "unbekannt"]


def test_form_fields_go_by_the_name_of_the_page() -> None:
    assert asked("", german=True).form["municipality"].html_name == "kommune"
    assert asked("municipality=07335").form["municipality"].html_name == "municipality"


def test_a_key_finds_the_body_that_holds_it_on_the_day_asked_for() -> None:
    old = make_municipality("Alt", ars="160760004004", valid_until=dt.date(2023, 12, 31))
    old.periods.update(valid_until=dt.date(2023, 12, 31))
    new = make_municipality("Neu", ars="160760004004", valid_from=dt.date(2024, 1, 1))
    new.periods.update(valid_from=dt.date(2024, 1, 1))
    make_participation(make_cooperation("damals"), old)
    make_participation(make_cooperation("heute"), new)
    assert names(asked("municipality=160760004004")) == ["heute"]
    assert names(asked("municipality=160760004004&as_of=2023-06-01")) == ["damals"]


def test_without_a_day_bodies_are_those_that_exist_today() -> None:
    make_municipality("Ende", valid_until=dt.date(2020, 12, 31))
    make_municipality("Jetzt")

    def listed(query: str) -> list[str]:
        rows = MunicipalityFilterSet(QueryDict(query), Municipality.objects.all(), today=TODAY).rows()
        return [row.name for row in rows]

    assert listed("") == ["Jetzt"]
    assert listed("as_of=2020-01-01") == ["Ende", "Jetzt"]


def test_a_parameter_of_one_value_takes_one() -> None:
    problem = ["Dieser Parameter nimmt nur einen Wert."]
    assert asked("as_of=gestern&as_of=2019-03-01").problems == {"as_of": problem}
    assert asked("page_size=abc&page_size=2").problems == {"page_size": problem}
    assert asked("as_of=2019-03-01&as_of=2019-03-01").problems == {}


# --- changed since ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-22", ["spaeter", "zehn"]),
        ("22.11.2026", ["spaeter", "zehn"]),
        ("2026-11-22T10:00:00Z", ["spaeter", "zehn"]),
        ("2026-11-22T10:00:00%2B00:00", ["spaeter", "zehn"]),
        ("2026-11-22T11:00:00+01:00", ["spaeter", "zehn"]),  # a + that was not encoded
        ("2026-11-22T05:00:00-05:00", ["spaeter", "zehn"]),
        ("2026-11-22T10:00:00.000001Z", ["spaeter"]),
        ("2026-11-22T10:01Z", ["spaeter"]),
        ("2026-11-23", []),
        ("2026-11-21T23:00:00Z", ["spaeter", "zehn"]),  # midnight in Germany
        ("0001-01-01", ["gestern", "spaeter", "zehn"]),
        ("9999-12-31T23:59:59Z", []),
    ],
)
def test_changed_since_a_day_or_a_moment(text: str, found: list[str]) -> None:
    moments = {"gestern": (21, 22, 59), "zehn": (22, 10, 0), "spaeter": (22, 10, 30)}
    for name, (day, hour, minute) in moments.items():
        row = make_cooperation(name)
        at = dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC)
        Cooperation.objects.filter(pk=row.pk).update(updated_at=at)
    assert names(asked(f"modified_since={text}")) == found
    assert names(asked(f"geaendert_seit={text}", german=True)) == found


@pytest.mark.parametrize(
    "text",
    [
        *("gestern", "2026-11-22T10:00:00", "2026-11-22T25:00:00Z", "2026-11-22T10Z", "2026-11-22 10:00:00Z"),
        *("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T10:00:00Z", "٢٠٢٦-11-22T10:00Z"),
    ],
)
def test_what_is_neither_day_nor_moment_is_named(text: str) -> None:
    assert list(asked(f"modified_since={text}").problems) == ["modified_since"]


def test_the_moment_chosen_is_told_in_german_time() -> None:
    [chosen] = asked("geaendert_seit=2026-11-22T10:00:00Z", german=True).chosen_values
    assert (chosen.field, chosen.label) == ("geändert seit", "22.11.2026, 11:00")


def test_who_leaves_out_a_filter_does_so_for_himself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API keeps what it was asked for all its threads."""
    kept = asked("status=planned&kind=other")
    whole, part = str(kept.rows_left(()).query), str(kept.rows_left({"kind"}).query)
    has_begun, may_go_on, found = Event(), Event(), list[str]()
    by_status = kept.filters["status"].filter

    def waiting(rows: Any, value: Any) -> Any:
        has_begun.set()
        may_go_on.wait(10)
        return by_status(rows, value)

    monkeypatch.setattr(kept.filters["status"], "filter", waiting)
    other = Thread(target=lambda: found.append(str(kept.rows_left({"kind"}).query)))
    other.start()
    has_begun.wait(10)
    monkeypatch.undo()
    found.append(str(kept.rows_left(()).query))
    may_go_on.set()
    other.join()
    assert found == [whole, part]
