"""Simplified areas share their borders to the point, and none of them vanishes."""

from __future__ import annotations

import math
from itertools import pairwise

from municipalities.geometry import Polygon, Ring, signed_area
from municipalities.mesh import DETAILS, Detail, mesh_of, weights

COARSE = Detail(1, 1.0, 3)


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def wavy(length: int = 40) -> Ring:
    """A border from south to north with many small waves."""
    return [(0.3 * math.sin(y), y / 4) for y in range(length + 1)]


def drawn(shapes: dict[str, list[Polygon]], detail: Detail = COARSE) -> dict[str, list[Polygon]]:
    return dict(mesh_of(shapes).drawn(detail))


def lines_of(polygons: list[Polygon]) -> set[frozenset[tuple[float, float]]]:
    return {frozenset(pair) for polygon in polygons for ring in polygon for pair in pairwise(ring)}


def test_the_point_that_adds_least_goes_first():
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 3.0), (3.0, 0.0)]
    ends = [weights(line)[0], weights(line)[-1]]
    assert ends == [math.inf, math.inf]
    assert weights(line)[1] < weights(line)[2]
    assert weights(line[:2]) == [math.inf, math.inf]


def test_a_point_never_outweighs_one_that_stays_longer():
    found = weights(wavy())
    by_weight = sorted(range(1, len(found) - 1), key=lambda i: found[i])
    assert [found[i] for i in by_weight] == sorted(found[1:-1])


def test_neighbours_keep_the_same_border():
    border = wavy()
    west = [*border, (-5.0, 10.0), (-5.0, 0.0), border[0]]
    east = [*border[::-1], (5.0, 0.0), (5.0, 10.0), border[-1]]
    result = drawn({"w": [[west]], "e": [[east]]}, Detail(1, 0.6, 3))
    shared = lines_of(result["w"]) & lines_of(result["e"])
    assert 0 < len(shared) < len(border) - 1
    outline = lines_of(result["w"]) ^ lines_of(result["e"])
    assert len(outline) == 6  # the straight outer sides, no gap and no overlap along the border


def test_a_border_that_begins_elsewhere_in_each_ring_is_still_one():
    west = box(0, 0, 2, 2)
    east = box(2, 0, 4, 2)
    rotated = [*east[2:-1], *east[:3]]
    mesh = mesh_of({"w": [[west]], "e": [[rotated]]})
    assert sorted(len(arc) for arc in mesh.arcs) == [2, 4, 4]


def test_an_island_city_and_its_hole_are_one_line():
    city = [(1 + math.cos(a / 8) / 2, 1 + math.sin(a / 8) / 2) for a in range(50)]
    city.append(city[0])
    district = [box(-3, -3, 5, 5), city[3:-1] + city[:4]]
    result = drawn({"city": [[city]], "district": [district]}, Detail(1, 0.2, 3))
    assert len(result["district"][0]) == 2
    assert lines_of([[result["district"][0][1]]]) == lines_of(result["city"])
    assert len(result["city"][0][0]) < len(city)


def test_a_small_area_stays_as_a_triangle_and_its_neighbour_follows():
    tiny = box(0, 0, 0.01, 0.01)
    around = [box(-5, -5, 5, 5), tiny[::-1]]
    result = drawn({"tiny": [[tiny]], "around": [around]})
    assert signed_area(result["tiny"][0][0]) > 0
    assert lines_of(result["tiny"]) <= lines_of(result["around"])


def test_an_area_smaller_than_the_grid_gets_decimals_of_its_own():
    speck = box(0.00001, 0.00001, 0.00003, 0.00003)
    [polygon] = drawn({"speck": [[speck]]})["speck"]
    assert signed_area(polygon[0]) > 0


def test_islands_too_small_to_see_go_but_not_the_largest():
    parts = [[box(0, 0, 0.1, 0.1)], [box(9, 9, 9.2, 9.2)]]
    assert len(drawn({"islands": parts})["islands"]) == 1
    assert len(drawn({"islands": parts}, DETAILS[2])["islands"]) == 2


def test_parts_that_touch_are_united():
    [polygon] = drawn({"k": [[box(0, 0, 2, 2)], [box(2, 0, 4, 2)]]}, DETAILS[2])["k"]
    assert len(polygon) == 1
    assert abs(signed_area(polygon[0])) == abs(signed_area(box(0, 0, 4, 2)))


def test_parts_that_close_a_ring_leave_a_hole():
    left = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3), (0, 0)]
    right = [(3, 0), (4, 0), (4, 3), (3, 3), (3, 2), (3, 1), (3, 0)]
    [polygon] = drawn({"k": [[[*map(tuple, left)]], [[*map(tuple, right)]]]}, DETAILS[2])["k"]  # type: ignore[list-item]
    assert sorted(len(ring) for ring in polygon) == [5, 7]
    assert signed_area(polygon[0]) > 0 > signed_area(polygon[1])


def test_parts_that_lie_apart_stay_apart():
    assert len(drawn({"k": [[box(0, 0, 2, 2)], [box(5, 0, 7, 2)]]})["k"]) == 2
