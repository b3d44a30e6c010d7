"""Who cooperates with whom: which ties there are, on which level they are told; picture, table and file agree."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agreements.choices import COUNTED_DEGREES
from agreements.filters import NetworkFilterSet
from agreements.models import Cooperation, Participation
from agreements.network import CooperationNetwork
from coopportal.common.networks import Node, Tie, network
from municipalities.choices import SharedName
from tests.agreements.reading import words
from tests.builders import (
    make_confirmation,
    make_cooperation,
    make_municipality,
    make_organisation,
    make_participation,
    make_state,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

KEYS = {
    "Jena": "160530000000",
    "Gera": "160520000000",
    "Greiz": "160760000000",
    "Weida": "160760000079",
    "Hof": "094640000000",
}


def make_together(name: str, *bodies: Any, **values: Any) -> Cooperation:
    row = make_cooperation(name, slug=name.lower(), **values)
    for body in bodies:
        make_participation(row, body)
    return row


@pytest.fixture
def towns() -> dict[str, Any]:
    """Jena and Gera twice, Greiz and Weida in one district, Hof in another Land; somebody only invited, a draft."""
    kinds = {"Greiz": {"level": "district", "kind": "rural_district"}, "Weida": {"kind": "town"}}
    bodies: dict[str, Any] = {
        name: make_municipality(name, ars=ars, **kinds.get(name, {"kind": "independent_city"}))
        for name, ars in KEYS.items()
    }
    bodies["Amt"] = make_organisation("Amt", slug="amt", state=make_state("16"))
    jena, gera, greiz, weida, hof = (bodies[name] for name in KEYS)
    make_together("Leitstelle", jena, gera, bodies["Amt"], task_fields=["04.01"])
    region = make_together("Region", gera, jena, task_fields=["06.01"], status="planned")
    make_participation(region, hof, steps=[("invited", "2019-01-01")])
    make_together("Kreis", greiz, weida, gera)
    make_together("Weit", weida, hof)
    make_together("Entwurf", jena, hof, record_state="draft")
    return bodies


def ties(client: Client, query: str = "") -> dict[tuple[str, str], int]:
    answer = client.get(f"/netz/netz.csv?{query}")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(answer.text.splitlines())
    return {(row["from_name"], row["to_name"]): int(row["cooperations"]) for row in rows}


# --- Which ties ---


def test_only_who_counts_is_tied_and_only_by_what_is_published(client: Client, towns: Any) -> None:
    assert ties(client, "darstellung=stellen") == {
        ("Gera", "Jena"): 2,
        ("Gera", "Amt"): 1,
        ("Jena", "Amt"): 1,
        ("Gera", "Greiz"): 1,
        ("Gera", "Weida"): 1,
        ("Greiz", "Weida"): 1,
        ("Hof", "Weida"): 1,
    }


def test_the_whole_country_is_told_by_land(client: Client, towns: Any) -> None:
    assert ties(client, "darstellung=laender") == {("Thüringen", "Thüringen"): 3, ("Bayern", "Thüringen"): 1}


@pytest.mark.parametrize(("most", "level"), [(6, "stellen"), (5, "kreise"), (4, "laender")])
def test_unless_asked_for_a_level_the_finest_is_told_that_can_be_read(
    client: Client, towns: Any, monkeypatch: Any, most: int, level: str
) -> None:
    monkeypatch.setattr("agreements.network.MOST_NODES", most)
    page = client.get("/netz/")
    assert page.context["network"].level == level
    assert ("so viele, dass sie zusammengefasst sind" in page.text) is (level != "stellen")


def test_by_district_with_the_organisations_of_a_land_for_themselves(client: Client, towns: Any) -> None:
    assert ties(client, "darstellung=kreise") == {
        ("Gera", "Jena"): 2,
        ("Gera", "Stellen in Thüringen"): 1,
        ("Jena", "Stellen in Thüringen"): 1,
        ("Gera", "Greiz"): 1,
        ("Greiz", "Greiz"): 1,
        ("Hof", "Greiz"): 1,
    }


def test_one_end_of_each_tie_lies_in_the_place_asked_for(client: Client, towns: Any) -> None:
    assert ties(client, "land=09") == {("Hof", "Weida"): 1}
    assert set(ties(client, "innerhalb=16076")) == {
        ("Gera", "Greiz"),
        ("Gera", "Weida"),
        ("Greiz", "Weida"),
        ("Hof", "Weida"),
    }
    assert ties(client, "stelle=amt") == {("Gera", "Amt"): 1, ("Jena", "Amt"): 1}


def test_around_a_municipality_as_far_as_asked(client: Client, towns: Any) -> None:
    near = {("Jena", "Gera"): 2, ("Jena", "Amt"): 1}
    further = near | {("Gera", "Amt"): 1, ("Gera", "Greiz"): 1, ("Gera", "Weida"): 1}
    furthest = further | {("Greiz", "Weida"): 1, ("Hof", "Weida"): 1}
    assert ties(client, "kommune=Jena") == near
    assert ties(client, "kommune=Jena&tiefe=2") == further
    assert ties(client, "kommune=Jena&tiefe=3") == furthest
    assert ties(client, "kommune=Jena&tiefe=3&aufgabenfeld=04") == near | {("Gera", "Amt"): 1, ("Jena", "Gera"): 1}


def test_grouped_the_municipality_asked_for_stays_by_itself(client: Client, towns: Any) -> None:
    assert ties(client, "kommune=Weida&darstellung=kreise") == {
        ("Weida", "Gera"): 1,
        ("Weida", "Greiz"): 1,
        ("Weida", "Hof"): 1,
    }


def test_the_filters_of_the_list_and_the_day_hold(client: Client, towns: Any) -> None:
    assert ties(client, "kommune=Jena&status=planned") == {("Jena", "Gera"): 1}
    late = make_cooperation("Spät")
    for name in ("Jena", "Hof"):
        make_participation(late, towns[name], steps=[("intended", "2019-01-01"), ("party", "2022-01-01")])
    assert ties(client, "kommune=Hof&stand=2021-12-31") == {("Hof", "Weida"): 1}
    assert ties(client, "kommune=Hof&stand=2022-01-01") == {("Hof", "Weida"): 1, ("Hof", "Jena"): 1}


@pytest.mark.parametrize("query", ["", "land=16", "status=planned", "stand=2020-06-01", "land=16&stand=2020-06-01"])
def test_the_query_agrees_with_a_slow_count(query: str) -> None:
    towns = [make_municipality(state=("16", "07", "09")[n % 3]) for n in range(9)]
    degrees = ("member", "party", "invited", "left", "existing")
    for n in range(14):
        row = make_cooperation(status="planned" if n % 4 else "active")
        for place, town in enumerate(towns):
            if (n * 5 + place * 3) % 7 < 4:
                later = (degrees[(n + place) % 5], "2021-01-01")
                make_participation(row, town, steps=[(degrees[(n * place) % 5], "2020-01-01"), later])
    asked = NetworkFilterSet(QueryDict(f"darstellung=stellen&{query}"), Cooperation.objects.public(), german=True)
    counted: Counter[tuple[str, str]] = Counter()
    for cooperation in asked.qs:
        rows = Participation.objects.filter(cooperation=cooperation).with_degree_on(asked.day)
        mine = [row for row in rows if row.day_degree in COUNTED_DEGREES]
        for one, other in itertools.combinations(sorted(mine, key=lambda row: f"m{row.municipality_id}"), 2):
            if "land" not in query or "16" in (one.municipality.state_id, other.municipality.state_id):
                counted[f"m{one.municipality_id}", f"m{other.municipality_id}"] += 1
    assert counted
    found = {tuple(sorted(row.pair[:2])): row.number for row in CooperationNetwork(asked).rows}
    assert found == dict(counted)


# --- The page ---


def rows(client: Client, query: str) -> list[list[str]]:
    table = client.get(f"/netz/?{query}").text.split("<tbody>")[1].split("</tbody>")[0]
    cells = r"<t[hd].*?</t[hd]>"
    return [[words(cell) for cell in re.findall(cells, row, re.DOTALL)] for row in table.split("</tr>")[:-1]]


def test_the_table_says_who_with_whom_how_often_and_in_what(client: Client, towns: Any) -> None:
    assert rows(client, "kommune=Jena") == [
        ["Jena", "Gera", "2", "Leitstelle Region"],
        ["Jena", "Amt", "1", "Leitstelle"],
    ]
    assert rows(client, "darstellung=laender")[0] == ["Thüringen", "untereinander", "3", "Kreis Leitstelle Region"]


def test_what_a_row_leaves_out_the_list_of_cooperations_tells(client: Client, towns: Any) -> None:
    for name in ("A", "B", "C"):
        make_together(name, towns["Jena"], towns["Gera"], status="planned")
    page = client.get("/netz/?kommune=Jena&status=planned")
    [address] = [row[3] for row in page.context["rows"] if row[2]]
    listed = client.get(address)
    assert words(page.text).count("und 1 weitere") == 1
    assert [row.name for row in listed.context["page_obj"]] == ["A", "B", "C", "Region"]
    assert listed.context["problems"] == {}


def test_picture_and_page_are_sound_and_the_nodes_lead_on(client: Client, towns: Any) -> None:
    page = client.get("/netz/?kommune=Jena&tiefe=2&art=other&stand=2026-01-01")
    markup(page)
    svg = page.text.split('<svg class="net__svg"')[1].split("</svg>")[0]
    assert 'href="/netz/?stand=2026-01-01&amp;art=other&amp;kommune=160520000000"' in svg
    assert 'href="/netz/?stand=2026-01-01&amp;art=other&amp;stelle=amt"' in svg
    assert "style=" not in svg
    coordinates = re.findall(r'(?:d|x|y|cx|cy|r|stroke-width)="([^"]*)"', svg)
    assert [text for text in coordinates if "," in text] == []


def test_two_thousand_ties_are_told_by_district(client: Client) -> None:
    """64 towns of eight districts in one cooperation: 2,016 ties."""
    row = make_cooperation("Alle", slug="alle")
    for n in range(64):
        make_participation(row, make_municipality(ars=f"160{61 + n % 8}0000{n + 1:03d}"))
    page = client.get("/netz/?land=16")
    assert page.context["network"].level == "kreise"
    assert len(page.context["network"].rows) == 28 + 8
    assert "zusammengefasst" in words(page.text)
    single = client.get("/netz/?land=16&darstellung=stellen")
    assert single.context["count"] == 2016
    assert single.context["nodes"] == []
    assert "ließe sich nicht lesen" in words(single.text)
    assert client.get("/netz/netz.svg?land=16&darstellung=stellen").status_code == 400
    assert len(ties(client, "land=16&darstellung=stellen")) == 2016


def test_what_is_too_much_is_refused_never_cut(client: Client, towns: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agreements.network.MOST_ROWS", 3)
    page = client.get("/netz/?darstellung=stellen")
    assert (page.context["count"], "Zu viele Verbindungen" in words(page.text)) == (0, True)
    assert client.get("/netz/netz.csv?darstellung=stellen").status_code == 400


def test_nothing_there_is_said(client: Client) -> None:
    page = client.get("/netz/?land=16")
    markup(page)
    assert "Keine Verbindung gefunden" in words(page.text)
    ET.fromstring(client.get("/netz/netz.svg").text)


def test_wrong_questions_are_named(client: Client) -> None:
    for name, text in (("tiefe", "4"), ("darstellung", "orte"), ("land", "99"), ("sortierung", "name")):
        assert list(client.get("/netz/", {name: text}).context["problems"]) == [name]
        assert client.get("/netz/netz.csv", {name: text}).status_code == 400


def test_the_picture_to_take_away(client: Client, towns: Any) -> None:
    picture = client.get("/netz/netz.svg?land=16&stand=2024-01-01")
    assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
    texts = [element.text for element in ET.fromstring(picture.text).iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:2] == ["Wer mit wem zusammenarbeitet", "Stand: 01.01.2024 · Land: Thüringen"]
    assert texts[2:-1] == ["Hof", "Gera", "Jena", "Greiz", "Weida", "Amt"]


@pytest.fixture
def refusal(towns: Any) -> Participation:
    """Jena says that it does not take part in the Leitstelle; nothing of the region."""
    row = Participation.objects.get(cooperation__slug="leitstelle", municipality=towns["Jena"])
    make_confirmation(row, answer="refused", answered_on=dt.date(2025, 1, 1))
    return row


def denied(client: Client, query: str) -> dict[tuple[str, str], str]:
    found = csv.DictReader(client.get(f"/netz/netz.csv?{query}").text.splitlines())
    return {(row["from_name"], row["to_name"]): row["denied"] for row in found if row["denied"] != "0"}


def test_who_refuses_is_told_in_file_table_and_picture(client: Client, towns: Any, refusal: Participation) -> None:
    assert denied(client, "darstellung=stellen") == {("Gera", "Jena"): "1", ("Jena", "Amt"): "1"}
    assert rows(client, "kommune=Jena") == [
        ["Jena", "Gera", "2", "Leitstelle Region Jena: widerspricht (1 von 2)"],
        ["Jena", "Amt", "1", "Leitstelle Jena: widerspricht"],
    ]
    picture = ET.fromstring(client.get("/netz/netz.svg?darstellung=stellen").text)
    drawn = Counter(
        one.get("class")
        for one in picture.iter()
        if "--no" in (one.get("class") or "") or one.get("class") == "net__no"
    )
    assert drawn == {"net__line--no": 2, "net__no": 1}


def test_of_a_group_somebody_refuses(client: Client, towns: Any, refusal: Participation) -> None:
    assert rows(client, "land=16&darstellung=laender")[0][3:] == [
        "Kreis Leitstelle Region Thüringen: jemand widerspricht (1 von 3)"
    ]
    assert denied(client, "stand=2024-01-01&land=16&darstellung=laender") == {("Thüringen", "Thüringen"): "1"}


def test_a_tie_of_groups_is_dashed_only_where_all_they_share_is_denied(
    client: Client, towns: Any, refusal: Participation
) -> None:
    """Of Thüringen one of three cooperations is denied, of Hof and Weida the only one."""
    row = Participation.objects.get(cooperation__slug="weit", municipality=towns["Hof"])
    make_confirmation(row, answer="refused", answered_on=dt.date(2025, 1, 1))
    page = client.get("/netz/?darstellung=laender")
    picture = page.text.split('<svg class="net__svg"')[1].split("</svg>")[0]
    titles = re.findall("<title>(.*?)</title>", picture)
    assert titles == [
        "Bayern: 1 gemeinsame Kooperation, über alle Verbindungen gezählt (davon 1 mit Widerspruch)",
        "Thüringen: 4 gemeinsame Kooperationen, über alle Verbindungen gezählt (davon 2 mit Widerspruch)",
    ]
    assert (picture.count('class="net__line--no"'), picture.count('class="net__no"')) == (1, 1)
    assert "gestrichelt: in jeder gemeinsamen Kooperation widerspricht jemand seiner Beteiligung" in words(page.text)
    row.confirmation.delete()
    page = client.get("/netz/?darstellung=laender")
    assert ("--no" in page.text, 'class="net__no"' in page.text, "gestrichelt" in page.text) == (False, False, False)
    assert "(davon 1 mit Widerspruch)" in page.text


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    make_state("16")
    towns = [make_municipality() for _each in range(number + 1)]
    for _each in range(number):
        make_together(f"K{_each}", *towns, make_organisation())
    client.get("/netz/")  # the process knows who takes part in what
    # version; the town, what it is in; towns, offices and Länder by name; what is shared, in order and by name
    with django_assert_num_queries(8):
        client.get("/netz/", {"kommune": towns[0].ars})
    with django_assert_num_queries(2):  # the version; the town
        client.get("/netz/", {"kommune": towns[0].ars})


def test_a_write_makes_the_kept_network_new(client: Client, towns: Any) -> None:
    def told() -> tuple[dict[tuple[str, str], int], list[str]]:
        return ties(client, "kommune=Jena"), rows(client, "kommune=Jena")[0]

    assert told() == told() == ({("Jena", "Gera"): 2, ("Jena", "Amt"): 1}, ["Jena", "Gera", "2", "Leitstelle Region"])
    make_together("Neu", towns["Jena"], towns["Gera"])
    Cooperation.objects.filter(slug="leitstelle").update(record_state="withdrawn")
    assert told() == ({("Jena", "Gera"): 2}, ["Jena", "Gera", "2", "Neu Region"])


# --- Where things stand ---


def test_the_same_network_is_the_same_picture() -> None:
    nodes = [Node(f"n{n}", f"Ort {n}", n) for n in range(20)]
    knots = [Tie("n1", f"n{n}", n) for n in range(2, 20)]
    assert network(nodes, knots) == network(nodes, list(reversed(knots))[::-1])


def test_who_it_is_about_stands_in_the_middle_and_others_as_far_as_their_steps() -> None:
    drawn = network(
        [Node("a", "A", 1, 0), Node("b", "B", 1, 1), Node("c", "C", 1, 2)], [Tie("a", "b", 1), Tie("b", "c", 4)]
    )
    assert [(point.x, point.y) for point in drawn.points] == [("0.0", "0.0"), ("0.0", "-160.0"), ("0.0", "-330.0")]
    assert [line.width for line in drawn.lines] == ["1.25", "7.00"]


def test_a_drawing_is_as_wide_as_its_words() -> None:
    """None is cut: a long name on the right needs its room, names along the rays need it above too."""
    narrow, wide = (network([Node(str(n), words, 1) for n in range(4)], []) for words in ("Ort", "W" * 38))
    assert (narrow.height, wide.height) == (440, 440)
    assert wide.width - narrow.width == 2 * 35 * 8
    drawn = network([Node(str(n), "W" * 38, 1) for n in range(20)], [])
    assert drawn.height >= 2 * (160 + 38 * 8)


def test_a_name_is_told_with_more_only_where_the_picture_has_it_twice(client: Client) -> None:
    weida = make_municipality("Weida", ars="160760000079", kind="town", shares_name=SharedName.BY_SAME_KIND)
    bodies = [weida, make_municipality("Gera", ars=KEYS["Gera"])]
    make_together("Bund", *bodies)
    assert words_drawn(client) == ["Gera", "Weida"]
    make_together(
        "Zwei",
        bodies[1],
        make_municipality("Weida", ars="160770000001", kind="town", shares_name=SharedName.BY_SAME_KIND),
    )
    assert len(set(words_drawn(client))) == 3


def words_drawn(client: Client) -> list[str]:
    page = client.get("/netz/?darstellung=stellen")
    return sorted(point.words for point in page.context["network"].drawing.points)


def test_no_two_nodes_of_a_ring_stand_too_close() -> None:
    for number in (1, 2, 14, 15, 60):
        spots = [(float(p.x), float(p.y)) for p in network([Node(str(n), "x", 1) for n in range(number)], []).points]
        gaps = [((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in itertools.combinations(spots, 2)]
        assert min(gaps, default=99) > 24
