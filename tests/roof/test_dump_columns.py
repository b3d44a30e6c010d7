"""The dump tells nothing that nobody has allowed: every table and every column is listed or withheld with a reason."""

from __future__ import annotations

import pytest
from django.apps import apps

from coopportal.dump.records import RECORDS, Recorded
from tests.roof.dumps import ROOMS

#: Tables of which a dump holds nothing, and why.
LEFT_OUT = {
    "agreements.changeproposal": "wishes, read by the desks and the review",
    "agreements.fieldremark": "words of the review",
    "agreements.idempotencykey": "of people and their programs",
    "agreements.importfile": "what a municipality has uploaded",
    "agreements.proposaldraft": "what somebody has typed and not sent",
    "agreements.proposalitem": "wishes, read by the desks and the review",
    "agreements.proposedbody": "bodies that a registration names and the review has not taken in",
    "agreements.publicremark": "words of the public to the review, with their addresses",
    "agreements.spell": "follows from participations and steps, kept by the database",
    "agreements.transition": "who did what in the review, and why",
    "agreements.unfinished": "what somebody has typed and not sent",
    "common.clock": "stands in metadata.json",
    "common.mark": "notes of the database for itself",
    "coopportal.loadedentry": "notes of load_fixtures for itself",
    "municipalities.doubt": "what the stewards have to decide",
    "sources.sourcetext": "other people's work, never published as a whole",
}


@pytest.mark.parametrize("recorded", RECORDS, ids=lambda one: one.name)
def test_every_column_is_told_or_withheld_with_a_reason(recorded: Recorded) -> None:
    meta = recorded.model._meta
    there = [column.name for column in meta.concrete_fields if not getattr(column, "generated", False)]
    named = [recorded.key, *recorded.columns, *recorded.withheld]
    assert sorted(named) == sorted(there)
    assert sorted(recorded.links) == sorted(relation.name for relation in meta.many_to_many)
    assert all(recorded.withheld.values())


def test_every_table_is_told_or_left_out_with_a_reason() -> None:
    models = [model._meta.label_lower for model in apps.get_models() if model._meta.app_label in ROOMS]
    named = [*(recorded.name for recorded in RECORDS), *LEFT_OUT]
    assert sorted(named) == sorted(name for name in models if not name.rpartition(".")[2].startswith("historical"))


def test_no_column_that_names_a_person_is_told() -> None:
    people = {"accounts.user", "accounts.mandate"}
    found = [
        f"{recorded.name}.{name}"
        for recorded in RECORDS
        for name in (*recorded.columns, *recorded.links)
        if (related := recorded.model._meta.get_field(name).related_model) and related._meta.label_lower in people  # type: ignore[union-attr]
    ]
    assert found == []
