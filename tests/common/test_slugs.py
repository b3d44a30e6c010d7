"""Addresses made of names."""

from __future__ import annotations

import pytest

from coopportal.common.slugs import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bauhöfe für alle", "bauhoefe-fuer-alle"),
        ("Gemeinsames Rechenzentrum Jena–Weimar", "gemeinsames-rechenzentrum-jena-weimar"),
        ("E-Akte/DMS", "e-akte-dms"),
        ("Rothenburg/O.L.", "rothenburg-o-l"),
        ("Große Straße", "grosse-strasse"),
        ("Bauho\u0308fe", "bauhoefe"),
        ("Réunion & Co.", "reunion-co"),
        ("100 % Ökostrom", "100-oekostrom"),
        ("„Gut“", "gut"),
        ("– …", "eintrag"),
        ("日本", "eintrag"),
        ("x" * 120, "x" * 100),
    ],
)
def test_what_is_neither_letter_nor_number_parts_words(name: str, slug: str) -> None:
    assert slug_of(name, "eintrag") == slug
