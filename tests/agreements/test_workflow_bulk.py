"""Many records at once are made by the rules of one by one: the verbs ``register`` and ``submit`` are the oracle."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CheckConstraint, Model

from agreements import workflow
from agreements.choices import Role
from agreements.models import Agreement, Award, Cooperation, Participation, ParticipationStep, Transition
from agreements.workflow.constraints import check_plainly, holds
from agreements.workflow.faults import Faults
from agreements.workflow.rows import new_row
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world

pytestmark = pytest.mark.django_db

#: What differs from row to row by its nature.
APART = {"id", "slug", "created_at", "updated_at", "submitted_at", "at", "requested_at", "cooperation", "participation"}


@pytest.fixture
def world() -> World:
    return make_world()


def rich(world: World) -> workflow.Contents:
    values = {"name": "Gemeinsame Vergabestelle", "summary": "Eine Stelle für alle.", "status": "active"}
    values |= {"started_on": dt.date(2024, 1, 1), "started_precision": "year", "region": "Westpfalz"}
    partners = [
        workflow.Partner(world.lead, role=Role.LEAD),
        workflow.Partner(world.partner, degree="member", on=dt.date(2025, 1, 1), note="zunächst zwei Jahre"),
        workflow.Partner(make.make_organisation("Landesamt"), role=Role.ADVISER),
    ]
    act = {"title": "Zweckvereinbarung", "legal_form": "purpose_agreement", "signed_on": dt.date(2024, 1, 2)}
    money = {"programme": make.make_programme(), "amount": Decimal("1234.50"), "rung": "granted"}
    return workflow.Contents(
        values,
        [make.make_task_field(), make.make_task_field(code="05.01")],
        partners,
        [workflow.Part(act)],
        [workflow.Part(money)],
    )


def told(row: Model) -> dict[str, Any]:
    return {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in APART}


def all_of(row: Cooperation) -> dict[str, Any]:
    """Everything that belongs to the record, as far as it does not differ by nature."""
    parts = list(row.participations.order_by("pk"))
    return {
        "row": told(Cooperation.objects.get(pk=row.pk)),
        "fields": sorted(row.task_fields.values_list("pk", flat=True)),
        "participations": [told(part) for part in parts],
        "steps": [told(step) for part in parts for step in part.steps.all()],
        "confirmations": [told(part.confirmation) for part in parts if hasattr(part, "confirmation")],
        "agreements": [
            (told(act), [parts.index(one) for one in act.parties.order_by("pk")]) for act in row.agreements.all()
        ],
        "awards": [told(award) for award in row.awards.all()],
        "log": [told(step) for step in row.transitions.all()],
        "history": [
            (
                entry.history_user_id,
                entry.record_state,
                entry.version,
                sorted(t.taskfield_id for t in entry.task_fields.all()),
            )
            for entry in row.history.order_by("pk")
        ][-1],
        "why": [entry.history_change_reason for part in parts for entry in part.history.all()],
    }


@pytest.mark.parametrize("submit", [False, True])
def test_many_at_once_are_the_same_as_one_by_one(world: World, submit: bool) -> None:
    contents, user = rich(world), world["lead_officer"]
    one = workflow.register(user=user, municipality=world.lead, day=TODAY, contents=contents)
    if submit:
        one = workflow.submit(user=user, cooperation=one, day=TODAY)
    entries = [workflow.Entry(world.lead, contents)] * 3
    many = workflow.register_many(user=user, day=TODAY, entries=entries, submit=submit)
    expected = all_of(one)
    assert [all_of(row) for row in many] == [expected] * 3
    assert expected["row"]["version"] == (2 if submit else 1)


def wrong_contents(world: World) -> list[workflow.Contents]:
    gone = make.make_municipality("Altdorf", valid_until=dt.date(2019, 12, 31))
    lead = workflow.Partner(world.lead, role=Role.LEAD)
    days = {"started_on": dt.date(2025, 1, 1), "ended_on": dt.date(2024, 1, 1)}
    act = {"title": "", "effective_on": dt.date(2025, 1, 1), "ends_on": dt.date(2024, 1, 1), "term_months": 0}
    money = {"programme": make.make_programme(), "amount": Decimal("-1")}
    return [
        workflow.Contents({"name": ""}),
        workflow.Contents({"name": "x" * 201, "kind": "unheard_of"}),
        workflow.Contents({"name": "Verkehrt herum", **days}),
        workflow.Contents({"name": "Doppelt"}, partners=[lead, lead]),
        workflow.Contents({"name": "Vergangen"}, partners=[lead, workflow.Partner(gone)]),
        workflow.Contents({"name": "Falsche Rolle"}, partners=[workflow.Partner(world.lead, role="boss", degree="x")]),
        workflow.Contents({"name": "Akt"}, agreements=[workflow.Part(act)], awards=[workflow.Part(money)]),
        workflow.Contents(
            {"name": "Fremde Partei"}, agreements=[workflow.Part({"title": "Z"}, parties=[world.partner])]
        ),
    ]


def faults_of_one(world: World, contents: workflow.Contents, *, submit: bool) -> dict[str, list[str]]:
    user = world["lead_officer"]
    try:
        row = workflow.register(user=user, municipality=world.lead, day=TODAY, contents=contents)
        if submit:
            workflow.submit(user=user, cooperation=row, day=TODAY)
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize("submit", [False, True])
def test_what_is_wrong_one_by_one_is_wrong_in_the_same_words_at_once(world: World, submit: bool) -> None:
    contents = [*wrong_contents(world), workflow.Contents({"name": "Nur ein Name"}), rich(world)]
    one_by_one = [faults_of_one(world, one, submit=submit) for one in contents]
    entries = [workflow.Entry(world.lead, one) for one in contents]
    at_once = workflow.check_many(user=world["lead_officer"], day=TODAY, entries=entries, submit=submit)
    assert [at_once.get(number, {}) for number in range(len(contents))] == one_by_one
    assert sum(map(bool, one_by_one)) == (9 if submit else 8)


def test_one_wrong_record_and_none_is_made(world: World) -> None:
    entries = [workflow.Entry(world.lead, rich(world)), workflow.Entry(world.lead, workflow.Contents({"name": ""}))]
    with pytest.raises(workflow.ManyFaults) as refused:
        workflow.register_many(user=world["lead_officer"], day=TODAY, entries=entries)
    assert refused.value.found == {1: {"name": ["Dieses Feld darf nicht leer sein."]}}
    assert (Cooperation.objects.count(), Cooperation.history.count(), Participation.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("model", [Cooperation, Participation, ParticipationStep, Agreement, Award])
def test_every_check_constraint_is_understood(model: type[Model]) -> None:
    conditions = [one.condition for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    assert [holds(condition, model()) for condition in conditions].count("") == 0
    assert check_plainly(make.make_cooperation(), "", Faults())


WRONG_VALUES: list[tuple[type[Model], str, Any]] = [
    (Cooperation, "name", ""),
    (Cooperation, "name", "x" * 201),
    (Cooperation, "region", "x" * 121),
    (Cooperation, "status", "kaputt"),
    (Cooperation, "status", ""),
    (Cooperation, "slug", "kein Kurzname"),
    (Cooperation, "started_on", "gestern"),
    (Cooperation, "version", -1),
    (Participation, "role", None),
    (ParticipationStep, "degree", ""),
    (ParticipationStep, "on", "31.02.2025"),
    (Agreement, "title", " " * 201),
    (Agreement, "notice_months", -6),
    (Agreement, "notice_months", "bald"),
    (Award, "amount", Decimal("1.005")),
    (Award, "currency", "Euro"),
]


@pytest.mark.parametrize(("model", "name", "value"), WRONG_VALUES)
def test_the_short_look_at_a_value_sees_what_the_column_refuses(model: type[Model], name: str, value: Any) -> None:
    row = new_row(model)
    relations = {field.name for field in model._meta.concrete_fields if field.is_relation or field.generated}
    setattr(row, name, value)
    with pytest.raises(ValidationError) as refused:
        row.clean_fields(exclude=relations)
    faults = Faults()
    assert not check_plainly(row, "", faults)
    found = {place: messages for place, messages in faults.found.items() if place != "__all__"}
    assert found == refused.value.message_dict


@pytest.mark.parametrize("model", [Cooperation, Participation, ParticipationStep, Agreement, Award])
def test_a_copied_row_is_what_the_model_makes(model: type[Model]) -> None:
    made, copied = model(), new_row(model)
    assert {name: getattr(copied, name) for name in made.__dict__ if name != "_state"} == {
        name: getattr(made, name) for name in made.__dict__ if name != "_state"
    }
    assert (copied._state.adding, copied._state.db, copied._state.fields_cache) == (True, None, {})


def test_a_wrong_partner_among_right_ones_is_told_at_its_place_each_time(world: World) -> None:
    partners = [
        workflow.Partner(world.lead, role=Role.LEAD),
        workflow.Partner(world.partner),
        workflow.Partner(make.make_organisation("Landesamt"), degree="kaputt"),
    ]
    entry = workflow.Entry(world.lead, workflow.Contents({"name": "Bauhof"}, partners=partners))
    found = workflow.check_many(user=world["lead_officer"], day=TODAY, entries=[entry, entry])
    assert found == {n: {"participants.2.degree": ["Wert 'kaputt' ist keine gültige Option."]} for n in (0, 1)}


def test_rights_are_those_of_the_workflow(world: World) -> None:
    entries = [workflow.Entry(world.lead, rich(world))]

    def may(role: str, *, submit: bool) -> bool:
        try:
            workflow.register_many(user=world[role], day=TODAY, entries=entries, submit=submit)
        except PermissionDenied:
            return False
        return True

    roles = ("officer_elsewhere", "officer_of_participant", "lead_officer", "reviewer_elsewhere", "reviewer", "steward")
    assert {role for role in roles if may(role, submit=False)} == {"lead_officer", "reviewer"}
    assert {role for role in roles if may(role, submit=True)} == {"lead_officer"}
    assert Transition.objects.values_list("by__username", flat=True).get() == "weilerbach"


def test_everybody_gets_one_mail_for_all(world: World, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entries = [workflow.Entry(world.lead, rich(world))] * 4
        workflow.register_many(user=world["lead_officer"], day=TODAY, entries=entries, submit=True)
    assert sorted((one.to[0], one.subject) for one in mail.outbox) == [
        ("landstuhl@example.org", "Bitte bestätigen Sie: 4 Beteiligungen"),
        ("reviewer@example.org", "Eingereicht: 4 Einträge aus Weilerbach"),
    ]
