"""What the database refuses of the directory, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from municipalities.models import Municipality, MunicipalityPeriod, State, Succession
from tests.builders import day, make_municipality, make_period, make_state, make_succession

pytestmark = pytest.mark.django_db


def refused(row: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.messages


def body(**values: Any) -> Municipality:
    """Jena, not saved."""
    sound = {"ars": "160530000000", "ags": "16053000", "name": "Jena", "official_name": "Jena, Stadt"}
    return Municipality(**sound | {"kind": "independent_city", "level": "municipality", "state": make_state()} | values)


def test_a_sound_body_is_taken():
    body().full_clean()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ars": "16053000", "ags": None}, "Ein Regionalschlüssel hat zwölf Ziffern und beginnt mit 01 bis 16."),
        ({"ars": "170530000000", "ags": None}, "Ein Regionalschlüssel hat zwölf Ziffern und beginnt mit 01 bis 16."),
        ({"ags": "1605300"}, "Ein Gemeindeschlüssel hat acht Ziffern und beginnt mit 01 bis 16."),
        ({"ags": "16054000"}, "Gemeindeschlüssel und Regionalschlüssel gehören nicht zusammen."),
        (
            {"valid_from": day("2019-01-01"), "valid_until": day("2018-12-31")},
            "Der Zeitraum endet vor seinem Beginn.",
        ),
    ],
)
def test_a_body_and_its_periods_obey_the_same_rules(values, message):
    assert message in refused(body(**values))
    jena = make_municipality("Jena", ars="160530000000")
    columns = {"ars": "160530000000", "ags": "16053000", "name": "Jena", "official_name": "Jena", "kind": "town"}
    assert message in refused(MunicipalityPeriod(municipality=jena, **columns | values))


def test_two_existing_bodies_never_bear_one_key():
    make_municipality("Jena", ars="160530000000")
    assert refused(body()) == ["Diesen Regionalschlüssel trägt schon eine bestehende Kommune."]


def test_a_key_may_be_borne_again_after_its_bearer_ended():
    make_municipality("Alt-Jena", ars="160530000000", valid_until=day("1990-05-05"))
    body().full_clean()


def test_a_body_has_one_open_period():
    jena = make_municipality("Jena", ars="160530000000")
    second = MunicipalityPeriod(
        municipality=jena, ars=jena.ars, ags=jena.ags, name="Jena", official_name="Jena", kind="town"
    )
    assert refused(second) == ["Eine Kommune hat nur einen laufenden Zeitraum."]
    make_period(jena, valid_until=day("1999-12-31"))


def test_nobody_succeeds_itself():
    jena = make_municipality()
    assert refused(Succession(predecessor=jena, successor=jena, kind="merger")) == [
        "Eine Kommune folgt nicht auf sich selbst."
    ]


def test_a_change_of_territory_is_told_once():
    old, new = make_municipality(), make_municipality()
    make_succession(old, new, kind="merger")
    assert refused(Succession(predecessor=old, successor=new, kind="merger"))
    Succession(predecessor=old, successor=new, kind="key_change").full_clean()


@pytest.mark.parametrize("code", ["00", "17", "7", "xx"])
def test_there_are_sixteen_codes_of_laender(code):
    land = State(code=code, name="Land", official_name="Land", iso="DE-XX")
    assert refused(land) == ["Ein Landesschlüssel hat zwei Ziffern von 01 bis 16."]
