"""What the fixtures say of the five documents: counts, contradictions, and each of the 170 facts with its place."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from agreements.models import (
    Agreement,
    Award,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from funding.models import BudgetLine, Criterion, Figure, Programme
from funding.ratios import Refusal, Share, ratio
from municipalities.choices import LEVEL_OF_KIND
from municipalities.models import Municipality, MunicipalityPeriod, State
from sources.choices import ConflictState
from sources.models import Citation, Conflict, Passage, SourceDocument, Speaker
from tests.roof.fixture_files import FIXTURES, texts_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ROOT = FIXTURES.parent
LEITSTELLEN = "leitstellenverbund-ostthueringen"
WEIMAR, SAALE_ORLA = "160550000000", "160750000000"
#: How many words in a row of a text may stand in the fixtures; names of several words are that long.
WORDS = 8


def files() -> list[Path]:
    return sorted(FIXTURES.glob("*.json"))


# --- Counts ---


def test_the_directory_holds_what_the_documents_need() -> None:
    assert State.objects.count() == 16
    assert Municipality.objects.count() == 37
    levels = dict(Municipality.objects.order_by().values_list("level").annotate(Count("pk")))
    assert levels == {"district": 12, "association": 5, "municipality": 20}
    assert Municipality.objects.filter(kind="independent_city").count() == 9
    assert not Municipality.objects.filter(directory_state__isnull=False).exists()
    assert not Municipality.objects.filter(population_date=None).exists()
    assert not Municipality.objects.filter(lat=None).exists()
    assert not Municipality.objects.filter(area_km2__isnull=False).exists()


def test_every_body_is_of_the_level_of_its_kind_and_of_the_land_of_its_key() -> None:
    for body in Municipality.objects.select_related("parent"):
        assert body.level == LEVEL_OF_KIND[body.kind]
        assert body.state_id == body.ars[:2]
        assert body.parent is None or body.ars.startswith(body.parent.ars.rstrip("0")[:9])
        assert (body.parent is None) == (body.kind in ("independent_city", "rural_district"))


def test_every_body_has_one_open_period_with_its_own_values() -> None:
    periods = MunicipalityPeriod.objects.select_related("municipality")
    assert periods.count() == 37
    for period in periods:
        body = period.municipality
        assert (period.valid_from, period.valid_until) == (None, None)
        assert (period.ars, period.ags, period.name, period.kind, period.parent_id) == (
            *(body.ars, body.ags, body.name, body.kind, body.parent_id),
        )


def test_bodies_that_share_a_name_say_so() -> None:
    shared = Counter(Municipality.objects.filter(shares_name=True).values_list("name", flat=True))
    assert set(shared.values()) == {2}
    assert len(shared) == 10


def test_the_short_names_of_the_press_are_found() -> None:
    for word, ars in (
        ("Ludwigshafen", "073140000000"),
        ("Donnersberg", "073330000000"),
        ("Rothenburg", "146265235480"),
    ):
        assert Municipality.objects.matching(word).get().ars == ars


def test_the_vocabulary_of_tasks_has_two_levels() -> None:
    assert TaskField.objects.filter(parent=None).count() == 15
    assert TaskField.objects.exclude(parent=None).count() == 70
    assert all(field.code.startswith(f"{field.parent_id}.") for field in TaskField.objects.exclude(parent=None))


def test_the_documents_and_their_facts_are_there() -> None:
    assert SourceDocument.objects.count() == 5
    assert Passage.objects.count() == 170
    assert Passage.objects.filter(is_personal=True).count() == 1
    assert not Passage.objects.filter(citations=None, is_personal=False).exists()
    assert Citation.objects.exclude(confidence="explicit").exists()


def test_the_cooperations_are_there() -> None:
    assert Cooperation.objects.public().count() == 6
    assert not Cooperation.objects.exclude(origin="documents").exists()
    municipal = Participation.objects.filter(municipality__isnull=False)
    assert municipal.count() == 29
    assert dict(municipal.order_by().values_list("cooperation__slug").annotate(Count("pk"))) == {
        LEITSTELLEN: 8,
        "impulsregion": 4,
        "asskomm": 3,
        "cybersicherheit-fuenf-verbandsgemeinden": 5,
        "vier-staedte-digitales-oekosystem": 4,
        "verwaltungsstaebe-fuenf-kreise": 5,
    }
    assert not Participation.objects.filter(steps=None).exists()
    assert not Cooperation.objects.filter(task_fields=None).exists()


def test_the_legal_acts_and_the_events_are_there() -> None:
    forms = dict(Agreement.objects.values_list("title", "legal_form"))
    assert forms == {
        "Zweckvereinbarung Jena–Gera": "purpose_agreement",
        "Kooperationsvereinbarung Rothenburg/O.L.": "network_membership",
    }
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert kinds == {"meeting": 2, "visit": 1, "founding": 1, "signing": 1, "accession": 2}
    visit = Event.objects.get(kind="visit")
    assert (visit.on, visit.until) == (dt.date(2019, 9, 2), dt.date(2019, 9, 3))


def test_the_money_is_there_and_unknown_amounts_stay_unknown() -> None:
    assert Programme.objects.count() == 4
    lines = Counter((line.programme.state_id, line.rung, line.year, line.amount) for line in BudgetLine.objects.all())
    assert lines == {
        ("07", "budgeted", 2025, Decimal(5_000_000)): 1,
        ("07", "budgeted", 2026, Decimal(5_000_000)): 1,
        ("14", "provided", None, Decimal(1_100_000)): 1,
        ("16", "announced", None, None): 1,
        ("16", "prospective", None, None): 1,
        ("16", "claimed", None, None): 1,
    }
    awards = Counter(
        (award.programme.state_id, award.rung, award.amount, award.is_inferred) for award in Award.objects.all()
    )
    assert awards == {("16", "prospective", None, False): 1, ("07", "unknown", None, True): 3}
    assert Criterion.objects.get().kind == "statement"


def test_the_figures_are_there_and_only_a_declared_part_is_divided() -> None:
    figures = {int(figure.value): figure for figure in Figure.objects.all()}
    assert set(figures) == {122, 33, 2200, 134, 58, 28}
    assert isinstance(ratio(figures[58], figures[134]), Share)
    assert isinstance(ratio(figures[122], figures[2200]), Refusal)
    assert isinstance(ratio(figures[28], figures[134]), Refusal)
    assert figures[2200].qualifier == "more_than"


# --- What was so on which day ---


@pytest.mark.parametrize(
    ("ars", "day", "degree"),
    [
        (WEIMAR, "2019-03-01", "existing"),
        (WEIMAR, "2019-05-01", "directed_elsewhere"),
        (SAALE_ORLA, "2019-03-01", "invited"),
        (SAALE_ORLA, "2019-05-01", "beneficiary"),
        ("160530000000", "2019-03-01", "existing"),
        ("160530000000", "2019-05-01", "party"),
        ("160730000000", "2019-05-01", "invited"),
    ],
)
def test_a_body_has_the_degree_of_the_day(ars: str, day: str, degree: str) -> None:
    rows = Participation.objects.with_degree_on(dt.date.fromisoformat(day))
    assert rows.get(cooperation__slug=LEITSTELLEN, municipality__ars=ars).day_degree == degree


def test_weimar_is_partner_and_intended_at_first() -> None:
    steps = ParticipationStep.objects.filter(participation__municipality__ars=WEIMAR, attested_on="2019-02-23")
    assert set(steps.values_list("degree", flat=True)) == {"existing", "intended"}


def test_steps_of_documents_without_a_day_have_none() -> None:
    dated = ParticipationStep.objects.filter(effective_on__isnull=False)
    assert set(dated.values_list("participation__cooperation__slug", flat=True)) == {LEITSTELLEN}


def test_the_status_of_a_cooperation_is_that_of_its_last_step() -> None:
    for cooperation in Cooperation.objects.with_status_on(dt.date(2025, 12, 31)):
        assert cooperation.day_status == cooperation.status
    assert StatusStep.objects.filter(cooperation__slug=LEITSTELLEN).count() == 2


# --- Contradictions ---


def test_exactly_the_contradictions_of_the_documents_come_out() -> None:
    conflicts = Conflict.objects.with_subject()
    assert all(conflict.state == ConflictState.OPEN for conflict in conflicts)
    assert {(conflict.subject.subject_type(), str(conflict.subject), conflict.field) for conflict in conflicts} == {
        ("cooperation", "Leitstellenverbund Ostthüringen", "partners"),
        ("cooperation", "Leitstellenverbund Ostthüringen", "since"),
        ("participation", "Weimar – Leitstellenverbund Ostthüringen", "position"),
        ("participation", "Saale-Orla-Kreis – Leitstellenverbund Ostthüringen", "position"),
        ("programme", "Strukturoptimierung der Zentralen Leitstellen in Thüringen", "money_rung"),
        ("cooperation", "Allianz Sichere Sächsische Kommunen", "nature"),
        ("organisation", "Verein der Impulsregion Erfurt-Jena-Weimar-Weimarer Land", "address"),
    }


def test_every_shown_value_of_a_cooperation_has_a_source() -> None:
    for cooperation in Cooperation.objects.all():
        cited = set(Citation.objects.about(cooperation).values_list("field", flat=True))
        assert {"status", "task_fields"} <= cited
        codes = set(cooperation.task_fields.values_list("code", flat=True))
        values = Citation.objects.about(cooperation).filter(field="task_fields").values_list("value", flat=True)
        assert codes == set(values)


@pytest.mark.parametrize(
    "model", [ParticipationStep, StatusStep, Figure, Award, BudgetLine, Agreement, Event, Criterion]
)
def test_every_row_has_a_source(model: Any) -> None:
    unsourced = model.objects.filter(citations=None)
    assert list(unsourced) == []


def test_every_participation_says_where_the_body_stands() -> None:
    for participation in Participation.objects.filter(municipality__isnull=False):
        assert Citation.objects.about(participation).filter(field="position").exists()


# --- People and other people's work ---


def test_people_appear_only_as_holders_of_an_office() -> None:
    people = Speaker.objects.filter(kind="office_holder")
    assert people.count() == 10
    assert all(person.office for person in people)
    assert set(people.exclude(on=None).values_list("document__file_name", flat=True)) == {
        "000_a616d510d2dc8acc.txt",
        "001_236ea4ed66065963.txt",
    }


def test_the_personal_address_is_in_no_file() -> None:
    for path in [*files(), ROOT / "docs" / "fixtures.md"]:
        assert not re.search(r"\w@\w", path.read_text(encoding="utf-8")), path.name


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs_of(text: str) -> Iterator[tuple[str, ...]]:
    words = words_of(text)
    return (tuple(words[i : i + WORDS + 1]) for i in range(len(words) - WORDS))


def test_no_sentence_of_a_document_is_in_the_fixtures(shared: Path) -> None:
    taken = {run for path in (shared / "documents").iterdir() for run in runs_of(path.read_text(encoding="utf-8"))}
    copied = [
        (path.name, text)
        for path in files()
        for name, text in texts_in(json.loads(path.read_text(encoding="utf-8")))
        # The title of a document is its name.
        if name != "title" and not taken.isdisjoint(runs_of(text))
    ]
    assert taken
    assert copied == []


def test_the_documents_are_those_beside_the_project(shared: Path) -> None:
    for document in SourceDocument.objects.all():
        raw = (shared / "documents" / document.file_name).read_bytes()
        assert (document.sha256, document.length) == (hashlib.sha256(raw).hexdigest(), len(raw.decode("utf-8")))


def test_every_line_is_the_one_its_passage_begins_in(shared: Path) -> None:
    for document in SourceDocument.objects.all():
        text = (shared / "documents" / document.file_name).read_bytes().decode("utf-8")
        for passage in document.passages.all():
            assert text.count("\n", 0, passage.start) + 1 == passage.line, (document.file_name, str(passage))


# --- docs/fixtures.md: all 170 facts ---

ROW = re.compile(r"^\| (D\d)-(\d\d) \| (\d+) \| (\d+) \| (\d+) \| (.+) \|$", re.MULTILINE)


def table() -> dict[str, tuple[tuple[int, int, int], str]]:
    """Fact → (line, start, end) and what the last column says."""
    text = (ROOT / "docs" / "fixtures.md").read_text(encoding="utf-8")
    return {
        f"{doc}-{number}": ((int(line), int(start), int(end)), told)
        for doc, number, line, start, end, told in ROW.findall(text)
    }


def keys_told(told: str) -> list[str]:
    """The keys a row names: `a`, `a`, `b` or `d1-12a` … `d1-12e`."""
    keys = re.findall(r"`(d\d-\d\d[a-z]?)`", told)
    if "…" not in told:
        return keys
    first, last = keys
    return [first[:-1] + chr(letter) for letter in range(ord(first[-1]), ord(last[-1]) + 1)]


def test_every_fact_is_a_citation_or_has_a_reason() -> None:
    rows = table()
    assert len(rows) == 170
    cited: dict[str, list[str]] = {fact: [] for fact in rows}
    for key in Citation.objects.order_by("key").values_list("key", flat=True):
        cited[key[:5].upper()].append(key)
    for fact, (_place, told) in rows.items():
        assert cited[fact] == keys_told(told) if cited[fact] else told.startswith("none: "), fact


def test_every_citation_stands_where_its_fact_does() -> None:
    rows = table()
    documents = {key[:2]: pk for key, pk in Citation.objects.values_list("key", "passage__document")}
    assert len(set(documents.values())) == 5
    for citation in Citation.objects.select_related("passage"):
        passage = citation.passage
        place, _told = rows[citation.key[:5].upper()]
        assert (passage.document_id, place) == (
            documents[citation.key[:2]],
            (passage.line, passage.start, passage.end),
        ), citation.key


def test_the_facts_are_those_beside_the_project(shared: Path) -> None:
    facts = json.loads((shared / "reference" / "seed_facts.json").read_text(encoding="utf-8"))
    facts = [fact for fact in facts if fact["id"].startswith("D")]
    places = {fact["id"]: (fact["line"], fact["start"], fact["end"]) for fact in facts}
    assert {fact: place for fact, (place, _told) in table().items()} == places
    modalities = {fact["id"]: (fact["modality"], fact["confidence"]) for fact in facts}
    for fact in facts:
        said = Citation.objects.filter(key__startswith=fact["id"].lower()).values_list("modality", "confidence")
        assert not said or modalities[fact["id"]] in set(said), fact["id"]
