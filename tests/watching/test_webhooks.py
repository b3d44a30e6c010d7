"""News of a search reach a program: signed, again where it failed, and never to where nobody listens for days."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from agreements.models import Cooperation
from coopportal.common import feed
from tests import builders as make
from tests.conftest import ROOT
from tests.roof.examples import examples
from tests.watching.conftest import SATURDAY, SUNDAY, make_search
from watching import messages, workflow
from watching.models import Delivery, SavedSearch, Webhook
from watching.workflow import hooks

pytestmark = pytest.mark.django_db


class Program:
    """A consumer on this machine: keeps what it is sent, answers with the next of ``answers`` (then 204)."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        program = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                program.received.append(({name.lower(): text for name, text in self.headers.items()}, body))
                self.send_response(program.answers.pop(0) if program.answers else 204)
                self.send_header("Location", "/anderswo")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/eingang?fuer=uns"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def last(self) -> Any:
        return json.loads(self.received[-1][1])


@pytest.fixture
def program(settings: Any) -> Iterator[Program]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    found = Program()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def search(anna: Any) -> SavedSearch:
    return make_search(anna, "status=planned", frequency="never")


@pytest.fixture
def secret(anna: Any, search: SavedSearch, program: Program) -> str:
    """The search has a webhook to the program, since Saturday."""
    return workflow.set_up_webhook(user=anna, search=search, url=program.url, day=SATURDAY)[1]


def run() -> str:
    out = StringIO()
    call_command("deliver_webhooks", stdout=out)
    return out.getvalue().strip()


def later(**time: float) -> None:
    """As if the next try were due: so much earlier stands what waits."""
    for row in Delivery.objects.exclude(next_at=None):
        Delivery.objects.filter(pk=row.pk).update(next_at=row.next_at - dt.timedelta(**time))


def verified(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """What docs/alerts.md tells consumers to do, done by its own example at the moment of this try."""
    told: dict[str, Any] = {}
    exec(next(examples(ROOT / "docs" / "alerts.md")).code, told)
    told["time"] = SimpleNamespace(time=lambda: int(headers["webhook-timestamp"]))
    return bool(told["is_from_the_portal"](headers, body, secret))


def test_it_tells_what_came_changed_and_left_as_the_api_tells_changes(client, anna, search, program):
    stays, leaves = make.make_cooperation(status="planned"), make.make_cooperation(status="planned")
    taken = make.make_cooperation(status="planned")
    workflow.set_up_webhook(user=anna, search=search, url=program.url, day=SATURDAY)
    cursor = client.get("/api/v1/changes/?cursor=latest").json()["cursor"]
    Cooperation.objects.filter(pk=stays.pk).update(summary="Neu beschrieben.")
    Cooperation.objects.filter(pk=leaves.pk).update(status="active")
    Cooperation.objects.filter(pk=taken.pk).update(record_state="withdrawn", name="Geheim")
    new = make.make_cooperation(status="planned")
    make.make_cooperation("Geht niemanden an", status="planned", record_state="draft")
    assert (
        run() == "1 neue Nachrichten, 1 zugestellt, 0 gescheitert, 0 Webhooks abgeschaltet; 0 alte Einträge gelöscht."
    )
    told = program.last
    assert told["type"] == "search.changed"
    assert told["data"]["search"]["query"] == "status=planned"
    results = told["data"]["results"]
    assert {row["key"]: (row["result"], row["change"]) for row in results} == {
        stays.slug: ("changed", "updated"),
        leaves.slug: ("left", "updated"),
        taken.slug: ("left", "deleted"),
        new.slug: ("entered", "created"),
    }
    asked = client.get(f"/api/v1/changes/?cursor={cursor}&resource=cooperations", headers={"host": "127.0.0.1:8000"})

    def plain(row: dict[str, Any]) -> tuple[Any, ...]:
        at = dt.datetime.fromisoformat(row["at"])
        return (row["resource"], row["key"], row["change"], row["successor"], row["url"], at)

    assert list(map(plain, results)) == list(map(plain, asked.json()["results"]))
    assert told["data"]["cursor"] == asked.json()["cursor"]
    assert "Geheim" not in program.received[-1][1].decode()


def test_the_signature_is_the_one_of_standard_webhooks(secret, program):
    make.make_cooperation(status="planned")
    run()
    [(headers, body)] = program.received
    assert verified(headers, body, secret)
    assert not verified(headers, body + b" ", secret)
    assert not verified(headers, body, messages.new_secret())
    assert headers["content-type"] == "application/json"


def test_the_example_of_the_specification():
    """The test vector of the reference libraries of standardwebhooks.com."""
    told = messages.headers_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        dt.datetime.fromtimestamp(1614265330, tz=dt.UTC),
    )
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nothing_is_sent_where_nothing_changed_and_nothing_twice(secret, program):
    make.make_cooperation(status="ended")
    run()
    assert program.received == []
    make.make_cooperation(status="planned")
    run()
    run()
    assert len(program.received) == 1


def test_what_failed_comes_again_under_the_same_id_with_growing_patience(secret, program):
    program.answers = [500, 302, 429]
    make.make_cooperation(status="planned")
    waited = []
    for _ in range(4):
        before = timezone.now()
        run()
        row = Delivery.objects.get()
        waited.append(row.next_at and round((row.next_at - before).total_seconds() / 60))
        later(hours=24)
    assert waited == [5, 30, 120, None]
    assert len({headers["webhook-id"] for headers, _body in program.received}) == 1
    assert len({body for _headers, body in program.received}) == 1
    assert (row.attempts, row.status, row.delivered_at is None) == (4, 204, False)
    assert Webhook.objects.get().failing_since is None


def test_after_six_tries_within_a_day_it_is_over(secret, program):
    program.answers = [500] * 9
    make.make_cooperation(status="planned")
    for _ in range(9):
        run()
        later(hours=24)
    assert (len(program.received), Delivery.objects.get().next_at) == (6, None)
    assert dt.timedelta(hours=23) < sum(hooks.WAITS, dt.timedelta()) < dt.timedelta(hours=24)


def test_who_does_not_answer_is_not_asked_again_in_the_same_run(anna, secret, program):
    program.answers = [500, 500]
    for _ in range(2):
        make.make_cooperation(status="planned")
        workflow.tell_webhooks(SUNDAY, workflow.Post())
    assert Delivery.objects.count() == 2
    run()
    assert len(program.received) == 1


def test_a_fault_of_one_keeps_no_other_waiting(anna, secret, program, monkeypatch):
    other = make_search(anna, "status=planned", title="Andere", frequency="never")
    workflow.set_up_webhook(user=anna, search=other, url=program.url, day=SATURDAY)
    make.make_cooperation(status="planned")
    faults, send = [RuntimeError()], hooks.post

    def post(*asked: Any, **how: Any) -> Any:
        if faults:
            raise faults.pop()
        return send(*asked, **how)

    monkeypatch.setattr(hooks, "post", post)
    assert "1 zugestellt, 1 gescheitert" in run()
    failed = Delivery.objects.get(delivered_at=None)
    assert (failed.attempts, failed.error) == (1, "Die Nachricht ließ sich nicht senden.")


def test_a_run_ends_in_time_and_the_next_one_takes_what_is_left(secret, program, monkeypatch):
    make.make_cooperation(status="planned")
    with monkeypatch.context() as changed:
        changed.setattr(hooks, "LONGEST", dt.timedelta())
        run()
    assert (program.received, Delivery.objects.get().attempts) == ([], 0)
    run()
    assert len(program.received) == 1


def test_after_five_days_of_failure_it_is_switched_off_and_the_owner_told(
    secret, program, django_capture_on_commit_callbacks
):
    program.answers = [500, 500]
    make.make_cooperation(status="planned")
    run()
    Webhook.objects.update(failing_since=timezone.now() - hooks.GIVE_UP)
    later(hours=24)
    with django_capture_on_commit_callbacks(execute=True):
        run()
    assert Webhook.objects.get().disabled_at is not None
    [told] = mail.outbox
    assert (told.to, told.subject) == (["anna@amt.example"], "Webhook abgeschaltet: Meine Suche")
    make.make_cooperation(status="planned")
    later(hours=24)
    run()
    assert len(program.received) == 2


def test_who_says_gone_is_believed_at_once(secret, program):
    program.answers = [410]
    make.make_cooperation(status="planned")
    run()
    assert Webhook.objects.get().disabled_at is not None


def test_switched_on_again_it_tells_from_then_on(anna, search, secret, program):
    program.answers = [410]
    make.make_cooperation(status="planned")
    run()
    make.make_cooperation(status="planned")
    workflow.switch_on(user=anna, search=search, day=timezone.localdate())
    run()
    assert len(program.received) == 1
    last = make.make_cooperation(status="planned")
    run()
    assert [row["key"] for row in program.last["data"]["results"]] == [last.slug]


def test_what_another_run_tries_is_left_to_it(secret, program, monkeypatch):
    make.make_cooperation(status="planned")
    workflow.tell_webhooks(SUNDAY, workflow.Post())
    row = Delivery.objects.get()
    assert hooks._claim(row, timezone.now())
    assert not hooks._claim(Delivery(pk=row.pk, attempts=0, next_at=row.created_at), timezone.now())


def test_a_search_whose_filter_is_no_more_tells_nothing(anna, program):
    programme = make.make_programme(slug="ikz")
    narrow = make_search(anna, "programme=ikz")
    workflow.set_up_webhook(user=anna, search=narrow, url=program.url, day=SATURDAY)
    programme.delete()
    make.make_cooperation()
    run()
    assert (program.received, Webhook.objects.get().disabled_at is None) == ([], False)


def test_its_owner_is_told_once_nothing_is_locked_any_more(
    anna, program, monkeypatch, django_capture_on_commit_callbacks
):
    programme = make.make_programme(slug="ikz")
    workflow.set_up_webhook(user=anna, search=make_search(anna, "programme=ikz"), url=program.url, day=SATURDAY)
    programme.delete()
    make.make_cooperation()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.tell_webhooks(SUNDAY, workflow.Post())
        assert mail.outbox == []
    assert [told.to for told in mail.outbox] == [["anna@amt.example"]]


def test_of_many_changes_there_are_several_messages(secret, program, monkeypatch):
    monkeypatch.setattr(messages, "MOST_RESULTS", 2)
    for _ in range(5):
        make.make_cooperation(status="planned")
    run()
    assert [len(json.loads(body)["data"]["results"]) for _headers, body in program.received] == [2, 2, 1]


def test_nothing_goes_to_this_machine_in_an_installation(anna, search, program, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    with pytest.raises(ValidationError):
        workflow.set_up_webhook(user=anna, search=search, url=program.url, day=SATURDAY)
    inside = program.url.replace("http:", "https:")
    workflow.set_up_webhook(user=anna, search=search, url=inside, day=SATURDAY)
    make.make_cooperation(status="planned")
    run()
    assert (program.received, Delivery.objects.get().error) == ([], "Die Adresse liegt nicht im öffentlichen Netz.")


def test_who_is_locked_out_is_sent_nothing(anna, secret, program):
    make.make_cooperation(status="planned")
    anna.is_active = False
    anna.save()
    run()
    assert program.received == []


def test_the_log_is_kept_for_a_month(secret, program):
    make.make_cooperation(status="planned")
    run()
    now = timezone.now()
    assert workflow.forget_deliveries(now + dt.timedelta(days=29)) == 0
    assert workflow.forget_deliveries(now + dt.timedelta(days=31)) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_telling_costs_the_same_however_many_rows(secret, django_assert_num_queries, rows):
    for _ in range(rows):
        make.make_cooperation(status="planned")
    feed.settle(SUNDAY)
    with django_assert_num_queries(11):
        workflow.tell_webhooks(SUNDAY, workflow.Post())


# --- its page ---


def test_a_webhook_is_set_up_tried_and_removed(client, anna, search, program):
    page = f"/meine/suchen/{search.pk}/webhook/"
    client.force_login(anna)
    made = client.post(page, {"url": program.url})
    secret = made.context["secret"]
    assert secret in made.text
    assert secret not in client.get(page).text, "it is shown once"
    assert secret not in Webhook.objects.get().secret, "and kept enciphered"
    tried = client.post(f"{page}probe/", follow=True)
    assert "Die Probe ist angekommen (Antwort 204)." in tried.text
    [(headers, body)] = program.received
    assert (verified(headers, body, secret), program.last["type"]) == (True, "webhook.test")
    assert headers["webhook-id"] in tried.text
    renewed = client.post(f"{page}geheimnis/").context["secret"]
    client.post(f"{page}probe/")
    assert verified(*program.received[-1], renewed)
    client.post(f"{page}loeschen/")
    assert Webhook.objects.count() == 0


def test_a_probe_that_failed_says_why_and_switches_nothing_off(client, anna, search, secret, program):
    client.force_login(anna)
    program.answers = [302, 500]
    page = f"/meine/suchen/{search.pk}/webhook/"
    assert "Die Probe ist nicht angekommen: Antwort 302" in client.post(f"{page}probe/", follow=True).text
    assert len(program.received) == 1, "no redirect is followed"
    assert Webhook.objects.get().failing_since is None


def test_why_a_probe_failed_is_kept_in_german_and_shown_in_the_language_of_who_reads(client, anna, search):
    workflow.set_up_webhook(user=anna, search=search, url="https://127.0.0.1/", day=SATURDAY)
    client.force_login(anna)
    client.cookies["sprache"] = "en"
    page = client.post(f"/meine/suchen/{search.pk}/webhook/probe/", follow=True)
    assert Delivery.objects.get().error == "Die Adresse liegt nicht im öffentlichen Netz."
    assert page.text.count("The address is not in the public network.") == 2, "in the message, and in the log"


def test_probes_are_few(client, anna, search, secret, program, monkeypatch):
    monkeypatch.setattr(hooks, "TESTS", 1)
    client.force_login(anna)
    for _ in range(2):
        client.post(f"/meine/suchen/{search.pk}/webhook/probe/")
    assert len(program.received) == 1


def test_a_wrong_address_is_told_at_its_field(client, anna, search):
    client.force_login(anna)
    answer = client.post(f"/meine/suchen/{search.pk}/webhook/", {"url": "http://amt.example/"})
    assert answer.context["form"].errors == {"url": ["Die Adresse muss mit https:// beginnen."]}


def test_nobody_touches_the_webhook_of_somebody_else(client, search, secret):
    bert = make.make_user("bert")
    client.force_login(bert)
    for verb in ("", "probe/", "geheimnis/", "einschalten/", "loeschen/"):
        assert client.post(f"/meine/suchen/{search.pk}/webhook/{verb}").status_code == 404
    with pytest.raises(PermissionDenied):
        workflow.renew_secret(user=bert, search=search)
