"""The pages of municipal bodies and of other bodies: what they say, on which day, in how many queries."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from municipalities.models import MunicipalityName
from municipalities.workflow import refresh_derived
from sources.querysets import citable_models
from sources.workflow import refresh_conflicts
from tests.builders import (
    day,
    make_award,
    make_citation,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_period,
    make_programme,
    make_succession,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def names(response) -> list[str]:
    return [row.name for row in response.context["page_obj"]]


# --- List of municipal bodies ---


@pytest.fixture
def kaiserslautern() -> None:
    district = make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city", population=100426)
    make_municipality("Weilerbach", ars="073355009000", level="association", kind="verbandsgemeinde", parent=district)
    make_municipality("Jena", ars="160530000000", kind="independent_city")
    refresh_derived()


def test_the_list_names_the_kind_where_it_tells_bodies_of_one_name_apart(client, kaiserslautern):
    page = client.get("/kommunen/")
    markup(page)
    assert [row.label for row in page.context["page_obj"]] == [
        "Jena",
        "Kaiserslautern (Landkreis)",
        "Kaiserslautern (kreisfreie Stadt)",
        "Weilerbach",
    ]
    assert "Kaiserslautern (Landkreis)" in page.text
    assert "100.426" in page.text
    assert "Statistisches Bundesamt (Destatis)" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=weiler", ["Weilerbach"]),
        ("q=16053", ["Jena"]),
        ("land=16", ["Jena"]),
        ("land=07&ebene=municipality", ["Kaiserslautern"]),
        ("art=verbandsgemeinde", ["Weilerbach"]),
        ("art=verbandsgemeinde&art=independent_city&land=16", ["Jena"]),
        ("uebergeordnet=07335", ["Weilerbach"]),
        ("innerhalb=07335", ["Kaiserslautern", "Weilerbach"]),
        ("sortierung=-name", ["Weilerbach", "Kaiserslautern", "Kaiserslautern", "Jena"]),
    ],
)
def test_the_list_is_filtered_and_ordered(client, kaiserslautern, query, found):
    assert sorted(names(client.get(f"/kommunen/?{query}"))) == sorted(found)
    if query.startswith("sortierung"):
        assert names(client.get(f"/kommunen/?{query}")) == found


def test_a_wrong_value_is_told_at_its_field_and_does_not_filter(client, kaiserslautern):
    page = client.get("/kommunen/?land=99&art=dorf&foo=1&stand=gestern")
    assert sorted(page.context["problems"]) == ["art", "foo", "land", "stand"]
    assert page.context["count"] == 4
    markup(page)


def test_without_a_day_the_list_shows_what_exists_today(client):
    make_municipality("Ende", valid_until=day("2018-12-31"))
    make_municipality("Anfang", valid_from=day("2019-01-01"))
    assert names(client.get("/kommunen/")) == ["Anfang"]
    assert names(client.get("/kommunen/?stand=2018-12-31")) == ["Ende"]


def test_on_a_day_the_list_shows_the_names_of_that_day(client):
    body = make_municipality("Neustadt")
    body.periods.update(valid_from=day("2015-01-01"))
    make_period(body, name="Altdorf", kind="municipality", valid_until=day("2014-12-31"))
    page = client.get("/kommunen/?stand=2010-01-01")
    assert "Altdorf" in page.text
    assert "Neustadt" not in page.text
    assert f"/kommunen/{body.ars}/?stand=2010-01-01" in page.text


@pytest.mark.parametrize("query", ["", "?stand=2019-03-01"])
def test_bodies_that_share_a_name_are_told_apart_on_every_day(client, kaiserslautern, query):
    label = "Kaiserslautern (Landkreis)"
    assert f">{label}</a>" in client.get(f"/kommunen/{query}").text
    page = client.get(f"/kommunen/073350000000/{query}")
    assert f'aria-current="page">{label}<' in page.text
    assert label in markup(page).text("title")
    assert f">{label}</a>" in client.get(f"/kommunen/baum/{query}{'&' if query else '?'}land=07").text


def test_the_day_of_the_numbers_is_told_once_or_row_by_row(client):
    first = make_municipality(population=10, population_date=day("2024-12-31"))
    assert "Einwohner am 31.12.2024" in client.get("/kommunen/").text
    make_municipality(population=20, population_date=day("2022-12-31"))
    page = client.get("/kommunen/").text
    assert "Einwohner am" not in page
    assert "(31.12.2024)" in page
    assert "(31.12.2022)" in page
    assert first.label in page


def test_nothing_found_is_said(client):
    assert "Keine Kommune gefunden" in client.get("/kommunen/?q=gibtesnicht").text


def test_htmx_gets_the_rows_alone(client, kaiserslautern):
    part = client.get("/kommunen/?land=16", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Jena" in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_thirty_rows_are_two_pages(client):
    for _ in range(30):
        make_municipality()
    assert len(names(client.get("/kommunen/?seite=2"))) == 5


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_list_of_municipal_bodies(client, rows, django_assert_num_queries):
    parent = make_municipality("Kreis", level="district", kind="rural_district")
    for _ in range(rows):
        body = make_municipality(parent=parent)
        make_succession(make_municipality(valid_until=day("2018-12-31")), body)
    with django_assert_num_queries(6):
        client.get("/kommunen/")
    with django_assert_num_queries(6):
        client.get("/kommunen/?stand=2020-01-01")


# --- One municipal body ---


def test_a_body_with_all_that_is_known_of_it(client, kaiserslautern):
    page = client.get("/kommunen/073350000000/")
    assert markup(page).text("h1") == "Kaiserslautern"
    assert [row.label for row in page.context["namesakes"]] == ["Kaiserslautern (kreisfreie Stadt)"]
    assert [row.name for row in page.context["children"]] == ["Weilerbach"]
    for text in ("Nicht zu verwechseln mit", "073350000000", "07335", "Landkreis", "Rheinland-Pfalz", "Weilerbach"):
        assert text in page.text


def test_numbers_names_and_place_say_where_they_come_from(client):
    body = make_municipality(
        "Jena",
        ars="160530000000",
        population=109725,
        population_date=day("2024-12-31"),
        lat="50.930100",
        lon="11.591800",
        coordinates_source="Destatis, AuszugGV",
        directory_source="© Statistisches Bundesamt (Destatis)",
        directory_state=day("2025-08-31"),
    )
    MunicipalityName.objects.create(municipality=body, name="Saale-Athen", note="Beiname")
    page = client.get("/kommunen/160530000000/").text
    for text in ("109.725", "am 31.12.2024", "50,9301° N, 11,5918° O", "Destatis, AuszugGV", "Saale-Athen", "Beiname"):
        assert text in page


@pytest.mark.parametrize("key", ["07335", "073350000000"])
def test_every_key_leads_to_the_same_address(client, kaiserslautern, key):
    page = client.get(f"/kommunen/{key}/?stand=2020-01-01&x=1", follow=True)
    assert page.request["PATH_INFO"] == "/kommunen/073350000000/"
    assert page.request["QUERY_STRING"] == "stand=2020-01-01&x=1"


def test_a_short_key_redirects_and_keeps_the_query(client, kaiserslautern):
    for key, ars in (("07312000", "073120000000"), ("073355009", "073355009000"), ("16053", "160530000000")):
        answer = client.get(f"/kommunen/{key}/?stand=2020-01-01")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/kommunen/{ars}/?stand=2020-01-01")


@pytest.mark.parametrize("key", ["jena", "99999", "16054", "160540000000", "07335050", "1", "%00"])
def test_an_unknown_key_is_404(client, kaiserslautern, key):
    assert client.get(f"/kommunen/{key}/").status_code == 404


def test_a_former_key_leads_to_the_present_one(client):
    body = make_municipality("Neustadt", ars="160610000009")
    body.periods.update(valid_from=day("2019-01-01"))
    make_period(body, ars="160610000001", ags="16061001", valid_until=day("2018-12-31"))
    assert client.get("/kommunen/160610000001/").headers["Location"] == "/kommunen/160610000009/"
    then = client.get("/kommunen/160610000009/?stand=2018-01-01")
    assert then.headers["Location"] == "/kommunen/160610000001/?stand=2018-01-01"
    assert client.get("/kommunen/160610000001/?stand=2018-01-01").status_code == 200


def test_two_bodies_that_swapped_their_keys_do_not_send_readers_in_circles(client):
    first, second = make_municipality("Erste", ars="160610000002"), make_municipality("Zweite", ars="160610000001")
    for body, before in ((first, "160610000001"), (second, "160610000002")):
        body.periods.update(valid_from=day("2019-01-01"))
        make_period(body, ars=before, ags=None, valid_until=day("2018-12-31"))
    for on, ars in (("2018-01-01", "160610000001"), ("2020-01-01", "160610000002")):
        page = client.get(f"/kommunen/{ars}/?stand={on}")
        assert (page.status_code, page.context["object"]) == (200, first)


def test_an_ended_body_names_who_stands_in_its_place(client):
    old, sure, guessed = make_municipality("Alt"), make_municipality("Sicher"), make_municipality("Vermutet")
    make_succession(old, sure, kind="merger", confirmed=True)
    make_succession(old, guessed, on=None)
    old.valid_until = day("2018-12-31")
    old.save()
    old.periods.update(valid_until=day("2018-12-31"))
    page = " ".join(client.get(old.get_absolute_url()).text.split())
    assert "Alt besteht nicht mehr" in page
    assert "Bestand bis 31.12.2018." in page
    assert 'mit anderen zusammengeschlossen zu: <a href="' in page
    assert '<em>vermutlich</em> eingegliedert in: <a href="' in page
    assert "(Zusammenschluss zu einer neuen Gemeinde, wirksam am 01.01.2019)" in page
    assert "(<em>vermutlich</em>: Eingliederung)" in page
    assert "Hervorgegangen aus" in client.get(sure.get_absolute_url()).text
    assert "besteht nicht mehr" not in client.get(f"{old.get_absolute_url()}?stand=2018-12-31").text


def ended(name: str = "Alt", **values):
    """A body of the state 31.12.2022 that the next state, 30.11.2025, holds no more."""
    values = {"valid_until": day("2025-11-29"), "directory_state": day("2022-12-31")} | values
    return make_municipality(name, **values)


def test_a_day_that_nobody_told_is_told_as_two_states_of_the_directory(client):
    old, new = ended(), make_municipality("Neu", valid_from=day("2025-11-30"))
    change = make_succession(old, new, kind="merger", on=day("2025-11-30"), source="Vergleich")
    between = "zwischen dem 31.12.2022 und dem 30.11.2025"
    assert f"<p>Endete {between}." in client.get(old.get_absolute_url()).text
    assert f"wirksam {between}; Vergleich" in client.get(new.get_absolute_url()).text
    change.confirmed, change.on = True, day("2024-01-01")
    change.save()
    old.valid_until = day("2023-12-31")
    old.save()
    assert "<p>Bestand bis 31.12.2023." in client.get(old.get_absolute_url()).text
    assert "wirksam am 01.01.2024; Vergleich" in client.get(new.get_absolute_url()).text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("merger", "mit anderen zusammengeschlossen zu"),
        ("absorption", "eingegliedert in"),
        ("key_change", "fortgeführt unter neuem Schlüssel"),
        ("split", "aufgeteilt; ein Teil gehört zu"),
        ("level_change", "in eine andere Ebene gewechselt"),
    ],
)
def test_the_page_of_an_ended_body_says_what_became_of_it(client, kind, words):
    old = ended()
    make_succession(old, make_municipality("Neu", ars="160610000009"), kind=kind)
    page = " ".join(client.get(old.get_absolute_url()).text.split())
    assert f'<em>vermutlich</em> {words}: <a href="/kommunen/160610000009/">Neu (Stadt, 16061009)</a>' in page


def test_who_stands_in_the_place_of_a_successor_that_is_no_more_either(client):
    old, between, new = ended(), ended("Zwischen"), make_municipality("Heutig", ars="160610000009")
    make_succession(old, between)
    make_succession(between, new)
    page = " ".join(client.get(old.get_absolute_url()).text.split())
    assert (
        'an ihrer Stelle: <em>vermutlich</em> <a href="/kommunen/160610000009/">Heutig (Stadt, 16061009)</a></p>'
        in page
    )
    assert "ist nicht geklärt" in client.get(ended("Ungeklärt").get_absolute_url()).text


def test_an_old_key_leads_to_its_body_and_the_api_answers_with_the_successors(client):
    old = ended(ars="160760004004")
    make_succession(old, make_municipality("Neu", ars="160760094094"), kind="merger")
    for key in ("16076004", "160760004"):
        page = client.get(f"/kommunen/{key}/", follow=True)
        assert (page.status_code, page.context["object"]) == (200, old)
        body = client.get(f"/api/v1/municipalities/{key}/").json()
        assert [one["ags"] for one in body["successors"]] == ["16076094"]


def test_a_row_of_an_ended_body_names_its_end_and_its_successors(client):
    make_succession(ended(), make_municipality("Neu", ars="160760094094"))
    page = client.get("/kommunen/?q=Alt").text
    note = page.split('<span class="row-note">')[1].split("</span>")[0]
    told = 'endete zwischen dem 31.12.2022 und dem 30.11.2025; Nachfolge: vermutlich <a href="/kommunen/160760094094/">'
    assert note.strip() == f"{told}Neu</a>"
    assert "row-note" not in client.get("/kommunen/?q=Alt&stand=2022-12-31").text


def test_before_its_first_day_a_body_is_not_there_yet(client):
    body = make_municipality("Neu", valid_from=day("2019-01-01"))
    page = client.get(f"{body.get_absolute_url()}?stand=2018-12-31").text
    assert "Neu bestand an diesem Tag noch nicht" in page
    assert "Erster Tag: 01.01.2019." in page


def test_what_was_true_when(client):
    body = make_municipality("Neustadt", ars="160610000009", kind="town")
    body.periods.update(valid_from=day("2015-01-01"))
    make_period(body, name="Altdorf", official_name="Altdorf", kind="municipality", valid_until=day("2014-12-31"))
    page = client.get("/kommunen/160610000009/")
    assert "Was wann galt" in page.text
    assert "bis 31.12.2014" in page.text
    then = client.get("/kommunen/160610000009/?stand=2014-12-31")
    assert markup(then).text("h1") == "Altdorf"


def test_its_cooperations_titles_and_contradictions_with_sources(client):
    body = make_municipality("Weimar")
    row = make_participation(
        make_cooperation("Verbund"), body, steps=[("existing", "2019-02-23"), ("directed_elsewhere", "2019-04-24")]
    )
    make_citation(body, "title", "Klassikerstadt")
    make_citation(row, "position", "intended", stated_value="soll dabei sein", stated_on=day("2019-02-23"))
    make_citation(row, "position", "elsewhere", stated_value="soll nach Erfurt", stated_on=day("2019-04-24"))
    make_event(title="Treffen in Weimar", municipalities=[body], on=day("2019-04-24"))

    refresh_conflicts()
    page = client.get(body.get_absolute_url())
    markup(page)
    for text in ("Verbund", "anderweitig zugeordnet", "Klassikerstadt", "Treffen in Weimar", "soll nach Erfurt"):
        assert text in page.text
    assert "Widersprüche" in page.text
    then = client.get(f"{body.get_absolute_url()}?stand=2019-03-01").text
    assert "Partner" in then
    assert "anderweitig zugeordnet" not in then
    assert "Treffen in Weimar" not in then
    assert "soll nach Erfurt" not in then, "it had not been said by then"


def test_a_hidden_cooperation_is_not_on_the_page_of_its_members(client):
    body = make_municipality("Jena")
    hidden = make_cooperation("Geheimbund", record_state="submitted")
    make_participation(hidden, body)
    make_event(title="Geheimtreffen", cooperations=[hidden], municipalities=[body])
    page = client.get(body.get_absolute_url()).text
    assert "Geheim" not in page


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_page_of_a_municipal_body(client, rows, django_assert_num_queries):
    body = make_municipality("Mitte", level="district", kind="rural_district")
    for _ in range(rows):
        make_municipality(parent=body)
        make_municipality("Mitte")
        MunicipalityName.objects.create(municipality=body, name=f"Name {_}")
        make_succession(make_municipality(valid_until=day("2018-12-31")), body)
        row = make_participation(make_cooperation(), body)
        for subject, field in ((body, "control_centre"), (row, "position"), (row.steps.get(), "degree")):
            make_citation(subject, field, "eins")
            make_citation(subject, field, "zwei")
        make_event(municipalities=[body], cooperations=[row.cooperation])
    refresh_derived()
    refresh_conflicts()
    with django_assert_num_queries(28):
        client.get(body.get_absolute_url())


# --- Other bodies ---


def test_the_list_of_other_bodies(client):
    make_organisation("Innenministerium", kind="state_ministry", state=make_municipality().state)
    make_organisation("Verein", kind="association")
    page = client.get("/stellen/?art=state_ministry")
    markup(page)
    assert names(page) == ["Innenministerium"]
    assert "Thüringen" in page.text
    assert names(client.get("/stellen/?land=16")) == ["Innenministerium"]
    assert "Keine Stelle gefunden" in client.get("/stellen/?q=fehlt").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_list_of_other_bodies(client, rows, django_assert_num_queries):
    state = make_municipality().state
    for _ in range(rows):
        make_organisation(state=state)
    with django_assert_num_queries(5):
        client.get("/stellen/")


def test_a_body_with_two_addresses_shows_both_and_the_contradiction(client):

    body = make_organisation("Impulsregion", kind="association", address="Graben 4", note="Eine Anmerkung.")
    make_citation(body, "address", "Graben 4")
    make_citation(body, "address", "Am Graben 4")
    make_citation(body, "phone", "03643 1")
    make_participation(make_cooperation("Region"), body)
    make_programme("Programm des Vereins", funder=body)
    refresh_conflicts()
    page = client.get(body.get_absolute_url())
    markup(page)
    for text in ("Graben 4", "Am Graben 4", "03643 1", "Eine Anmerkung.", "Region", "Programm des Vereins"):
        assert text in page.text
    assert 'href="#widersprueche"' in page.text


def test_a_body_of_which_little_is_known_has_a_page(client):
    page = client.get(make_organisation("Krankenkassen").get_absolute_url())
    markup(page)
    assert "Angaben" not in page.text
    assert "Förderprogramme" not in markup(page).texts["h2"]
    assert client.get("/stellen/gibt-es-nicht/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_page_of_another_body(client, rows, django_assert_num_queries):
    body = make_organisation()
    for _ in range(rows):
        programme = make_programme(funder=body)
        row = make_participation(make_cooperation(), body)
        make_award(row.cooperation, programme)
        for subject, field in ((body, "address"), (row, "position"), (programme, "funder")):
            make_citation(subject, field, "eins")
            make_citation(subject, field, "zwei")
        make_event(organisations=[body], programmes=[programme], cooperations=[row.cooperation])
    refresh_conflicts()
    with django_assert_num_queries(23):
        client.get(body.get_absolute_url())
