"""The admin: stewards reach every page of every model, others none; what is saved there goes through the workflow."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.management.commands.make_editors import edited_models
from accounts.models import Mandate, User
from accounts.workflow import refresh_editors
from municipalities.choices import SharedName
from municipalities.models import Municipality, Organisation
from sources.models import Citation, Conflict, SourceDocument
from tests import builders as make
from watching.models import SavedSearch

pytestmark = pytest.mark.django_db

PAGES = {m._meta.label_lower: m for m in admin.site._registry if m._meta.app_label not in {"auth"}}
#: Without a button to add: contradictions and doubts are computed, participants answer, readers search for themselves.
NOT_ADDED = {
    "sources.conflict",
    "agreements.confirmation",
    "municipalities.directorystate",
    "municipalities.doubt",
    "watching.savedsearch",
}


@pytest.fixture
def steward(client) -> User:
    """Logged in: may enter the admin, with the rights of the group, not a superuser."""
    user = make.make_user("redaktion", is_staff=True)
    user.groups.add(refresh_editors(edited_models()))
    make.make_mandate(user, "steward")
    client.force_login(user)
    return user


def rows_of_every_kind() -> dict[str, models.Model]:
    """One more row of each kind that the admin shows, all hanging together."""
    officer = make.make_user()
    town, district = make.make_municipality(), make.make_municipality()
    ministry = make.make_organisation()
    programme = make.make_programme(funder=ministry)
    cooperation = make.make_cooperation(task_fields=["04.01"])
    participation = make.make_participation(cooperation, town)
    agreement = make.make_agreement(cooperation, parties=[participation])
    event = make.make_event(cooperations=[cooperation], municipalities=[town], programmes=[programme])
    document = make.make_document(text="Ein Text von hundert Zeichen. " * 10)
    passage = make.make_passage(document, 5)
    citation = make.make_citation(cooperation, "status", "planned", passage=passage)
    rows = [
        *(officer, town.state, town, ministry, programme, cooperation, participation, agreement, event, document),
        *(passage, citation, participation.steps.get(), make.make_task_field("04.02")),
        make.make_mandate(officer, "officer", municipality=town),
        make.make_succession(town, district),
        make.make_budget_line(programme),
        make.make_figure(programme),
        make.make_criterion(programme),
        make.make_status_step(cooperation, "planned", "2019-02-23"),
        make.make_award(cooperation, programme),
        make.make_confirmation(participation),
        make.make_speaker(document),
        make.make_conflict(cooperation, "status"),
        make.make_directory_state(),
        make.make_doubt(municipality=town),
        SavedSearch.objects.create(owner=officer, resource="cooperations", frequency="daily", looked_on="2026-01-02"),
    ]
    return {row._meta.label_lower: row for row in rows}


def address(label: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def test_there_is_a_row_of_every_kind():
    assert PAGES.keys() <= rows_of_every_kind().keys()


@pytest.mark.parametrize("label", PAGES)
def test_a_steward_reaches_list_form_and_row(client, steward, label):
    row = rows_of_every_kind()[label]
    assert client.get(address(label, "changelist"), {"q": "jena"}).status_code == 200
    assert client.get(address(label, "change", row.pk)).status_code == 200
    assert client.get(address(label, "add")).status_code == (403 if label in NOT_ADDED else 200)


@pytest.mark.parametrize("label", PAGES)
def test_a_list_asks_as_often_for_many_rows_as_for_few(client, steward, label):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address(label, "changelist"))
        return len(asked)

    rows_of_every_kind()
    queries()  # the first request fills caches
    few = queries()
    rows_of_every_kind()
    rows_of_every_kind()
    assert queries() == few


@pytest.mark.once
@pytest.mark.parametrize("label", PAGES)
@pytest.mark.parametrize("role", ["officer", "reviewer", None])
def test_nobody_else_enters(client, label, role):
    row = rows_of_every_kind()[label]
    if role:
        user = make.make_user()
        place = {"municipality": make.make_municipality()} if role == "officer" else {"state": make.make_state("07")}
        make.make_mandate(user, role, **place)
        client.force_login(user)
    pages = [address(label, "changelist"), address(label, "add"), address(label, "change", row.pk)]
    assert [client.get(page).status_code for page in pages] == [302, 302, 302]


def test_the_front_page_names_the_rooms(client, steward):
    page = client.get(reverse("admin:index")).content.decode()
    assert [room in page for room in ("Quellen", "Kommunen", "Förderprogramme", "Kooperationen", "Personen")] == [
        True
    ] * 5


# --- What is saved goes through the workflow ---


def posted(form: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send of a form page as it stands, with changes."""
    data: dict[str, Any] = {}
    for one in [form.adminform.form, *[f for s in form.inlines for f in (s.formset.management_form, *s.formset.forms)]]:
        for bound in one:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = [str(v) for v in value] if isinstance(value, list) else str(value)
    return data | changes


class Page:
    """What the context of a form page holds."""

    def __init__(self, response: Any) -> None:
        self.adminform = response.context["adminform"]
        self.inlines = response.context["inline_admin_formsets"]


def save(client, row: models.Model, **changes: Any) -> Any:
    page = address(row._meta.label_lower, "change", row.pk)
    response = client.post(page, posted(Page(client.get(page)), **changes))
    if response.status_code != 302:
        raise AssertionError(response.context["errors"])
    row.refresh_from_db()
    return row


def test_a_new_name_is_found_and_sorted(client, steward):
    town = save(client, make.make_municipality("Zella"), name="Ülzen")
    assert (town.sort_key, "ulzen" in town.search_text) == ("ulzen", True)
    assert save(client, make.make_organisation("Zett"), name="Älterenrat").sort_key == "alterenrat"
    assert save(client, make.make_programme("Zett"), name="Öffnung").sort_key == "offnung"
    assert save(client, make.make_cooperation("Zett"), name="Übung").sort_key == "ubung"


def test_two_bodies_of_one_name_are_told_apart_from_then_on(client, steward):
    other = make.make_municipality("Kusel")
    save(client, make.make_municipality("Kussel"), name="Kusel")
    assert list(Municipality.objects.values_list("shares_name", flat=True)) == [SharedName.BY_SAME_KIND] * 2
    client.post(address("municipalities.municipality", "delete", other.pk), {"post": "yes"})
    assert list(Municipality.objects.values_list("shares_name", flat=True)) == [SharedName.BY_NONE]


def test_a_citation_that_disagrees_becomes_a_contradiction(client, steward):
    body, document = make.make_organisation(), make.make_document()
    first = make.make_citation(body, "address", "Graben 4", passage=make.make_passage(document))
    page = address("sources.citation", "add")
    subject = {"content_type": ContentType.objects.get_for_model(Organisation).pk, "object_id": body.pk}
    form = Page(client.get(page, subject))
    changes = {
        "field": "address",
        "value": "Am Graben 4",
        "stated_value": "Am Graben 4",
        "passage": str(make.make_passage(document).pk),
        "modality": "asserted",
        "confidence": "explicit",
    }
    assert client.post(page, posted(form, **changes)).status_code == 302
    assert [(c.subject, c.field) for c in Conflict.objects.all()] == [(body, "address")]
    client.post(address("sources.citation", "delete", first.pk), {"post": "yes"})
    assert not Conflict.objects.exists()


def test_the_form_of_a_citation_offers_the_fields_of_its_subject(client, steward):
    kind = ContentType.objects.get_for_model(SourceDocument)
    form = client.get(address("sources.citation", "add"), {"content_type": kind.pk}).context["adminform"].form
    (group,) = form.fields["field"].choices
    assert [name for name, _label in group[1]] == list(SourceDocument.citable_fields)


def test_a_steward_settles_a_contradiction_and_changes_nothing_else(client, steward):
    body = make.make_organisation()
    for said in ("Graben 4", "Am Graben 4"):
        make.make_citation(body, "address", said)
    conflict = make.make_conflict(body, "address")
    page = client.get(address("sources.conflict", "change", conflict.pk))
    assert all(said in page.content.decode() for said in ("Graben 4", "Am Graben 4"))
    save(client, conflict, state="decided", explanation=" Die Website nennt Graben 4. ", field="phone")
    assert (conflict.state, conflict.explanation, conflict.field) == (
        "decided",
        "Die Website nennt Graben 4.",
        "address",
    )


def test_a_contradiction_is_not_settled_without_a_word(client, steward):
    conflict = make.make_conflict(make.make_organisation(), "address")
    page = address("sources.conflict", "change", conflict.pk)
    response = client.post(page, {"state": "explained", "explanation": "  "})
    assert "Ein erklärter oder entschiedener Widerspruch braucht eine Erläuterung." in response.content.decode()
    conflict.refresh_from_db()
    assert conflict.state == "open"


def test_deleting_a_subject_takes_its_contradictions_along(client, steward):
    body = make.make_organisation()
    make.make_citation(body, "address", "Graben 4")
    make.make_conflict(body, "address", state="decided", explanation="Graben 4")
    client.post(address("municipalities.organisation", "delete", body.pk), {"post": "yes"})
    assert (Citation.objects.count(), Conflict.objects.count()) == (0, 0)


def test_the_status_of_a_cooperation_follows_its_steps(client, steward):
    cooperation = make.make_cooperation(status="unknown")
    step = make.make_status_step(cooperation, "planned", "2019-02-23")
    save(client, step, status="active")
    cooperation.refresh_from_db()
    assert cooperation.status == "active"


def test_a_suggested_succession_is_confirmed(client, steward):
    succession = make.make_succession(make.make_municipality(), make.make_municipality())
    chosen = {"action": "confirm", "_selected_action": [succession.pk]}
    client.post(address("municipalities.succession", "changelist"), chosen)
    succession.refresh_from_db()
    assert succession.confirmed


# --- Who may see and do what ---


def test_the_attached_text_is_for_those_who_may_see_it(client, steward):
    document = make.make_document(text="Wortlaut, der andern gehört. " * 3)
    page = address("sources.sourcedocument", "change", document.pk)
    assert "Wortlaut, der andern gehört." in client.get(page).content.decode()
    group = steward.groups.get()
    group.permissions.remove(*group.permissions.filter(codename__endswith="sourcetext"))
    assert "Wortlaut, der andern gehört." not in client.get(page).content.decode()


def test_a_steward_makes_officers_and_reviewers_but_no_steward(client, steward):
    officer = make.make_user("jena")
    page = client.get(address("accounts.user", "change", officer.pk))
    (mandates,) = [f for f in page.context["inline_admin_formsets"] if f.opts.model is Mandate]
    offered = [code for code, _label in mandates.formset.empty_form.fields["role"].choices]
    assert offered == ["officer", "reviewer"]


def test_a_steward_gives_nobody_the_rights_of_the_admin(client, steward):
    officer = make.make_user("jena")
    page = address("accounts.user", "change", officer.pk)
    data = posted(Page(client.get(page)), is_staff="on", is_superuser="on", last_name="Neu")
    assert client.post(page, data).status_code == 302
    officer.refresh_from_db()
    assert (officer.is_staff, officer.is_superuser, officer.last_name) == (False, False, "Neu")


def test_a_steward_cannot_change_who_may_enter_the_admin(client, steward):
    chief = make.make_user("leitung", is_staff=True, is_superuser=True)
    assert client.post(address("accounts.user", "change", chief.pk), {"last_name": "Neu"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[chief.pk])
    assert client.post(password, {"password1": "neu-neu-neu-1", "password2": "neu-neu-neu-1"}).status_code == 403
    assert client.post(address("accounts.user", "delete", chief.pk), {"post": "yes"}).status_code == 403


def test_groups_are_the_superusers_alone(client, steward):
    assert client.get(reverse("admin:auth_group_changelist")).status_code == 403
