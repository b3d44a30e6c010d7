"""What the database refuses of sources, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from municipalities.models import Organisation
from sources.models import Citation, Conflict, Passage, SourceDocument, Speaker
from tests.builders import make_document, make_organisation, make_passage

pytestmark = pytest.mark.django_db


def refused(row: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.messages


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"start": 10, "end": 10}, "Eine Fundstelle endet nach ihrem Anfang."),
        ({"start": 10, "end": 9}, "Eine Fundstelle endet nach ihrem Anfang."),
        ({"line": 0}, "Zeilen werden ab 1 gezählt."),
        ({"end": 101}, "Die Fundstelle endet bei 101, der Text hat nur 100 Zeichen."),
    ],
)
def test_a_passage_lies_in_its_document(values, message):
    passage = {"document": make_document(length=100), "line": 1, "start": 90, "end": 100} | values
    assert message in refused(Passage(**passage))


def test_a_passage_is_entered_once():
    known = make_passage(start=5)
    again = Passage(document=known.document, line=1, start=5, end=15)
    assert refused(again) == ["Diese Fundstelle ist schon eingetragen."]


@pytest.mark.parametrize("digest", ["abc", "G" * 64, "A" * 64])
def test_a_checksum_has_its_form(digest):
    document = SourceDocument(slug="quelle", title="Quelle", kind="other", sha256=digest)
    assert refused(document) == ["Die Prüfsumme besteht aus 64 Zeichen 0–9 und a–f."]


def test_a_file_is_a_source_once():
    make_document(sha256="a" * 64)
    make_document(sha256=""), make_document(sha256="")
    document = SourceDocument(slug="quelle", title="Quelle", kind="other", sha256="a" * 64)
    assert refused(document) == ["Diese Datei ist schon als Quelle eingetragen."]


def test_people_appear_as_holders_of_an_office_only():
    speaker = Speaker(document=make_document(), kind="office_holder", name="Erika Muster")
    assert refused(speaker) == ["Personen erscheinen nur als Inhaber eines Amtes."]
    speaker.office = "Bürgermeisterin"
    speaker.full_clean()


def test_a_citation_names_a_field_that_can_be_cited():
    citation = Citation(
        passage=make_passage(), subject=make_organisation(), field="slug", stated_value="x", modality="asserted"
    )
    citation.confidence = "explicit"
    assert refused(citation) == [
        "„slug“ ist kein belegbares Feld; belegbar sind: name, kind, address, phone, fax, site."
    ]


def test_a_contradiction_is_told_once_and_not_settled_without_a_word():
    body = make_organisation()
    kind = ContentType.objects.get_for_model(Organisation)
    conflict = Conflict(content_type=kind, object_id=body.pk, field="address", state="decided")
    assert refused(conflict) == ["Ein erklärter oder entschiedener Widerspruch braucht eine Erläuterung."]
    Conflict.objects.create(subject=body, field="address")
    assert refused(Conflict(content_type=kind, object_id=body.pk, field="address"))
