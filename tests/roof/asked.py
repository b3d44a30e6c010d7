"""A running portal with the fixtures, as consumers of the API find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.workflow import create_token
from agreements import workflow
from agreements.choices import Role
from agreements.models import Cooperation
from coopportal.common import feed, limits
from coopportal.fixtures.loading import load
from municipalities.models import Municipality, State
from tests import builders as make
from tests.agreements.people import make_officer
from tests.live import in_turn
from tests.roof.fixture_files import FIXTURES


@dataclass(frozen=True)
class PortalAsked:
    """Where it is, and the token of an officer of Jena."""

    url: str
    token: str


@contextmanager
def portal_asked(url: str, settings: Any, folder: Path) -> Iterator[PortalAsked]:
    """Loads it; for tests with a live server, whose database is emptied afterwards. The limits are those of a portal
    that nobody has set up otherwise."""
    settings.API_LIMITS = {"reading": 1000, "reading-with-token": 5000, "writing": 120}
    settings.API_LIMITS_FILE = folder / "limits"
    limits._counters.cache_clear()
    with in_turn() as requests:
        cache.clear()  # its table belongs to no model, so it is not emptied with the others
        load(FIXTURES)
        jena = Municipality.objects.get(ars="160530000000")
        officer = make_officer(jena, "amt-jena")
        _withdrawn(officer, jena)
        feed.settle(timezone.localdate())  # as set_up does
        yield PortalAsked(url, create_token(user=officer)[1])
        assert requests.all_answered()
    limits._counters.cache_clear()


def _withdrawn(officer: Any, town: Municipality) -> Cooperation:
    """A record that was published and taken back."""
    reviewer = make.make_user("pruefung", email="pruefung@example.org")
    make.make_mandate(reviewer, "reviewer", state=State.objects.get(code="16"))
    day = timezone.localdate()
    partners = [workflow.Partner(town, role=Role.LEAD)]
    partners.append(workflow.Partner(Municipality.objects.get(ars="160520000000")))
    values = {"name": "Gemeinsame Kompostierung", "summary": "Ein Platz für Grünschnitt beider Städte."}
    values |= {"status": "active", "legal_form": "purpose_agreement"}
    field = make.TaskField.objects.get(code="04.01")
    contents = workflow.Contents(values=values, task_fields=[field], partners=partners)
    row = workflow.register(user=officer, municipality=town, day=day, contents=contents)
    row = workflow.submit(user=officer, cooperation=row, day=day)
    row = workflow.publish(user=reviewer, cooperation=row, day=day)
    return workflow.withdraw(user=officer, cooperation=row, day=day, reason="Es wurde nichts daraus.")
