"""An older state after a newer one: the past is filled in, the present stays."""

from __future__ import annotations

import datetime as dt

import pytest

from municipalities.models import DirectoryState, Municipality, MunicipalityFigure, MunicipalityPeriod, Succession
from tests.municipalities.directory_world import (
    AFTER,
    BEFORE,
    EVE,
    NEW,
    OLD,
    TODAY,
    body,
    everything,
    first,
    in_order,
    periods_of,
    read_in,
    second,
)
from tests.municipalities.lines import free, renamed, sample

pytestmark = pytest.mark.django_db

MIDDLE = dt.date(2024, 12, 31)


def story() -> dict[str, list[tuple[object, ...]]]:
    """What is told of every body over time, whatever the order of the imports."""
    rows = Municipality.objects.prefetch_related("periods__parent")
    told: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        for one in row.periods.all():
            parent = one.parent.ars if one.parent else None
            told.setdefault(f"{row.level} {row.official_name} {row.ars}", []).append(
                (one.valid_from, one.valid_until, one.official_name, one.ars, one.kind, parent)
            )
    return {name: sorted(periods, key=str) for name, periods in told.items()}


def figures() -> list[tuple[object, ...]]:
    return sorted(MunicipalityFigure.objects.values_list("municipality__ars", "directory_state", "population"))


def successions() -> set[tuple[object, ...]]:
    return set(Succession.objects.values_list("predecessor__ars", "successor__ars", "kind", "on"))


def test_states_read_in_the_wrong_order_tell_the_same_story() -> None:
    read_in(first())
    read_in(second())
    told, counted, followed = story(), figures(), successions()
    forget()
    read_in(second())
    read_in(first(), historic=True)
    assert story() == told
    assert figures() == counted
    assert successions() == followed


def forget() -> None:
    """As if no state had ever been read."""
    Succession.objects.all().delete()
    MunicipalityPeriod.objects.all().delete()
    Municipality.objects.update(parent=None)
    Municipality.objects.all().delete()
    DirectoryState.objects.all().delete()


def test_the_present_stays_as_it_is() -> None:
    read_in(second())
    present = ("name", "official_name", "ars", "kind", "parent_id", "population", "directory_state", "valid_until")
    before = {row.pk: tuple(getattr(row, name) for name in present) for row in Municipality.objects.all()}
    read_in(first(), historic=True)
    after = {row.pk: tuple(getattr(row, name) for name in present) for row in Municipality.objects.all()}
    assert before.items() <= after.items()


def test_a_body_that_was_not_there_yet_begins_later() -> None:
    read_in(second())
    read_in(first(), historic=True)
    assert periods_of(body("16076094")) == [(AFTER, None, "Berga-Wünschendorf", "160760094094")]
    assert body("16076094").valid_from == AFTER


def test_a_body_that_only_the_past_knows_is_made_and_ended() -> None:
    read_in(second())
    report = read_in(first(), historic=True)
    assert "Berga/Elster, Stadt (16076004), inzwischen beendet" in report.sections["Neu"]
    row = Municipality.objects.get(ags="16076004")
    assert (row.valid_from, row.valid_until, row.directory_state) == (None, EVE, BEFORE)
    assert row.parent == body("16076")


def test_the_report_of_a_dry_run_is_the_same_and_nothing_is_written() -> None:
    read_in(second())
    before = everything()
    tried = read_in(first(), historic=True, dry_run=True)
    assert everything() == before
    assert tried == read_in(first(), historic=True)


def test_an_older_state_read_twice_changes_nothing() -> None:
    read_in(second())
    read_in(first(), historic=True)
    before = everything()
    read_in(first(), historic=True)
    assert everything() == before


# --- A state between two others ---


def middle(rows: list[str]) -> None:
    read_in(first())
    read_in(second())
    read_in(sample("20241231", rows), historic=True)


def kahla() -> list[tuple[object, ...]]:
    return [(a, b, c.removeprefix("Kahla, Stadt")) for a, b, c in told_of("16074044")]


def told_of(ags: str) -> list[tuple[object, ...]]:
    return [(one.valid_from, one.valid_until, one.official_name) for one in in_order(body(ags))]


def test_a_state_that_says_what_the_one_before_said_changes_nothing() -> None:
    middle(OLD)
    assert kahla() == [(None, EVE, ""), (AFTER, None, ", Porzellanstadt")]


def test_a_state_that_says_what_the_next_one_says_moves_the_change() -> None:
    middle(NEW)
    eve = dt.date(2024, 12, 30)
    assert kahla() == [(None, eve, ""), (MIDDLE, None, ", Porzellanstadt")]
    assert body("16076094").valid_from == MIDDLE
    gone = Municipality.objects.get(ags="16076004")
    assert (gone.valid_until, gone.periods.get().valid_until) == (eve, eve)
    assert {one[3] for one in successions()} == {MIDDLE}


def test_a_state_that_says_something_else_gets_a_period_of_its_own() -> None:
    middle(renamed(OLD, "Kahla, Stadt", "Kahla, Stadt, Leuchtenburgstadt"))
    assert kahla() == [
        (None, dt.date(2024, 12, 30), ""),
        (MIDDLE, EVE, ", Leuchtenburgstadt"),
        (AFTER, None, ", Porzellanstadt"),
    ]


def test_something_else_within_a_period_divides_it() -> None:
    middle(renamed(OLD, "Greiz, Stadt", "Greiz, Schlossstadt"))
    assert told_of("16076022") == [
        (None, dt.date(2024, 12, 30), "Greiz, Stadt"),
        (MIDDLE, EVE, "Greiz, Schlossstadt"),
        (AFTER, None, "Greiz, Stadt"),
    ]
    assert body("16076022").official_name == "Greiz, Stadt"


def test_a_body_of_one_state_only() -> None:
    middle([*OLD, *free("16076500", "Eintag", area=30)])
    row = Municipality.objects.get(ags="16076500")
    assert (row.valid_from, row.valid_until) == (MIDDLE, EVE)


def test_what_a_person_has_dated_is_left_alone() -> None:
    read_in(first())
    read_in(second())
    row = body("16074044")
    early, late = in_order(row)
    type(early).objects.filter(pk=early.pk).update(valid_until=dt.date(2023, 6, 30))
    type(late).objects.filter(pk=late.pk).update(valid_from=dt.date(2023, 7, 1))
    report = read_in(sample("20241231", OLD), historic=True)
    assert report.sections["Belassen"] == ["Kahla, Stadt, Porzellanstadt (16074044)"]
    assert [one[:2] for one in periods_of(row)] == [(None, dt.date(2023, 6, 30)), (dt.date(2023, 7, 1), None)]


def test_the_figures_of_the_past_are_added() -> None:
    middle(OLD)
    assert body("16074044").figures.filter(directory_state=MIDDLE).get().population == 6800
    assert body("16074044").population == 6700


def test_historic_does_not_matter_for_a_newer_state() -> None:
    read_in(first(), historic=True)
    read_in(second(), historic=True)
    assert body("16074044").directory_state == AFTER
    assert TODAY > AFTER
