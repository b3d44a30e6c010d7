"""A cooperation shows its members as they were called on the day asked for, and who stands in their place today."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agreements.models import Cooperation
from municipalities.models import Municipality
from tests.agreements.reading import words
from tests.api import results
from tests.builders import (
    day,
    make_agreement,
    make_cooperation,
    make_municipality,
    make_participation,
    make_period,
    make_succession,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def berga() -> Municipality:
    """Berga/Elster, which is Berga-Wünschendorf since 2024."""
    old = make_municipality("Berga/Elster", ars="160760004004", valid_until=day("2023-12-31"))
    new = make_municipality("Berga-Wünschendorf", ars="160760094094", valid_from=day("2024-01-01"))
    make_succession(old, new, kind="merger", on=day("2024-01-01"), confirmed=True)
    return old


@pytest.fixture
def verbund(berga: Municipality) -> Cooperation:
    """Of Berga/Elster and Ländereck, which was called Wünschendorf/Elster until 2023."""
    renamed = make_municipality("Ländereck", ars="160765004000", level="association", kind="administrative_community")
    renamed.periods.update(valid_from=day("2024-01-01"))
    make_period(renamed, name="Wünschendorf/Elster", valid_until=day("2023-12-31"))
    row = make_cooperation("Verbund", slug="verbund")
    parties = [make_participation(row, body, steps=[("party", "2022-05-01")]) for body in (berga, renamed)]
    make_agreement(row, title="Vertrag", parties=parties)
    return row


def members(client: Client, row: Cooperation, query: str = "") -> str:
    table = client.get(f"{row.get_absolute_url()}{query}").text.split("<table")[1].split("</table>")[0]
    return words(table.split("<tbody>")[1])


def test_today_a_member_that_is_no_more_names_its_heir(client: Client, verbund: Cooperation) -> None:
    told = members(client, verbund)
    assert "Berga/Elster besteht nicht mehr; heute: Berga-Wünschendorf" in told
    assert "Wünschendorf/Elster" not in told.replace("Berga/Elster", "")


def test_on_a_day_members_are_called_as_they_were_then(client: Client, verbund: Cooperation) -> None:
    told = members(client, verbund, "?stand=2022-12-31")
    assert "Berga/Elster besteht nicht mehr; heute: Berga-Wünschendorf" in told
    assert "Wünschendorf/Elster heute: Ländereck" in told
    sentence = words(client.get(f"{verbund.get_absolute_url()}?stand=2022-12-31").text)
    assert "Berga/Elster und Wünschendorf/Elster" in sentence


def test_a_succession_nobody_confirmed_is_told_as_supposed(client: Client, verbund: Cooperation) -> None:
    Municipality.objects.get(ars="160760004004").successions.update(confirmed=False)
    assert "heute: vermutlich Berga-Wünschendorf" in members(client, verbund)


def test_after_three_mergers_the_body_of_today_is_named(client: Client, verbund: Cooperation) -> None:
    before = Municipality.objects.get(ars="160760094094")
    for year, name in ((2024, "Größer"), (2025, "Am größten")):
        Municipality.objects.filter(pk=before.pk).update(valid_until=day(f"{year}-12-31"))
        after = make_municipality(name, valid_from=day(f"{year + 1}-01-01"))
        make_succession(before, after, kind="merger", on=day(f"{year + 1}-01-01"), confirmed=True)
        before = after
    assert "Berga/Elster besteht nicht mehr; heute: Am größten" in members(client, verbund)


def test_a_member_without_known_heir_is_told_to_be_no_more(client: Client, verbund: Cooperation) -> None:
    Municipality.objects.get(ars="160760004004").successions.all().delete()
    assert "Berga/Elster besteht nicht mehr" in members(client, verbund)
    assert "heute:" not in members(client, verbund)


def test_the_parties_of_an_agreement_are_told_alike(client: Client, verbund: Cooperation) -> None:
    address = verbund.agreements.get().get_absolute_url()
    assert "Berga/Elster besteht nicht mehr; heute: Berga-Wünschendorf" in words(client.get(address).text)
    told = words(client.get(f"{address}?stand=2022-12-31").text)
    assert "Wünschendorf/Elster heute: Ländereck" in told


def test_participations_of_the_api_keep_the_key_of_their_body(client: Client, verbund: Cooperation) -> None:
    keys = ["160760004004", "160765004000"]
    for query in ({}, {"as_of": "2022-12-31"}):
        assert sorted(row["municipality"] for row in results(client, "participations", **query)) == keys
        [found] = results(client, "cooperations", **query)
        assert sorted(row["municipality"] for row in found["participations"]) == keys


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("query", "queries"), [("", 11), ("?stand=2022-12-31", 12)])
def test_the_number_of_queries_does_not_grow_with_members_that_are_no_more(
    client: Client, verbund: Cooperation, rows: int, query: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        old = make_municipality(valid_until=day("2023-12-31"))
        make_succession(old, make_municipality())
        make_participation(verbund, old, steps=[("party", "2022-05-01")])
    with django_assert_num_queries(queries):
        client.get(f"{verbund.get_absolute_url()}{query}")
