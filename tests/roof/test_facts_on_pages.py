"""The pages with the facts of the five documents: what they must say, and what they must never say."""

from __future__ import annotations

import re

import pytest
from django.contrib.contenttypes.models import ContentType

from funding.models import Programme
from municipalities.models import Municipality, Organisation
from sources.models import SourceDocument
from sources.querysets import citable_models
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def test_rhineland_palatinate_has_money_in_its_budget_and_none_granted(client):
    text = words(client.get("/foerderung/pilotfoerderung-ikz-rlp/"))
    assert "10 Mio. € im Haushalt vorgesehen (10.000.000 €)" in text
    assert "bewilligt: keine Angabe" in text
    assert "122 : mehr als 2.200 kein Anteil" in text
    assert "ein Anteil würde in die Irre führen" in text
    assert "%" not in text


def test_thuringia_speaks_of_money_without_an_amount(client):
    text = words(client.get("/foerderung/strukturoptimierung-leitstellen-thueringen/"))
    assert "angekündigt: Betrag unbekannt" in text
    assert "in Aussicht gestellt: Betrag unbekannt" in text
    assert "Neben der Leiter als laufend behauptet Betrag unbekannt" in text
    assert "Sicherheit des Geldes offen" in text
    assert "0 €" not in text


def test_saxony_shows_the_one_share_a_source_declares(client):
    text = words(client.get("/foerderung/asskomm-mittel-sachsen/"))
    assert "1,1 Mio. € bereitgestellt (1.100.000 €)" in text
    assert "58 von 134 = 43,3 %" in text
    assert "28 kein Anteil" in text


@pytest.mark.parametrize(
    ("stand", "said", "unsaid"),
    [
        ("2019-03-01", "Partner", "anderweitig zugeordnet"),
        ("2019-05-01", "anderweitig zugeordnet", "noch nicht"),
    ],
)
def test_weimar_on_two_days(client, stand, said, unsaid):
    page = words(client.get(f"/kommunen/16055000/?stand={stand}", follow=True))
    assert said in page
    assert unsaid not in page
    assert "Leitstellenverbund Ostthüringen" in page
    assert "Impulsregion" in page


def test_the_two_bodies_called_kaiserslautern(client):
    district, city = client.get("/kommunen/07335/", follow=True), client.get("/kommunen/07312000/", follow=True)
    assert "Interkommunale Verwaltungsstäbe" in words(district)
    assert "Keine Kooperation bekannt" in words(city)
    assert "Kaiserslautern (kreisfreie Stadt)" in words(district)
    assert "Kaiserslautern (Landkreis)" in words(city)


def test_the_two_addresses_of_the_impulsregion(client):
    text = words(client.get("/stellen/impulsregion/"))
    assert "Am Graben 4, 99423 Weimar" in text
    assert "Die Quellen nennen Verschiedenes." in text
    assert "Anschrift offen" in text


def test_seven_contradictions_all_open(client):
    page = client.get("/widersprueche/?zustand=open")
    markup(page)
    assert page.context["count"] == 7


def test_no_page_shows_the_personal_address(client):
    pages = [client.get(document.get_absolute_url()) for document in SourceDocument.objects.all()]
    assert not any("christian.bachmann@" in page.text for page in pages)


def test_every_object_has_a_sound_page_on_every_day(client):
    models = (Municipality, Organisation, Programme, SourceDocument)
    rows = [row for model in models for row in model.objects.all()]
    assert len(rows) > 60
    for row in rows:
        for stand in ("", "?stand=2019-03-01"):
            page = client.get(f"{row.get_absolute_url()}{stand}")
            assert page.status_code == 200, row
            markup(page)


def test_every_list_is_sound_on_every_day(client):
    for address in ("/kommunen/", "/stellen/", "/foerderung/", "/quellen/", "/widersprueche/"):
        for query in ("", "?stand=2019-03-01", "?stand=01.03.2019", "?seite=99", "?stand=bald&q=%00%22-"):
            page = client.get(address + query)
            assert page.status_code == 200, address + query
            markup(page)
