"""What the pages of cooperations and agreements say of the five documents."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.agreements.reading import names, part, words
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "known_types")]

LIST = "/kooperationen/"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 6),
        ({"q": "Thueringen"}, 2),
        ({"q": "leitstell"}, 1),
        ({"land": "07"}, 3),
        ({"land": "16,14"}, 3),
        ({"kommune": "16055000"}, 2),
        ({"kommune": "07312000"}, 0),
        ({"kommune": "073350000000"}, 1),
        ({"aufgabenfeld": "04"}, 2),
        ({"aufgabenfeld": "04.01"}, 1),
        ({"rechtsform": "registered_association"}, 1),
        ({"rechtsform": "purpose_agreement"}, 1),
        ({"status": "planned"}, 2),
        ({"art": "project_cluster"}, 3),
        ({"programm": "pilotfoerderung-ikz-rlp"}, 3),
        ({"von": "01.01.2019"}, 1),
        ({"bis": "2018-12-31"}, 0),
        ({"stand": "2019-01-31", "land": "16"}, 1),
        ({"stand": "2019-03-01", "land": "16"}, 2),
    ],
)
def test_every_filter_of_the_page(client, query, count):
    page = client.get(f"{LIST}?{urlencode(query)}")
    assert (page.context["count"], page.context["problems"]) == (count, {})
    assert len(names(page)) == count


class TestLeitstellenverbund:
    """The page of the cooperation that two of the documents speak of."""

    address = "/kooperationen/leitstellenverbund-ostthueringen/"

    def test_the_sentence(self, client):
        page = client.get(self.address)
        assert page.context["record"].sentence == (
            "Geplant (Stand 24.04.2019): Gera und Jena wollen im Aufgabenfeld „Leitstelle“ zusammenarbeiten; "
            "6 weitere Kommunen und 2 Stellen sind genannt; Rechtsform: Zweckvereinbarung (geplant); "
            "2 Quellen, 4 offene Widersprüche."
        )
        assert markup(page).text("h1") == "Leitstellenverbund Ostthüringen"

    def row_of(self, page, name: str) -> list[str]:
        rows = re.findall(r'<tr id="b\d+">(.*?)</tr>', page.text, re.DOTALL)
        cells = [[words(cell) for cell in re.split(r"</t[hd]>", row)[:-1]] for row in rows]
        (found,) = [row for row in cells if row[0].startswith(name)]
        return found

    def test_a_row_of_the_matrix_tells_what_each_document_says(self, client):
        page = client.get(self.address)
        assert self.row_of(page, "Weimar") == [
            "Weimar widersprüchlich",
            "vorgesehen Partner",
            "erwünscht anderweitig zugeordnet",
            "anderweitig zugeordnet Stand 24.04.2019",
        ]
        assert self.row_of(page, "Greiz")[0] == "Greiz (Landkreis)"
        heads = words(page.text.split("<thead>")[1].split("</thead>")[0])
        assert heads.startswith("Wer Treffen im Landesverwaltungsam: Jena begrüßt … 23.02.2019 Arbeitstreffen")
        assert heads.endswith("Aussagen vom 24.04.2019 Heute")

    def test_as_of_a_day_the_later_document_has_not_spoken(self, client):
        page = client.get(f"{self.address}?stand=2019-03-01")
        assert self.row_of(page, "Weimar")[1:] == [
            "vorgesehen Partner",
            "Partner Stand 23.02.2019",
        ]
        assert "anderweitig zugeordnet" not in part(page, "beteiligte")
        assert "Krankenkassen" not in part(page, "beteiligte")
        assert "Keine Vereinbarung belegt." in part(page, "vereinbarungen")
        assert "Kein Geld aus einem Förderprogramm belegt." in part(page, "geld")
        assert "Arbeitstreffen" not in part(page, "ereignisse")
        assert "Geplant (Stand 23.02.2019): 6 Kommunen wollen" in page.context["record"].sentence
        assert "Stand 01.03.2019" in words(page.text.split('class="day-notice"')[1].split("</p>")[0])

    def test_before_anything_is_attested(self, client):
        page = client.get(f"{self.address}?stand=2018-01-01")
        assert page.context["record"].sentence.startswith(
            "Unbekannt (Tag unbekannt): wer beteiligt ist, ist noch nicht belegt;"
        )
        assert "An diesem Tag war noch niemand als beteiligt belegt." in part(page, "beteiligte")

    def test_contradictions_stand_side_by_side(self, client):
        section = part(client.get(self.address), "widersprueche")
        assert section.count("offen") == 4
        assert (
            "Stellung zum Verbund: Weimar offen Die Stadt Weimar soll einbezogen werden. 23.02.2019, beabsichtigt "
            "JENAhoch2 Weimar soll nach Koppes Wiedergabe der Empfehlung des Ministeriums zur Leitstelle Erfurt. "
            "24.04.2019, empfohlen Thüringer Ministerium für Inneres und Kommunales"
        ) in section

    def test_every_mark_leads_to_a_footnote_and_every_footnote_back(self, client):
        html = client.get(self.address).text
        marks, notes = set(re.findall(r'href="#(beleg-\d+)"', html)), set(re.findall(r'id="(beleg-\d+)"', html))
        assert marks == notes
        assert len(notes) > 40
        assert set(re.findall(r'href="#(verweis-\d+)"', html)) == set(re.findall(r'id="(verweis-\d+)"', html))

    def test_who_confirms(self, client):
        assert (
            client.get(self.address).context["record"].confirmations == "0 von 7 bestätigt, 7 offen"
        )  # one was directed elsewhere


def test_inferred_money_of_unknown_amount(client):
    section = part(client.get("/kooperationen/cybersicherheit-fuenf-verbandsgemeinden/"), "geld")
    assert "nur erschlossen Betrag unbekannt Tag unbekannt" in section
    assert "0 €" not in section


def test_who_shares_a_name_shows_its_kind(client):
    section = part(client.get("/kooperationen/cybersicherheit-fuenf-verbandsgemeinden/"), "beteiligte")
    assert "Landstuhl (Verbandsgemeinde)" in section
    assert section.count("Partner Tag unbekannt") == 5


def test_what_is_inferred_says_so(client):
    page = client.get("/kooperationen/impulsregion/")
    assert "Mitglied nur erschlossen" in part(page, "beteiligte")
    assert "Beginn" not in part(page, "ueberblick")
    assert "seit „Anfang 2019“" in part(client.get("/kooperationen/asskomm/"), "ueberblick")


@pytest.mark.parametrize(
    ("address", "value", "inferred"),
    [
        ("/foerderung/asskomm-mittel-sachsen/", "Einzelzuwendung", True),
        (
            "/foerderung/pilotfoerderung-ikz-rlp/",
            "Kommunen aller Art, einschließlich Kreise und Verbandsgemeinden",
            True,
        ),
        ("/kooperationen/leitstellenverbund-ostthueringen/", "Kostenträger", True),
        ("/foerderung/asskomm-mittel-sachsen/", "läuft", False),
    ],
)
def test_the_mark_beside_a_value_says_whether_it_is_inferred(client, address, value, inferred):
    beside = re.findall(re.escape(value) + r"(?:\.|</span>)*\s*&#8288;<sup.*?</sup>", client.get(address).text)
    assert beside
    assert {"footnote-mark--inferred" in mark for mark in beside} == {inferred}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("rechtsform=purpose_agreement", 1),
        ("status=signed", 1),
        ("land=14", 1),
        ("kommune=16053000", 1),
        ("aufgabenfeld=04", 1),
        ("kooperation=asskomm", 1),
        ("stand=2019-03-01", 1),
        ("q=rothenburg", 1),
    ],
)
def test_filters_of_the_agreements(client, query, count):
    page = client.get(f"/vereinbarungen/?{query}")
    markup(page)
    assert (len(names(page)), page.context["problems"]) == (count, {})
