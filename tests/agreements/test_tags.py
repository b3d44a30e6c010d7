"""Parts about cooperations on pages of other rooms: what they show, with sources, in a constant number of queries."""

from __future__ import annotations

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Template

from sources.footnotes import Footnotes
from sources.querysets import citable_models
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_citation,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_status_step,
)

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-22")


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


#: The cooperations of ``body`` on ``day``.
PLACES = 'places_of body day as places %}{% include "agreements/_parts/participations_of.html"'


def render(tag: str, *, stand=None, **context) -> str:
    source = "{% load agreements sources %}{% " + tag + " %}{% footnotes %}"
    context |= {"footnotes": Footnotes(), "stand": stand, "day": stand or TODAY}
    return " ".join(Template(source).render(Context(context)).split())


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_the_cooperations_of_a_municipality_with_degree_day_and_source():
    body = make_municipality("Jena")
    verbund = make_cooperation("Leitstellenverbund", status="planned")
    make_status_step(verbund, "planned", "2019-02-23")
    row = make_participation(verbund, body, steps=[("existing", "2019-02-23"), ("party", "2019-04-24")])
    make_citation(row.steps.last(), "degree", stated_value="Jena ist Partei.")
    make_participation(make_cooperation("Entwurf", record_state="draft"), body)
    html = render(PLACES, body=body)
    assert "Leitstellenverbund" in html
    assert "geplant Stand 23.02.2019" in words(html)
    assert "Vertragspartei Stand 24.04.2019" in words(html)
    assert "Jena ist Partei" in html
    assert "Entwurf" not in html


def test_asked_as_of_a_day_later_steps_and_cooperations_are_left_out():
    body = make_municipality("Weimar")
    early = make_participation(
        make_cooperation("Früher"), body, steps=[("existing", "2019-02-23"), ("directed_elsewhere", "2019-04-24")]
    )
    make_participation(make_cooperation("Später"), body, steps=[("member", "2020-01-01")])
    html = render(PLACES, body=early.municipality, stand=day("2019-03-01"))
    assert "Partner" in html
    assert "anderweitig zugeordnet" not in html
    assert "Später" not in html
    assert "?stand=2019-03-01" in html


def test_a_degree_of_unknown_day_says_so():
    row = make_participation(make_cooperation(), make_organisation(), steps=[("party", None)])
    html = render(PLACES, body=row.organisation)
    assert "Vertragspartei Tag unbekannt" in words(html)


def test_money_of_unknown_amount_is_never_nought():
    programme = make_programme()
    make_award(make_cooperation("Cluster"), programme, rung="unknown", is_inferred=True)
    make_award(make_cooperation("Verborgen", record_state="draft"), programme)
    html = render("cooperations_of_programme programme", programme=programme)
    assert "Cluster" in html
    assert "nur erschlossen" in html
    assert "Betrag unbekannt" in html
    assert "0 €" not in html
    assert "Verborgen" not in html


def test_events_name_all_but_the_subject_of_the_page():
    jena, gera = make_municipality("Jena"), make_municipality("Gera")
    make_event(
        title="Arbeitstreffen", on=day("2019-04-24"), municipalities=[jena, gera], programmes=[make_programme("P")]
    )
    html = render("events_of jena", jena=jena)
    assert "24.04.2019" in html
    assert ">Gera</a>" in html
    assert ">Jena</a>" not in html
    assert "Kein Ereignis bekannt" in render("events_of jena", jena=jena, stand=day("2019-01-01"))


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (PLACES, "Keine Kooperation bekannt"),
        ("cooperations_of_programme programme", "Keine Kooperation mit Geld dieses Programms bekannt"),
        ("events_of body", "Kein Ereignis bekannt"),
    ],
)
def test_nothing_is_said_in_words(tag, text):
    assert text in render(tag, body=make_municipality(), programme=make_programme())


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(rows, django_assert_num_queries):
    body, programme = make_municipality(), make_programme()
    for _ in range(rows):
        cooperation = make_cooperation()
        make_citation(make_participation(cooperation, body).steps.get(), "degree")
        make_citation(make_award(cooperation, programme), "rung")
        make_citation(make_event(cooperations=[cooperation], municipalities=[body]), "place")
    with django_assert_num_queries(6):  # participations, cooperations, steps; citations, speakers, texts
        render(PLACES, body=body)
    with django_assert_num_queries(4):  # awards; citations, speakers, texts
        render("cooperations_of_programme programme", programme=programme)
    with django_assert_num_queries(6):  # events, what they are about, cooperations; citations, speakers, texts
        render("events_of body", body=body)


def test_of_many_cooperations_the_first_are_shown_and_the_list_has_all(client):
    body, office = make_municipality("Jena"), make_organisation("Amt", slug="amt")
    for number in range(26):
        row = make_cooperation(f"K {number:02}")
        make_participation(row, body, steps=[("party", "2020-01-01" if number < 25 else "2021-01-01")])
        make_participation(row, office)
    for address, listed in (
        (body.get_absolute_url(), f"/kooperationen/?kommune={body.ars}"),
        (office.get_absolute_url(), "/kooperationen/?stelle=amt"),
    ):
        page = client.get(address).text
        assert re.findall(r"K \d\d", words(page.split('<ul class="items">')[1])) == [f"K {n:02}" for n in range(25)]
        assert re.findall(r'<h2 id="kooperationen">(.*?)</h2>', page) == [
            'Kooperationen <span class="section__count">26</span>'
        ]
        assert f'<a href="{listed}">Alle 26 Kooperationen</a>' in page
        assert client.get(listed).context["count"] == 26
    then = client.get(f"{body.get_absolute_url()}?stand=2020-06-01").text
    assert '<h2 id="kooperationen">Kooperationen</h2>' in then
    assert "K 24" in then
    assert "Alle 25" not in then
    later = client.get(f"{body.get_absolute_url()}?stand=2021-06-01").text
    assert '<h2 id="kooperationen">Kooperationen <span class="section__count">26</span></h2>' in later
    assert "K 25" not in later
    listed = f"/kooperationen/?kommune={body.ars}"
    # The list as of a day leaves out what had ended by then; so it does not promise all of them.
    assert "Gezeigt sind die ersten 25 von 26. Alle, die am 01.06.2021 nicht beendet waren · alle bis heute" in words(
        later
    )
    assert (f'href="{listed}&amp;stand=2021-06-01"' in later, f'href="{listed}"' in later) == (True, True)
    assert client.get(f"{listed}&stand=2021-06-01").context["count"] == 26


def test_of_many_events_the_latest_are_shown_and_the_list_has_all():
    body = make_municipality("Jena")
    for number in range(1, 26):
        make_event(title=f"E {number:02}", on=day(f"2020-01-{number:02}"), municipalities=[body])
    assert "Gezeigt sind" not in render("events_of body", body=body)
    make_event(title="E 26", on=day("2020-01-26"), municipalities=[body])
    html = render("events_of body", body=body)
    assert re.findall(r"E \d\d", words(html)) == [f"E {number:02}" for number in range(26, 1, -1)]
    assert "Gezeigt sind die 25 neuesten. Alle Ereignisse von Jena als Liste" in words(html)


def test_of_many_deadlines_the_next_are_shown_and_the_list_has_all(client):
    body = make_municipality("Jena")
    row = make_participation(make_cooperation(), body)
    for number in range(1, 27):
        make_agreement(
            row.cooperation,
            title=f"V {number:02}",
            ends_on=day(f"2026-12-{number:02}"),
            ends_precision="day",
            parties=[row],
        )
    address = f"/fristen/?kommune={body.ars}"
    html = render("deadlines_of body day", body=body)
    assert re.findall(r"V \d\d", words(html)) == [f"V {number:02}" for number in range(1, 26)]
    assert f'<a href="{address}">Alle 26 Fristen dieser Kommune</a>' in html
    assert client.get(f"{address}&stand=2026-11-22").context["count"] == 26
