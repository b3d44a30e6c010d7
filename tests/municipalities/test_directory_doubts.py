"""Doubt stops the hand, not the file: what is not believed waits for a steward, the rest goes on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from municipalities.importers.directory import settle
from municipalities.importers.refusal import Refused
from municipalities.models import Doubt, Municipality, Succession
from municipalities.workflow import decide_doubt
from tests.municipalities.directory_world import (
    AFTER,
    EVE,
    NEW,
    OLD,
    TODAY,
    Writes,
    body,
    everything,
    first,
    periods_of,
    read_in,
    second,
)
from tests.municipalities.lines import association, district, free, municipality, renamed, sample

pytestmark = pytest.mark.django_db


def doubt(kind: str) -> Doubt:
    return Doubt.objects.get(kind=kind)


def decide(kind: str, decision: str) -> None:
    settle([doubt(kind)], decision=decision, by="stewardess", today=TODAY, note="nachgefragt")


def with_row(rows: list[str], ags: str, **values: Any) -> list[str]:
    """The rows with other figures in the line of one municipality."""

    def other(row: str) -> str:
        if row[:2] != "60" or row[10:18] != ags:
            return row
        known = {"area": int(row[128:139]), "population": int(row[139:150]), "code": row[122:124]} | values
        return municipality(ags, row[22:72].rstrip(), vb=row[18:22], **known)

    return [other(row) for row in rows]


# --- Jumps ---

SHRUNK = {"population": 200, "area": 700}


def jumped() -> bytes:
    """Kahla has lost 97 percent of its people and a part of its area, which a neighbour has."""
    rows = with_row(NEW, "16074044", **SHRUNK)
    return sample("20251130", with_row(rows, "16074001", area=500))


def test_people_and_area_that_shrink_together_are_not_believed() -> None:
    read_in(first())
    report = read_in(jumped())
    [sentence] = report.doubts
    assert sentence.endswith(
        "Kahla, Stadt, Porzellanstadt (16074044): 6800 → 200 Einwohner (−97 %), Fläche 800 → 700 ha. "
        "[unglaubwürdiger Sprung der Zahlen]"
    )
    row = body("16074044")
    assert (row.population, row.official_name, row.figures.count()) == (6800, "Kahla, Stadt", 1)
    assert body("16074").population == 190 + 270 + 6800
    assert body("16074104").directory_state == AFTER


def test_people_who_go_without_the_area_are_believed() -> None:
    read_in(first())
    assert read_in(sample("20251130", with_row(NEW, "16074044", population=2000))).doubts == []
    assert body("16074044").population == 2000


@pytest.mark.parametrize("population", [0, 300, 6_800_000])
def test_a_town_does_not_nearly_vanish_nor_multiply(population: int) -> None:
    read_in(first())
    read_in(sample("20251130", with_row(NEW, "16074044", population=population)))
    assert doubt("population_jump").key == "16074044"
    assert body("16074044").population == 6800


def test_a_doubted_row_is_applied_once_a_steward_believes_it() -> None:
    read_in(first())
    read_in(jumped())
    decide("population_jump", "accepted")
    row = body("16074044")
    assert (row.population, row.official_name, row.directory_state) == (200, "Kahla, Stadt, Porzellanstadt", AFTER)
    assert body("16074").population == 190 + 270 + 200
    assert [one[:2] for one in periods_of(row)] == [(None, EVE), (AFTER, None)]
    decided = doubt("population_jump")
    assert (decided.decided_by, decided.note, decided.decided_at is not None) == ("stewardess", "nachgefragt", True)
    assert read_in(jumped()).doubts == []


def test_a_doubted_row_stays_out_for_good_once_a_steward_rejects_it() -> None:
    read_in(first())
    read_in(jumped())
    decide("population_jump", "rejected")
    assert read_in(jumped()).doubts == []
    assert body("16074044").population == 6800
    assert doubt("population_jump").decision == "rejected"


def test_the_same_doubts_again_write_nothing() -> None:
    read_in(first())
    report = read_in(jumped())
    before = everything()
    with Writes() as writes:
        again = read_in(jumped())
    assert (again.doubts, writes.statements, everything()) == (report.doubts, [], before)


def test_a_doubt_that_a_corrected_file_answers_is_gone() -> None:
    read_in(first())
    read_in(jumped())
    read_in(second())
    assert not Doubt.objects.exists()
    assert body("16074044").population == 6700


# --- Textkennzeichen ---


@pytest.mark.parametrize(
    ("code", "said"), [("", "Das Textkennzeichen fehlt."), ("99", "Textkennzeichen „99“ ist hier unbekannt.")]
)
def test_a_row_without_a_known_kind_is_not_applied(code: str, said: str) -> None:
    read_in(first())
    data = sample("20251130", with_row(NEW, "16074044", code=code))
    [sentence] = read_in(data).doubts
    line = next(n for n, one in enumerate(data.decode().split("\n"), 1) if one[10:18] == "16074044")
    assert sentence.startswith(f"Zeile {line}: Kahla, Stadt, Porzellanstadt (16074044): {said}")
    assert body("16074044").official_name == "Kahla, Stadt"
    decide("unknown_kind", "accepted")
    assert (body("16074044").official_name, body("16074044").kind) == ("Kahla, Stadt, Porzellanstadt", "town")


def test_a_new_body_without_a_kind_is_not_made_even_if_accepted() -> None:
    rows = with_row(OLD, "16074044", code="  ")
    read_in(sample("20221231", rows))
    assert not Municipality.objects.filter(ags="16074044").exists()
    decide("unknown_kind", "accepted")
    assert not Municipality.objects.filter(ags="16074044").exists()


def test_an_association_without_a_kind_leaves_its_members_without_parent_for_now() -> None:
    rows = [row[:122] + "  " + row[124:] if row[:2] == "50" and row[18:22] == "5011" else row for row in OLD]
    read_in(sample("20221231", rows))
    assert body("16074044").parent is None
    assert {(one.kind, one.key) for one in Doubt.objects.all()} == {
        ("unknown_kind", "160745011"),
        ("orphan", "16074044"),
    }
    read_in(first())
    assert body("16074044").parent == body("160745011")
    assert not Doubt.objects.exists()


# --- Keys ---


def test_contradicting_doubles_are_not_applied() -> None:
    read_in(first())
    twice = municipality("16074044", "Kahla an der Saale", vb="5011", code="63", area=800, population=6700)
    [sentence] = read_in(sample("20251130", NEW, twice)).doubts
    assert "(16074044) steht in Zeile" in sentence
    assert body("16074044").official_name == "Kahla, Stadt"
    assert body("16074044").valid_until is None


def test_a_line_that_is_merely_there_twice_is_taken_once() -> None:
    read_in(first())
    assert read_in(sample("20251130", NEW, NEW[-1])).doubts == []
    assert Municipality.objects.filter(ags="16074044").count() == 1


def test_a_body_that_was_ended_by_hand_is_not_made_again() -> None:
    read_in(first())
    row = body("16074044")
    Municipality.objects.filter(pk=row.pk).update(valid_until=dt.date(2024, 12, 31))
    row.periods.update(valid_until=dt.date(2024, 12, 31))
    for _again in range(2):
        [sentence] = read_in(second()).doubts
        assert "ist im Portal seit 31.12.2024 beendet." in sentence
        assert Municipality.objects.filter(ags="16074044").count() == 1
    decide("still_listed", "accepted")
    assert body("16074044").pk != row.pk


# --- Orphans ---


def test_rows_without_a_district_are_stored_without_parent_and_listed() -> None:
    water = municipality("13000999", "Küstengewässer", vb="9999", code="66", area=50, population=0)
    [sentence] = read_in(sample("20221231", OLD, water)).doubts
    assert sentence.endswith(
        "Küstengewässer (13000999): Zum Kreis 13000 fehlt der Satz in der Datei. [übergeordnete Körperschaft fehlt]"
    )
    assert (body("13000999").parent, body("13000999").level) == (None, "unincorporated")
    assert doubt("orphan").municipality == body("13000999")


def test_a_member_whose_association_is_missing_stays_where_it_was() -> None:
    read_in(first())
    rows = [row for row in NEW if not (row[:2] == "50" and row[18:22] == "5007")]
    sentences = read_in(sample("20251130", rows)).doubts
    assert any("Albersdorf (16074001): Zum Gemeindeverband 160745007 fehlt der Satz" in one for one in sentences)
    assert any("Hügelland/Täler (160745007) fehlt; seine Gemeinden nennen den Schlüssel noch" in o for o in sentences)
    assert body("16074001").parent == body("160745007")


# --- Gone without a trace ---


def without(rows: list[str], ags: str) -> list[str]:
    return [row for row in rows if row[10:18] != ags]


HAMLETS = [*OLD, municipality("16074900", "Weiler", vb="5011", area=30, population=20)]


def test_a_municipality_whose_area_turned_up_nowhere_is_not_ended() -> None:
    """As if the last line of the file were missing."""
    read_in(sample("20221231", HAMLETS))
    [sentence] = read_in(second()).doubts
    assert "(16074900) fehlt; keine Kommune des Landes hat seine 30 ha dazubekommen. Bleibt bestehen." in sentence
    assert body("16074900").valid_until is None
    before = everything()
    read_in(second())
    assert everything() == before
    decide("vanished", "accepted")
    assert not Municipality.objects.filter(ags="16074900", valid_until__isnull=True).exists()


def test_what_several_could_have_taken_is_ended_and_asked_about() -> None:
    """Two are gone, two have grown, and no sums tell who has whom."""
    gone = [*free("16076031", "Westen", area=500), *free("16076032", "Osten", area=300)]
    read_in(sample("20221231", OLD, gone))
    rows = with_row(with_row(NEW, "16076022", area=8446 + 350), "16076014", area=700 + 450)
    sentences = read_in(sample("20251130", rows)).doubts
    assert [one.split(" (")[0] for one in sentences] == ["Westen", "Osten"]
    assert "Gewachsen sind: Endschütz (16076014, +450 ha), Greiz (16076022, +350 ha)." in sentences[0]
    assert Municipality.objects.get(ags="16076031").valid_until == EVE
    assert read_in(sample("20251130", rows)).doubts == sentences
    assert not Succession.objects.filter(predecessor__ags="16076031").exists()


def test_a_body_that_only_a_former_version_of_the_file_held_is_not_ended() -> None:
    read_in(sample("20221231", HAMLETS))
    [sentence] = read_in(first()).doubts
    assert "stand in einer früheren Fassung desselben Gebietsstands" in sentence
    assert body("16074900").valid_until is None


def test_a_district_missing_with_all_its_municipalities_is_refused_or_asked_about() -> None:
    small = [district("16077", "Altenburger Land"), *free("16077001", "Altenburg", area=100)]
    read_in(sample("20221231", OLD, small))
    sentences = read_in(second()).doubts
    assert len(sentences) == 2
    assert body("16077").valid_until is None
    large = [district("16078", "Großkreis"), *free("16078001", "Großdorf", area=5000)]
    read_in(sample("20251231", NEW, small, large))
    with pytest.raises(Refused, match="Dem Land 16 fehlen"):
        read_in(sample("20260131", NEW, small))


# --- Deciding ---


def test_a_decision_is_one_of_two_and_final_once_applied() -> None:
    read_in(first())
    read_in(jumped())
    with pytest.raises(ValidationError, match="Entscheiden Sie"):
        decide_doubt(doubt("population_jump"), decision="open", by="x")
    decide("population_jump", "rejected")
    decide("population_jump", "accepted")
    with pytest.raises(ValidationError, match="schon übernommen"):
        decide("population_jump", "rejected")


def test_renamed_rows_of_the_sample_are_found() -> None:
    assert renamed([association("160745007", "A")], "A", "B")[0][22:72].rstrip() == "B"
