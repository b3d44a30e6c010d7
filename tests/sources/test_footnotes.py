"""The footnotes of a page: numbers in the order of use, one footnote per passage, nothing quoted that may not be."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Template

from sources.footnotes import Footnotes
from sources.querysets import citable_models
from tests.builders import (
    day,
    make_citation,
    make_cooperation,
    make_document,
    make_passage,
    make_programme,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def render(source: str, footnotes: Footnotes, **context) -> str:
    return Template("{% load sources %}" + source).render(Context({"footnotes": footnotes, **context}))


def test_numbers_follow_the_order_in_which_the_page_asks():
    cooperation = make_cooperation()
    late = make_citation(cooperation, "status", "planned", passage=make_passage(start=900))
    early = make_citation(cooperation, "name", "Verbund", passage=make_passage(late.passage.document, 10))
    footnotes = Footnotes.about(cooperation)
    assert [mark.number for mark in footnotes.mark([late])] == [1]
    assert [mark.number for mark in footnotes.mark([early, late])] == [1, 2]
    assert [mark.passage for mark in footnotes.used()] == [late.passage, early.passage]


def test_one_passage_is_one_footnote_with_all_that_was_cited_from_it():
    passage = make_passage()
    one, two = make_cooperation(), make_cooperation()
    first = make_citation(one, "status", "planned", passage=passage)
    second = make_citation(two, "goal", "mehr Sicherheit", passage=passage)
    footnotes = Footnotes.about([one, two])
    render("{% footnote one 'status' %}{% footnote two 'goal' %}{% footnote two %}", footnotes, one=one, two=two)
    (footnote,) = footnotes.used()
    assert footnote.citations == [first, second]


def test_only_the_first_footnote_of_a_document_repeats_its_title():
    document = make_document(title="Treffen im Amt", publisher="Anzeiger")
    cooperation = make_cooperation()
    for start in (10, 40):
        make_citation(cooperation, "goal", str(start), passage=make_passage(document, start))
    html = render("{% footnote object %}{% footnotes %}", Footnotes.about(cooperation), object=cooperation)
    assert html.count("Treffen im Amt") == 1
    assert html.count("Anzeiger") == 2


def test_a_document_without_publisher_is_called_by_its_title_and_without_day_says_so():
    document = make_document(title="Ein Bericht", published_on=None, published_precision="unknown")
    cooperation = make_cooperation()
    for start in (10, 40):
        make_citation(cooperation, "goal", str(start), passage=make_passage(document, start))
    html = render("{% footnote object %}{% footnotes %}", Footnotes.about(cooperation), object=cooperation)
    assert html.count("Ein Bericht") == 2
    assert html.count("ohne Tag") == 2


def test_a_mark_takes_several_fields_objects_citations_and_statements():
    one, two = make_cooperation(), make_cooperation()
    citation = make_citation(one, "status")
    make_citation(one, "name")
    make_citation(one, "goal")
    make_citation(two, "goal")
    footnotes = Footnotes.about(one, None, [two])
    assert "footnote-marks" not in render("{% footnote one 'region' none %}", footnotes, one=one, none=None)
    for wanted, count in (
        ("one 'status' 'name'", 2),
        ("one 'status' two 'goal'", 2),
        ("both 'goal'", 2),
        ("citation", 1),
        ("statements", 1),
        ("one", 3),
    ):
        context = {"one": one, "two": two, "both": [one, two], "citation": citation}
        html = render("{% footnote " + wanted + " %}", footnotes, statements=footnotes.said(two, "goal"), **context)
        assert html.count("<a ") == count, wanted


def test_of_a_field_with_one_value_the_same_value_is_said_once():
    cooperation = make_cooperation()
    make_citation(cooperation, "nature", "association", stated_value="Verein")
    make_citation(cooperation, "nature", "association", stated_value="e. V.", confidence="inferred")
    make_citation(cooperation, "nature", "", stated_value="Netzwerk", confidence="inferred")
    statements = Footnotes.about(cooperation).said(cooperation, "nature")
    assert [(s.text, len(s.citations), s.is_inferred) for s in statements] == [
        ("Verein", 2, False),
        ("Netzwerk", 1, True),
    ]


def test_of_a_field_with_many_values_the_same_words_are_said_once():
    cooperation = make_cooperation()
    for text in ("Gewalt", "Extremismus", "Gewalt"):
        make_citation(cooperation, "task_fields", "05.03", stated_value=text)
    statements = Footnotes.about(cooperation).said(cooperation, "task_fields")
    assert [(s.text, len(s.citations)) for s in statements] == [("Gewalt", 2), ("Extremismus", 1)]


def test_what_is_said_comes_in_the_order_of_the_days():
    cooperation = make_cooperation()
    document = make_document(published_on=day("2019-02-23"))
    for text, row in (("2025-12-19", make_document(published_on=None)), (None, document), ("2019-01-01", document)):
        make_citation(cooperation, "goal", str(text), stated_on=day(text), passage=make_passage(row))
    footnotes = Footnotes.about(cooperation)
    assert [s.text for s in footnotes.said(cooperation, "goal")] == ["2019-01-01", "None", "2025-12-19"]
    assert len(footnotes.documents()) == 2


def test_what_one_speaker_says_alike_in_a_passage_names_the_speaker_once():
    speaker = make_speaker(name="Stadt Gera")
    cooperation, passage = make_cooperation(), make_passage(speaker.document)
    for text, note in (("Zweckvereinbarung", "Art offen"), ("noch geplant", "")):
        make_citation(cooperation, "goal", stated_value=text, note=note, passage=passage, speakers=[speaker])
    html = " ".join(
        render("{% footnote object %}{% footnotes %}", Footnotes.about(cooperation), object=cooperation).split()
    )
    assert "Zweckvereinbarung [Art offen]; noch geplant <span" in html
    assert html.count("Stadt Gera") == 1


def test_a_footnote_tells_place_manner_speaker_and_day():
    document = make_document("treffen", title="Treffen", publisher="Anzeiger")
    citation = make_citation(
        make_cooperation(),
        "status",
        stated_value="Der Verbund ist geplant.",
        passage=make_passage(document, 1054, end=1093, line=9),
        modality="planned",
        confidence="inferred",
        stated_on=day("2019-02-22"),
        speakers=[make_speaker(document, kind="office_holder", name="A. Beispiel", office="Dezernentin")],
    )
    html = render("{% footnote object %}{% footnotes %}", Footnotes.about(citation.subject), object=citation.subject)
    words = " ".join(html.split())
    assert 'href="/quellen/treffen/#p1054-1093">Zeile 9, Zeichen 1054–1093</a>' in words
    assert "<cite>Treffen</cite>, Anzeiger, 23.02.2019," in words
    assert "Der Verbund ist geplant <span" in words
    assert "geplant, <strong>nur erschlossen</strong>; A. Beispiel (Dezernentin), 22.02.2019</span>" in words
    assert "footnote-mark--inferred" in words


def inferred_marks(footnotes: Footnotes, wanted: str, **context) -> int:
    return render("{% footnote " + wanted + " %}", footnotes, **context).count("footnote-mark--inferred")


def test_a_mark_says_inferred_of_the_value_beside_it_and_not_of_its_passage():
    cooperation, passage = make_cooperation(), make_passage()
    make_citation(cooperation, "name", passage=passage)
    make_citation(cooperation, "nature", "association", passage=passage, confidence="inferred")
    make_citation(cooperation, "status", "active", passage=passage, confidence="implied")
    footnotes = Footnotes.about(cooperation)
    for _again in range(2):  # the passage collects citations meanwhile
        assert inferred_marks(footnotes, "c 'nature'", c=cooperation) == 1
        assert inferred_marks(footnotes, "c 'name'", c=cooperation) == 0
        assert inferred_marks(footnotes, "c 'status'", c=cooperation) == 0
        assert inferred_marks(footnotes, "c 'name' 'nature'", c=cooperation) == 0
    assert len(footnotes.used()) == 1


def test_a_value_said_outright_anywhere_is_not_inferred():
    cooperation = make_cooperation()
    make_citation(cooperation, "nature", "association", confidence="inferred")
    make_citation(cooperation, "nature", "association")
    make_citation(cooperation, "goal", confidence="inferred")
    footnotes = Footnotes.about(cooperation)
    assert inferred_marks(footnotes, "c 'nature'", c=cooperation) == 0
    assert inferred_marks(footnotes, "c 'nature' 'goal'", c=cooperation) == 1


def quote_of(document, start: int, end: int) -> str:
    citation = make_citation(make_cooperation(), "goal", passage=make_passage(document, start, end=end))
    html = render("{% footnote object %}{% footnotes %}", Footnotes.about(citation.subject), object=citation.subject)
    return html.split("blockquote")[1].split("„")[1].split("“")[0] if "blockquote" in html else ""


def test_a_quotation_needs_the_text_and_at_most_300_characters():
    text = "Der Verbund ist geplant. " + "x" * 900
    assert quote_of(make_document(), 0, 24) == ""
    document = make_document(text=text)
    assert quote_of(document, 0, 24) == "Der Verbund ist geplant."
    assert quote_of(document, 30, 900) == "x" * 299 + "…"


def test_what_is_personal_is_not_quoted():
    document = make_document(text="Kontakt: vorname.name@example.org, Am Graben 4")
    make_passage(document, 9, end=33, is_personal=True)
    assert quote_of(document, 10, 20) == ""
    assert quote_of(document, 0, 46) == "Kontakt: , Am Graben 4"


def test_a_footnote_leads_back_to_its_first_mark():
    citation = make_citation(make_cooperation(), "goal")
    html = render("{% footnote c %}{% footnote c %}{% footnotes %}", Footnotes.about(citation.subject), c=citation)
    assert html.count('href="#beleg-1"') == 2
    assert html.count('id="verweis-1"') == 1
    assert html.count('href="#verweis-1"') == 1


def test_nothing_marked_nothing_listed():
    assert render("{% footnotes %}", Footnotes.about(make_cooperation())).strip() == ""


@pytest.mark.parametrize("subjects", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(subjects, django_assert_num_queries):
    document = make_document(text="x" * 5000)
    rows = [*(make_cooperation() for _ in range(subjects)), make_programme()]
    for n, row in enumerate(rows):
        passage = make_passage(document, n * 11)
        make_citation(row, "goal", passage=passage, speakers=[make_speaker(document)])
    with django_assert_num_queries(4):  # citations, speakers, text, personal passages
        html = render(
            "{% for row in rows %}{% footnote row %}{% endfor %}{% footnotes %}", Footnotes.about(rows), rows=rows
        )
    assert html.count("<blockquote") == subjects + 1


def test_a_part_of_the_page_may_bring_its_own_subjects():
    one, two = make_cooperation(), make_cooperation()
    make_citation(one, "goal")
    make_citation(two, "goal")
    footnotes = Footnotes.about(one)
    render("{% footnote one %}{% footnote two %}", footnotes, one=one, two=two)
    assert [footnote.number for footnote in footnotes.used()] == [1]
    footnotes.add(one, [two])
    render("{% footnote one %}{% footnote two %}", footnotes, one=one, two=two)
    assert [footnote.number for footnote in footnotes.used()] == [1, 2]
