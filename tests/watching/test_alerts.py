"""What is new in a saved search goes out by mail: once, to whom it belongs, and only where there is something."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from agreements.models import Cooperation
from tests import builders as make
from tests.watching.conftest import MONDAY, SATURDAY, SUNDAY, make_asked, make_confirmed, make_search
from watching import workflow
from watching.models import SavedSearch
from watching.news import Place
from watching.workflow import alerting

pytestmark = pytest.mark.django_db


def run(day: dt.date, **options: Any) -> str:
    out = StringIO()
    call_command("send_alerts", day=day, stdout=out, **options)
    return out.getvalue().strip()


def sections() -> dict[str, list[str]]:
    """Of the last mail: heading → titles."""
    found: dict[str, list[str]] = {}
    for line in mail.outbox[-1].body.split("\n\n--\n")[0].splitlines():
        if match := re.fullmatch(r"(.+ \(\d+\))", line):
            found[match[1]] = []
        elif line.startswith("- "):
            found[list(found)[-1]].append(line.removeprefix("- "))
    return found


def test_it_tells_what_came_what_changed_and_what_left(anna):
    stays, leaves = make.make_cooperation("Bleibt", status="planned"), make.make_cooperation("Geht", status="planned")
    make.make_cooperation("Unverändert", status="planned")
    comes = make.make_cooperation("Kommt", status="ended")
    make_search(anna, "status=planned")
    Cooperation.objects.filter(pk=stays.pk).update(summary="Neu beschrieben.")
    Cooperation.objects.filter(pk=leaves.pk).update(status="active")
    Cooperation.objects.filter(pk=comes.pk).update(status="planned")
    make.make_cooperation("Ganz neu", status="planned")
    assert (
        run(SUNDAY) == "1 Suchen fällig: 1 Mails gesendet, 0 ohne Neues, 0 beendet, 0 gescheitert; 0 Angaben gelöscht."
    )
    assert sections() == {
        "Neu (2)": ["Ganz neu", "Kommt"],
        "Geändert (1)": ["Bleibt"],
        "Nicht mehr in Ihrer Auswahl (1)": ["Geht"],
    }
    [told] = mail.outbox
    assert (told.to, told.subject) == (
        ["anna@amt.example"],
        "Meine Suche: 2 neu, 1 geändert, 1 nicht mehr in Ihrer Auswahl",
    )
    assert f"http://127.0.0.1:8000{comes.get_absolute_url()}" in told.body
    assert "Die ganze Liste: http://127.0.0.1:8000/kooperationen/?status=planned\n" in told.body


def test_a_participation_of_it_is_a_change_of_a_cooperation(anna):
    row = make.make_cooperation("Bauhof")
    make_search(anna)
    make.make_participation(row)
    run(SUNDAY)
    assert sections() == {"Geändert (1)": ["Bauhof"]}


def test_nothing_is_sent_where_nothing_changed(anna):
    make.make_cooperation(status="planned")
    elsewhere = make.make_cooperation(status="ended")
    make_search(anna, "status=planned")
    Cooperation.objects.filter(pk=elsewhere.pk).update(summary="Anders.")
    assert run(SUNDAY).startswith("1 Suchen fällig: 0 Mails gesendet, 1 ohne Neues,")
    assert mail.outbox == []


def test_nothing_is_told_twice(anna):
    make_search(anna)
    make.make_cooperation("Eins")
    run(SUNDAY)
    assert run(SUNDAY).startswith("0 Suchen fällig")
    make.make_cooperation("Zwei")
    run(MONDAY)
    assert (len(mail.outbox), sections()) == (2, {"Neu (1)": ["Zwei"]})


def test_a_weekly_search_waits_a_week_and_tells_all_of_it(anna):
    make_search(anna, frequency="weekly")
    make.make_cooperation("Eins")
    for days in range(1, 7):
        run(SATURDAY + dt.timedelta(days=days))
    assert mail.outbox == []
    make.make_cooperation("Zwei")
    run(SATURDAY + dt.timedelta(days=7))
    assert sections() == {"Neu (2)": ["Zwei", "Eins"]}


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "merged"])
def test_what_is_not_published_is_never_named(anna, state):
    make.make_cooperation("Unbekannt", record_state=state)
    known = make.make_cooperation("Bekannt")
    make_search(anna)
    Cooperation.objects.filter(pk=known.pk).update(record_state=state, name="Geheim")
    make.make_cooperation("Auch geheim", record_state=state)
    run(SUNDAY)
    assert sections() == {"Nicht mehr in Ihrer Auswahl (1)": []}
    told = mail.outbox[-1]
    for text in (told.body, told.alternatives[0].content):
        assert "nicht mehr öffentlich" in text
        assert not re.search("geheim|bekannt", text, re.IGNORECASE)


def test_a_long_mail_ends_with_the_way_to_the_rest(anna):
    make_search(anna)
    for _ in range(alerting.MOST_ROWS + 2):
        make.make_cooperation()
    run(SUNDAY)
    [(heading, titles)] = sections().items()
    assert (heading, len(titles)) == ("Neu (22)", 20)
    assert "und 2 weitere" in mail.outbox[-1].body


def test_what_was_typed_is_text(anna):
    make_search(anna, title="<b>Suche</b>\nBcc: alle@example.org")
    make.make_cooperation("<script>A & B</script>")
    run(SUNDAY)
    [told] = mail.outbox
    assert told.subject == "<b>Suche</b> Bcc: alle@example.org: 1 neu"
    assert told.recipients() == ["anna@amt.example"]
    assert "- <script>A & B</script>" in told.body
    assert "&lt;script&gt;A &amp; B&lt;/script&gt;" in told.alternatives[0].content


@pytest.mark.parametrize(
    ("resource", "build"),
    [
        ("cooperations", make.make_cooperation),
        ("agreements", make.make_agreement),
        ("events", make.make_event),
        ("municipalities", make.make_municipality),
        ("organisations", make.make_organisation),
        ("programmes", make.make_programme),
        ("sources", make.make_document),
        ("conflicts", lambda: make.make_conflict(make.make_cooperation(), "since")),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_every_list_can_be_watched_at_a_constant_price(anna, django_assert_max_num_queries, resource, build, rows):
    make_search(anna, resource=resource)
    for _ in range(rows):
        build()
    workflow.send_alerts(SUNDAY, dry_run=True)  # tells the feed
    with django_assert_max_num_queries(12):  # four of them fetch who took part in an event
        workflow.send_alerts(SUNDAY)
    assert len(mail.outbox) == 1


def test_without_confirmation_nobody_is_written_to():
    make_asked()
    mail.outbox.clear()
    make.make_cooperation()
    assert run(SUNDAY).startswith("0 Suchen fällig")
    assert mail.outbox == []


def test_people_who_are_locked_out_or_have_no_address_are_left_alone(anna):
    make_search(anna)
    make_search(make.make_user("ohne", email=""))
    anna.is_active = False
    anna.save()
    make.make_cooperation()
    assert run(SUNDAY).startswith("0 Suchen fällig")


def test_with_a_person_the_searches_go(anna):
    make_search(anna)
    anna.delete()
    assert SavedSearch.objects.count() == 0


def test_a_mail_can_be_ended_by_the_mail_program(anna, client):
    make_confirmed()
    mail.outbox.clear()
    make.make_cooperation()
    run(SUNDAY)
    headers = mail.outbox[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert SavedSearch.objects.count() == 0


# --- what goes wrong ---


class Refusing(EmailBackend):
    """A server that knows no Anna, or is away."""

    error: Exception = SMTPRecipientsRefused({"anna@amt.example": (550, b"no such user")})
    refuses = ("anna@amt.example",)

    def send_messages(self, messages: Any) -> int:
        if set(messages[0].to) & set(self.refuses):
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings: Any) -> type[Refusing]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    return Refusing


def test_one_who_cannot_be_reached_stops_nobody_and_is_tried_again(anna, refusing):
    make_search(anna)
    make_search(make.make_user("bert", email="bert@amt.example"))
    make.make_cooperation("Neu")
    with pytest.raises(CommandError, match="Nicht alle Mails"):
        run(SUNDAY)
    assert [one.to for one in mail.outbox] == [["bert@amt.example"]]
    assert [row.claimed_at for row in SavedSearch.objects.all()] == [None, None]


def test_an_address_that_no_server_takes_is_forgotten_after_two_weeks(refusing):
    search = make_confirmed("anna@amt.example", frequency="daily")
    make.make_cooperation()
    for days in (1, 14):
        with pytest.raises(CommandError):
            run(SATURDAY + dt.timedelta(days=days))
        assert SavedSearch.objects.filter(pk=search.pk).exists()
    with pytest.raises(CommandError):
        run(SATURDAY + dt.timedelta(days=15))
    assert not SavedSearch.objects.filter(pk=search.pk).exists()


def test_where_the_server_is_away_the_run_ends_and_the_next_one_loses_nothing(anna, refusing, monkeypatch, settings):
    monkeypatch.setattr(refusing, "error", SMTPServerDisconnected("gone"))
    for _ in range(5):
        make_search(anna)
    make.make_cooperation("Neu")
    with pytest.raises(CommandError, match="Der Mailserver nimmt nichts an"):
        run(SUNDAY)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert run(SUNDAY).startswith("5 Suchen fällig: 5 Mails gesendet")


def test_who_was_killed_after_sending_sends_the_same_message_again(anna, monkeypatch):
    search = make_search(anna)
    make.make_cooperation("Neu")

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(alerting, "_mark", killed)
        with pytest.raises(KeyboardInterrupt):
            run(SUNDAY)
    assert run(SUNDAY).startswith("0 Suchen fällig"), "somebody may still be at it"
    SavedSearch.objects.update(claimed_at=timezone.now() - alerting.LEASE)
    run(SUNDAY)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert str(search.key) in first.extra_headers["Message-ID"]
    assert run(SUNDAY).startswith("0 Suchen fällig")


def test_what_another_run_has_claimed_is_left_to_it(anna):
    search = make_search(anna)
    make.make_cooperation()
    SavedSearch.objects.filter(pk=search.pk).update(claimed_at=timezone.now())
    assert run(SUNDAY).startswith("0 Suchen fällig")
    assert mail.outbox == []


def test_a_search_whose_filter_is_no_more_ends_with_a_word_instead_of_telling_everything(anna):
    programme = make.make_programme(slug="ikz")
    search = make_search(anna, "programme=ikz")
    programme.delete()
    make.make_cooperation("Ganz anderes")
    run(SUNDAY)
    [told] = mail.outbox
    assert told.subject == "Gespeicherte Suche beendet: Meine Suche"
    assert "Ganz anderes" not in told.body
    search.refresh_from_db()
    assert search.frequency == "never"
    assert run(MONDAY).startswith("0 Suchen fällig")


def test_a_dry_run_counts_and_leaves_everything_as_it_is(anna):
    make_search(anna)
    make.make_cooperation()
    before = SavedSearch.objects.values().get()
    assert run(SUNDAY, dry_run=True).startswith("1 Suchen fällig: 1 Mails wären zu senden")
    assert (mail.outbox, SavedSearch.objects.values().get()) == ([], before)


@pytest.mark.parametrize("members", [(), (7,), (1, 2, 3, 900_000), range(1, 50_001)])
def test_what_was_told_is_kept_small_and_exact(members):
    place = Place(12, frozenset(members))
    assert Place.unpacked(12, place.packed) == place
    assert len(place.packed) < 200
