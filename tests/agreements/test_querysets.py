"""The words of the cooperations: what held on a day, who may be seen."""

from __future__ import annotations

import pytest

from agreements.choices import Degree
from agreements.models import Agreement, Award, Cooperation, Event, Participation, ParticipationStep, StatusStep
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_cooperation,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_status_step,
)

pytestmark = pytest.mark.django_db

FEBRUARY, MARCH, APRIL, MAY = (day(f"2019-{text}") for text in ("02-23", "03-01", "04-24", "05-01"))


def degree_on(participation: Participation, on) -> str | None:
    return Participation.objects.with_degree_on(on).get(pk=participation.pk).day_degree


# --- Degrees ---


def test_weimar_is_a_partner_in_march_and_directed_elsewhere_in_may():
    weimar = make_participation(
        steps=[
            ("existing", FEBRUARY),
            ("intended", FEBRUARY),
            ("wished", APRIL),
            ("directed_elsewhere", APRIL),
        ]
    )
    days = (day("2019-02-22"), FEBRUARY, MARCH, APRIL, MAY)
    assert [degree_on(weimar, on) for on in days] == [
        None,
        "existing",
        "existing",
        "directed_elsewhere",
        "directed_elsewhere",
    ]


@pytest.mark.parametrize("steps", [["intended", "existing"], ["existing", "intended"]])
def test_of_one_day_the_degree_later_in_the_list_decides(steps):
    assert degree_on(make_participation(steps=[(degree, FEBRUARY) for degree in steps]), FEBRUARY) == "existing"


def test_a_later_lower_degree_takes_the_place_of_an_earlier_higher_one():
    greiz = make_participation(steps=[("existing", FEBRUARY), ("beneficiary", APRIL), ("mentioned", MAY)])
    assert [degree_on(greiz, on) for on in (MARCH, APRIL, MAY)] == ["existing", "beneficiary", "mentioned"]


def test_a_step_of_unknown_day_holds_until_a_dated_one_takes_its_place():
    row = make_participation(steps=[("member", None), ("invited", APRIL)])
    assert [degree_on(row, on) for on in (day("1990-01-01"), MARCH, APRIL)] == ["member", "member", "invited"]


def test_the_day_stated_decides_over_the_day_of_the_document():
    joined = {"degree": "member", "on": day("2012-05-01"), "on_precision": "day", "attested_on": APRIL}
    vague = {"degree": "left", "on": day("2010-01-01"), "on_precision": "vague", "attested_on": APRIL}
    row = make_participation(steps=[joined])
    assert [degree_on(row, on) for on in (day("2012-04-30"), day("2012-05-01"))] == [None, "member"]
    assert degree_on(make_participation(steps=[vague]), MARCH) is None


def test_how_exactly_the_day_of_a_degree_is_known():
    stated = {"degree": "member", "on": day("2019-01-01"), "on_precision": "part_of_year", "on_wording": "Anfang 2019"}
    attested = {"degree": "party", "on_wording": "nun", "attested_on": APRIL}
    rows = [make_participation(steps=[step]) for step in (stated, attested)]
    found = [Participation.objects.with_degree_wording_on(MAY).get(pk=row.pk) for row in rows]
    assert [(row.day_degree_on, row.day_degree_precision, row.day_degree_wording) for row in found] == [
        (day("2019-01-01"), "part_of_year", "Anfang 2019"),
        (APRIL, "day", ""),
    ]


def test_only_partners_parties_and_members_count():
    rows = {degree: make_participation(steps=[(degree, FEBRUARY)]) for degree in Degree.values}
    counted = {d for d, row in rows.items() if Participation.objects.with_degree_on(MAY).get(pk=row.pk).counts}
    assert counted == {"existing", "party", "member"}


# --- Who had appeared ---


def test_a_participation_appears_with_its_first_step_and_stays():
    gone = make_participation(steps=[("member", FEBRUARY), ("left", APRIL)])
    undated = make_participation(steps=[("member", None)])
    bare = make_participation(steps=[])
    appeared = [set(Participation.objects.appeared_by(on)) for on in (day("2019-01-01"), FEBRUARY, MAY)]
    assert appeared == [{undated, bare}, {gone, undated, bare}, {gone, undated, bare}]


def test_a_cooperation_is_known_from_its_first_participant_until_its_last_day():
    row = make_cooperation(ended_on=APRIL)
    make_participation(row, steps=[("existing", FEBRUARY)])
    days = (day("2019-02-22"), FEBRUARY, APRIL, day("2019-04-25"))
    assert [row in Cooperation.objects.known_on(on) for on in days] == [False, True, True, False]


def test_a_cooperation_is_not_known_before_its_beginning_where_that_is_known_well_enough():
    founded = make_cooperation(started_on=APRIL, started_precision="month")
    vague = make_cooperation(started_on=APRIL, started_precision="vague")
    assert set(Cooperation.objects.known_on(MARCH)) == {vague}
    assert set(Cooperation.objects.known_on(APRIL)) == {founded, vague}


def test_the_status_of_a_day_and_how_exactly_it_is_known():
    row = make_cooperation(status="active")
    make_status_step(row, "planned", FEBRUARY)
    make_status_step(row, "active", on=APRIL, on_precision="month")
    found = [Cooperation.objects.with_status_wording_on(on).get() for on in (day("2019-01-01"), MARCH, MAY)]
    assert [(r.day_status, r.day_status_on, r.day_status_precision) for r in found] == [
        (None, None, None),
        ("planned", FEBRUARY, "day"),
        ("active", APRIL, "month"),
    ]


def test_of_a_body_means_the_body_itself_in_any_degree():
    city, inside = make_municipality(), make_municipality()
    row = make_cooperation()
    make_participation(row, city, steps=[("invited", FEBRUARY)])
    assert list(Cooperation.objects.of(city)) == [row]
    assert list(Cooperation.objects.of(inside)) == []


def test_a_list_as_of_a_day_leaves_out_what_came_later():
    row = make_cooperation()
    make_participation(row, steps=[("existing", FEBRUARY)])
    make_participation(row, steps=[("invited", APRIL)])
    make_agreement(row, attested_on=APRIL)
    (cut,) = Cooperation.objects.for_list(MARCH, cut=True)
    (uncut,) = Cooperation.objects.for_list(MARCH, cut=False)
    assert [(len(r.participations.all()), len(r.agreements.all())) for r in (cut, uncut)] == [(1, 0), (2, 1)]


def test_municipal_bodies_come_first_then_by_name():
    row = make_cooperation()
    bodies = [
        make_organisation("Amt"),
        make_municipality("Weimar"),
        make_municipality("Ärzen"),
        make_municipality("Jena"),
    ]
    for body in bodies:
        make_participation(row, body)
    names = [participation.body.name for participation in row.participations.with_bodies().in_order()]
    assert names == ["Ärzen", "Jena", "Weimar", "Amt"]


# --- Acts, events, money ---


def test_an_agreement_is_in_force_from_its_effect_to_its_last_day_included():
    row = make_agreement(effective_on=FEBRUARY, effective_precision="day", ends_on=APRIL)
    make_agreement(effective_on=FEBRUARY, effective_precision="vague")
    make_agreement()
    days = (day("2019-02-22"), FEBRUARY, APRIL, day("2019-04-25"))
    assert [list(Agreement.objects.in_force_on(on)) for on in days] == [[], [row], [row], []]


def test_an_agreement_is_known_from_the_day_it_is_attested():
    dated, undated = make_agreement(attested_on=APRIL), make_agreement()
    assert set(Agreement.objects.known_on(MARCH)) == {undated}
    assert set(Agreement.objects.known_on(APRIL)) == {dated, undated}


def test_events_of_unknown_day_happened_on_every_day():
    dated = make_event(on=APRIL, on_precision="day")
    vague = make_event(on=APRIL, on_precision="vague")
    never = make_event(on=None, on_precision="unknown")
    assert set(Event.objects.happened_by(MARCH)) == {vague, never}
    assert set(Event.objects.happened_by(APRIL)) == {dated, vague, never}
    assert list(Event.objects.in_order())[-1] == never


def test_money_is_stated_from_its_day():
    dated, undated = make_award(on=APRIL, on_precision="day"), make_award()
    assert set(Award.objects.stated_by(MARCH)) == {undated}
    assert set(Award.objects.stated_by(APRIL)) == {dated, undated}


# --- What the public sees ---


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "merged"])
def test_what_belongs_to_an_unpublished_cooperation_is_as_unpublished(state):
    hidden, shown = make_cooperation(record_state=state), make_cooperation()
    for row in (hidden, shown):
        make_participation(row)
        make_status_step(row, "active")
        make_agreement(row)
        make_award(row)
    assert list(Cooperation.objects.public()) == [shown]
    for model in (Participation, StatusStep, Agreement, Award):
        assert [row.cooperation for row in model.objects.public()] == [shown]
    assert [step.participation.cooperation for step in ParticipationStep.objects.public()] == [shown]


def test_an_event_is_public_with_one_published_cooperation_or_with_none():
    hidden, shown = make_cooperation(record_state="draft"), make_cooperation()
    make_event(title="verborgen", cooperations=[hidden])
    make_event(title="beide", cooperations=[hidden, shown])
    make_event(title="keine")
    rows = {event.title: event for event in Event.objects.public().for_list()}
    assert set(rows) == {"beide", "keine"}
    assert list(rows["beide"].cooperations.all()) == [shown]
    assert rows["beide"].get_absolute_url() == f"{shown.get_absolute_url()}#e{rows['beide'].pk}"
    assert rows["keine"].get_absolute_url() == f"/ereignisse/?q=keine&anzahl=100#e{rows['keine'].pk}"
