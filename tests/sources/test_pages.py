"""The pages of documents and contradictions: every passage in its place, nothing shown that belongs to others."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict

from sources.filters import SourceFilterSet
from sources.models import SourceDocument
from sources.permissions import may_read_texts
from sources.querysets import citable_models
from sources.workflow import refresh_conflicts, refresh_search
from tests.builders import (
    day,
    make_budget_line,
    make_citation,
    make_conflict,
    make_cooperation,
    make_document,
    make_event,
    make_figure,
    make_municipality,
    make_organisation,
    make_participation,
    make_passage,
    make_programme,
    make_speaker,
    make_user,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

TEXT = "Jena und Gera planen einen Verbund. Fragen an erika@example.org, Rathaus. " + "Lang " * 100


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


# --- Documents ---


def test_the_list_tells_publisher_day_kind_and_number_of_passages(client):
    document = make_document(title="Treffen", publisher="Stadt Jena", published_on=day("2019-02-23"))
    for _ in range(2):
        make_citation(make_cooperation(), "goal", passage=make_passage(document))
    make_document(
        title="Undatiert",
        kind="resolution",
        published_on=None,
        published_precision="vague",
        published_wording="Dezember",
    )
    page = client.get("/quellen/")
    markup(page)
    assert "Presseartikel Treffen Herausgeber Stadt Jena Veröffentlicht 23.02.2019 Fundstellen 2" in words(page)
    assert "Undatiert Veröffentlicht „Dezember“ Fundstellen 0" in words(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Später", "Früher"]),
        ("stand=2019-03-01", ["Früher"]),
        ("art=resolution", ["Später"]),
        ("q=früh", ["Früher"]),
        ("sortierung=published_on", ["Früher", "Später"]),
        ("q=nichts", []),
    ],
)
def test_the_list_is_filtered_and_ordered(client, query, found):
    make_document(title="Früher", published_on=day("2019-02-23"))
    make_document(title="Später", published_on=day("2019-04-24"), kind="resolution")
    page = client.get(f"/quellen/?{query}")
    assert [row.title for row in page.context["page_obj"]] == found


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_list_of_documents(client, rows, django_assert_num_queries):
    for _ in range(rows):
        make_citation(make_cooperation(), "goal", passage=make_passage(make_document()))
    with django_assert_num_queries(7):
        client.get("/quellen/")


def test_every_passage_stands_in_order_with_what_it_says_of_what(client):
    document = make_document("treffen", title="Treffen")
    speaker = make_speaker(
        document, kind="office_holder", name="Udo Götze", office="Staatssekretär", on=day("2019-02-23")
    )
    late, early = make_passage(document, 50, line=3), make_passage(document, 5, line=1)
    jena = make_municipality("Jena")
    make_citation(jena, "title", stated_value="Lichtstadt", passage=late, confidence="inferred", note="Beiname")
    make_citation(
        make_cooperation("Verbund"),
        "status",
        "planned",
        stated_value="Ein Verbund ist geplant.",
        passage=early,
        modality="planned",
        speakers=[speaker],
    )
    page = client.get("/quellen/treffen/")
    found = markup(page)
    assert [name for name in found.ids if re.fullmatch(r"p\d+-\d+", name)] == ["p5-15", "p50-60"]
    text = words(page)
    assert (
        "Zeile 1, Zeichen 5–15 Ein Verbund ist geplant. Stand · Kooperation: Verbund geplant, ausdrücklich; "
        "Udo Götze (Staatssekretär, Stand 23.02.2019)" in text
    )
    assert "Zeile 3, Zeichen 50–60 Lichtstadt Bezeichnung · Kommune: Jena berichtet, nur erschlossen ; Beiname" in text
    assert f'href="{jena.get_absolute_url()}"' in page.text
    assert 'href="/kooperationen/' in page.text


def test_what_is_said_of_hidden_records_stays_hidden(client):
    document = make_document("treffen")
    hidden = make_cooperation("Geheimbund", record_state="draft")
    make_citation(hidden, "goal", stated_value="Geheimes Ziel", passage=make_passage(document, 5))
    both = make_passage(document, 50)
    make_citation(hidden, "goal", stated_value="Geheimes Ziel", passage=both)
    make_citation(make_cooperation(), "goal", stated_value="Offenes Ziel", passage=both)
    page = client.get("/quellen/treffen/")
    assert "Geheim" not in page.text
    assert "p5-15" not in page.text
    assert "Offenes Ziel" in page.text


@pytest.mark.parametrize("text", [None, TEXT])
def test_whoever_reads_is_told_why_the_text_is_not_there(client, text):
    document = make_document("treffen", text=text)
    make_citation(make_cooperation(), "status", "planned", passage=make_passage(document, 0, end=34))
    page = client.get("/quellen/treffen/")
    markup(page)
    assert "urheberrechtlich geschützt" in page.text
    assert ("„Jena und Gera planen einen Verbund“" in page.text) == (text is not None)
    assert "Rathaus" not in page.text


def test_a_personal_passage_is_never_quoted_and_neither_is_its_place_in_a_longer_one(client):
    document = make_document("treffen", text=TEXT)
    start = TEXT.index("erika@")
    mail = make_passage(document, start, end=TEXT.index(", Rathaus"), is_personal=True)
    make_citation(make_organisation(), "phone", stated_value="eine Anschrift", passage=mail)
    make_citation(make_cooperation(), "goal", passage=make_passage(document, 0, end=len(TEXT)))
    page = client.get("/quellen/treffen/").text
    assert "erika" not in page
    assert "personenbezogen, wird nicht gezeigt" in page
    (quote,) = re.findall(r"passage__quote\"><p>„(.*?)“</p>", page)
    assert len(quote) <= 300


def test_a_steward_reads_the_whole_text_with_its_passages_marked(client):
    document = make_document("treffen", text=TEXT)
    make_citation(make_cooperation(), "status", "planned", passage=make_passage(document, 0, end=34))
    steward, officer = make_user(), make_user()
    steward.user_permissions.add(Permission.objects.get(codename="view_sourcetext"))
    client.force_login(steward)
    page = client.get("/quellen/treffen/")
    markup(page)
    assert "erika@example.org, Rathaus" in page.text
    assert '<mark><a href="#p0-34">Jena und Gera planen einen Verbund</a></mark>' in page.text
    client.force_login(officer)
    assert "erika@example.org" not in client.get("/quellen/treffen/").text
    assert (may_read_texts(type(steward).objects.get(pk=steward.pk)), may_read_texts(officer)) == (True, False)


def test_a_text_is_shown_as_text(client):
    document = make_document("treffen", text="<script>alert(1)</script>")
    make_citation(make_cooperation(), "goal", stated_value="<b>fett</b>", passage=make_passage(document, 0, end=25))
    page = client.get("/quellen/treffen/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<b>fett" not in page


def test_before_its_day_a_document_was_not_there(client):
    make_document("treffen", published_on=day("2019-02-23"))
    told = "An diesem Tag gab es diese Quelle noch nicht."
    assert told in client.get("/quellen/treffen/?stand=2019-02-22").text
    assert told not in client.get("/quellen/treffen/?stand=2019-02-23").text
    assert client.get("/quellen/fehlt/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_page_of_a_document(client, rows, django_assert_num_queries):
    document = make_document("treffen", text=TEXT)
    for n in range(rows):
        cooperation, programme = make_cooperation(), make_programme()
        row = make_participation(cooperation)
        subjects = [
            *((cooperation, "goal"), (programme, "goal"), (row, "position"), (row.steps.get(), "degree")),
            *((row.municipality, "title"), (make_organisation(), "phone"), (make_budget_line(programme), "amount")),
            *((make_figure(programme), "value"), (make_event(cooperations=[cooperation]), "place")),
        ]
        passage = make_passage(document, n * 2, end=n * 2 + 5)
        for subject, field in subjects:
            make_citation(subject, field, passage=passage, speakers=[make_speaker(document)])
    with django_assert_num_queries(16):
        client.get("/quellen/treffen/")


# --- Contradictions ---


@pytest.fixture
def weimar():
    row = make_participation(make_cooperation("Verbund"), make_municipality("Weimar"))
    d1 = make_document(title="Treffen", published_on=day("2019-02-23"))
    d2 = make_document(title="Arbeitstreffen", published_on=None)
    speaker = make_speaker(d2, name="Ministerium")
    make_citation(
        row,
        "position",
        "elsewhere",
        stated_value="soll nach Erfurt",
        passage=make_passage(d2, 20, line=5),
        stated_on=day("2019-04-24"),
        modality="recommended",
        speakers=[speaker],
    )
    make_citation(
        row,
        "position",
        "intended",
        stated_value="soll dabei sein",
        passage=make_passage(d1, 10),
        stated_on=day("2019-02-23"),
        modality="intended",
    )
    refresh_conflicts()
    return row


def test_the_disagreeing_statements_stand_side_by_side_in_the_order_of_their_days(client, weimar):
    page = client.get("/widersprueche/")
    found = markup(page)
    conflict = weimar.conflicts.get()
    assert found.ids[f"w{conflict.pk}"] == 1
    assert (
        "Beteiligung: Weimar – Verbund Stellung zum Verbund offen "
        "soll dabei sein 23.02.2019, beabsichtigt Treffen, Zeile 1, Zeichen 10–20 "
        "soll nach Erfurt 24.04.2019, empfohlen; Ministerium Arbeitstreffen, Zeile 5, Zeichen 20–30" in words(page)
    )
    assert "/quellen/" in page.text
    assert "#p10-20" in page.text


def test_open_contradictions_come_first_and_settled_ones_say_how(client, weimar):
    body = make_organisation("Impulsregion")
    make_conflict(body, "address", state="decided", explanation="Graben 4 steht am Haus.")
    page = words(client.get("/widersprueche/"))
    assert page.index("Weimar – Verbund") < page.index("Impulsregion")
    assert "entschieden" in page
    assert "Graben 4 steht am Haus." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zustand=open", ["participation"]),
        ("zustand=decided", ["organisation"]),
        ("gegenstand=organisation", ["organisation"]),
        ("gegenstand=programme", []),
        ("feld=position", ["participation"]),
        ("zustand=egal", ["participation", "organisation"]),
    ],
)
def test_contradictions_are_filtered(client, weimar, query, found):
    make_conflict(make_organisation(), "address", state="decided", explanation="Graben 4.")
    page = client.get(f"/widersprueche/?{query}")
    assert [type(row.subject).__name__.lower() for row in page.context["page_obj"]] == found
    markup(page)


def test_on_an_earlier_day_only_what_had_been_said_disagrees(client, weimar):
    make_citation(weimar, "position", "third", stated_value="soll allein bleiben", stated_on=day("2019-06-01"))
    counts = [client.get(f"/widersprueche/?stand={on}").context["count"] for on in ("2019-04-23", "2019-04-24")]
    assert counts == [0, 1]
    page = words(client.get("/widersprueche/?stand=2019-05-01"))
    assert "soll nach Erfurt" in page
    assert "soll allein bleiben" not in page
    assert client.get("/widersprueche/?stand=2019-05-01&q=allein").context["count"] == 0
    assert client.get("/api/v1/conflicts/?as_of=2019-04-23").json()["count"] == 0
    [row] = client.get("/api/v1/conflicts/?as_of=2019-05-01").json()["results"]
    assert len(row["citations"]) == 2


def test_contradictions_about_hidden_records_stay_hidden(client):
    hidden = make_cooperation("Geheimbund", record_state="draft")
    for status in ("planned", "active"):
        make_citation(hidden, "status", status)
    refresh_conflicts()
    page = client.get("/widersprueche/")
    assert page.context["count"] == 0
    assert "Geheimbund" not in page.text


def test_a_steward_is_led_to_where_it_is_settled(client, weimar):
    address = f"/admin/sources/conflict/{weimar.conflicts.get().pk}/change/"
    assert address not in client.get("/widersprueche/").text
    steward = make_user()
    steward.user_permissions.add(Permission.objects.get(codename="change_conflict"))
    client.force_login(steward)
    assert address in client.get("/widersprueche/").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_list_of_contradictions(client, rows, django_assert_num_queries):
    for _ in range(rows):
        row = make_participation(make_cooperation())
        for value in ("eins", "zwei"):
            make_citation(row, "position", value)
    refresh_conflicts()
    with django_assert_num_queries(8):
        client.get("/widersprueche/")


def test_each_kind_of_subject_costs_the_list_of_contradictions_one_query(client, django_assert_num_queries):
    row = make_participation(make_cooperation())
    for subject, field in ((row, "position"), (row.cooperation, "status"), (make_organisation(), "address")):
        for value in ("eins", "zwei"):
            make_citation(subject, field, value)
    refresh_conflicts()
    with django_assert_num_queries(10):
        client.get("/widersprueche/")


@pytest.mark.parametrize("query", ["hafen", "hafen kai", "hafen -kai", "-hafen", '"am kai"', "schiff", "x", "ufer kai"])
def test_a_search_that_goes_through_the_statements_once_finds_what_the_database_finds(query):
    """Titles and statements of public records; what is said of a draft is found by nobody."""
    ufer, kai = make_document(title="Ufer"), make_document(title="Kai und Hafen")
    make_document(title="Ohne Aussagen")
    draft = make_cooperation(record_state="draft")
    said = [(ufer, make_cooperation(), "Hafen am Kai"), (ufer, make_cooperation(), "Schiffe"), (kai, draft, "Schiff")]
    for start, (document, subject, words) in enumerate(said):
        passage = make_passage(document, start * 10, end=start * 10 + 5)
        make_citation(subject, "goal", passage=passage, stated_value=words)
    refresh_search()
    slowly = set(SourceDocument.objects.matching(query))
    assert set(SourceDocument.objects.matching(query, SourceDocument.objects.saying(query))) == slowly
    asked = SourceFilterSet(QueryDict(f"q={query}"), SourceDocument.objects.all(), german=True)
    assert (set(asked.qs), set(asked.rows_without("kind"))) == (slowly, slowly)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_search_in_the_list_of_documents(client, rows, django_assert_num_queries):
    """As without a search, and once who states the words."""
    for _ in range(rows):
        make_citation(make_cooperation(), "goal", passage=make_passage(make_document(title="Hafen")))
    refresh_search()
    with django_assert_num_queries(8):
        assert client.get("/quellen/?q=hafen").context["count"] == rows
