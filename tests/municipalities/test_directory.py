"""The directory in the database: first state, again, corrected, later, older, tried out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from municipalities.importers.directory import population_day
from municipalities.importers.refusal import Refused
from municipalities.models import DirectoryState, Municipality, MunicipalityFigure, Succession
from tests.builders import make_municipality, make_state
from tests.municipalities.directory_world import (
    AFTER,
    BEFORE,
    EVE,
    NEW,
    OLD,
    Writes,
    body,
    everything,
    first,
    hanau,
    periods_of,
    read_in,
    second,
)
from tests.municipalities.lines import free, municipality, renamed, sample
from tests.municipalities.test_gv100ad import BROKEN, GREIZ

pytestmark = pytest.mark.django_db


def lines_in(report: object, title: str) -> list[str]:
    return report.sections[title]  # type: ignore[attr-defined,no-any-return]


# --- The first state ---


def test_the_first_state_makes_each_body_once() -> None:
    report = read_in(first())
    levels = Municipality.objects.values_list("level", flat=True)
    assert {level: list(levels).count(level) for level in set(levels)} == {
        "district": 2,
        "association": 3,
        "municipality": 15 + 9,
    }
    assert report.changes == Municipality.objects.count() == 29
    assert report.counts.startswith("17 Kreise (davon 15 kreisfreie Städte), 3 Gemeindeverbände, 24 Gemeinden")


def test_a_body_has_the_values_of_its_line() -> None:
    read_in(first())
    row = body("16076084")
    assert (row.ars, row.name, row.official_name, row.kind, row.level, row.state_id) == (
        "160765004084",
        "Wünschendorf/Elster",
        "Wünschendorf/Elster",
        "municipality",
        "municipality",
        "16",
    )
    assert (row.population, row.area_km2, row.population_date) == (2773, Decimal("19.50"), BEFORE)
    assert row.directory_state == BEFORE
    assert row.directory_source.endswith("Gemeindeverzeichnis GV-ISys, Gebietsstand 31.12.2022")
    assert body("16076004").name == "Berga/Elster"


def test_the_parent_is_the_association_else_the_district_and_a_city_has_none() -> None:
    read_in(first())
    assert body("16076084").parent == body("160765004")
    assert body("160765004").parent == body("16076")
    assert body("16076004").parent == body("16076")
    assert body("16076").parent is None
    city = body("01001000")
    assert (city.parent, city.kind, city.level) == (None, "independent_city", "municipality")


def test_the_periods_of_the_first_state_have_no_beginning() -> None:
    read_in(first())
    for row in Municipality.objects.all():
        assert row.valid_from is None
        assert periods_of(row) == [(None, None, row.name, row.ars)]


def test_districts_and_associations_have_the_sums_of_their_municipalities() -> None:
    read_in(first())
    assert body("160765004").population == 2773 + 300
    assert (body("16074").population, body("16074").area_km2) == (200 + 280 + 6800, Decimal("17.00"))
    figure = MunicipalityFigure.objects.get(municipality=body("16074"))
    assert figure.source.endswith("Gebietsstand 31.12.2022; Summe der Gemeinden")


def test_laender_are_made_where_they_are_missing() -> None:
    make_state("16", name="Thüringen", official_name="Freistaat Thüringen")
    read_in(first())
    assert body("16076").state.official_name == "Freistaat Thüringen"
    assert body("01001000").state.name == "Land 01"
    assert body("01001000").state.iso == "DE-SH"


def test_an_area_without_municipality_is_flagged() -> None:
    forest = [municipality("16076900", "Forst, gemfr. Gebiet", vb="9900", code="66", population=0)]
    read_in(sample("20221231", OLD, forest))
    row = body("16076900")
    assert (row.level, row.kind, row.name, row.parent) == ("unincorporated", "unincorporated", "Forst", body("16076"))


def test_the_days_of_the_figures_can_be_told() -> None:
    read_in(first(), population_date=dt.date(2021, 12, 31), area_date=dt.date(2020, 12, 31))
    figure = MunicipalityFigure.objects.get(municipality=body("16076084"))
    assert (figure.population_date, figure.area_date) == (dt.date(2021, 12, 31), dt.date(2020, 12, 31))
    before = everything()
    read_in(first())  # not told again: they stay
    assert everything() == before


@pytest.mark.parametrize(
    ("state", "day"),
    [("2022-12-31", "2022-12-31"), ("2025-08-31", "2024-12-31"), ("2025-11-30", "2024-12-31"), ("2026-03-31", None)],
)
def test_the_day_of_the_population_follows_from_the_state_where_it_can(state: str, day: str | None) -> None:
    assert population_day(dt.date.fromisoformat(state)) == (dt.date.fromisoformat(day) if day else None)


# --- The same state again ---


def test_the_same_file_again_writes_nothing() -> None:
    read_in(first())
    before = everything()
    with Writes() as writes:
        report = read_in(first())
    assert (report.changes, writes.statements, everything()) == (0, [], before)


def test_a_corrected_file_of_the_same_state_corrects_in_place() -> None:
    read_in(first())
    row = body("16076026")
    read_in(sample("20221231", renamed(OLD, "Hartmannsdorf", "Hartmannsdorff")))
    row.refresh_from_db()
    assert periods_of(row) == [(None, None, "Hartmannsdorff", "160760026026")]
    assert DirectoryState.objects.count() == 1


def test_a_correction_after_several_states_changes_only_the_period_it_began() -> None:
    read_in(first())
    read_in(second())
    read_in(sample("20251130", renamed(NEW, "Kahla, Stadt, Porzellanstadt", "Kahla, Stadt, Saalestadt")))
    assert [one.official_name for one in body("16074044").periods.order_by("pk")] == [
        "Kahla, Stadt",
        "Kahla, Stadt, Saalestadt",
    ]


# --- A later state ---


def test_a_later_state_reports_what_is_new_renamed_moved_other_and_ended() -> None:
    read_in(first())
    report = read_in(second())
    assert lines_in(report, "Neu") == ["Berga-Wünschendorf, Stadt (16076094)"]
    assert lines_in(report, "Umbenannt") == [
        "Wünschendorf/Elster → Ländereck (160765004)",
        "Kahla, Stadt → Kahla, Stadt, Porzellanstadt (16074044)",
    ]
    assert lines_in(report, "Umgegliedert") == [
        "Unterbodnitz (16074104): Hügelland/Täler → Südliches Saaletal (ARS 160745007104 → 160745011104)"
    ]
    assert lines_in(report, "Andere Art") == ["Albersdorf (16074001): Gemeinde → Markt"]
    assert lines_in(report, "Beendet") == [
        "Berga/Elster, Stadt (16076004), vermutlich Zusammenschluss zu einer neuen Gemeinde: "
        "Berga-Wünschendorf (16076094)",
        "Hartmannsdorf (16076026), vermutlich Eingliederung: Bad Köstritz (16076003)",
        "Wünschendorf/Elster (16076084), vermutlich Zusammenschluss zu einer neuen Gemeinde: "
        "Berga-Wünschendorf (16076094)",
    ]
    assert report.doubts == []


def test_a_later_state_opens_new_periods_and_keeps_the_row() -> None:
    read_in(first())
    before = body("16074104")
    read_in(second())
    after = body("16074104")
    assert after.pk == before.pk
    assert after.parent == body("160745011")
    assert periods_of(after) == [
        (None, EVE, "Unterbodnitz", "160745007104"),
        (AFTER, None, "Unterbodnitz", "160745011104"),
    ]
    assert [one.kind for one in body("16074001").periods.order_by("pk")] == ["municipality", "market"]
    assert after.valid_from is None
    assert after.updated_at > before.updated_at


def test_a_later_state_adds_figures() -> None:
    read_in(first())
    read_in(second())
    assert list(body("16074104").figures.values_list("directory_state", "population")) == [(AFTER, 190), (BEFORE, 200)]
    assert body("16074104").population == 190
    assert body("16074104").population_date == dt.date(2024, 12, 31)
    unchanged = body("01001000")
    assert (unchanged.directory_state, unchanged.figures.count(), unchanged.periods.count()) == (AFTER, 2, 1)


def test_what_is_gone_ends_and_stays() -> None:
    read_in(first())
    pk = body("16076004").pk
    read_in(second())
    row = Municipality.objects.get(pk=pk)
    assert (row.valid_until, row.directory_state, row.population) == (EVE, BEFORE, 3218)
    assert periods_of(row) == [(None, EVE, "Berga/Elster", "160760004004")]
    assert body("16076094").valid_from == AFTER


def test_successors_are_suggested() -> None:
    read_in(first())
    read_in(second())
    found = {
        (one.predecessor.ags, one.successor.ags, one.kind, one.on, one.confirmed)
        for one in Succession.objects.select_related("predecessor", "successor")
    }
    assert found == {
        ("16076004", "16076094", "merger", AFTER, False),
        ("16076084", "16076094", "merger", AFTER, False),
        ("16076026", "16076003", "absorption", AFTER, False),
    }
    source = Succession.objects.values_list("source", flat=True).distinct().get()
    assert source.startswith("Vorschlag aus dem Vergleich der Gebietsstände 31.12.2022 und 30.11.2025")


def test_the_later_state_again_writes_nothing() -> None:
    read_in(first())
    read_in(second())
    before = everything()
    with Writes() as writes:
        report = read_in(second())
    assert (report.changes, writes.statements, everything()) == (0, [], before)


def test_a_town_that_leaves_its_district_is_a_new_body_on_another_level() -> None:
    read_in(sample("20251130", hanau(independent=False)))
    read_in(sample("20260131", hanau(independent=True)))
    change = Succession.objects.get()
    assert (change.predecessor.ars, change.successor.ars, change.kind) == (
        "064350014014",
        "064150000000",
        "level_change",
    )
    assert body("06415000").parent is None


def test_an_association_of_another_kind_under_a_new_key_follows_the_old_one() -> None:
    read_in(first())
    report = read_in(sample("20251130", _regrouped()))
    assert "Wünschendorf/Elster (160765004), vermutlich neuer Schlüssel ohne Zusammenschluss: " in "\n".join(
        lines_in(report, "Beendet")
    )
    change = Succession.objects.get()
    assert (change.predecessor.ars, change.successor.ars, change.kind) == (
        "160765004000",
        "160765051000",
        "key_change",
    )


def _regrouped() -> list[str]:
    """The same municipalities in an association with another number."""
    return [row[:18] + "5051" + row[22:] if row[18:22] == "5004" and row[10:15] == "16076" else row for row in OLD]


# --- Refused, with nothing written ---


def test_an_older_state_after_a_newer_one_is_refused() -> None:
    read_in(second())
    before = everything()
    with pytest.raises(Refused, match=r"31\.12\.2022 ist älter als der letzte \(30\.11\.2025\)"):
        read_in(first())
    assert everything() == before


def test_a_state_in_the_future_is_refused() -> None:
    with pytest.raises(Refused, match="liegt in der Zukunft"):
        read_in(sample("20271231", OLD))


def test_a_file_that_lost_many_lines_is_refused() -> None:
    read_in(sample("20221231", OLD, [row for n in range(100, 130) for row in free(f"16076{n}", f"Dorf {n}", area=1)]))
    before = everything()
    with pytest.raises(Refused, match="Zeilen, der letzte Gebietsstand"):
        read_in(second())
    assert everything() == before


def test_a_file_in_which_the_area_of_a_land_is_missing_is_refused() -> None:
    read_in(first())
    before = everything()
    shorter = [row for row in NEW if row[10:18] != "16076022" and row[18:22] != "0022"]
    with pytest.raises(Refused, match="Dem Land 16 fehlen"):
        read_in(sample("20251130", shorter))
    assert everything() == before


def test_no_broken_file_writes_or_ends_anything() -> None:
    read_in(first())
    before = everything()
    for change, _reason in BROKEN.values():
        with pytest.raises(Refused):
            read_in(change(sample("20221231", GREIZ)))
    with pytest.raises(Refused):
        read_in(second()[:-100])
    assert everything() == before


# --- Tried out ---


def test_a_dry_run_reports_the_same_and_writes_nothing() -> None:
    tried = read_in(first(), dry_run=True)
    assert not Municipality.objects.exists()
    assert tried == read_in(first())
    before = everything()
    with Writes() as writes:
        tried = read_in(second(), dry_run=True)
    assert (writes.statements, everything()) == ([], before)
    assert tried == read_in(second())


# --- Bodies of the fixtures ---


def test_bodies_of_the_fixtures_are_recognised_and_keep_their_ids() -> None:
    town = make_municipality(
        "Bergha", ars="160760004004", official_name="Bergha", kind="municipality", population=1, area_km2=None
    )
    district = make_municipality("Landkreis Greiz", ars="160760000000", level="district", kind="district")
    report = read_in(first())
    assert body("16076004").pk == town.pk
    assert body("16076").pk == district.pk
    town.refresh_from_db()
    assert (town.name, town.kind, town.parent_id, town.population) == ("Berga/Elster", "town", district.pk, 3218)
    assert periods_of(town) == [(None, None, "Berga/Elster", "160760004004")]
    assert report.changes == 27
    assert not any("Berga" in line for lines in report.sections.values() for line in lines)


def test_a_body_of_the_fixtures_that_is_not_listed_is_only_asked_about() -> None:
    make_municipality("Nirgendwo", ars="160760777777")
    report = read_in(first())
    [doubt] = report.doubts
    assert doubt == "Nirgendwo (16076777) steht nicht im Verzeichnis. [im Portal geführt, nicht im Verzeichnis]"
    assert body("16076777").valid_until is None


# --- What is derived ---


def test_names_are_found_in_their_folded_and_former_forms() -> None:
    read_in(first())
    read_in(second())
    assert [row.ags for row in Municipality.objects.matching("kahla porzellan")] == ["16074044"]
    assert "160745007104" in body("16074104").search_text
    assert body("160765004").search_text.startswith("  landereck  wunschendorf elster  ")


def test_shared_names_are_marked() -> None:
    read_in(first())
    assert body("16076022").shares_name
    assert body("16076").shares_name
    assert not body("16074044").shares_name
