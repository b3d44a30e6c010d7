"""Official keys: what their form allows, and how one follows from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.keys import ARS, Key, ags_of, parse_key, prefix_of, short_key

states = st.integers(1, 16).map("{:02d}".format)
districts = st.tuples(states, st.integers(0, 999)).map(lambda parts: f"{parts[0]}{parts[1]:03d}")
associations = st.tuples(districts, st.sampled_from("059"), st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]}{parts[2]:03d}"
)
municipalities = st.tuples(associations, st.integers(0, 999)).map(lambda parts: f"{parts[0]}{parts[1]:03d}")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("160530000000", Key("ars", "160530000000")),
        ("16053000", Key("ags", "16053000")),
        ("16053", Key("ars", "160530000000")),
        ("07335", Key("ars", "073350000000")),
        ("073355009", Key("ars", "073355009000")),
        ("146265235", Key("ars", "146265235000")),
        ("073350005", Key("ars", "073350005005")),
        ("  16053000 ", Key("ags", "16053000")),
    ],
)
def test_every_way_to_write_a_key(text, key):
    assert parse_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "16", "160", "1605", "160530", "1605300", "1605300000", "16053000000", "1605300000000"),
        *("17053", "00053", "17053000", "Jena", "16 053", "160531000000", "073351009", "１６０５３", "16053\n000"),
    ],
)
def test_what_is_not_the_form_of_a_key(text):
    with pytest.raises(ValueError, match="kein amtlicher Schlüssel"):
        parse_key(text)


@given(municipalities)
def test_an_ars_is_read_as_it_stands(ars):
    assert parse_key(ars) == Key("ars", ars)
    assert ARS.match(ars)


@given(municipalities)
def test_the_ags_leaves_out_the_association(ars):
    ags = ags_of(ars)
    assert parse_key(ags) == Key("ags", ags)
    assert ags == ars[:5] + ars[9:]


@given(districts)
def test_the_short_key_of_a_district_leads_back_to_it(key):
    ars = parse_key(key).value
    assert (short_key(ars, "district"), prefix_of(ars, "district")) == (key, key)


@given(districts, st.sampled_from("59"), st.integers(0, 999))
def test_the_short_key_of_an_association_leads_back_to_it(district, digit, number):
    key = f"{district}{digit}{number:03d}"
    ars = parse_key(key).value
    assert (short_key(ars, "association"), prefix_of(ars, "association")) == (key, key)


@given(districts, st.integers(0, 999))
def test_nine_digits_with_a_nought_mean_the_municipality_they_name(district, number):
    ars = parse_key(f"{district}0{number:03d}").value
    assert ags_of(ars) == f"{district}{number:03d}"


@given(municipalities)
def test_whatever_lies_inside_shares_the_beginning(ars):
    assert ars.startswith(prefix_of(ars, "district"))
    assert ars.startswith(prefix_of(ars, "association"))
    assert prefix_of(ars, "municipality") == ars


@given(st.text(max_size=20))
def test_any_text_is_a_key_or_said_to_be_none(text):
    try:
        key = parse_key(text)
    except ValueError:
        return
    assert len(key.value) == {"ars": 12, "ags": 8}[key.column]
    assert key.value.isascii()
