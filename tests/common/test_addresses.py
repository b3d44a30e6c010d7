"""Addresses are those that ``reverse`` finds, whatever the key."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from coopportal.common.addresses import address


@pytest.mark.parametrize("name", ["home", "map", "agreements:list", "api:cooperations-list", "watching:cooperations"])
def test_pages(name: str) -> None:
    assert [address(name), address(name)] == [reverse(name), reverse(name)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("agreements:cooperation", "leitstelle-ost"),
        ("agreements:cooperation", "987654321"),
        ("agreements:agreement", 7),
        ("municipalities:detail", "160530000000"),
        ("api:cooperations-detail", "a_b"),
    ],
)
def test_pages_of_something(name: str, key: str | int) -> None:
    assert [address(name, key), address(name, key)] == [reverse(name, args=[key])] * 2


def test_what_has_no_address_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        address("agreements:nothing")
    with pytest.raises(NoReverseMatch):
        address("agreements:cooperation", "a/b")
    with pytest.raises(NoReverseMatch):
        address("agreements:agreement", "a")


def test_a_portal_below_another_path() -> None:
    before = address("map"), address("agreements:agreement", 7)
    set_script_prefix("/unten/")
    try:
        assert (address("map"), address("agreements:agreement", 7)) == (f"/unten{before[0]}", f"/unten{before[1]}")
    finally:
        set_script_prefix("/")
    assert (address("map"), address("agreements:agreement", 7)) == before
