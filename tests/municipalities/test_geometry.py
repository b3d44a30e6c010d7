"""Rings and polygons: areas, directions, points that stand for an area."""

import pytest

from municipalities.geometry import LONGITUDE, Box, box_of, centroid, is_inside, point_on, signed_area, turned

SQUARE = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
INNER = [(0.5, 0.5), (0.5, 1.5), (1.5, 1.5), (1.5, 0.5), (0.5, 0.5)]
# An L: its centre of gravity lies outside.
SICKLE = [(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (1.0, 1.0), (1.0, 10.0), (0.0, 10.0), (0.0, 0.0)]


def test_a_box_lies_around_all_positions():
    assert box_of([(1.0, 5.0), (3.0, 2.0)]) == Box(1.0, 2.0, 3.0, 5.0)
    assert Box(1.0, 2.0, 3.0, 5.0).holds((3.0, 2.0))
    assert not Box(1.0, 2.0, 3.0, 5.0).holds((3.1, 2.0))


def test_the_area_is_positive_against_the_clock():
    assert signed_area(SQUARE) == pytest.approx(4 * LONGITUDE)
    assert signed_area(SQUARE[::-1]) == pytest.approx(-4 * LONGITUDE)
    assert signed_area([(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]) == 0


def test_rings_run_as_rfc_7946_wants_them():
    assert turned(SQUARE, hole=False) == SQUARE
    assert turned(SQUARE[::-1], hole=False) == SQUARE
    assert turned(SQUARE, hole=True) == SQUARE[::-1]


@pytest.mark.parametrize(("position", "inside"), [((1.0, 1.0), True), ((3.0, 1.0), False), ((1.0, -0.1), False)])
def test_inside_or_not(position, inside):
    assert is_inside(position, SQUARE) is inside


def test_the_centre_of_gravity_of_a_square_and_of_a_line():
    assert centroid(SQUARE) == pytest.approx((1.0, 1.0))
    assert centroid([(0.0, 0.0), (4.0, 2.0), (0.0, 0.0)]) == (2.0, 1.0)


def test_the_point_of_an_area_lies_on_it():
    assert point_on([[SQUARE]]) == pytest.approx((1.0, 1.0))
    x, y = point_on([[SICKLE]])
    assert is_inside((x, y), SICKLE)


def test_the_point_of_a_ring_does_not_lie_in_its_hole():
    x, y = point_on([[SQUARE, INNER]])
    assert is_inside((x, y), SQUARE)
    assert not is_inside((x, y), INNER)


def test_the_largest_part_stands_for_all():
    far = [(x + 100, y) for x, y in SICKLE]
    assert point_on([[SQUARE], [far]])[0] >= 100
