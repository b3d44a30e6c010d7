"""The verbs of the sources: contradictions are found anew without losing what a steward said of them."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError

from sources.models import Conflict, SourceDocument
from sources.workflow import attach_text, refresh_conflicts, refresh_search, settle_conflict
from tests.builders import make_citation, make_conflict, make_cooperation, make_document, make_organisation

pytestmark = pytest.mark.django_db


def found() -> list[tuple[object, str]]:
    return [(row.subject, row.field) for row in Conflict.objects.order_by("pk")]


def test_different_values_of_a_single_valued_field_are_a_contradiction():
    body = make_organisation()
    for address in ("Graben 4", "Am Graben 4", "Graben 4"):
        make_citation(body, "address", address)
    assert refresh_conflicts() == 1
    assert found() == [(body, "address")]


@pytest.mark.parametrize(
    "statements",
    [
        [("address", "Graben 4"), ("address", "Graben 4")],
        [("phone", "1"), ("phone", "2")],
        [("address", "Graben 4"), ("address", "")],
        [("address", "Graben 4"), ("kind", "association")],
    ],
    ids=["the same", "many are possible", "nothing normalised", "another field"],
)
def test_what_is_no_contradiction(statements):
    body = make_organisation()
    for field, value in statements:
        make_citation(body, field, value)
    assert refresh_conflicts() == 0


def test_values_of_different_objects_do_not_contradict():
    for address in ("Graben 4", "Am Graben 4"):
        make_citation(make_organisation(), "address", address)
    assert refresh_conflicts() == 0


def test_asking_again_changes_nothing():
    cooperation = make_cooperation()
    for status in ("planned", "active"):
        make_citation(cooperation, "status", status)
    refresh_conflicts()
    before = list(Conflict.objects.values())
    assert refresh_conflicts() == 1
    assert list(Conflict.objects.values()) == before


def test_what_a_steward_said_is_kept():
    body = make_organisation()
    for address in ("Graben 4", "Am Graben 4"):
        make_citation(body, "address", address)
    refresh_conflicts()
    conflict = settle_conflict(Conflict.objects.get(), state="decided", explanation="Graben 4 steht am Haus.")
    make_citation(body, "address", "Am Graben 5")
    refresh_conflicts()
    kept = Conflict.objects.get()
    assert (kept.pk, kept.state, kept.explanation) == (conflict.pk, "decided", "Graben 4 steht am Haus.")


def test_a_contradiction_that_is_gone_goes_unless_it_was_explained():
    open_one, explained = make_organisation(), make_organisation()
    make_conflict(open_one, "address")
    make_conflict(explained, "address", state="explained", explanation="Umzug 2018.")
    assert refresh_conflicts() == 1
    assert found() == [(explained, "address")]


def test_settling_takes_a_reason():
    conflict = make_conflict(make_organisation(), "address")
    with pytest.raises(ValidationError) as refused:
        settle_conflict(conflict, state="decided", explanation="  ")
    assert refused.value.messages == ["Ein erklärter oder entschiedener Widerspruch braucht eine Erläuterung."]
    conflict.refresh_from_db()
    assert conflict.state == "open"


def test_settling_takes_a_known_state():
    with pytest.raises(ValidationError):
        settle_conflict(make_conflict(make_organisation(), "address"), state="egal", explanation="So ist es.")


def test_a_settled_contradiction_can_be_opened_again():
    conflict = make_conflict(make_organisation(), "address", state="decided", explanation="Graben 4.")
    settle_conflict(conflict, state="open", explanation="")
    conflict.refresh_from_db()
    assert (conflict.state, conflict.explanation) == ("open", "")


# --- Texts ---


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_a_text_is_attached_once_its_sum_fits():
    raw = "Grüße aus Gera".encode()
    document = make_document(sha256=digest(raw), length=14)
    attach_text(document, raw.decode(), raw)
    assert attach_text(document, raw.decode(), raw).content == "Grüße aus Gera"


@pytest.mark.parametrize(("sha256", "length"), [("", 14), (digest(b"etwas anderes"), 14), (None, 13)])
def test_another_text_is_refused(sha256, length):
    raw = "Grüße aus Gera".encode()
    document = make_document(sha256=digest(raw) if sha256 is None else sha256, length=length)
    with pytest.raises(ValidationError):
        attach_text(document, raw.decode(), raw)
    assert not hasattr(type(document).objects.get(pk=document.pk), "text")


def test_documents_are_found_by_what_their_passages_say_of_public_records():
    cooperation = make_cooperation()
    citation = make_citation(cooperation, "goal", stated_value="Kräfte bündeln")
    refresh_search()
    assert list(SourceDocument.objects.matching("kraefte buendeln")) == [citation.passage.document]
    cooperation.record_state = "withdrawn"
    cooperation.save(update_fields=["record_state"])
    assert list(SourceDocument.objects.matching("kraefte buendeln")) == []
