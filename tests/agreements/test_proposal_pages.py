"""Proposing changes by page: every kind of change, what is wrong at its place, who was faster, what became of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agreements import workflow
from agreements.models import ChangeProposal, Cooperation
from agreements.workflow import Verdict
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def record(world: World) -> Cooperation:
    return world.published()


def address_of(row: Cooperation) -> str:
    return f"/meine/kooperationen/{row.pk}/vorschlag/"


def sent(page: Any, **changes: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands, with changes (``f_name`` for ``f-name``)."""
    data: dict[str, Any] = {"version": page.context["cooperation"].version}
    for form in page.context["forms"].all:
        for field in form:
            value = field.value()
            value = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
            value = f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else value
            data[field.html_name] = "" if value is None else value
    return data | {"w-reason": "Umbenannt", "w-source": "Ratsbeschluss vom 01.10.2026"} | changes


@pytest.fixture
def form(client: Any, world: World, record: Cooperation) -> Any:
    client.force_login(world["officer_of_participant"])
    page = client.get(address_of(record))
    markup(page)
    return page


def kinds(proposal: ChangeProposal) -> list[tuple[str, str, Any]]:
    return [(item.kind, item.field, item.new) for item in proposal.items.all()]


def test_only_what_is_changed_is_proposed(client, record, form, world):
    answer = client.post(address_of(record), sent(form, **{"f-name": "Bauhof der vier", "f-started": "01.10.2026"}))
    proposal = ChangeProposal.objects.get()
    assert answer["Location"] == f"/meine/vorschlaege/{proposal.pk}/"
    assert kinds(proposal) == [
        ("field", "name", "Bauhof der vier"),
        ("field", "started_on", "2026-10-01"),
        ("field", "started_precision", "day"),
    ]
    assert (proposal.municipality, proposal.source) == (world.partner, "Ratsbeschluss vom 01.10.2026")
    record.refresh_from_db()
    assert record.name == "Gemeinsamer Bauhof"


def test_words_without_a_year_that_stand_there_are_no_mistake(client, world, record, form):
    act = make.make_agreement(record, signed_precision="vague", signed_wording="vor Jahren")
    Cooperation.objects.filter(pk=record.pk).update(
        started_on=None, started_precision="vague", started_wording="seit  langem"
    )
    form = client.get(address_of(record))
    changes = {"f-name": "Bauhof der vier", f"agreements-{act.pk}-title": "Neuer Titel"}
    assert changes.keys() <= sent(form).keys()
    client.post(address_of(record), sent(form, **changes))
    assert [item[1:] for item in kinds(ChangeProposal.objects.get())] == [
        ("name", "Bauhof der vier"),
        ("title", "Neuer Titel"),
    ]


def test_other_words_without_a_year_are_a_mistake(client, record, form):
    Cooperation.objects.filter(pk=record.pk).update(started_precision="vague", started_wording="seit langem")
    answer = client.post(address_of(record), sent(client.get(address_of(record)), **{"f-started": "seit gestern"}))
    told = markup(answer).text("main")
    assert "Beginn: Diesen Tag kennen wir nicht. Schreiben Sie ihn als TT.MM.JJJJ oder mindestens das Jahr." in told
    assert not ChangeProposal.objects.exists()


def test_joining_leaving_an_agreement_and_an_event(client, record, form, world):
    town = make.make_municipality("Ramstein", ars="073355008000", level="association", kind="verbandsgemeinde")
    office = make.make_organisation("Zweckverband Abfall")
    own = world.part_of(record, world.partner)
    changes = {
        "joining-0-body": "Ramstein",
        "joining-0-since": "Anfang 2027",
        "joining-1-body": "Zweckverband Abfall",
        "leaving-0-participation": str(own.pk),
        "leaving-0-last_day": "31.12.2026",
        "agreements-0-title": "Nachtrag",
        "agreements-0-signed": "02.11.2026",
        "events-0-title": "Unterzeichnung",
        "events-0-kind": "signing",
        "events-0-held": "02.11.2026",
    }
    client.post(address_of(record), sent(form, **changes))
    items = ChangeProposal.objects.get().items.all()
    assert [item.kind for item in items] == ["join", "join", "leave", "agreement", "event"]
    assert (items[0].new["municipality"], items[0].new["on_wording"]) == (town.pk, "Anfang 2027")
    assert items[1].new["organisation"] == office.pk
    assert (items[2].participation, items[2].new["last_day"]) == (own, "2026-12-31")
    assert (items[3].new["title"], items[3].new["signed_on"]) == ("Nachtrag", "2026-11-02")
    assert (items[4].new["title"], items[4].new["on"]) == ("Unterzeichnung", "2026-11-02")


def test_everything_wrong_is_told_at_once_at_its_place_and_stays(client, record, form):
    make.make_municipality("Neustadt")
    make.make_municipality("Neustadt")
    changes = {"f-name": "", "joining-1-body": "Neustadt", "leaving-0-last_day": "morgen", "w-source": ""}
    page = client.post(address_of(record), sent(form, **changes))
    html = markup(page)
    forms = page.context["forms"]
    assert list(forms.fields.errors) == ["name"]
    assert forms.joining[1].errors == {"body": ["„Neustadt“ heißen mehrere. Welche meinen Sie?"]}
    assert list(forms.leaving[0].errors) == ["participation", "last_day"]
    assert list(forms.why.errors) == ["source"]
    links = page.text.split('role="alert"')[1].split("</ul>")[0]
    for name in ("id_f-name", "id_joining-1-body", "id_leaving-0-last_day", "id_w-source"):
        assert f'href="#{name}"' in links
        assert html.ids[name] == 1
    assert 'value="Neustadt"' in page.text
    assert not ChangeProposal.objects.exists()


def test_the_form_is_folded_but_for_what_is_filled_in(client, record, form, world):
    part = re.compile(r'<details class="proposal__part"( open)?>.*?<h2>(.*?)</h2>', re.DOTALL)
    assert [opened for opened, _title in part.findall(form.text)] == [""] * 7
    assert form.text.count('<details class="proposal__more">') == 12
    page = client.post(address_of(record), sent(form, **{"joining-3-body": "Nirgends"}))
    assert [title for opened, title in part.findall(page.text) if opened] == ["Wer kommt dazu?"]
    assert page.text.count('<details class="proposal__more" open>') == 1


def test_groups_of_task_fields_are_open_where_something_is_chosen(client, record, form):
    make.make_task_field("05.01")
    page = client.post(address_of(record), sent(form, **{"f-task_fields": ["04.01"], "w-source": ""}))
    groups = re.findall(r'<details class="facet-group"( open)?>.*?value="(\d\d)"', page.text, re.DOTALL)
    assert groups == [(" open", "04"), ("", "05")]


def test_what_the_workflow_finds_wrong_stands_at_the_row_it_is_about(client, record, form, world):
    page = client.post(address_of(record), sent(form, **{"joining-2-body": world.partner.ars}))
    assert page.context["forms"].joining[2].errors == {"body": ["Diese Kommune ist schon als beteiligt eingetragen."]}


def test_nothing_changed_is_told(client, record, form):
    page = client.post(address_of(record), sent(form))
    assert page.context["forms"].why.non_field_errors() == ["Der Vorschlag ändert nichts."]


def test_who_was_overtaken_sees_both_versions_and_loses_nothing(client, record, form):
    data = sent(form, **{"f-name": "Bauhof der vier", "f-region": "Westpfalz"})
    Cooperation.objects.filter(pk=record.pk).update(name="Bauhof der drei", version=99)
    page = client.post(address_of(record), data)
    markup(page)
    assert page.status_code == 409
    assert page.context["now"] == [("Name", "Bauhof der drei", "Bauhof der vier"), ("Raum", "", "Westpfalz")]
    assert 'name="version" value="99"' in page.text
    assert 'value="Bauhof der vier"' in page.text
    assert client.post(address_of(record), data | {"version": "99"}).status_code == 302


def test_what_was_sent_without_log_in_is_there_again(client, record, form, world):
    data = sent(form, **{"f-name": "Bauhof der vier"})
    client.logout()
    client.post("/konto/anmelden/", {"login": "landstuhl", "password": "geheim-genug-12"})
    del client.cookies["sessionid"]  # the session has ended by itself
    client.post(address_of(record), data)
    client.post("/konto/anmelden/", {"login": "landstuhl", "password": "geheim-genug-12"})
    page = client.get(address_of(record))
    assert 'value="Bauhof der vier"' in page.text
    assert "Ihre Eingaben sind noch da." in page.text
    assert not ChangeProposal.objects.exists()


def test_of_several_municipalities_one_speaks(client, record, world):
    officer = world["officer_of_participant"]
    make.make_mandate(officer, "officer", municipality=world.lead)
    make.make_mandate(officer, "officer", municipality=world.elsewhere)
    client.force_login(officer)
    page = client.get(address_of(record))
    assert [str(town) for _, town in page.context["forms"].why.fields["municipality"].choices] == [
        "Landstuhl",
        "Weilerbach",
    ]
    client.post(address_of(record), sent(page, **{"f-name": "Neu", "w-municipality": str(world.lead.pk)}))
    assert ChangeProposal.objects.get().municipality == world.lead


def propose(world: World, record: Cooperation, **fields: Any) -> ChangeProposal:
    return workflow.propose(
        user=world["officer_of_participant"],
        cooperation=record,
        municipality=world.partner,
        day=TODAY,
        changes=workflow.Changes(fields=fields or {"name": "Bauhof der vier", "region": "Westpfalz"}),
        reason="Umbenannt",
        source="Ratsbeschluss",
    )


def test_who_decides_is_the_same_in_the_form_the_mail_and_on_the_page(
    client, record, world, mailoutbox, django_capture_on_commit_callbacks
):
    client.force_login(world["officer_of_participant"])
    drawn = make.make_cooperation("Nur genannt", origin="documents")  # nobody leads it, nobody keeps it
    make.make_participation(drawn, world.partner)
    told = {}
    for row in (record, drawn):
        form = client.get(address_of(row)).text
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            proposal = propose(world, row, name="Anders")
        page = client.get(f"/meine/vorschlaege/{proposal.pk}/").text
        told[row.pk] = [decider(text) for text in (form, mailoutbox[0].body, page)] + mailoutbox[0].to
    assert told == {
        record.pk: ["die Prüfung des Landes Rheinland-Pfalz"] * 3 + ["reviewer@example.org"],
        drawn.pk: ["die Redaktion"] * 3 + ["steward@example.org"],
    }


def decider(text: str) -> str:
    return ", ".join(sorted(set(re.findall(r"die Redaktion|die Prüfung des Landes(?: \w+-\w+)?", text))))


def test_nobody_speaks_for_a_municipality_that_has_no_part_in_it(record, world):
    officer = world["officer_of_participant"]
    make.make_mandate(officer, "officer", municipality=world.elsewhere)
    with pytest.raises(PermissionDenied):
        workflow.propose(
            user=officer,
            cooperation=record,
            municipality=world.elsewhere,
            day=TODAY,
            changes=workflow.Changes(fields={"name": "Neu"}),
            reason="Umbenannt",
            source="Beschluss",
        )


def test_what_became_of_it_is_told_item_by_item(client, record, world, django_capture_on_commit_callbacks):
    proposal = propose(world, record)
    name, region = proposal.items.all()
    verdicts = {name.pk: Verdict(True), region.pk: Verdict(False, "Der Raum heißt anders.")}
    with django_capture_on_commit_callbacks(execute=True):
        workflow.decide(user=world["reviewer"], proposal=proposal, day=TODAY, verdicts=verdicts)
    address = f"/meine/vorschlaege/{proposal.pk}/"
    assert address in mail.outbox[-1].body
    client.force_login(world["officer_of_participant"])
    page = client.get(address)
    markup(page)
    shown = words(page.text)
    assert "Gemeinsamer Bauhof Bauhof der vier angenommen" in shown
    assert "Westpfalz abgelehnt Der Raum heißt anders." in shown
    listed = client.get("/meine/vorschlaege/")
    markup(listed)
    assert "Bauhof der vier" in listed.text
    assert "entschieden" in words(client.get("/meine/").text)


def test_the_municipality_takes_its_proposal_back(client, record, world):
    proposal = propose(world, record)
    address = f"/meine/vorschlaege/{proposal.pk}/"
    client.force_login(world["lead_officer"])
    assert "Vorschlag zurückziehen" not in client.get(address).text
    assert client.post(f"{address}zurueckziehen/").status_code == 403
    client.force_login(world["officer_of_participant"])
    assert "Vorschlag zurückziehen" in client.get(address).text
    client.post(f"{address}zurueckziehen/")
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    again = client.post(f"{address}zurueckziehen/", follow=True)
    assert [str(message) for message in again.context["messages"]][-1] == "Dieser Vorschlag ist schon zurückgezogen."


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(client, record, world, count, django_assert_num_queries):
    for number in range(count):
        propose(world, record, name=f"Name {number}")
    client.force_login(world["officer_of_participant"])
    client.get("/meine/vorschlaege/")
    with django_assert_num_queries(9):
        client.get("/meine/vorschlaege/")


@pytest.mark.parametrize("count", [1, 3])
def test_a_proposal_costs_the_same_however_many_join(client, record, world, count, django_assert_num_queries):
    joining = [workflow.Partner(make.make_municipality()) for _ in range(count)]
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=record,
        municipality=world.partner,
        day=timezone.localdate(),
        changes=workflow.Changes(joining=joining),
        reason="Beitritt",
        source="Ratsbeschluss",
    )
    client.force_login(world["officer_of_participant"])
    client.get(f"/meine/vorschlaege/{proposal.pk}/")
    with django_assert_num_queries(11):
        client.get(f"/meine/vorschlaege/{proposal.pk}/")
