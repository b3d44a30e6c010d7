"""The pages of cooperations and agreements: what they say, what they refuse, in how many queries."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from agreements.models import ChangeProposal, Evidence, ProposalItem
from sources.workflow import refresh_conflicts
from tests.agreements.reading import names, part, words
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_citation,
    make_conflict,
    make_cooperation,
    make_document,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_passage,
    make_programme,
    make_status_step,
    make_task_field,
)
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_types")]

LIST = "/kooperationen/"
HTMX = {"HX-Request": "true"}


def make_full_cooperation(participants: int = 2):
    """A cooperation of which something stands in every part of its page."""
    document = make_document(text="x" * 5000)
    row = make_cooperation(task_fields=["04.01"], status="planned")
    subjects = [(row, "goal"), (make_status_step(row, "planned", "2019-02-23"), "status")]
    agreement = make_agreement(row)
    subjects += [(agreement, "status"), (make_award(row), "rung")]
    for n in range(participants):
        body = make_organisation() if n % 3 == 2 else make_municipality()
        participation = make_participation(row, body, steps=[("invited", "2019-02-23"), ("party", "2019-04-24")])
        agreement.parties.add(participation)
        subjects += [(step, "degree") for step in participation.steps.all()] + [(participation, "position")]
        make_conflict(participation, "position")
        event = make_event(cooperations=[row], agreements=[agreement], on=day("2019-02-22"))
        subjects.append((event, "place"))
    for n, (subject, field) in enumerate(subjects):
        make_citation(subject, field, str(n), passage=make_passage(document, n * 11))
    return row


# --- The list ---


def test_a_row_tells_status_kind_region_participants_fields_and_laender(client):
    make_task_field("04.01", "Leitstelle")
    row = make_cooperation(
        "Leitstellenverbund", kind="service_network", status="planned", region="Ostthüringen", task_fields=["04.01"]
    )
    make_status_step(row, "planned", "2019-04-24")
    for degree in ("party", "party", "invited"):
        make_participation(row, make_municipality(), steps=[(degree, "2019-04-24")])
    make_agreement(row, legal_form="purpose_agreement")
    page = client.get(LIST)
    markup(page)
    item = words(page.text.split('<li class="item">')[1].split("</li>")[0])
    assert item == (
        "Leistungsverbund · Ostthüringen Leitstellenverbund geplant Stand 24.04.2019 Beteiligte 2 Beteiligte, "
        "1 weitere genannt Land Thüringen Aufgaben Leitstelle Rechtsform Zweckvereinbarung (unterzeichnet) "
        "vergleichen : Leitstellenverbund"
    )


def test_a_status_of_unknown_day_says_so(client):
    make_status_step(make_cooperation(), "active")
    assert "aktiv Tag unbekannt" in words(client.get(LIST).text)


def test_unpublished_cooperations_are_nowhere(client):
    draft = make_cooperation("Entwurf", record_state="draft")
    agreement = make_agreement(draft)
    assert names(client.get(LIST)) == names(client.get("/vereinbarungen/")) == []
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(agreement.get_absolute_url()).status_code == 404


def test_nothing_found_offers_a_way_on(client):
    make_cooperation("Verbund")
    page = client.get(f"{LIST}?q=nirgends")
    assert "Keine Kooperation passt zu allen Filtern" in page.text
    assert f'<a href="{LIST}">Alle Kooperationen zeigen</a>' in page.text


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("stand=31.02.2019", "stand", "„31.02.2019“ ist kein Tag."),
        ("status=verlobt", "status", "„verlobt“ ist hier kein möglicher Wert."),
        ("land=99", "land", "„99“ gibt es nicht."),
        ("kommune=1605", "kommune", "„1605“ ist kein amtlicher Schlüssel"),
        ("kommune=16000000", "kommune", "Den Schlüssel „16000000“ trägt keine Kommune."),
        ("von=gestern", "von", "„gestern“ ist kein Tag."),
        ("aufgabenfeld=77", "aufgabenfeld", "„77“ gibt es nicht."),
        ("sortierung=laune", "sortierung", "„laune“ ist hier kein möglicher Wert."),
    ],
)
def test_a_bad_value_is_named_at_its_field_and_the_list_unfiltered_by_it(client, query, field, message):
    make_cooperation("Verbund")
    page = client.get(f"{LIST}?{query}")
    markup(page)
    assert page.status_code == 200
    assert names(page) == ["Verbund"]
    assert message in words(page.text.split(f'id="id_{field}_fehler"')[1].split("</p>")[0])
    assert f'<a href="#id_{field}">{page.context["filterset"].label(field)}</a>' in page.text
    assert f'id="id_{field}"' in page.text


def test_an_unknown_parameter_is_named(client):
    make_cooperation("Verbund")
    page = client.get(f"{LIST}?bundesland=07")
    assert "bundesland : Diesen Parameter gibt es hier nicht." in words(page.text.split('role="alert"')[1])
    assert names(page) == ["Verbund"]


def test_other_filters_hold_where_one_value_is_bad(client):
    make_cooperation("Geplant", status="planned")
    make_cooperation("Aktiv", status="active")
    assert names(client.get(f"{LIST}?status=planned&land=99")) == ["Geplant"]


def test_a_filter_without_a_field_of_its_own_is_shown_where_the_address_names_it(client):
    body = make_organisation("Landratsamt", slug="landratsamt")
    make_participation(make_cooperation("Verbund"), body)
    make_cooperation("Anderer")
    page = client.get(f"{LIST}?stelle=landratsamt")
    assert names(page) == ["Verbund"]
    assert 'value="landratsamt" checked' in page.text
    assert 'name="stelle"' not in client.get(LIST).text


def test_task_fields_are_offered_in_two_levels(client):
    make_task_field("04.01", "Leitstelle")
    page = client.get(f"{LIST}?aufgabenfeld=04.01")
    facet = page.text.split('id="id_aufgabenfeld"')[1].split("</fieldset>")[0]
    assert words(facet.split("</summary>", 1)[1]) == "Aufgabenfeld Feld 04 alles aus „Feld 04“ 0 Leitstelle 0"
    assert facet.count("<details") == facet.count('<details class="facet-group" open>') == 1
    assert 'value="04.01" checked' in facet


def test_htmx_gets_the_results_alone(client):
    make_cooperation("Verbund")
    page = client.get(LIST, headers=HTMX)
    assert names(page) == ["Verbund"]
    assert "<html" not in page.text
    assert "HX-Request" in page["Vary"]
    assert "<html" in client.get(LIST, headers=HTMX | {"HX-History-Restore-Request": "true"}).text


def test_paging_keeps_the_filters(client):
    for n in range(26):
        make_cooperation(f"Verbund {n:02d}", status="planned")
    first, second = client.get(f"{LIST}?status=planned"), client.get(f"{LIST}?status=planned&seite=2")
    assert (len(names(first)), names(second)) == (25, ["Verbund 25"])
    assert "26 Kooperationen , gezeigt werden 1 bis 25" in words(first.text)
    assert 'href="?status=planned&amp;seite=2"' in first.text


def test_a_page_that_is_none_is_said(client):
    for n in range(6):
        make_cooperation(f"Verbund {n}")
    page = client.get(f"{LIST}?seite=abc&anzahl=-3")
    assert page.context["problems"] == {
        "seite": ["„abc“ ist keine ganze Zahl ab 1."],
        "anzahl": ["„-3“ ist keine ganze Zahl ab 1."],
    }
    assert len(names(page)) == 6
    beyond = client.get(f"{LIST}?seite=9&anzahl=4")
    assert names(beyond) == ["Verbund 4", "Verbund 5"]
    assert "Die Seite 9 gibt es nicht; Sie sehen die letzte, Seite 2." in beyond.text


def test_what_was_wrong_is_said_in_the_words_of_the_form(client):
    page = client.get(f"{LIST}?land=99&farbe=rot")
    assert '<a href="#id_land">Land</a>: „99“ gibt es nicht.' in page.text
    assert "<strong>farbe</strong>: Diesen Parameter gibt es hier nicht." in page.text


def test_order(client):
    make_cooperation("B", started_on=day("2019-01-01"))
    make_cooperation("A")
    assert names(client.get(LIST)) == ["A", "B"]
    assert names(client.get(f"{LIST}?sortierung=-name")) == ["B", "A"]
    assert names(client.get(f"{LIST}?sortierung=started_on")) == ["B", "A"]


def test_the_same_list_through_the_other_doors(client):
    page = client.get(f"{LIST}?status=planned&stand=24.04.2019&seite=1&land=99")
    assert page.context["api_url"] == "/api/v1/cooperations/?as_of=24.04.2019&status=planned"
    files = [page.context[f"{name}_url"].partition("&format=") for name in ("csv", "xlsx", "ndjson", "geojson")]
    assert {file[0] for file in files} == {page.context["api_url"]}
    assert [file[2] for file in files] == ["csv", "xlsx", "ndjson", "geojson"]
    assert "GET /api/v1/cooperations/?as_of=24.04.2019&amp;status=planned" in page.text


@pytest.mark.parametrize(
    ("address", "files"),
    [
        (LIST, "CSV Excel NDJSON GeoJSON"),
        ("/vereinbarungen/", "CSV Excel NDJSON"),
        ("/ereignisse/", "CSV Excel NDJSON"),
        ("/kommunen/", "CSV Excel NDJSON GeoJSON"),
        ("/stellen/", "CSV Excel NDJSON"),
        ("/foerderung/", "CSV Excel NDJSON"),
        ("/quellen/", "CSV Excel NDJSON"),
        ("/widersprueche/", "CSV Excel NDJSON"),
        ("/karte/", "CSV Excel NDJSON GeoJSON"),
    ],
)
def test_every_list_is_taken_along_in_one_place_before_its_rows(client, address, files):
    part = client.get(address, headers=HTMX).text
    block = part.split('<details class="doors">')
    assert len(block) == 2
    assert re.findall(r"download>(\w+)-Datei", block[1].split("</details>")[0]) == files.split()
    assert "item__title" not in block[0]


def test_links_keep_the_day_asked_for(client):
    row = make_cooperation("Verbund")
    assert f'href="{row.get_absolute_url()}?stand=2019-04-24"' in client.get(f"{LIST}?stand=24.04.2019").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_number_of_queries_of_the_lists_does_not_grow(client, rows, django_assert_num_queries):
    for _ in range(rows):
        row = make_cooperation(task_fields=["04.01"])
        make_status_step(row, "active", "2019-01-01")
        agreement = make_agreement(row)
        agreement.parties.set([make_participation(row), make_participation(row, make_organisation())])
    with django_assert_num_queries(7):  # version, sets (with their place), order, rows, members, belongings
        client.get(LIST, headers=HTMX)
    with django_assert_num_queries(5):  # sets and order are kept; the choices: Länder, task fields, programmes in one
        client.get(LIST)
    with django_assert_num_queries(4):  # the choices are remembered too
        client.get(LIST)
    with django_assert_num_queries(7):  # what the search finds, and in which order; the names of the participants
        client.get(LIST, {"q": row.name}, headers=HTMX)
    with django_assert_num_queries(6):  # version, sets (with their place), order, rows, parties
        client.get("/vereinbarungen/", headers=HTMX)
    with django_assert_num_queries(4):  # number and facets are remembered; the Länder
        client.get("/vereinbarungen/")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_number_of_queries_of_the_events_does_not_grow(client, rows, django_assert_num_queries):
    for _ in range(rows):
        make_event(cooperations=[make_cooperation()])
    with django_assert_num_queries(6):  # version, sets (with their place), order, rows, who took part
        client.get("/ereignisse/", headers=HTMX)


def test_events_are_listed_the_latest_first_and_hidden_ones_are_not(client):
    shown = make_cooperation("Verbund")
    make_event(title="Gründung", on=day("2019-04-24"), cooperations=[shown], kind="founding")
    make_event(title="Beitritt", on=day("2021-01-01"), cooperations=[shown], kind="accession")
    make_event(title="Geheim", cooperations=[make_cooperation(record_state="draft")])
    assert names(client.get("/ereignisse/")) == ["Beitritt", "Gründung"]
    assert names(client.get("/ereignisse/?art=founding")) == ["Gründung"]
    assert names(client.get("/ereignisse/?stand=2020-01-01")) == ["Gründung"]
    assert "/merken/ereignisse/?art=founding" in client.get("/ereignisse/?art=founding").text


@pytest.mark.parametrize("on", [day("2019-04-24"), None])
def test_an_event_of_no_cooperation_is_found_in_the_list(client, on):
    row = make_event(title="Besuch – „Feuerwehr & Co“", on=on)
    make_event(title="Andere", on=on and day("2020-01-01"))
    place, _hash, anchor = row.get_absolute_url().partition("#")
    page = client.get(place)
    assert [item.pk for item in page.context["page_obj"]] == [row.pk]
    assert f'id="{anchor}"' in page.text
    assert (
        f"http://127.0.0.1:8000{row.get_absolute_url()}".replace("&", "&amp;")
        in client.get("/ereignisse/feed.atom").text
    )


def test_pages_lead_to_the_events_of_their_subject(client):
    row, town, body = make_cooperation(slug="verbund"), make_municipality("Jena"), make_organisation(slug="amt")
    programme = make_programme(slug="topf")
    make_event(cooperations=[row], municipalities=[town], organisations=[body], programmes=[programme])
    asked = {row: "kooperation=verbund", town: f"kommune={town.ars}", body: "stelle=amt", programme: "programm=topf"}
    for subject, query in asked.items():
        told = f'href="/ereignisse/?{query}&amp;stand=2026-01-01"'
        assert told in client.get(subject.get_absolute_url(), {"stand": "2026-01-01"}).text
        assert len(names(client.get(f"/ereignisse/?{query}"))) == 1


# --- A cooperation ---


def test_a_settled_contradiction_tells_how_it_is_read_and_is_not_open(client):
    row = make_cooperation()
    make_citation(row, "since", "2018")
    make_citation(row, "since", "2019")
    make_conflict(row, "since", state="explained", explanation="Erst Gespräche, dann Gründung.")
    page = client.get(row.get_absolute_url())
    section = part(page, "widersprueche")
    assert "durch Zeitablauf erklärt" in section
    assert section.endswith("Erst Gespräche, dann Gründung.")
    assert "kein offener Widerspruch" in page.context["record"].sentence


def test_answers_of_participants_are_counted(client):
    row = make_cooperation(origin="registration")
    for answer in (True, True, False, None):
        make_participation(row, confirmed=answer)
    make_participation(row, make_organisation())
    page = client.get(row.get_absolute_url())
    assert "2 von 4 bestätigt, 1 widersprochen, 1 offen" in page.text
    assert "noch von niemandem bestätigt" not in page.text


def badges(page):
    return re.findall(r'matrix__answer"><span class="badge badge--(\w+)">(.*?)</span>', page.text.replace("\n", ""))


def test_every_row_of_a_registered_record_tells_the_answer(client):
    row = make_cooperation(origin="registration")
    towns = [make_municipality(name) for name in ("Au", "Bach", "Celle")]
    agreement = make_agreement(row)
    for town, answer in zip(towns, (True, False, None), strict=True):
        agreement.parties.add(make_participation(row, town, confirmed=answer))
    make_participation(row, make_organisation())
    page = client.get(row.get_absolute_url())
    markup(page)
    assert badges(page) == [("firm", "bestätigt"), ("warn", "widersprochen"), ("unknown", "noch keine Antwort")]
    assert "Au, Bach (widerspricht) und Celle sowie 1 Stelle" in page.context["record"].sentence
    assert page.context["record"].sentence.endswith("; keine Quelle.")
    assert "Au, Bach widerspricht , Celle" in part(page, "vereinbarungen")
    assert "Parteien Au Bach bestreitet die eigene Beteiligung Celle" in part(
        client.get(agreement.get_absolute_url()), "ueberblick"
    )


def test_whom_nobody_asked_has_no_answer_to_tell(client):
    row = make_cooperation(origin="documents")
    make_participation(row)
    make_participation(row, make_municipality("Celle"), confirmed=False)
    assert badges(client.get(row.get_absolute_url())) == [("warn", "widersprochen")]


def test_a_registered_record_says_the_same_form_once_and_names_no_source_where_there_is_none(client):
    row = make_cooperation(origin="registration", legal_form="purpose_agreement")
    make_agreement(row, legal_form="purpose_agreement", status="signed")
    make_participation(row)
    page = client.get(row.get_absolute_url())
    assert "; Rechtsform: Zweckvereinbarung (unterzeichnet); " in page.context["record"].sentence
    assert "Rechtsform Zweckvereinbarung (unterzeichnet) Aufgabenfelder" in part(page, "ueberblick")
    assert ("Einordnung des Portals" in page.text, "Jede Spalte" in page.text) == (False, False)


def evidence(row, title, **values):
    columns = {"size": 20480, "content_type": "application/pdf", "sha256": title, "original_name": "b.pdf"}
    return Evidence.objects.create(cooperation=row, title=title, **columns | values)


def test_released_documents_are_found_on_the_page_and_count_as_sources(client):
    row = make_cooperation(origin="registration")
    released = evidence(row, "Beschluss", released_at=timezone.now())
    private = evidence(row, "Vermerk")
    page = client.get(row.get_absolute_url())
    today = timezone.localdate().strftime("%d.%m.%Y")
    section = words(page.text.split('aria-labelledby="belege">')[1].split("</section>")[0]).replace("\xa0", " ")
    assert section == f"Belege Freigegebene Nachweise Beschluss PDF, 20,0 KB, vorgelegt am {today}"
    assert f'href="/nachweise/{released.pk}/"' in page.text
    assert (f"/nachweise/{private.pk}/" in page.text, "Vermerk" in page.text) == (False, False)
    assert "; 1 Quelle, kein" in page.context["record"].sentence
    assert '<a href="#belege">' in page.text


def test_where_only_unreleased_documents_are_there_is_no_section_of_sources(client):
    row = make_cooperation(origin="registration")
    evidence(row, "Vermerk")
    page = client.get(row.get_absolute_url())
    assert ('id="belege"' in page.text, '"#belege"' in page.text, "Vermerk" in page.text) == (False, False, False)
    assert "keine Quelle" in page.context["record"].sentence


@pytest.mark.parametrize(
    ("state", "decision", "shown"), [("decided", "accepted", 1), ("decided", "rejected", 0), ("open", "accepted", 0)]
)
def test_the_source_of_an_accepted_proposal_is_shown(client, state, decision, shown):
    row = make_cooperation(origin="registration")
    source = "Ratsbeschluss vom 12.03.2026"
    proposal = ChangeProposal.objects.create(
        cooperation=row,
        municipality=make_municipality(),
        reason="Geheimer Grund.",
        source=source,
        based_on=1,
        state=state,
        decided_at=timezone.now(),
    )
    ProposalItem.objects.create(proposal=proposal, kind="field", field="name", decision=decision)
    page = client.get(row.get_absolute_url())
    assert (page.text.count(source), page.text.count("Geheimer Grund.")) == (shown, 0)
    assert ("1 Quelle" if shown else "keine Quelle") in page.context["record"].sentence


def test_a_bare_cooperation_has_a_page(client):
    page = client.get(make_cooperation("Verbund").get_absolute_url())
    assert markup(page).text("h1") == "Verbund"
    assert "Noch ist niemand als beteiligt belegt." in page.text


def test_wrong_questions_to_a_page_are_named(client):
    page = client.get(f"{make_cooperation().get_absolute_url()}?stand=morgen&farbe=rot")
    alert = words(page.text.split('role="alert"')[1].split("</div>")[0])
    assert "Stand (Tag) : „morgen“ ist kein Tag." in alert
    assert "farbe : Diesen Parameter gibt es hier nicht." in alert


def test_what_is_not_there_is_not_found(client):
    assert client.get("/kooperationen/gibt-es-nicht/").status_code == 404
    assert client.get("/vereinbarungen/4711/").status_code == 404


@pytest.mark.parametrize("participants", [1, 3, 30])
def test_the_number_of_queries_of_a_page_does_not_grow(client, participants, django_assert_num_queries):
    row = make_full_cooperation(participants)
    # the cooperation; participations, steps; history of the status; agreements, parties; awards; events and what they
    # are about; citations, speakers, texts, personal passages; contradictions; task fields
    with django_assert_num_queries(15):
        page = client.get(row.get_absolute_url())
    markup(page)
    # the agreement, its parties; events, what they are about; citations, speakers, texts, personal; contradictions
    agreement = row.agreements.get().get_absolute_url()
    with django_assert_num_queries(9):
        page = client.get(agreement)
    markup(page)


# --- An agreement ---


def test_an_agreement_tells_form_parties_and_days(client):
    row = make_cooperation("Verbund")
    jena, lra = make_municipality("Jena"), make_organisation("Landratsamt")
    agreement = make_agreement(
        row,
        title="Zweckvereinbarung",
        parties=[make_participation(row, jena), make_participation(row, lra, role="signatory")],
        signed_on=day("2019-04-24"),
        signed_precision="day",
        effective_on=day("2020-01-01"),
        effective_precision="year",
        ends_wording="bis auf Weiteres",
        term_months=60,
        notice_months=12,
    )
    make_citation(agreement, "parties", jena.ars, stated_value="Für Jena der Dezernent")
    facts = part(client.get(agreement.get_absolute_url()), "ueberblick")
    assert facts == (
        "Überblick Kooperation Verbund Bezeichnung Zweckvereinbarung Rechtsform Zweckvereinbarung "
        "Stand unterzeichnet Tag unbekannt Parteien Jena Landratsamt unterzeichnend Unterzeichnet am 24.04.2019 "
        "Wirksam ab 2020 Letzter Tag „bis auf Weiteres“ Laufzeit 60 Monate Kündigungsfrist 12 Monate"
    )


def test_goals_and_fields_of_an_agreement_come_from_the_sources(client):
    agreement = make_agreement()
    make_citation(agreement, "task_fields", "05.03", stated_value="Gewalt")
    make_citation(agreement, "task_fields", "05.03", stated_value="Extremismus")
    assert part(client.get(agreement.get_absolute_url()), "aussagen").endswith("Handlungsfeld Gewalt Extremismus")


def test_an_agreement_asked_as_of_an_earlier_day_says_so(client):
    agreement = make_agreement(attested_on=day("2019-04-24"))
    make_event(title="Unterzeichnung", on=day("2019-04-24"), agreements=[agreement])
    page = client.get(f"{agreement.get_absolute_url()}?stand=2019-03-01")
    assert "An diesem Tag war die Vereinbarung noch nicht belegt" in page.text
    assert "Kein Ereignis bekannt." in part(page, "ereignisse")
    assert "noch nicht belegt" not in client.get(agreement.get_absolute_url()).text


def test_on_an_earlier_day_the_page_knows_only_what_had_been_said(client):
    row = make_cooperation()
    for on, value, text in (("2019-02-23", "eins", "Damals"), ("2019-04-24", "zwei", "Später"), (None, "eins", "Ohne")):
        stated = day(on) if on else None
        make_citation(row, "since", value, stated_value=f"{text} so", stated_on=stated)
        make_citation(row, "goal", stated_value=f"{text} Ziel", stated_on=stated)
    refresh_conflicts()
    now, then = (client.get(f"{row.get_absolute_url()}{query}") for query in ("", "?stand=2019-03-01"))
    assert [len(page.context["record"].disputes) for page in (now, then)] == [1, 0]
    assert [len(page.context["footnotes"].documents()) for page in (now, then)] == [6, 4]
    assert "Später Ziel" in now.text
    assert "Damals Ziel" in then.text
    assert "Ohne Ziel" in then.text
    assert "Später" not in then.text
    assert len(client.get(f"{row.get_absolute_url()}?stand=2019-04-24").context["record"].disputes) == 1


def test_money_with_its_amount(client):
    row = make_cooperation()
    make_award(row, make_programme("Pilot"), amount=1100000, rung="granted", on=day("2025-01-01"), on_precision="year")
    assert "Pilot bewilligt 1.100.000 € 2025" in part(client.get(row.get_absolute_url()), "geld")
