"""Who took the place of whom: area is conserved, and names, districts and associations help."""

from __future__ import annotations

from typing import Any

import pytest

from municipalities.importers.succession import Suggestion, Unit, gains, guess, guess_groups


def unit(key: str, area: int, **values: Any) -> Unit:
    defaults = {"name": f"Dorf {key}", "kind": "municipality", "ars": f"{key[:5]}0{key[5:]}{key[5:]}"}
    return Unit(**({"key": key, "area": area} | defaults | values))


def grown(key: str, gain: int, **values: Any) -> Unit:
    return unit(key, 5000 + gain, gain=gain, **values)


def found(ended: list[Unit], new: list[Unit], gained: list[Unit]) -> list[tuple[str, str, str]]:
    return [(one.predecessor, one.successor, str(one.kind)) for one in guess(ended, new, gained).suggestions]


def test_a_merger_into_a_new_key() -> None:
    ended = [unit("16076004", 4352), unit("16076084", 1950)]
    assert found(ended, [unit("16076094", 6302)], []) == [
        ("16076004", "16076094", "merger"),
        ("16076084", "16076094", "merger"),
    ]


def test_a_merger_that_keeps_a_name_is_a_merger() -> None:
    """Obergeckler and Niedergeckler are Obergeckler."""
    ended = [unit("07232089", 139, name="Niedergeckler"), unit("07232096", 636, name="Obergeckler")]
    assert found(ended, [unit("07232503", 774, name="Obergeckler")], []) == [
        ("07232089", "07232503", "merger"),
        ("07232096", "07232503", "merger"),
    ]


def test_a_merger_of_many_beside_others() -> None:
    """A whole association becomes one municipality, while two of the same district are absorbed."""
    many = [unit(f"160610{n}", 300 + n, ars=f"160615012{n:03d}") for n in range(10, 21)]
    others = [unit("16061039", 261, ars="160615009039"), unit("16061049", 1801, ars="160615009049")]
    heir = unit("16061119", sum(one.area for one in many) + 10)
    suggestions = found([*many, *others], [heir], [grown("16061045", 2062)])
    assert suggestions[:2] == [(one.key, "16061045", "absorption") for one in others]
    assert suggestions[2:] == [(one.key, heir.key, "merger") for one in many]


def test_an_absorption_by_the_one_who_gained_the_area() -> None:
    ended = [unit("16066073", 1739), unit("16066001", 400)]
    assert found(ended, [], [grown("16066042", 1739), grown("16066002", 401)]) == [
        ("16066073", "16066042", "absorption"),
        ("16066001", "16066002", "absorption"),
    ]


def test_an_absorption_across_the_border_of_a_district() -> None:
    assert found([unit("16063037", 398)], [], [grown("16064074", 398)]) == [("16063037", "16064074", "absorption")]


def test_a_new_key_for_the_same_place() -> None:
    ended = [unit("13051001", 2000, name="Wismar", kind="town"), unit("13051002", 2000, name="Neukloster")]
    new = [unit("13074087", 2001, name="Wismar", kind="town")]
    assert found(ended, new, [])[0] == ("13051001", "13074087", "key_change")


@pytest.mark.parametrize(("old", "new"), [("town", "independent_city"), ("independent_city", "town")])
def test_a_new_key_that_changes_the_level(old: str, new: str) -> None:
    ended = [unit("06435014", 7649, name="Hanau", kind=old)]
    assert found(ended, [unit("06415000", 7649, name="Hanau", kind=new)], []) == [
        ("06435014", "06415000", "level_change")
    ]


def test_one_that_is_divided() -> None:
    ended = [unit("09672457", 467, kind="unincorporated")]
    assert found(ended, [], [grown("09672145", 191), grown("09672163", 276)]) == [
        ("09672457", "09672145", "split"),
        ("09672457", "09672163", "split"),
    ]


def test_two_ways_that_fit_equally_are_no_suggestion() -> None:
    ended = [unit("16061001", 500), unit("16061002", 500)]
    result = guess(ended, [], [grown("16061003", 500), grown("16061004", 500)])
    assert result.suggestions == []
    assert {key: [one.key for one in heirs] for key, heirs in result.unclear.items()} == {
        "16061001": ["16061003", "16061004"],
        "16061002": ["16061003", "16061004"],
    }


def test_area_that_turned_up_nowhere_vanished() -> None:
    result = guess([unit("16061001", 500)], [], [grown("16061003", 100)])
    assert (result.suggestions, result.unclear, result.vanished) == ([], {}, ["16061001"])


def test_hundreds_of_ended_ones_do_not_take_for_ever() -> None:
    ended = [unit(f"15001{n:03d}", 100 + 7 * n) for n in range(1, 300)]
    new = [unit(f"15002{n:03d}", 40_000 + n) for n in range(1, 20)]
    assert guess(ended, new, [grown(f"15001{n}", 900 + n) for n in range(400, 430)]) is not None


def test_what_measuring_does_to_a_whole_district_is_no_gain() -> None:
    before = {f"1508100{n}": unit(f"1508100{n}", 1000 * n) for n in range(1, 8)}
    after = {key: one._replace(area=round(one.area * 1.004)) for key, one in before.items()}
    assert gains(before, after) == []
    after["15081003"] = after["15081003"]._replace(area=3500)
    assert [(one.key, one.gain) for one in gains(before, after)] == [("15081003", 500)]


def groups(ended: dict[str, list[str]], home: dict[str, list[str]], new: set[str]) -> list[Suggestion]:
    places = {place for found_places in home.values() for place in found_places}
    return guess_groups(ended, home, {place: place in new for place in places})


def test_associations_go_where_their_municipalities_went() -> None:
    ended = {"010585830": ["a", "b"], "010585859": ["c"], "160615012": ["d"], "090000001": ["e", "f"]}
    home = {key: ["010585896"] for key in "abc"} | {"d": ["160615051"], "e": ["090000002"], "f": ["090000003"]}
    assert groups(ended, home, {"010585896", "160615051"}) == [
        ("010585830", "010585896", "merger"),
        ("010585859", "010585896", "merger"),
        ("090000001", "090000002", "split"),
        ("090000001", "090000003", "split"),
        ("160615012", "160615051", "key_change"),
    ]


def test_an_association_that_becomes_one_municipality_changes_its_level() -> None:
    ended = {"145225123": ["14522450", "14522620"]}
    home = {"14522450": ["14522275"], "14522620": ["14522275"]}
    assert groups(ended, home, {"14522275"}) == [("145225123", "14522275", "level_change")]


def test_an_association_whose_municipalities_stand_alone_has_no_successor() -> None:
    home = {"14522450": ["14522450"], "14522620": ["14522620"]}
    assert groups({"145225123": list(home)}, home, set()) == []


def test_an_association_taken_over_by_another_is_absorbed() -> None:
    assert groups({"145225123": ["a"]}, {"a": ["145225124"]}, set()) == [("145225123", "145225124", "absorption")]
