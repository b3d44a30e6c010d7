"""Every address against everybody, method by method. A new address without a line in the table fails here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import resolve, reverse

from tests.agreements.people import ROLES
from tests.permission_table import ADMIN, BODIES, LINES, Line
from tests.permission_world import House, make_house
from tests.routes import admin_routes, portal_routes

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: Nobody did what nothing was written for; these are written by asking alone.
BOOKKEEPING = "cache|common_mark|common_clock|common_change|django_session|accounts_loginsession"
BOOKKEEPING += "|agreements_idempotencykey|knox_authtoken"
BOOKKEEPING += "|agreements_proposaldraft"  # what was typed into a form that came back
WRITES = re.compile(rf'^(?:INSERT INTO|UPDATE|DELETE FROM) "(?!(?:{BOOKKEEPING})")')
SIGNS = {401: "U", 403: "F", 404: "-", 405: "m", 409: "c", 410: "G", 400: "e", 412: "e", 415: "e", 422: "e", 428: "e"}
REFUSALS = "LUF-Gm"
NOTHING_DONE = f"{REFUSALS}>"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The world of the table, built once; what a request does to it is undone after the request."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = make_house()
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


class Writes:
    """Counts what a request writes beyond bookkeeping."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            self.found.append(sql[:80])
        return execute(sql, params, many, context)


def ask(house: House, role: str, method: str, address: str, body: str = "") -> str:
    """The sign of the answer; the request leaves nothing behind."""
    client, writes = house.clients[role], Writes()
    content = BODIES[body](house.things) if body else {}
    more: dict[str, Any] = {"data": content}
    if address.startswith("/api/"):
        version = re.search(r"/registrations/(\d+)/", address)
        number = house.versions[int(version[1])] if version else 1
        more = {"data": json.dumps(content), "content_type": "application/json"}
        more["headers"] = {"Idempotency-Key": "matrix", "If-Match": f'"{number}"'}
    with transaction.atomic(), connection.execute_wrapper(writes):
        answer = getattr(client, method.lower())(address, **({} if method == "GET" else more))
        transaction.set_rollback(True)
    client.cookies.clear()  # who was logged out is in again, as the rolled back session is
    client.cookies.update(house.cookies[role])
    sign = sign_of(answer, method, writes.found)
    assert not (sign in REFUSALS and writes.found), f"{role} is refused ({sign}), and yet: {writes.found}"
    return sign


def sign_of(answer: HttpResponse, method: str, written: list[str]) -> str:
    status = answer.status_code
    if status in SIGNS:
        return SIGNS[status]
    if 300 <= status < 400 and answer["Location"].split("?")[0] == "/konto/anmelden/":
        return "L"
    if 300 <= status < 400:
        return "x" if written else ">"
    if status in (200, 201, 204):
        is_page = answer.get("Content-Type", "").startswith("text/html")
        return "e" if method != "GET" and is_page and not written else "x"
    return str(status)


@pytest.mark.once
@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_table_says(house: House, line: Line) -> None:
    address = line.address.format(**house.things)
    assert "".join(ask(house, role, line.method, address, line.body) for role in ROLES) == line.cells


@cache
def by_route() -> dict[str, list[Line]]:
    """The lines of each route."""
    found: dict[str, list[Line]] = {}
    for line in LINES:
        address = re.sub(r"\{[^}]+\}", "1", line.address.split("?")[0])  # a number, a key and a slug
        found.setdefault(resolve(address).route, []).append(line)
    return found


def test_every_address_has_its_lines() -> None:
    missing = [route for route in portal_routes() if route not in by_route()]
    assert missing == [], "addresses without a line in tests/permission_table/"


def may_be_handled(route: str, method: str) -> bool:
    """Is there anything that could answer? Of a class of ours, and of a resource of the API, its methods tell."""
    address = re.sub(r"\{[^}]+\}", "1", by_route()[route][0].address.split("?")[0])
    view: Any = resolve(address).func
    if (actions := getattr(view, "actions", None)) is not None:
        return method.lower() in actions
    kind = getattr(view, "view_class", getattr(view, "cls", None))
    return kind is None or kind.__module__.startswith("allauth.") or hasattr(kind, method.lower())


@pytest.mark.once
@pytest.mark.parametrize("route", by_route())
def test_what_no_line_names_is_possible_for_nobody(house: House, route: str) -> None:
    lines = by_route()[route]
    address = lines[0].address.format(**house.things)
    let_in: dict[str, set[str]] = {line.method: set() for line in lines}
    for line in lines:
        let_in[line.method] |= {role for role, cell in zip(ROLES, line.cells, strict=True) if cell not in REFUSALS}
    for method in METHODS:
        if method not in let_in and may_be_handled(route, method):
            found = {role for role in ROLES if ask(house, role, method, address, "nothing") not in NOTHING_DONE}
            assert found <= (let_in.get("POST", set()) if method == "PUT" else set()), method


# --- the admin ---

PAGES = ("changelist", "add", "change", "history", "delete")


def admin_address(label: str, page: str, key: Any) -> str:
    args = [] if page in ("changelist", "add") else [key]
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def test_every_model_of_the_admin_has_its_line() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {line.split()[0] for line in ADMIN}


@pytest.mark.parametrize("line", ADMIN)
def test_a_steward_in_the_admin(house: House, line: str) -> None:
    label, *thing = line[:48].split()
    cells = line[48:].split()
    key = thing[0].format(**house.things) if thing else apps.get_model(label).objects.order_by("pk").last().pk
    assert [ask(house, "steward", "GET", admin_address(label, page, key)) for page in PAGES] == cells


@pytest.mark.once
@pytest.mark.parametrize("route", admin_routes())
def test_nobody_else_enters_the_admin(house: House, route: str) -> None:
    address = "/" + re.sub(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)", "1", route).rstrip("$")
    # One guard stands before all of them: the pages of the single models are tried by one of each kind only.
    roles = ROLES[:-1] if route.count("/") <= 2 else ("anonymous", "reviewer")
    signs = {ask(house, role, "GET", address) for role in roles}
    signs |= {ask(house, role, "POST", address, "nothing") for role in roles[:2]}
    assert not signs - set(NOTHING_DONE)
