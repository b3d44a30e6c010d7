"""Every filter of cooperations and what belongs to them finds the fitting rows, each once, and no others."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agreements.models import Cooperation, Participation
from agreements.workflow import refresh_derived
from coopportal.common.dates import parse_day
from tests.api import column
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> None:
    """Three cooperations: Kaiserslautern names a town and a district, the district holds Weilerbach."""
    town = make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    district = make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    weilerbach = make_municipality(
        "Weilerbach", ars="073355010000", level="association", kind="verbandsgemeinde", parent=district
    )
    jena = make_municipality("Jena", ars="160530000000")
    office = make_organisation("Landesamt", slug="landesamt", state=make_state("14"))
    programme = make_programme("IKZ-Förderung", slug="ikz", state="07")

    staff = make_cooperation(
        "Verwaltungsstäbe",
        slug="staebe",
        kind="project_cluster",
        status="planned",
        task_fields=["10.02"],
        started_on=day("2025-01-01"),
    )
    make_participation(staff, district, role="lead", steps=[("member", "2025-03-01")])
    make_participation(staff, town, role="observer", steps=[("wished", "2024-03-01")])
    make_award(staff, programme, amount=5)

    desk = make_cooperation("Bürgerbüro", slug="buero", status="active", task_fields=["03.01", "03.02"])
    make_participation(desk, weilerbach, role="lead", steps=[("party", None)])
    act = make_agreement(desk, title="Zweckvereinbarung", parties=desk.participations.all(), status="in_force")
    make_agreement(desk, title="Zweite", legal_form="private_contract")
    make_event(
        title="Unterzeichnung", kind="signing", cooperations=[desk], municipalities=[weilerbach], on="2020-05-05"
    )

    network = make_cooperation("Netzwerk", slug="netz", kind="state_network", legal_form="registered_association")
    signed = make_participation(network, jena, role="signatory", steps=[("existing", "2019-02-23")])
    member = make_participation(network, office, role="adviser", steps=[("mentioned", "2019-02-23")])
    make_agreement(network, title="Beitritt", legal_form="network_membership", parties=[signed, member])
    make_event(
        title="Besuch",
        kind="visit",
        cooperations=[network, desk],
        municipalities=[jena, town],
        organisations=[office],
        programmes=[programme],
        on="2019-09-02",
    )
    desk.events.get(kind="signing").agreements.add(act)
    refresh_derived()


def test_legal_form_and_programme_are_those_known_on_the_day(client: Client) -> None:
    row = make_cooperation(slug="staebe")
    make_agreement(row, legal_form="private_contract", attested_on=day("2025-03-01"))
    make_award(row, make_programme(slug="ikz"), on=day("2025-03-01"), on_precision="day")
    for query in ({"legal_form": "private_contract"}, {"programme": "ikz"}):
        assert column(client, "cooperations", "slug", **query) == ["staebe"]
        assert column(client, "cooperations", "slug", **query, as_of="2025-02-28") == []
        assert column(client, "cooperations", "slug", **query, as_of="2025-03-01") == ["staebe"]


COOPERATIONS = [
    ({"state": "07"}, ["buero", "staebe"]),
    ({"state": "07,16"}, ["buero", "netz", "staebe"]),
    ({"state": "14"}, ["netz"]),
    ({"state": ["07", "16"]}, ["buero", "netz", "staebe"]),
    ({"municipality": "07312000"}, ["staebe"]),
    ({"municipality": "073350000000"}, ["staebe"]),
    ({"municipality": "07335"}, ["staebe"]),
    ({"municipality": "073355010"}, ["buero"]),
    ({"municipality": "073355010000"}, ["buero"]),
    ({"municipality": "16053000,07335"}, ["netz", "staebe"]),
    ({"within": "07335"}, ["buero", "staebe"]),
    ({"within": "073355010"}, ["buero"]),
    ({"within": "160530000"}, ["netz"]),
    ({"organisation": "landesamt"}, ["netz"]),
    ({"organisation": "landesamt", "municipality": "16053000"}, ["netz"]),
    ({"organisation": "landesamt", "municipality": "07335"}, []),
    ({"cooperation": "netz,buero"}, ["buero", "netz"]),
    ({"task_field": "03.01"}, ["buero"]),
    ({"task_field": "03"}, ["buero"]),
    ({"task_field": "10,03.02"}, ["buero", "staebe"]),
    ({"legal_form": "registered_association"}, ["netz"]),
    ({"legal_form": "network_membership,private_contract"}, ["buero", "netz"]),
    ({"status": "planned"}, ["staebe"]),
    ({"kind": "project_cluster,state_network"}, ["netz", "staebe"]),
    ({"programme": "ikz"}, ["staebe"]),
    ({"role": "lead"}, ["buero", "staebe"]),
    ({"role": "lead", "municipality": "07312000"}, []),
    ({"role": "observer", "municipality": "07312000"}, ["staebe"]),
    ({"degree": "member"}, ["staebe"]),
    ({"degree": "wished"}, ["staebe"]),
    ({"degree": "member", "role": "observer"}, []),
    ({"degree": "wished", "role": "observer", "state": "07"}, ["staebe"]),
    ({"degree": "wished", "within": "07335"}, []),
    ({"started_after": "2025-01-01"}, ["staebe"]),
    ({"started_after": "2025-01-02"}, []),
    ({"started_before": "2025-01-01"}, ["staebe"]),
    ({"started_before": "31.12.2024"}, []),
    ({"search": "buergerbüro"}, ["buero"]),
    ({"search": "kaiserslautern -netz"}, ["staebe"]),
    ({"search": "weilerb"}, ["buero"]),
    ({"modified_since": "2020-01-01"}, ["buero", "netz", "staebe"]),
    ({"modified_since": "9999-12-31"}, []),
    ({"municipality": "07312000", "as_of": "2024-02-29"}, []),
    ({"municipality": "07335", "as_of": "2025-02-28"}, []),
    ({"municipality": "07335", "as_of": "2025-03-01"}, ["staebe"]),
    ({"ordering": "-name"}, ["staebe", "netz", "buero"]),
    ({"ordering": "started_on"}, ["staebe", "netz", "buero"]),
    ({"ordering": "-started_on"}, ["staebe", "netz", "buero"]),
    ({"ordering": "status,-name"}, ["netz", "buero", "staebe"]),
]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(("query", "slugs"), COOPERATIONS)
def test_cooperations(client: Client, query: dict[str, Any], slugs: list[str]) -> None:
    if query.get("ordering", "").lstrip("-") == "started_on":  # equal days are in the order of the ids
        slugs = ["staebe", *Cooperation.objects.exclude(slug="staebe").order_by("pk").values_list("slug", flat=True)]
    assert column(client, "cooperations", "slug", **query) == slugs


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"cooperation": "buero"}, ["073355010000"]),
        ({"municipality": "07312000"}, ["073120000000"]),
        ({"within": "07335"}, ["073355010000", "073350000000"]),
        ({"organisation": "landesamt"}, ["landesamt"]),
        ({"state": "16"}, ["160530000000"]),
        ({"state": "14"}, ["landesamt"]),
        ({"task_field": "10"}, ["073120000000", "073350000000"]),
        ({"role": "adviser,signatory"}, ["160530000000", "landesamt"]),
        ({"degree": "party"}, ["073355010000"]),
        ({"started_after": "2024-03-01"}, ["073120000000", "073350000000"]),
        ({"started_before": "2019-02-23"}, ["160530000000", "landesamt"]),
        ({"search": "jena"}, ["160530000000"]),
        ({"search": "Kaiserslautern"}, ["073120000000", "073350000000"]),
        ({"modified_since": "9999-12-31"}, []),
        ({"as_of": "2019-01-01"}, ["073355010000"]),
        (
            {"ordering": "since", "cooperation": "staebe,netz"},
            ["160530000000", "landesamt", "073120000000", "073350000000"],
        ),
        ({"ordering": "-since", "state": "07"}, ["073350000000", "073120000000", "073355010000"]),
    ],
)
def test_participations(client: Client, query: dict[str, Any], expected: list[str]) -> None:
    rows = zip(
        column(client, "participations", "municipality", **query),
        column(client, "participations", "organisation", **query),
        strict=True,
    )
    found = [municipality or organisation for municipality, organisation in rows]
    assert found == expected if "ordering" in query else sorted(found) == sorted(expected)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Beitritt", "Zweckvereinbarung", "Zweite"]),
        ({"cooperation": "buero"}, ["Zweckvereinbarung", "Zweite"]),
        ({"municipality": "16053000"}, ["Beitritt"]),
        ({"municipality": "07335"}, []),
        ({"within": "07335"}, ["Zweckvereinbarung"]),
        ({"organisation": "landesamt"}, ["Beitritt"]),
        ({"state": "16"}, ["Beitritt"]),
        ({"state": "14"}, ["Beitritt"]),
        ({"task_field": "03"}, ["Zweckvereinbarung", "Zweite"]),
        ({"legal_form": "network_membership"}, ["Beitritt"]),
        ({"status": "in_force"}, ["Zweckvereinbarung"]),
        ({"search": "beitritt"}, ["Beitritt"]),
        ({"search": "buergerbuero"}, ["Zweckvereinbarung", "Zweite"]),
        ({"ordering": "-title"}, ["Zweite", "Zweckvereinbarung", "Beitritt"]),
    ],
)
def test_agreements(client: Client, query: dict[str, Any], titles: list[str]) -> None:
    assert column(client, "agreements", "title", **query) == titles


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Unterzeichnung", "Besuch"]),
        ({"cooperation": "buero"}, ["Unterzeichnung", "Besuch"]),
        ({"cooperation": "netz,buero"}, ["Unterzeichnung", "Besuch"]),
        ({"municipality": "16053000,07312000"}, ["Besuch"]),
        ({"within": "07335"}, ["Unterzeichnung"]),
        ({"organisation": "landesamt"}, ["Besuch"]),
        ({"state": "07"}, ["Unterzeichnung", "Besuch"]),
        ({"state": "14"}, ["Besuch"]),
        ({"programme": "ikz"}, ["Besuch"]),
        ({"kind": "signing"}, ["Unterzeichnung"]),
        ({"started_after": "2020-01-01"}, ["Unterzeichnung"]),
        ({"started_before": "2020-01-01"}, ["Besuch"]),
        ({"search": "besuch"}, ["Besuch"]),
        ({"ordering": "date"}, ["Besuch", "Unterzeichnung"]),
    ],
)
def test_events(client: Client, query: dict[str, Any], titles: list[str]) -> None:
    assert column(client, "events", "title", **query) == titles


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"cooperation": "staebe"}, 1),
        ({"cooperation": "buero"}, 0),
        ({"programme": "ikz"}, 1),
        ({"state": "07"}, 1),
        ({"state": "16"}, 0),
        ({"rung": "granted"}, 1),
        ({"rung": "paid"}, 0),
        ({"search": "foerderung staebe"}, 1),
        ({"search": "jena"}, 0),
    ],
)
def test_awards(client: Client, query: dict[str, Any], count: int) -> None:
    assert len(column(client, "awards", "id", **query)) == count


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["03", "03.01", "03.02", "10", "10.02"]),
        ({"parent": "03"}, ["03.01", "03.02"]),
        ({"search": "feld 10"}, ["10", "10.02"]),
        ({"search": "field -03"}, ["10", "10.02"]),
        ({"ordering": "-code", "parent": "03"}, ["03.02", "03.01"]),
    ],
)
def test_task_fields(client: Client, query: dict[str, Any], codes: list[str]) -> None:
    assert column(client, "task-fields", "code", **query) == codes


@pytest.mark.parametrize(
    "query", ["state=16", "state=14,16&role=lead", "degree=party", "state=07&as_of=2020-06-01", "state=16&degree=party"]
)
def test_participations_of_a_land_are_the_same_on_whatever_way(client: Client, query: str) -> None:
    """The first page goes along the cooperations, others along the Länder; the total is counted along the spells."""
    dice = random.Random(query)
    bodies: list[Any] = [make_municipality(state=state) for state in ("07", "14", "16")]
    bodies += [make_organisation(state=make_state("16")), make_organisation()]
    for _each in range(12):
        row = make_cooperation(record_state=dice.choice(["published", "published", "draft"]))
        for body in dice.sample(bodies, 3):
            first = dice.choice(["wished", "party"]), dice.choice(["2019-01-01", "2021-01-01"])
            steps = [first, ("party", "2022-01-01")]
            make_participation(row, body, role=dice.choice(["lead", "partner"]), steps=steps)
    first, other, slow = (
        client.get(f"/api/v1/participations/?{query}{more}").json() for more in ("", "&page=1", "&search=%20&page=1")
    )
    rows = participations_of(query)
    assert [one["id"] for one in first["results"]] == [one["id"] for one in other["results"]] == rows
    assert first["count"] == other["count"] == slow["count"] == len(rows) > 0


def participations_of(query: str) -> list[int]:
    """One by one."""
    asked = QueryDict(query)
    until = parse_day(asked.get("as_of", "9999-12-31"))
    found = []
    for row in Participation.objects.filter(cooperation__record_state="published").with_bodies().in_order():
        steps = [step for step in row.steps.order_by("on", "pk") if step.effective_on <= until]
        fits = {"state": row.body.state_id if row.body.state_id else "", "role": row.role}
        fits["degree"] = steps[-1].degree if steps else ""
        if steps and all(fits[name] in asked[name].split(",") for name in ("state", "role", "degree") if name in asked):
            found.append(row)
    return [row.pk for row in sorted(found, key=_in_list)]


def _in_list(row: Participation) -> tuple[Any, ...]:
    town = row.municipality
    return row.cooperation.sort_key, town is None, town.sort_key if town else "", row.pk
