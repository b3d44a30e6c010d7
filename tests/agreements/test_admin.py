"""Stewards in the admin: what a municipality keeps goes its way through the workflow, and its drafts are its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from agreements.choices import RecordState
from agreements.models import Cooperation
from tests import builders as make
from tests.agreements.people import World
from tests.permission_world import make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client) -> World:
    """The steward is logged in."""
    people = make_people()
    client.force_login(people["steward"])
    return people


def address(model: str, page: str, *args: Any) -> str:
    return reverse(f"admin:agreements_{model}_{page}", args=args)


def inlines(client: Any, page: str) -> list[Any]:
    return list(client.get(page).context["inline_admin_formsets"])


def form_of(client: Any, page: str) -> dict[str, Any]:
    """What the form of this page would send as it stands, without its rows below."""
    shown = client.get(page).context
    form = shown["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent["task_fields"] = [getattr(field, "pk", field) for field in sent["task_fields"] or []]
    prefixes = [inline.formset.prefix for inline in shown["inline_admin_formsets"]]
    sent |= {f"{prefix}-{name}_FORMS": 0 for prefix in prefixes for name in ("TOTAL", "INITIAL")}
    return {name: value for name, value in sent.items() if value is not None}


def test_a_draft_of_a_municipality_is_not_there(client, world):
    row = world.draft(name="Geheimer Bauhof")
    act, part = make.make_agreement(row, title="Geheime Vereinbarung"), world.part_of(row, world.partner)
    for model, key in (("cooperation", row.pk), ("agreement", act.pk), ("participation", part.pk)):
        assert client.get(address(model, "change", key)).status_code == 302  # "does not exist", says the front page
        assert "Geheim" not in client.get(address(model, "changelist")).content.decode()
    found = client.get(
        "/admin/autocomplete/",
        {"term": "Geheim", "app_label": "agreements", "model_name": "agreement", "field_name": "cooperation"},
    )
    assert found.json()["results"] == []


def test_the_state_of_what_a_municipality_keeps_is_not_changed_by_hand(client, world):
    row = world.submitted()
    page = address("cooperation", "change", row.pk)
    assert client.get(page).context["adminform"].form.fields == {}
    assert client.post(page, {"record_state": "published", "region": "Westpfalz"}).status_code == 403
    row.refresh_from_db()
    assert (row.region, row.record_state) == ("", RecordState.SUBMITTED)


def test_no_town_gets_the_answer_of_another(client, world):
    row = world.published()
    part = world.part_of(row, world.partner)
    step, act = part.steps.create(degree="existing", on="2026-01-01"), make.make_agreement(row)
    rows = {"cooperation": row, "participation": part, "participationstep": step, "agreement": act}
    rows |= {"award": make.make_award(row), "statusstep": make.make_status_step(row, "planned", "2019-02-23")}
    sent = {"cooperation": row.pk, "municipality": world.elsewhere.pk, "role": "partner"}
    for model, one in rows.items():
        page = address(model, "change", one.pk)
        deleting = address(model, "delete", one.pk)
        assert [client.post(to, sent | {"post": "yes"}).status_code for to in (page, deleting)] == [403, 403]
        assert not any(below.has_add_permission or below.has_change_permission for below in inlines(client, page))
    part.refresh_from_db()
    assert part.municipality == world.partner


def test_nothing_is_put_into_what_a_municipality_keeps(client, world):
    kept, drawn = world.published(), make.make_cooperation(origin="documents")
    part = make.make_participation(drawn, world.lead)
    shown = client.get(address("participation", "change", part.pk)).context["adminform"].form
    assert list(shown.fields["cooperation"].queryset) == [drawn]
    shown = client.get(address("participationstep", "add")).context["adminform"].form
    assert list(shown.fields["participation"].queryset) == [part]
    shown = client.get(address("agreement", "add")).context["adminform"].form
    assert [list(shown.fields[name].queryset) for name in ("cooperation", "parties")] == [[drawn], [part]]
    data = {"cooperation": kept.pk, "municipality": world.elsewhere.pk, "role": "partner"}
    answer = client.post(address("participation", "add"), data)
    assert list(answer.context["adminform"].form.errors) == ["cooperation"]
    assert kept.participations.count() == 2


def test_what_a_municipality_keeps_is_not_deleted(client, world):
    row = world.published()
    part = world.part_of(row, world.partner)
    assert client.post(address("cooperation", "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.post(address("participation", "delete", part.pk), {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert client.post(address("cooperation", "changelist"), ticked).status_code == 403
    below = inlines(client, address("cooperation", "change", row.pk))
    assert [one.has_delete_permission for one in below if one.formset.prefix == "participations"] == [False]
    assert Cooperation.objects.filter(pk=row.pk).exists()


def test_a_record_drawn_from_documents_is_the_stewards(client, world):
    row = make.make_cooperation(origin="documents", record_state="draft")
    page = address("cooperation", "change", row.pk)
    client.post(page, form_of(client, page) | {"record_state": "published"})
    row.refresh_from_db()
    assert row.record_state == RecordState.PUBLISHED
    assert client.post(address("cooperation", "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not Cooperation.objects.exists()


def test_once_it_is_public_nothing_moves_it_past_the_workflow(client, world):
    row = make.make_cooperation(origin="documents")
    page = address("cooperation", "change", row.pk)
    sent = form_of(client, page)
    assert "record_state" not in sent
    client.post(page, sent | {"record_state": "withdrawn"})
    row.refresh_from_db()
    assert row.record_state == RecordState.PUBLISHED
    offered = client.get(address("cooperation", "add")).context["adminform"].form.fields["record_state"].choices
    assert [code for code, _label in offered] == ["draft", "published"]


@pytest.mark.parametrize("state", RecordState.values)
def test_nobody_s_answer_and_no_log_is_written_by_hand(client, world, state):
    row = world.in_state(state)
    assert client.post(address("confirmation", "add"), {}).status_code == 403
    below = client.get(address("cooperation", "changelist")).content.decode()
    assert "transition" not in below
    for part in row.participations.filter(confirmation__isnull=False):
        page = address("confirmation", "change", part.confirmation.pk)
        assert client.post(page, {"answer": "confirmed"}).status_code == 403


def test_an_event_is_not_put_into_a_kept_record_and_that_of_one_is_not_changed(client, world):
    kept, free = world.published(), make.make_cooperation()
    sent = {"kind": "meeting", "title": "Treffen", "on_precision": "unknown", "cooperations": [str(kept.pk)]}
    page = client.get(address("event", "add"))
    for formset in page.context["inline_admin_formsets"]:
        sent |= {f"{formset.formset.prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    refused = client.post(address("event", "add"), sent)
    assert list(refused.context["adminform"].form.errors) == ["cooperations"]
    assert client.post(address("event", "add"), sent | {"cooperations": [str(free.pk)]}).status_code == 302
    event = make.make_event(cooperations=[kept])
    assert client.post(address("event", "change", event.pk), sent).status_code == 403
