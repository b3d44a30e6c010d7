"""Facets: every value's number is that of the rows its filter alone would bring, under all other filters."""

from __future__ import annotations

import itertools
import json
import random
import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agreements.choices import AgreementStatus, CooperationKind, CooperationStatus, EventKind, LegalForm
from agreements.filters import AgreementFilterSet, CooperationFilterSet, EventFilterSet
from agreements.models import Agreement, Cooperation, Event, TaskField
from coopportal.common.filters import PortalFilterSet
from coopportal.common.offers import Offer, offer
from funding.choices import ProgrammeKind, ProgrammeStatus
from funding.filters import ProgrammeFilterSet
from funding.models import Programme
from municipalities.choices import BodyStatus, Involvement, Kind, Level, OrganisationKind
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet
from municipalities.models import Municipality, Organisation, State
from sources.choices import DocumentKind
from sources.filters import SourceFilterSet
from sources.models import SourceDocument
from tests.agreements.reading import words
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_document,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_status_step,
    make_task_field,
)

pytestmark = pytest.mark.django_db

TODAY = day("2025-06-01")
FIELDS = ["04", "04.01", "04.02", "05.01", "06.03"]


def make_register() -> None:
    """Thirty cooperations, drawn with a fixed hand: bodies of three Länder, forms, fields, money, steps of status."""
    draw = random.Random(1848)
    bodies = [make_municipality(state=code) for code in ("07", "14", "16") for _each in range(3)]
    bodies += [make_organisation(), make_organisation(state=State.objects.get(code="16"))]  # type: ignore[list-item]
    programmes = [make_programme(slug=name) for name in ("eins", "zwei")]
    days = ["2019-01-01", "2021-01-01", "2023-01-01"]
    for _each in range(30):
        row = make_cooperation(
            kind=draw.choice(CooperationKind.values),
            status=draw.choice(["planned", "active"]),
            legal_form=draw.choice(["", "informal", "purpose_agreement"]),
            task_fields=draw.sample(FIELDS, draw.randint(0, 3)),
            record_state=draw.choice(["published", "published", "published", "draft"]),
        )
        degrees = ["member", "mentioned"]
        parts = [
            make_participation(
                row, body, role=draw.choice(["lead", "partner"]), steps=[(draw.choice(degrees), draw.choice(days))]
            )
            for body in draw.sample(bodies, draw.randint(0, 4))
        ]
        for _other in range(draw.randint(0, 2)):
            make_agreement(
                row,
                legal_form=draw.choice(["informal", "purpose_agreement", "limited_company"]),
                status=draw.choice(["signed", "planned"]),
                attested_on=day(draw.choice(days)),
                parties=parts[:2],
            )
        if draw.random() < 0.5:
            make_award(row, draw.choice(programmes), on=day(draw.choice(days)), on_precision="day")
        if draw.random() < 0.5:
            make_status_step(row, draw.choice(["ended", "active"]), draw.choice(days))


def make_events() -> None:
    """Of the bodies of three Länder, some of one Land together; of published cooperations, others, and none."""
    draw = random.Random(1919)
    towns, others = list(Municipality.objects.all()), list(Organisation.objects.all())
    cooperations = list(Cooperation.objects.all())
    for _each in range(30):
        make_event(
            kind=draw.choice(["meeting", "founding"]),
            on=day(draw.choice(["2019-01-01", "2023-01-01"])),
            municipalities=draw.sample(towns, draw.randint(0, 3)),
            organisations=draw.sample(others, draw.randint(0, 2)),
            cooperations=draw.sample(cooperations, draw.randint(0, 2)),
        )


def asked(kind: type[PortalFilterSet], rows: Any, query: str) -> PortalFilterSet:
    return kind(QueryDict(query), rows, today=TODAY)


def naive(kind: type[PortalFilterSet], rows: Any, query: str, facet: str, values: Any) -> dict[str, int]:
    """Each value asked for by itself, in place of what the query says of this facet."""
    counts = {}
    for value in values:
        question = QueryDict(query, mutable=True)
        question.setlist(facet, [value])
        counts[value] = kind(question, rows, today=TODAY).qs.count()
    return counts


def values_of(kind: type[PortalFilterSet]) -> dict[str, list[str]]:
    lands = [str(code) for code in State.objects.values_list("code", flat=True)]
    closed: dict[Any, dict[str, Any]] = {
        CooperationFilterSet: {
            "state": lands,
            "task_field": TaskField.objects.values_list("code", flat=True),
            "legal_form": LegalForm.values,
            "status": CooperationStatus.values,
            "kind": CooperationKind.values,
            "programme": Programme.objects.values_list("slug", flat=True),
        },
        AgreementFilterSet: {
            "state": lands,
            "task_field": TaskField.objects.values_list("code", flat=True),
            "legal_form": LegalForm.values,
            "status": AgreementStatus.values,
        },
        MunicipalityFilterSet: {
            "state": lands,
            "level": Level.values,
            "kind": Kind.values,
            "cooperating": Involvement.values,
            "status": BodyStatus.values,
        },
        EventFilterSet: {"state": lands, "kind": EventKind.values},
        OrganisationFilterSet: {"state": lands, "kind": OrganisationKind.values},
        ProgrammeFilterSet: {
            "state": lands,
            "status": ProgrammeStatus.values,
            "kind": ProgrammeKind.values,
            "funder": ["geber", "niemand"],
        },
        SourceFilterSet: {
            "kind": DocumentKind.values,
            "publisher": ["Jena, Stadt", "Gera"],
            "year": ["2018", "2019", "1900"],
        },
    }
    return {facet: list(values) for facet, values in closed[kind].items()}


OF_COOPERATIONS = [
    "",
    "status=active",
    "status=active,ended&state=16",
    "state=07,14&task_field=04",
    "task_field=04.01,05.01&legal_form=informal",
    "legal_form=purpose_agreement&programme=eins",
    "role=lead&state=16",
    "degree=member&state=14",
    "as_of=2022-01-01",
    "as_of=2022-01-01&state=16&status=active&legal_form=informal",
    "search=kooperation&kind=other",
    "programme=zwei&task_field=06",
]


@pytest.mark.parametrize(
    ("kind", "model", "queries"),
    [
        (CooperationFilterSet, Cooperation, OF_COOPERATIONS),
        (
            AgreementFilterSet,
            Agreement,
            ["", "status=signed&state=16", "task_field=04&legal_form=informal", "as_of=2022-01-01&state=14"],
        ),
        (
            MunicipalityFilterSet,
            Municipality,
            [
                *("", "state=16", "kind=town&state=07", "as_of=2018-01-01", "as_of=2018-01-01&kind=market"),
                *("search=stadt", "status=ended", "cooperating=yes", "as_of=2021-06-01&cooperating=no&status=existing"),
            ],
        ),
        (
            EventFilterSet,
            Event,
            ["", "state=16", "kind=founding", "kind=meeting,founding&state=07,14", "as_of=2022-01-01&kind=meeting"],
        ),
        (OrganisationFilterSet, Organisation, ["", "state=16", "kind=state_authority"]),
        (ProgrammeFilterSet, Programme, ["", "status=running", "state=16&kind=pilot", "funder=geber"]),
        (
            SourceFilterSet,
            SourceDocument,
            ["", "kind=press_article", "as_of=2018-01-01", "publisher=Gera&year=2018"],
        ),
    ],
)
def test_every_number_is_what_its_filter_would_find(
    kind: type[PortalFilterSet], model: Any, queries: list[str], django_assert_max_num_queries: Any
) -> None:
    make_register()
    make_events()
    make_organisation("Niemand", slug="niemand")
    make_programme(kind="pilot", status="planned", state="07", funder=make_organisation("Geber", slug="geber"))
    make_document(kind="other", publisher="Jena, Stadt")
    make_document(kind="other", publisher="Gera", published_on=day("2018-05-01"))
    make_document(published_on=None)
    renamed = make_municipality(kind="town", valid_from=None)
    make_municipality(valid_until=day("2020-12-31"))
    renamed.periods.update(kind="market", valid_until=day("2019-12-31"))
    rows = model.objects.public() if hasattr(model.objects, "public") else model.objects.all()
    for query in queries:
        question = asked(kind, rows, query)
        question.form.is_valid()
        with django_assert_max_num_queries(3):  # the version, what the bits leave open (areas of a search), facets
            counts = question.counts
        for facet, values in values_of(kind).items():
            told = {value: counts[facet][value] for value in values}
            assert told == naive(kind, rows, query, facet, values), f"{query}: {facet}"


def test_a_register_that_tells_something() -> None:
    """The numbers above are not all the same."""
    make_register()
    counts = asked(CooperationFilterSet, Cooperation.objects.public(), "").counts
    assert all(len(set(numbers.values()) - {0}) > 1 for numbers in counts.values())


def test_an_empty_register_counts_nothing(client: Client) -> None:
    counts = asked(CooperationFilterSet, Cooperation.objects.public(), "").counts
    assert set(itertools.chain.from_iterable(numbers.values() for numbers in counts.values())) == set()


# --- On the page ---

HTMX = {"HX-Request": "true"}


def facet_of(client: Client, query: str, name: str) -> dict[str, str]:
    """Value → number, as the filter of the page tells them."""
    page = client.get(f"/kooperationen/?{query}")
    return dict(re.findall(rf'data-of="{name}:([^"]+)">([^<]+)<', page.text))


def chips(client: Client, query: str) -> list[tuple[str, str]]:
    """What is chosen, and where the way without it leads."""
    page = client.get(f"/kooperationen/?{query}")
    found = re.findall(r'class="chip" href="([^"]+)">(.*?)</a>', page.text, re.DOTALL)
    return [(words(label).removeprefix("Filter entfernen: "), unescape(address)) for address, label in found]


def make_three() -> None:
    for name, status, code in (("A", "active", "16"), ("B", "active", "07"), ("C", "planned", "16")):
        make_participation(make_cooperation(name, status=status), make_municipality(state=code))


def test_the_page_tells_the_numbers_under_the_other_filters(client: Client) -> None:
    make_three()
    numbers = facet_of(client, "status=active", "status")
    assert {value: n for value, n in numbers.items() if n != "0"} == {"active": "2", "planned": "1"}
    assert facet_of(client, "status=active", "land") == {"07": "1", "16": "1"}
    assert facet_of(client, "land=16&status=planned,active", "status")["active"] == "1"


def test_what_is_chosen_comes_first_and_what_would_bring_nothing_folds_away(client: Client) -> None:
    make_three()
    facet = client.get("/kooperationen/?status=ended").text.split('id="id_status"')[1].split("</fieldset>")[0]
    shown, folded = facet.split('<details class="facet-rest">')
    assert re.findall('value="([^"]+)"', shown) == ["ended", "planned", "active"]
    assert re.findall('value="([^"]+)"', folded) == ["idea", "being_set_up", "dormant", "abandoned", "unknown"]
    assert words(folded).startswith("5 weitere ohne Treffer Idee 0")


def test_so_do_groups_of_task_fields(client: Client) -> None:
    for code in ("01.01", "02.01", "03.01", "05.01"):
        make_task_field(code)
    make_cooperation("Leitstelle", task_fields=["04.01"])
    facet = (
        client.get("/kooperationen/?aufgabenfeld=05.01").text.split('id="id_aufgabenfeld"')[1].split("</fieldset>")[0]
    )
    shown, folded = facet.split('<details class="facet-rest">')
    assert re.findall('value="([^"]+)"', shown) == ["05", "05.01", "04", "04.01"]
    assert re.findall('value="([^"]+)"', folded) == ["01", "01.01", "02", "02.01", "03", "03.01"]


def test_few_values_without_rows_stay_in_sight_at_the_end() -> None:
    values = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]
    assert offer(values, [], {"b": 2, "d": 1}) == Offer([values[1], values[3], values[0], values[2]])
    assert offer(values, [], {"b": 2}) == Offer([values[1]], [values[0], values[2], values[3]])
    assert offer(values, [], {}) == offer(values, ["c"], None) == Offer(values)


def test_several_values_of_a_facet_and_their_chips(client: Client) -> None:
    make_three()
    assert chips(client, "status=active,planned&land=16&q=kooperation+x&seite=1&stand=2024-01-01") == [
        ("Suchwörter „kooperation x“", "?status=active%2Cplanned&land=16&stand=2024-01-01"),
        ("Land Thüringen", "?status=active%2Cplanned&q=kooperation+x&stand=2024-01-01"),
        ("Stand der Kooperation aktiv", "?land=16&q=kooperation+x&stand=2024-01-01&status=planned"),
        ("Stand der Kooperation geplant", "?land=16&q=kooperation+x&stand=2024-01-01&status=active"),
    ]


def test_bodies_and_days_are_chips_in_words(client: Client) -> None:
    make_municipality("Jena", ars="160530000000")
    make_municipality("Erfurt", ars="160510000000")
    labels = [label for label, _url in chips(client, "kommune=16053000,160510000000&von=2019-04-24")]
    assert labels == ["Kommune Jena", "Kommune Erfurt", "begonnen ab 24.04.2019"]


def test_what_is_wrong_is_no_chip(client: Client) -> None:
    assert chips(client, "status=falsch&land=99&von=gestern&farbe=rot") == []


def test_htmx_gets_the_new_numbers_with_the_results(client: Client) -> None:
    make_three()
    part = client.get("/kooperationen/?land=16", headers=HTMX).text
    told = json.loads(unescape(part.split('data-counts="')[1].split('"')[0]))
    assert {name: n for name, n in told.items() if name.startswith("status:")} == {
        "status:active": 1,
        "status:planned": 1,
    }
    assert "data-counts" not in client.get("/kooperationen/?land=16").text


@pytest.mark.parametrize(
    "address",
    [
        "/kommunen/",
        "/stellen/",
        "/foerderung/",
        "/quellen/",
        "/vereinbarungen/",
        "/ereignisse/",
        "/widersprueche/",
        "/karte/",
    ],
)
def test_the_other_lists_count_too(client: Client, address: str) -> None:
    assert "data-of=" in client.get(address).text
    assert "data-counts=" in client.get(address, headers=HTMX).text


# --- Other facets ---


def ars_of(client: Client, **query: str) -> list[str]:
    return [row["name"] for row in client.get("/api/v1/municipalities/", query).json()["results"]]


def test_a_body_cooperates_from_the_day_it_is_a_member_of_something_published(client: Client) -> None:
    published, draft = make_cooperation("Verbund"), make_cooperation("Entwurf", record_state="draft")
    make_participation(
        published, make_municipality("Jena"), steps=[("invited", "2019-01-01"), ("member", "2021-01-01")]
    )
    make_participation(published, make_municipality("Gera"), steps=[("mentioned", "2019-01-01")])
    make_participation(draft, make_municipality("Suhl"), steps=[("member", "2019-01-01")])
    assert ars_of(client, cooperating="yes") == ["Jena"]
    assert ars_of(client, cooperating="no") == ["Gera", "Suhl"]
    assert ars_of(client, cooperating="yes", as_of="2020-12-31") == []
    page = client.get("/kommunen/?mit_kooperation=yes&ebene=municipality")
    assert dict(re.findall(r'data-of="mit_kooperation:([^"]+)">([^<]+)<', page.text)) == {"yes": "1", "no": "2"}
    assert "mit Kooperation ja" in words(page.text)


def test_bodies_that_are_no_more_are_listed_for_who_asks(client: Client) -> None:
    make_municipality("Neu")
    make_municipality("Alt", valid_until=day("2018-12-31"))
    assert ars_of(client) == ["Neu"]
    assert ars_of(client, status="ended") == ["Alt"]
    assert ars_of(client, status="ended,existing") == ["Alt", "Neu"]
    assert ars_of(client, status="ended", as_of="2018-12-31") == []


def test_publishers_with_commas_and_years(client: Client) -> None:
    make_document(title="Eins", publisher="Jena, Stadt", published_on=day("2019-02-23"))
    make_document(title="Zwei", publisher="Gera", published_on=day("2021-05-01"))
    make_document(title="Drei", publisher="", published_on=None)
    for query, found in (
        ("publisher=Jena,+Stadt", ["Eins"]),
        ("publisher=Jena,+Stadt&publisher=Gera", ["Zwei", "Eins"]),
        ("year=2019,2021", ["Zwei", "Eins"]),
        ("year=1999", []),
    ):
        assert [row["title"] for row in client.get(f"/api/v1/sources/?{query}").json()["results"]] == found
    for wrong in ("publisher=Jena", "year=19", "year=heute", "publisher=%00"):
        answer = client.get(f"/api/v1/sources/?{wrong}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, wrong.partition("=")[0])
    page = client.get("/quellen/?herausgeber=Jena,+Stadt").text
    assert re.findall(r'data-of="herausgeber:([^"]+)">([^<]+)<', page) == [("Jena, Stadt", "1"), ("Gera", "1")]
    assert re.findall(r'data-of="jahr:([^"]+)">([^<]+)<', page) == [("2019", "1"), ("2021", "0")]


def test_only_who_funds_something_is_offered_as_funder(client: Client) -> None:
    make_programme("Eins", funder=make_organisation("Geber", slug="geber"))
    make_organisation("Andere", slug="andere")
    page = client.get("/foerderung/").text
    assert re.findall(r'data-of="foerdergeber:([^"]+)">([^<]+)<', page) == [("geber", "1")]
    assert client.get("/api/v1/programmes/?funder=andere").json()["count"] == 0
    assert client.get("/api/v1/programmes/?funder=niemand").status_code == 400
