"""Tells people by mail, once what is told about is saved; each in a mail of his own: nobody reads addresses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.choices import MandateRole
from accounts.models import Mandate, User
from agreements.models import Cooperation, Participation
from coopportal.common.mail import send_mail
from municipalities.models import Municipality

DESK, REVIEW_DESK = "/meine/", "/pruefung/"


def _addresses(mandates: Any) -> set[str]:
    people = User.objects.filter(is_active=True, mandates__in=mandates).exclude(email="")
    return set(people.values_list("email", flat=True))


def officers_of(towns: Iterable[Municipality | int | None], day: dt.date) -> set[str]:
    """The addresses of those who act for these municipalities on ``day``."""
    keys = [town.pk if isinstance(town, Municipality) else town for town in towns if town]
    return _addresses(Mandate.objects.valid_on(day).filter(role=MandateRole.OFFICER, municipality__in=keys))


def reviewers_of(states: Iterable[str | None], day: dt.date) -> set[str]:
    """The addresses of those who review for these Länder on ``day``; where there is no Land, of the stewards."""
    codes = [code for code in states if code]
    wanted = Q(role=MandateRole.REVIEWER, state__in=codes) if codes else Q(role=MandateRole.STEWARD)
    return _addresses(Mandate.objects.valid_on(day).filter(wanted))


def participants_of(cooperation: Cooperation, day: dt.date) -> set[str]:
    """The addresses of those who act for its participants, the keeper's included."""
    towns = cooperation.participations.filter(municipality__isnull=False).values_list("municipality", flat=True)
    return officers_of([*towns, cooperation.keeper_id], day)


def answer_page(participation: Participation | None) -> str:
    """Where an officer of the participant reads the record, published or not, and answers; its desk without one."""
    return reverse("agreements:answer", args=[participation.pk]) if participation else DESK


def tell(template: str, people: Iterable[str], cooperation: Cooperation, *, desk: str = DESK, **context: Any) -> None:
    """Send the mail of this name to each of these addresses when the transaction is through.

    A mail server that is away undoes nothing: the tasks stand on the desks too.
    """
    said = {"name": cooperation.name, "link": f"{settings.PUBLIC_URL}{desk}", **context}
    for address in sorted(set(people)):
        send = partial(send_mail, f"agreements/mail/{template}", address, said)
        transaction.on_commit(send, robust=True)


def tell_of_many(handed_in: Iterable[tuple[Cooperation, list[int | None], set[str]]], day: dt.date) -> None:
    """Records were handed in together: (record, towns that are asked, Länder of its participants).

    Everybody gets one mail with the number of those that concern him, of each kind of task.
    """
    rows = list(handed_in)
    asked = Counter(town for _row, towns, _states in rows for town in towns if town)
    involved = Counter(code for _row, _towns, states in rows for code in states)
    example = next((row for row, _towns, _states in rows), None)
    if example is None:
        return
    keeper = str(example.keeper)
    for town, number in asked.items():
        tell("many_asked", officers_of([town], day), example, number=number, keeper=keeper)
    for code, number in involved.items():
        people = reviewers_of([code], day)
        tell("many_handed_in", people, example, desk=REVIEW_DESK, number=number, keeper=keeper)
