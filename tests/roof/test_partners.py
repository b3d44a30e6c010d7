"""In which fields neighbours take part is what the database says, whatever happened meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from agreements import partners
from agreements.filters import PartnerFilterSet, presences
from agreements.models import Cooperation, TaskField
from agreements.partners import Partners
from coopportal.common import feed
from municipalities.models import Municipality
from tests.agreements.people import TODAY
from tests.roof.test_ties import Refusing

pytestmark = pytest.mark.django_db

EDITS = 60


def found(body: Municipality, reach: str) -> Partners:
    question = QueryDict(f"municipality={body.ars}&reach={reach}")
    asked = PartnerFilterSet(question, Cooperation.objects.public(), today=TODAY)
    return Partners(asked, body)


def told(rows: dict[str, dict[int, int]]) -> dict[str, dict[int, int]]:
    return {code: dict(numbers) for code, numbers in rows.items()}


@pytest.mark.parametrize("seed", range(2))
def test_what_is_reckoned_is_what_the_database_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    life, compared = Refusing(seed), 0
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        presences.prepare(TODAY, feed.version().number)
        for reach in ("kreis", "land"):
            body: Any = life.dice.choice(Municipality.objects.all())
            with monkeypatch.context() as patched:
                slow = told(found(body, reach)._read())
                compared += len(slow)
                patched.setattr(Partners, "_read", lambda _self: pytest.fail("the process knows"))
                assert told(found(body, reach)._doing_by_field) == slow, (life.count, body.ars, reach)
    assert compared


def asked_for(life: Refusing) -> Partners:
    """Somebody's question about one or two fields."""
    body: Any = life.dice.choice(Municipality.objects.all())
    chosen = life.dice.sample(sorted(TaskField.objects.values_list("pk", flat=True)), life.dice.randint(1, 2))
    question = QueryDict(
        f"municipality={body.ars}&reach={life.dice.choice(['kreis', 'land', '25', '50'])}", mutable=True
    )
    question.setlist("task_field", chosen)
    return Partners(PartnerFilterSet(question, Cooperation.objects.public(), today=TODAY), body)


def answers(of: Partners) -> Any:
    return [(one.body.pk, one.kilometres, one.participations) for one in of.doing(of.active)], of.beginning


@pytest.mark.parametrize("seed", range(2))
def test_who_does_it_and_what_begins_is_what_the_database_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    life, compared = Refusing(seed), [0, 0]
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        presences.prepare(TODAY, feed.version().number)
        for _question in range(4):
            found = asked_for(life)
            slow = Partners(found.asked, found.body)
            with monkeypatch.context() as patched:
                patched.setattr(partners, "all_at_hand", lambda *_asked: None)
                theirs = answers(slow)
            assert (found._of_fields is not None, slow._of_fields) == (True, None)
            assert answers(found) == theirs, (life.count, found.body.ars)
            with monkeypatch.context() as patched:
                patched.setattr(partners, "MOST_KEYS", -1)
                assert answers(Partners(found.asked, found.body)) == theirs
            compared = [number + len(rows) for number, rows in zip(compared, theirs, strict=True)]
    assert all(compared), compared


def test_of_very_many_bodies_and_of_past_days_the_database_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Refusing(1).happen()
    presences.prepare(TODAY, feed.version().number)
    monkeypatch.setattr(partners, "MOST_BODIES", 0)
    monkeypatch.setattr(Partners, "_read", lambda _self: {"04": {}})
    body: Any = Municipality.objects.first()
    assert found(body, "land")._doing_by_field == {"04": {}}
