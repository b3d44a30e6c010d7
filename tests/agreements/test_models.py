"""What no row may say, whoever writes it, and the sentence a person reads then."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    TaskField,
)
from coopportal.common.dates import UncertainDate
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_status_step,
    make_task_field,
    make_user,
)

pytestmark = pytest.mark.django_db


def faults(row) -> list[str]:
    """What a person reads who tries to keep the row; the database refuses it too."""
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    return caught.value.messages


def test_a_participation_is_of_one_body():
    cooperation = make_cooperation()
    message = ["Beteiligt ist entweder eine Kommune oder eine Stelle."]
    assert faults(Participation(cooperation=cooperation)) == message
    both = {"municipality": make_municipality(), "organisation": make_organisation()}
    assert faults(Participation(cooperation=cooperation, **both)) == message


def test_a_body_takes_part_once():
    town, office = make_participation(), make_participation(body=make_organisation())
    again = Participation(cooperation=town.cooperation, municipality=town.municipality)
    assert faults(again) == ["Diese Kommune ist schon als beteiligt eingetragen."]
    again = Participation(cooperation=office.cooperation, organisation=office.organisation)
    assert faults(again) == ["Diese Stelle ist schon als beteiligt eingetragen."]


def test_nothing_ends_before_it_begins():
    days = {"started_on": day("2019-02-02"), "ended_on": day("2019-02-01")}
    row = Cooperation(slug="a", name="A", kind="other", **days)
    assert faults(row) == ["Die Kooperation endet vor ihrem Beginn."]
    days = {"effective_on": day("2019-02-02"), "ends_on": day("2019-02-01")}
    row = Agreement(cooperation=make_cooperation(), title="A", **days)
    assert faults(row) == ["Die Vereinbarung endet, bevor sie wirksam wird."]
    row = Event(kind="meeting", title="A", on=day("2019-02-02"), until=day("2019-02-01"))
    assert faults(row) == ["Das Ereignis endet vor seinem Beginn."]


def test_a_day_is_long_enough():
    make_cooperation(started_on=day("2019-02-02"), ended_on=day("2019-02-02")).full_clean()
    make_event(on=day("2019-02-02"), until=day("2019-02-02")).full_clean()


def test_a_term_has_a_month():
    row = Agreement(cooperation=make_cooperation(), title="A", term_months=0)
    assert faults(row) == ["Eine Laufzeit hat mindestens einen Monat."]


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_an_unknown_amount_stays_empty(amount):
    row = Award(cooperation=make_cooperation(), programme=make_programme(), rung="granted", amount=Decimal(amount))
    assert faults(row) == ["Ein unbekannter Betrag bleibt leer; 0 € gibt es nicht."]
    make_award(amount=None).full_clean()


def test_a_refusal_needs_a_reason():
    values = {"answer": "refused", "answered_on": day("2025-01-01"), "answered_by": make_user()}
    row = Confirmation(participation=make_participation(), **values)
    assert faults(row) == ["Ein Widerspruch braucht einen Grund."]


@pytest.mark.parametrize(("code", "parent"), [("4", None), ("04.01", None), ("05", "04"), ("04.1", "04")])
def test_task_fields_have_two_levels(code, parent):
    row = TaskField(code=code, name_de="A", name_en="A", parent=parent and make_task_field(parent))
    assert faults(row) == ["Aufgabenfelder haben zwei Ebenen: 04 und 04.01."]


def test_the_day_that_decides():
    april = day("2019-04-24")
    said = {"on": day("2018-01-01"), "attested_on": april}
    row = make_participation(
        steps=[{"degree": "member", "on_precision": p, **said} for p in ("year", "vague", "unknown")]
    )
    exact, *loose = row.steps.order_by("pk")
    assert exact.effective_on == day("2018-01-01")
    assert [step.effective_on for step in loose] == [april, april]
    assert [step.rank for step in make_participation(steps=[("mentioned", None), ("left", None)]).steps.all()] == [0, 8]


def test_the_legal_forms_of_a_cooperation_are_its_own_and_those_of_its_acts():
    row = make_cooperation(legal_form="registered_association")
    for form in ("purpose_agreement", "purpose_agreement", ""):
        make_agreement(row, legal_form=form)
    assert row.legal_forms == ["purpose_agreement", "registered_association"]


def test_addresses():
    row = make_cooperation(slug="verbund")
    participation = make_participation(row)
    agreement, award, step = make_agreement(row), make_award(row), make_status_step(row, "active")
    assert row.get_absolute_url() == step.get_absolute_url() == "/kooperationen/verbund/"
    assert participation.get_absolute_url() == f"/kooperationen/verbund/#b{participation.pk}"
    assert ParticipationStep.objects.get().get_absolute_url() == participation.get_absolute_url()
    assert agreement.get_absolute_url() == f"/vereinbarungen/{agreement.pk}/"
    assert award.get_absolute_url() == "/kooperationen/verbund/#geld"


def test_names_for_people():
    row = make_cooperation("Verbund")
    participation = make_participation(row, make_municipality("Jena"), steps=[("party", None)])
    award = make_award(row, make_programme("Pilot"))
    assert [str(thing) for thing in (participation, participation.steps.get(), award, make_agreement(title="ZV"))] == [
        "Jena – Verbund",
        "Jena – Verbund: Vertragspartei",
        "Pilot – Verbund",
        "ZV",
    ]
    assert str(make_task_field("04.01", "Leitstelle")) == "Leitstelle"


def test_uncertain_days_are_read_in_one():
    row = make_agreement(signed_on=day("2019-04-01"), signed_precision="month")
    assert row.signed == UncertainDate(day("2019-04-01"), "month")
    assert [str(date) for date in (row.signed, row.effective, row.ends)] == ["April 2019", "unbekannt", "unbekannt"]
