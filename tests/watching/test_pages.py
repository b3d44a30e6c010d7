"""Saving a selection, by somebody who is logged in and by an address that is asked first; one's own searches."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail, signing
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from agreements.forms.remarks import stamp
from coopportal.common.views import ListPage
from tests import builders as make
from tests.permission_world import make_people
from tests.watching.conftest import MONDAY, make_asked, make_confirmed, make_search
from watching import workflow
from watching.lists import LISTS
from watching.models import SavedSearch
from watching.tokens import confirm_url, end_url
from watching.workflow.saving import PER_ADDRESS, PER_SENDER

pytestmark = pytest.mark.django_db
PAGE = "/merken/kooperationen/?land=16&status=planned"


@pytest.fixture(autouse=True)
def _land() -> None:
    make.make_state("16")


def sent(**values: str) -> dict[str, str]:
    """The form as a stranger sends it, a minute after it was shown."""
    shown = stamp(timezone.now() - dt.timedelta(minutes=1))
    return {"email": "leser@example.org", "title": "Thüringen", "frequency": "daily", "shown": shown} | values


def link_in(body: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", body)
    assert found
    return found[1]


def test_every_list_with_a_feed_can_be_watched():
    def below(page: type[ListPage]) -> set[type[ListPage]]:
        return {page} | {one for row in page.__subclasses__() for one in below(row)}

    with_feed = {page.resource for page in below(ListPage) if page.feed}
    assert with_feed == LISTS.keys()


@pytest.mark.parametrize("watched", LISTS.values(), ids=LISTS.keys())
def test_every_list_leads_there(client, watched):
    page = client.get(watched.page_url)
    assert f'href="/merken/{watched.place}/"' in page.text
    answer = client.get(f"/merken/{watched.place}/")
    assert (answer.status_code, answer.context["watched"]) == (200, watched)


def test_the_page_of_the_list_takes_its_filters_along_but_not_its_order(client):
    page = client.get("/kooperationen/?land=16&status=planned&sortierung=name&seite=1")
    assert 'href="/merken/kooperationen/?land=16&amp;status=planned"' in page.text


def test_a_person_saves_what_the_list_shows_and_finds_it_again(client, anna):
    client.force_login(anna)
    page = client.get(PAGE)
    assert page.context["form"].initial["title"] == "Kooperationen – Land: Thüringen · Stand der Kooperation: geplant"
    answer = client.post(PAGE, {"title": "Thüringen", "frequency": "weekly"})
    assert (answer.status_code, answer["Location"]) == (302, "/meine/suchen/")
    row = SavedSearch.objects.get()
    assert (row.owner, row.email, row.resource, row.query) == (anna, "", "cooperations", "state=16&status=planned")
    own = client.get("/meine/suchen/").text
    assert 'href="/kooperationen/?land=16&amp;status=planned"' in own
    assert "Land: Thüringen · Stand der Kooperation: geplant" in own


def test_a_day_is_not_part_of_it_and_that_is_said(client, anna):
    client.force_login(anna)
    page = client.get(f"{PAGE}&stand=2020-01-01")
    assert "Der gewählte Stand gehört nicht dazu" in page.text
    client.post(f"{PAGE}&stand=2020-01-01", {"title": "Thüringen", "frequency": "never"})
    assert SavedSearch.objects.get().query == "state=16&status=planned"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_selection_is_refused_with_its_reason(client, anna, method):
    client.force_login(anna)
    answer = getattr(client, method)(
        "/merken/kooperationen/?status=verlobt&farbe=rot", {"title": "x"} if method == "post" else None
    )
    assert answer.status_code == 400
    assert answer.context["problems"].keys() == {"status", "farbe"}
    assert SavedSearch.objects.count() == 0


def test_what_is_missing_is_told_at_its_field(client, anna):
    client.force_login(anna)
    answer = client.post(PAGE, {"title": " ", "frequency": "hourly"})
    assert answer.context["form"].errors.keys() == {"title", "frequency"}


def test_a_person_has_at_most_fifty(client, anna, monkeypatch):
    monkeypatch.setattr("watching.workflow.saving.MOST_OF_PERSON", 1)
    make_search(anna)
    client.force_login(anna)
    answer = client.post(PAGE, {"title": "Noch eine", "frequency": "never"})
    assert (answer.status_code, SavedSearch.objects.count()) == (429, 1)


# --- without log-in ---


def test_a_stranger_is_written_to_only_after_saying_yes(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(PAGE, sent())
    assert (answer.status_code, answer["Location"]) == (302, "/merken/gesendet/")
    [asked] = mail.outbox
    assert (asked.to, asked.subject) == (["leser@example.org"], "Bitte bestätigen Sie Ihre Adresse")
    link = link_in(asked.body)
    assert "Möchten Sie Bescheid bekommen?" in client.get(link).text
    assert SavedSearch.objects.get().confirmed_at is None, "scanners of mails follow links: that is no yes"
    assert "Sie bekommen von jetzt an Bescheid" in client.post(link).text
    assert SavedSearch.objects.get().confirmed_at is not None
    assert client.post(link).status_code == 200, "twice is no fault"


def test_the_first_mail_says_nothing_that_a_stranger_typed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_asked(title="Kaufen Sie hier", query="search=Kaufen")
    [asked] = mail.outbox
    assert "Kaufen" not in asked.subject + asked.body + asked.alternatives[0].content


def test_the_same_is_said_of_every_address(client):
    make_confirmed("bekannt@example.org")
    known, unknown = (client.post(PAGE, sent(email=f"{name}@example.org")) for name in ("bekannt", "fremd"))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_an_address_is_asked_three_times_a_day_and_the_fourth_looks_alike(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(PAGE, sent(email="Leser@Example.org")) for _ in range(PER_ADDRESS + 1)]
    assert {answer["Location"] for answer in answers} == {"/merken/gesendet/"}
    assert len(mail.outbox) == PER_ADDRESS


def test_a_mailbox_is_not_asked_more_often_by_many_names_of_it(client):
    tagged = [f"leser+{number}@example.org" for number in range(PER_ADDRESS)]
    for email in (*tagged, "leser@example.org", "leser+noch@example.org", "leser@example.com", "leserin@example.org"):
        client.post(PAGE, sent(email=email))
    known = set(SavedSearch.objects.values_list("email", flat=True))
    assert known == {*tagged, "leser@example.com", "leserin@example.org"}


def test_all_strangers_together_are_written_to_so_often_in_an_hour(client, anna, monkeypatch):
    monkeypatch.setattr("watching.workflow.saving.PER_HOUR", 1)
    make_search(anna)
    make_asked("eine@example.org", address="192.0.2.7")
    answer = client.post(PAGE, sent())
    assert (answer.status_code, SavedSearch.objects.filter(owner=None).count()) == (429, 1)


def test_a_sender_who_names_many_addresses_has_to_wait(client):
    for number in range(PER_SENDER):
        client.post(PAGE, sent(email=f"leser{number}@example.org"))
    answer = client.post(PAGE, sent(email="noch@example.org"))
    assert (answer.status_code, SavedSearch.objects.count()) == (429, PER_SENDER)
    assert answer.context["form"]["email"].value() == "noch@example.org"


def test_machines_are_thanked_and_forgotten(client):
    for sign in ({"website": "http://werbung.example"}, {"shown": stamp(timezone.now())}):
        assert client.post(PAGE, sent(**sign))["Location"] == "/merken/gesendet/"
    assert SavedSearch.objects.count() == 0


def test_without_log_in_nothing_is_saved_without_mail(client):
    answer = client.post(PAGE, sent(frequency="never"))
    assert answer.context["form"].errors.keys() == {"frequency"}


def test_a_form_that_was_open_for_too_long_is_shown_again(client):
    old = stamp(timezone.now() - dt.timedelta(days=2))
    answer = client.post(PAGE, sent(shown=old))
    assert (answer.status_code, SavedSearch.objects.count()) == (409, 0)
    assert client.post(PAGE, sent(shown=answer.context["form"].data["shown"]))["Location"] == "/merken/gesendet/"


def test_a_form_whose_token_is_no_good_is_shown_again():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    answer = strict.post(PAGE, sent())
    assert (answer.status_code, SavedSearch.objects.count()) == (403, 0)
    assert "Noch nicht abgesendet" in answer.text


def test_a_link_of_yesterday_week_confirms_nothing(client, monkeypatch):
    search = make_asked()
    assert search
    late = signing.time.time() + 4 * 24 * 3600
    link = link_in(confirm_url(search.key))
    monkeypatch.setattr(signing.time, "time", lambda: late)
    assert [client.get(link).status_code, client.post(link).status_code] == [410, 410]
    search.refresh_from_db()
    assert search.confirmed_at is None


@pytest.mark.parametrize("place", ["bestaetigen", "beenden"])
def test_a_link_that_somebody_made_up_does_nothing(client, place):
    search = make_confirmed()
    forged = link_in(end_url(search.key))[:-5] + "abcd/"
    made_up = forged.replace("beenden", place)
    assert [client.get(made_up).status_code, client.post(made_up).status_code] == [410, 410]
    assert SavedSearch.objects.count() == 1


def test_the_link_that_confirms_does_not_end_and_the_other_way_round(client):
    search = make_confirmed()
    assert client.post(link_in(confirm_url(search.key)).replace("bestaetigen", "beenden")).status_code == 410
    assert client.post(link_in(end_url(search.key)).replace("beenden", "bestaetigen")).status_code == 410


def test_ending_takes_a_button_and_forgets_the_address(client):
    link = link_in(end_url(make_confirmed().key))
    assert "Keine E-Mails mehr zu dieser Suche?" in client.get(link).text
    assert SavedSearch.objects.count() == 1
    answer = client.post(link)
    assert (answer.status_code, SavedSearch.objects.count()) == (200, 0)
    assert "Suche und Adresse sind gelöscht." in answer.text
    assert "Sie bekommen keine E-Mails mehr" in client.get(link).text


def test_who_logs_in_keeps_the_search_and_loses_the_mails(client, anna):
    search = make_search(anna)
    client.post(link_in(end_url(search.key)))
    search.refresh_from_db()
    assert search.frequency == "never"


def test_the_links_need_neither_cookie_nor_token_of_a_form():
    strict = Client(enforce_csrf_checks=True)
    search = make_asked()
    assert search
    for link in (confirm_url(search.key), end_url(search.key)):
        assert strict.get(link_in(link)).status_code == 200
        assert strict.post(link_in(link), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not strict.cookies


def test_the_same_question_of_the_same_address_is_one_search():
    first = make_confirmed(query="status=planned")
    second = make_confirmed(query="status=planned", frequency="weekly")
    make_confirmed(query="status=ended")
    assert set(SavedSearch.objects.values_list("query", "frequency")) == {
        ("status=planned", "weekly"),
        ("status=ended", "daily"),
    }
    assert first.pk != second.pk


def test_who_never_said_yes_is_forgotten_after_three_days():
    make_asked("nie@example.org")
    make_confirmed("ja@example.org")
    newest = SavedSearch.objects.aggregate(at=Max("created_at"))["at"]
    workflow.forget_unconfirmed(newest + dt.timedelta(days=2))
    assert SavedSearch.objects.count() == 2
    workflow.forget_unconfirmed(newest + dt.timedelta(days=3, seconds=1))
    assert list(SavedSearch.objects.values_list("email", "sender")) == [("ja@example.org", "")]


# --- one's own ---


def test_a_search_is_called_otherwise_and_mailed_more_rarely(client, anna):
    search = make_search(anna)
    client.force_login(anna)
    assert client.get(f"/meine/suchen/{search.pk}/").context["form"]["title"].value() == "Meine Suche"
    client.post(f"/meine/suchen/{search.pk}/", {"title": "Anders", "frequency": "weekly"})
    search.refresh_from_db()
    assert (search.title, search.frequency) == ("Anders", "weekly")


def test_who_wants_mails_again_is_told_from_then_on(anna):
    search = make_search(anna, frequency="never")
    make.make_cooperation("Zwischendurch")
    workflow.change_search(user=anna, search=search, title="Meine", frequency="daily", day=MONDAY)
    workflow.send_alerts(MONDAY + dt.timedelta(days=1))
    assert mail.outbox == []


def test_it_is_deleted(client, anna):
    search = make_search(anna)
    client.force_login(anna)
    assert client.post(f"/meine/suchen/{search.pk}/loeschen/")["Location"] == "/meine/suchen/"
    assert SavedSearch.objects.count() == 0


@pytest.mark.parametrize("place", ["", "loeschen/"])
def test_nobody_touches_the_search_of_somebody_else(client, anna, place):
    search = make_search(anna)
    client.force_login(make.make_user("bert"))
    answer = client.post(f"/meine/suchen/{search.pk}/{place}", {"title": "Meins", "frequency": "never"})
    search.refresh_from_db()
    assert (answer.status_code, search.title) == (404, "Meine Suche")
    with pytest.raises(PermissionDenied):
        workflow.delete_search(user=make.make_user("carla"), search=search)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_many(client, anna, django_assert_num_queries, rows):
    for _ in range(rows):
        make_search(anna, "state=16")
    client.force_login(anna)
    client.get("/meine/suchen/")
    with django_assert_num_queries(7):
        client.get("/meine/suchen/")


def test_who_reads_english_sees_english_words_and_mails_say_german_ones(client, anna):
    client.force_login(anna)
    client.cookies["sprache"] = "en"
    client.post(PAGE, {"title": "Meine", "frequency": "daily"})
    search = SavedSearch.objects.get()
    assert search.words == "Land: Thüringen · Stand der Kooperation: geplant"
    told = client.get("/meine/suchen/").context["searches"]
    assert [words for *_others, words in told] == ["State: Thüringen · Status of the cooperation: planned"]
    client.cookies["sprache"] = "de"
    told = client.get("/meine/suchen/").context["searches"]
    assert [words for *_others, words in told] == [search.words]


def test_stewards_see_how_much_is_sent_and_no_address(client):
    make_confirmed("leserin@example.org")
    client.force_login(make_people()["steward"])
    pk = SavedSearch.objects.get().pk
    for address in ("/admin/watching/savedsearch/", f"/admin/watching/savedsearch/{pk}/change/"):
        text = client.get(address).text
        assert ("l…@example.org" in text, "leserin" in text) == (True, False)
