"""Rows for tests: each builder makes a valid row and takes any column as a keyword.

What a test does not name does not matter to it. Keys, slugs and names are unique, and names sort as the rows were made;
cooperations are published. Derived columns (sort key, search text) are those of the row itself: call the workflow's
``refresh_…`` where more is asked for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.utils import timezone

from accounts.choices import WITH_SECOND_FACTOR
from accounts.models import Invitation, Mandate, User
from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from agreements.workflow import search_text_of as text_of_cooperation
from coopportal.common.search import fold_all, sort_key, titled
from funding.models import BudgetLine, Criterion, Figure, Programme
from municipalities.keys import ags_of
from municipalities.models import (
    DirectoryState,
    Doubt,
    Municipality,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from municipalities.workflow import search_text_of as text_of_municipality
from sources.models import Citation, Conflict, Passage, SourceDocument, SourceText, Speaker

STATES = {
    "01": ("Schleswig-Holstein", "DE-SH"),
    "02": ("Hamburg", "DE-HH"),
    "03": ("Niedersachsen", "DE-NI"),
    "04": ("Bremen", "DE-HB"),
    "05": ("Nordrhein-Westfalen", "DE-NW"),
    "06": ("Hessen", "DE-HE"),
    "07": ("Rheinland-Pfalz", "DE-RP"),
    "08": ("Baden-Württemberg", "DE-BW"),
    "09": ("Bayern", "DE-BY"),
    "10": ("Saarland", "DE-SL"),
    "11": ("Berlin", "DE-BE"),
    "12": ("Brandenburg", "DE-BB"),
    "13": ("Mecklenburg-Vorpommern", "DE-MV"),
    "14": ("Sachsen", "DE-SN"),
    "15": ("Sachsen-Anhalt", "DE-ST"),
    "16": ("Thüringen", "DE-TH"),
}

_numbers = count(1)


def number() -> int:
    """A number no other row of this run got."""
    return next(_numbers)


def day(text: str | dt.date | None) -> dt.date | None:
    """A day written ``2019-04-24``; days and None pass."""
    return dt.date.fromisoformat(text) if isinstance(text, str) else text


# --- Directory ---


def make_state(code: str = "16", **values: Any) -> State:
    """The Land of this code, made once."""
    name, iso = STATES[code]
    defaults = {"name": name, "official_name": name, "iso": iso} | values
    return State.objects.get_or_create(code=code, defaults=defaults)[0]


def make_municipality(name: str | None = None, *, ars: str | None = None, **values: Any) -> Municipality:
    """A town with its one period; the Land is the one of the ARS (``state`` as code or row, else Thüringen).

    Give ``level`` and ``kind`` for anything else; only level ``municipality`` gets an AGS by itself.
    """
    n = number()
    state = values.pop("state", None)
    code = ars[:2] if ars else (state.code if isinstance(state, State) else state or "16")
    ars = ars or f"{code}0{60 + n // 999 % 40:02d}0000{n % 999 + 1:03d}"
    name = name or f"Stadt {n:05d}"
    values = {"level": "municipality", "kind": "town", "official_name": name} | values
    if "ags" not in values:
        values["ags"] = ags_of(ars) if values["level"] == "municipality" else None
    body = Municipality(name=name, ars=ars, state=make_state(code), **values)
    body.sort_key = sort_key(name)
    body.save()
    make_period(body)
    Municipality.objects.filter(pk=body.pk).update(search_text=text_of_municipality(body))
    body.refresh_from_db()
    return body


def make_period(body: Municipality, **values: Any) -> MunicipalityPeriod:
    """A period of the body with its present values, unless told otherwise."""
    columns = ("ars", "ags", "name", "official_name", "kind", "parent", "valid_from", "valid_until")
    return MunicipalityPeriod.objects.create(
        municipality=body, **{column: getattr(body, column) for column in columns} | values
    )


def make_succession(predecessor: Municipality, successor: Municipality, **values: Any) -> Succession:
    return Succession.objects.create(
        predecessor=predecessor, successor=successor, **{"kind": "absorption", "on": day("2019-01-01")} | values
    )


def make_directory_state(on: str = "2025-11-30", **values: Any) -> DirectoryState:
    """A state of the directory that was read; of its file there is nothing."""
    defaults = {"lines": 16_000, "sha256": "0" * 64, "content": b""} | values
    return DirectoryState.objects.get_or_create(day=day(on), defaults=defaults)[0]


def make_doubt(**values: Any) -> Doubt:
    """An open doubt about a row without parent."""
    n = number()
    values = {"kind": "orphan", "key": f"16076{n:03d}", "message": "Zum Kreis fehlt der Satz."} | values
    return Doubt.objects.create(**{"directory_state": day("2025-11-30")} | values)


def make_organisation(name: str | None = None, **values: Any) -> Organisation:
    n = number()
    name = name or f"Stelle {n:05d}"
    values = {"slug": f"stelle-{n}", "kind": "state_authority"} | values
    return Organisation.objects.create(name=name, sort_key=sort_key(name), search_text=titled([name], []), **values)


# --- Money ---


def make_programme(name: str | None = None, *, state: State | str = "16", **values: Any) -> Programme:
    n = number()
    name = name or f"Programm {n:05d}"
    values = {"slug": f"programm-{n}", "kind": "regular", "status": "running"} | values
    row = state if isinstance(state, State) else make_state(state)
    return Programme.objects.create(
        name=name, state=row, sort_key=sort_key(name), search_text=titled([name], [row.name]), **values
    )


def make_budget_line(programme: Programme | None = None, **values: Any) -> BudgetLine:
    """A line of unknown amount, unless told otherwise."""
    return BudgetLine.objects.create(programme=programme or make_programme(), **{"rung": "announced"} | values)


def make_figure(programme: Programme | None = None, *, state: State | None = None, **values: Any) -> Figure:
    if programme is None and state is None:
        programme = make_programme()
    values = {"indicator": "Kommunen", "value": 122, "unit": "Kommunen"} | values
    text = fold_all([values["indicator"]])
    return Figure.objects.create(programme=programme, state=state, search_text=text, **values)


def make_criterion(programme: Programme | None = None, **values: Any) -> Criterion:
    values = {"kind": "min_partners", "parameters": {"value": 2}, "wording": "mindestens zwei Partner"} | values
    return Criterion.objects.create(programme=programme or make_programme(), **values)


# --- Cooperations ---


def make_task_field(code: str = "04.01", name_de: str | None = None, **values: Any) -> TaskField:
    """The task field of this code with its group, made once."""
    parent = make_task_field(code[:2]) if "." in code else None
    defaults = {"parent": parent, "name_de": name_de or f"Feld {code}", "name_en": f"Field {code}"} | values
    return TaskField.objects.get_or_create(code=code, defaults=defaults)[0]


def make_cooperation(
    name: str | None = None, *, task_fields: Iterable[TaskField | str] = (), **values: Any
) -> Cooperation:
    """A published cooperation; ``record_state="draft"`` hides it."""
    n = number()
    name = name or f"Kooperation {n:05d}"
    values = {"slug": f"kooperation-{n}", "kind": "other", "status": "active", "record_state": "published"} | values
    row = Cooperation.objects.create(name=name, sort_key=sort_key(name), **values)
    row.task_fields.set([make_task_field(field) if isinstance(field, str) else field for field in task_fields])
    Cooperation.objects.filter(pk=row.pk).update(search_text=text_of_cooperation(row))
    row.refresh_from_db()
    return row


def make_status_step(cooperation: Cooperation, status: str, attested_on: Any = None, **values: Any) -> StatusStep:
    return StatusStep.objects.create(cooperation=cooperation, status=status, attested_on=day(attested_on), **values)


def make_participation(
    cooperation: Cooperation | None = None,
    body: Municipality | Organisation | None = None,
    *,
    steps: Iterable[tuple[str, Any] | dict[str, Any]] = (("member", None),),
    confirmed: bool | None = None,
    **values: Any,
) -> Participation:
    """A body in a cooperation. A step is ``(degree, day it is attested)`` or a dictionary of its columns.

    ``confirmed`` gives the participant's own answer: yes, no, or (None) silence.
    """
    body = body or make_municipality()
    kind = "organisation" if isinstance(body, Organisation) else "municipality"
    row = Participation.objects.create(cooperation=cooperation or make_cooperation(), **{kind: body}, **values)
    for step in steps:
        columns = step if isinstance(step, dict) else {"degree": step[0], "attested_on": day(step[1])}
        ParticipationStep.objects.create(participation=row, **columns)
    if confirmed is not None:
        make_confirmation(row, answer="confirmed" if confirmed else "refused")
    return row


def make_confirmation(participation: Participation, **values: Any) -> Confirmation:
    values = {"answer": "confirmed", "answered_on": day("2025-01-01")} | values
    if values["answer"] == "refused":
        values.setdefault("reason", "Davon wissen wir nichts.")
    return Confirmation.objects.create(participation=participation, **values)


def make_agreement(
    cooperation: Cooperation | None = None, *, parties: Iterable[Participation] = (), **values: Any
) -> Agreement:
    n = number()
    title = values.pop("title", f"Vereinbarung {n:05d}")
    values = {"legal_form": "purpose_agreement", "status": "signed"} | values
    row = Agreement.objects.create(
        cooperation=cooperation or make_cooperation(),
        title=title,
        sort_key=sort_key(title),
        search_text=titled([title], []),
        **values,
    )
    row.parties.set(parties)
    return row


def make_event(
    *,
    cooperations: Iterable[Cooperation] = (),
    municipalities: Iterable[Municipality] = (),
    organisations: Iterable[Organisation] = (),
    programmes: Iterable[Programme] = (),
    agreements: Iterable[Agreement] = (),
    **values: Any,
) -> Event:
    """An event of no cooperation, unless told of which."""
    values = {"kind": "meeting", "title": f"Treffen {number():05d}"} | values
    row = Event.objects.create(search_text=titled([values["title"]], []), **values)
    row.cooperations.set(cooperations)
    row.municipalities.set(municipalities)
    row.organisations.set(organisations)
    row.programmes.set(programmes)
    row.agreements.set(agreements)
    return row


def make_award(cooperation: Cooperation | None = None, programme: Programme | None = None, **values: Any) -> Award:
    """Money of unknown amount, unless told otherwise."""
    return Award.objects.create(
        cooperation=cooperation or make_cooperation(),
        programme=programme or make_programme(),
        **{"rung": "granted"} | values,
    )


# --- Sources ---


def make_document(slug: str | None = None, *, text: str | None = None, **values: Any) -> SourceDocument:
    """A document of 5,000 characters; with ``text`` that text is attached."""
    n = number()
    values = {"title": f"Quelle {n:05d}", "kind": "press_article", "published_on": day("2019-02-23")} | values
    values = {"length": 5000 if text is None else len(text)} | values
    row = SourceDocument(slug=slug or f"quelle-{n}", **values)
    row.search_text = titled([row.title], [row.publisher])
    row.save()
    if text is not None:
        SourceText.objects.create(document=row, content=text)
    return row


def make_passage(document: SourceDocument | None = None, start: int | None = None, **values: Any) -> Passage:
    """Ten characters somewhere in the document."""
    start = number() * 11 % 4900 if start is None else start
    values = {"line": 1, "end": start + 10} | values
    return Passage.objects.create(document=document or make_document(), start=start, **values)


def make_speaker(document: SourceDocument | None = None, **values: Any) -> Speaker:
    values = {"kind": "body", "name": f"Stadtrat {number()}"} | values
    return Speaker.objects.create(document=document or make_document(), **values)


def make_citation(
    subject: Any,
    field: str,
    value: str = "",
    *,
    passage: Passage | None = None,
    speakers: Iterable[Speaker] = (),
    **values: Any,
) -> Citation:
    """ "This passage says that about this field of this object"."""
    values = {"stated_value": value or "so steht es da", "modality": "asserted", "confidence": "explicit"} | values
    values["search_text"] = fold_all([values["stated_value"]])
    row = Citation.objects.create(
        passage=passage or make_passage(), subject=subject, field=field, value=value, **values
    )
    row.speakers.set(speakers)
    return row


def make_conflict(subject: Any, field: str, **values: Any) -> Conflict:
    """A contradiction about a field; its citations are those of the subject and field."""
    return Conflict.objects.create(subject=subject, field=field, **values)


# --- People ---

#: The secret of the second factor that people of tests have; ``code_now()`` is what their app shows.
FACTOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret: str = FACTOR) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def give_factor(user: User) -> User:
    """A second factor, unless there is one."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, FACTOR)
    return user


def make_user(username: str | None = None, *, second_factor: bool | None = None, **values: Any) -> User:
    """A person who can log in with the password ``geheim-genug-12``; staff with a second factor, as they have to."""
    name = username or f"person-{number()}"
    user = User.objects.create_user(username=name, password="geheim-genug-12", **values)
    wanted = user.is_staff or user.is_superuser if second_factor is None else second_factor
    return give_factor(user) if wanted else user


def make_mandate(user: User, role: str, *, second_factor: bool = True, **values: Any) -> Mandate:
    """Reviewers and stewards get the second factor they need; ``second_factor=False`` leaves them without."""
    if second_factor and role in WITH_SECOND_FACTOR:
        give_factor(user)
    return Mandate.objects.create(user=user, role=role, **values)


def make_invitation(by: User, email: str | None = None, *, token: str | None = None, **values: Any) -> Invitation:
    """An open invitation to be an officer of a new town; ``token`` is what its link ends in."""
    values = {"role": "officer", "expires_at": timezone.now() + dt.timedelta(days=7)} | values
    if values["role"] == "officer" and "municipality" not in values:
        values["municipality"] = make_municipality()
    digest = hashlib.sha256((token or f"token-{number()}").encode()).hexdigest()
    email = email or f"gast-{number()}@stadt.example"
    return Invitation.objects.create(email=email, invited_by=by, token_hash=digest, **values)
