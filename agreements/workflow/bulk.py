"""Many new records at once, by the same rules as one by one (``register``, ``submit``), for files.

The rules are asked without a query for each row: columns by ``clean_fields``, constraints by ``holds``, what bars the
way of a submission by the checklist. Rows, history and log are written some thousands at a time. People get one mail
for all that concerns them instead of one for each record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import Answer, CooperationKind, Origin, RecordState, Role
from agreements.models import Agreement, Award, Confirmation, Cooperation, Participation, ParticipationStep, Transition
from agreements.permissions import may_bring_in, may_hand_in
from agreements.workflow.checklist import faults_of_submission_of
from agreements.workflow.constraints import check_plainly
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS, Contents, Partner, assign
from agreements.workflow.derived import search_text_from
from agreements.workflow.faults import Faults, Refused
from agreements.workflow.recording import require
from agreements.workflow.remembering import remember, remember_with_task_fields
from agreements.workflow.rows import new_row
from agreements.workflow.telling import tell_of_many
from coopportal.common.bulk import give_keys, insert, insert_pairs
from coopportal.common.dates import format_day
from coopportal.common.languages import recorded
from coopportal.common.search import sort_key, titled
from municipalities.models import Municipality, State

#: Records written at a time.
PORTION = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Entry:
    """One record to be made, and the municipality that keeps it."""

    municipality: Municipality
    contents: Contents


class ManyFaults(Refused):
    """Some entries are not valid; ``found`` has for each of them, by its number, all messages by place."""

    def __init__(self, found: dict[int, dict[str, list[str]]]) -> None:
        super().__init__(_("%(number)d Einträge sind fehlerhaft.") % {"number": len(found)})
        self.found = found


#: What of a partner may be right or wrong, whoever the body is.
_looks_of = attrgetter("role", "note", "degree", "on", "on_precision", "on_wording")


@dataclass(frozen=True)
class _Act:
    """One act of making many. ``is_trial``: rows that are known to be right need not be made, nothing comes of them.

    ``right`` are partners as they look (``_looks_of``) that were found right.
    """

    user: User
    day: dt.date
    submit: bool
    is_trial: bool = False
    right: set[Any] = field(default_factory=set)


@dataclass
class Built:
    """The rows of one record, not written yet."""

    row: Cooperation
    keeper: Municipality
    task_fields: list[Any]
    bodies: list[Any] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    steps: list[ParticipationStep] = field(default_factory=list)
    agreements: list[tuple[Agreement, list[int]]] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)


def check_many(
    *, user: User, day: dt.date, entries: Sequence[Entry], submit: bool = False
) -> dict[int, dict[str, list[str]]]:
    """What is wrong with which entries, as ``register_many`` would say it; nothing is written."""
    _require_rights(user, entries, day, submit)
    found, act = {}, _Act(user, day, submit, is_trial=not submit)
    for number, entry in enumerate(entries):
        faults = Faults()
        _build(entry, act, faults)
        if faults.found:
            found[number] = faults.found
    return found


@transaction.atomic
def register_many(
    *, user: User, day: dt.date, entries: Sequence[Entry], submit: bool = False, progress: Progress | None = None
) -> list[Cooperation]:
    """Make all of these records, as drafts or handed in; one that is not valid and none is made.

    Officers bring in for their own municipality, reviewers drafts for those of their Land, which hand them in
    themselves. Raises PermissionDenied, ManyFaults.
    """
    _require_rights(user, entries, day, submit)
    found: dict[int, dict[str, list[str]]] = {}
    made: list[Cooperation] = []
    asked: list[tuple[Cooperation, list[int | None], set[str]]] = []
    act = _Act(user, day, submit)
    for start in range(0, len(entries), PORTION):
        portion = []
        for number, entry in enumerate(entries[start : start + PORTION], start):
            faults = Faults()
            built = _build(entry, act, faults)
            if faults.found:
                found[number] = faults.found
            elif not found:
                portion.append(built)
        if not found:
            _write(portion, user=user, day=day, submit=submit)
            made += [built.row for built in portion]
            if submit:
                asked += [_concerned(built) for built in portion]
        if progress:
            progress(min(start + PORTION, len(entries)), len(entries))
    if found:
        raise ManyFaults(found)
    if submit:
        tell_of_many(asked, day)
    return made


def _require_rights(user: User, entries: Iterable[Entry], day: dt.date, submit: bool) -> None:
    towns = {id(entry.municipality): entry.municipality for entry in entries}.values()
    require((may_hand_in if submit else may_bring_in)(user, towns, day))


# --- Building ---


def _build(entry: Entry, act: _Act, faults: Faults) -> Built:
    """The rows of the record, checked; what ``Writing`` and ``submit`` say of one is said here of many."""
    contents = entry.contents
    row = new_row(Cooperation, keeper=entry.municipality, registered_by=act.user)
    row.slug, row.kind = f"vorgang-{'' if act.is_trial else token_hex(6)}", CooperationKind.OTHER
    row.record_state, row.origin = RecordState.DRAFT, Origin.REGISTRATION
    assign(row, contents.values, FIELDS)
    check_plainly(row, "", faults)
    fields = contents.task_fields or []
    built = Built(row, entry.municipality, list(dict.fromkeys(fields)) if len(fields) > 1 else fields)
    partners = contents.partners
    if partners is None:
        partners = [Partner(body=entry.municipality, role=Role.LEAD)]
    _build_partners(built, partners, act, faults)
    for number, part in enumerate(contents.agreements or []):
        agreement = new_row(Agreement, cooperation=row)
        assign(agreement, part.values, ACT_FIELDS)
        check_plainly(agreement, f"agreements.{number}", faults)
        built.agreements.append((agreement, _parties(built, part.parties, f"agreements.{number}", faults)))
    for number, part in enumerate(contents.awards or []):
        award = new_row(Award, cooperation=row)
        assign(award, part.values, MONEY_FIELDS)
        check_plainly(award, f"awards.{number}", faults)
        built.awards.append(award)
    if act.submit and not faults.found:
        agreements = [agreement for agreement, _parties_of_it in built.agreements]
        said = faults_of_submission_of(row, built.task_fields, built.participations, agreements)
        for place, messages in said.items():
            for message in messages:
                faults.add(place, message)
    return built


def _build_partners(built: Built, partners: Iterable[Partner], act: _Act, faults: Faults) -> None:
    ends = min(built.row.ended_on or act.day, act.day)
    seen = set()
    for number, partner in enumerate(partners):
        place, body = f"participants.{number}", partner.body
        key = (type(body), body.pk)
        if key in seen:
            faults.add(f"{place}.body", _("%(name)s steht schon in der Liste.") % {"name": body.name})
            continue
        seen.add(key)
        if isinstance(body, Municipality) and body.valid_until and body.valid_until < ends:
            words = _("%(name)s bestand nur bis %(day)s. Nennen Sie die Kommune, die ihr nachfolgt.")
            faults.add(f"{place}.body", words % {"name": body.name, "day": format_day(body.valid_until)})
        built.bodies.append(body)
        kind = "municipality" if isinstance(body, Municipality) else "organisation"
        looks = (kind, _looks_of(partner))
        is_right = looks in act.right
        if is_right and act.is_trial:
            continue
        participation = new_row(Participation, cooperation=built.row, **{kind: body})
        participation.role, participation.note = partner.role, partner.note
        step = new_row(ParticipationStep, participation=participation)
        step.degree = partner.degree
        values = {"on": partner.on, "on_precision": partner.on_precision, "on_wording": partner.on_wording}
        assign(step, {name: value for name, value in values.items() if name == "on" or value}, values)
        if not is_right:
            is_right = check_plainly(participation, place, faults)
            is_right = check_plainly(step, place, faults) and is_right
        if is_right:
            act.right.add(looks)
        built.participations.append(participation)
        built.steps.append(step)


def _parties(built: Built, bodies: list[Any] | None, place: str, faults: Faults) -> list[int]:
    """The places of these bodies (all where None) among the participants."""
    if bodies is None:
        return list(range(len(built.bodies)))
    present = {body: number for number, body in enumerate(built.bodies)}
    for body in bodies:
        if body not in present:
            faults.add(f"{place}.parties", _("%(name)s ist nicht als beteiligt eingetragen.") % {"name": body.name})
    return [present[body] for body in bodies if body in present]


# --- Writing ---


def _write(portion: list[Built], *, user: User, day: dt.date, submit: bool) -> None:
    why = recorded(gettext_lazy("als Entwurf angelegt"))
    prefetch_related_objects(_towns(portion), "other_names")
    lands = dict(State.objects.values_list("code", "name"))
    for built in portion:
        row, acts = built.row, [act for act, _numbers in built.agreements]
        row.sort_key = sort_key(row.name)
        row.search_text = search_text_from(row, built.task_fields, acts, built.participations, lands)
        for act in acts:
            act.sort_key = sort_key(act.title)
            act.search_text = titled([act.title], [act.summary, row.search_text])
    _give_keys(portion)
    rows = [built.row for built in portion]
    insert(rows)
    fields = [(built.row.pk, one.pk) for built in portion for one in built.task_fields]
    insert_pairs(Cooperation.task_fields.through, fields)
    remember_with_task_fields([row.pk for row in rows], user=user, why=why)
    # Steps first: what the database keeps of both (the spells) is made once then, with the participations.
    for rows_of in ("steps", "participations", "awards"):
        _create([row for built in portion for row in getattr(built, rows_of)], user, why)
    _create([act for built in portion for act, _numbers in built.agreements], user, why)
    parties = [
        (act.pk, built.participations[number].pk)
        for built in portion
        for act, numbers in built.agreements
        for number in numbers
    ]
    insert_pairs(Agreement.parties.through, parties)
    if submit:
        _submit(portion, user=user, day=day)


def _give_keys(portion: list[Built]) -> None:
    """Keys for all rows, and to those that point at others the keys of these."""
    acts = [[act for act, _numbers in built.agreements] for built in portion]
    give_keys([built.row for built in portion])
    give_keys([row for built in portion for row in built.participations])
    give_keys([row for built in portion for row in built.steps])
    give_keys([act for some in acts for act in some])
    give_keys([award for built in portion for award in built.awards])
    for built, some in zip(portion, acts, strict=True):
        key = built.row.pk
        for row in (*built.participations, *some, *built.awards):
            row.__dict__["cooperation_id"] = key  # what it points to stays known
        for step, participation in zip(built.steps, built.participations, strict=True):
            step.__dict__["participation_id"] = participation.pk


def _towns(portion: list[Built]) -> list[Municipality]:
    """The participating municipalities, each object once."""
    bodies = {id(body): body for built in portion for body in built.bodies}
    return [body for body in bodies.values() if isinstance(body, Municipality)]


def _create(rows: list[Any], user: User, why: str) -> None:
    """The rows and their history."""
    if rows:
        insert(rows)
        remember(type(rows[0]), [row.pk for row in rows], user=user, why=why)


def _submit(portion: list[Built], *, user: User, day: dt.date) -> None:
    now = timezone.now()
    rows = [built.row for built in portion]
    for row in rows:
        row.record_state, row.version, row.submitted_at = RecordState.SUBMITTED, row.version + 1, now
    Cooperation.objects.filter(pk__in=[row.pk for row in rows]).update(
        record_state=RecordState.SUBMITTED, version=F("version") + 1, submitted_at=now, updated_at=now
    )
    why = recorded(RecordState.SUBMITTED.label)
    remember_with_task_fields([row.pk for row in rows], user=user, why=why, kind="~")
    Transition.objects.bulk_create(
        Transition(
            cooperation=built.row,
            from_state=RecordState.DRAFT,
            to_state=RecordState.SUBMITTED,
            by=user,
            municipality=built.keeper,
        )
        for built in portion
    )
    own, others = [], []
    for built in portion:
        for participation in built.participations:
            if participation.municipality_id == built.keeper.pk:
                own.append(
                    Confirmation(
                        participation=participation, answer=Answer.CONFIRMED, answered_on=day, answered_by=user
                    )
                )
            elif participation.municipality_id:
                others.append(Confirmation(participation=participation, requested_at=now))
    give_keys([*own, *others])
    _create(own, user, recorded(gettext_lazy("mit der Registrierung bestätigt")))
    _create(others, user, recorded(gettext_lazy("um Bestätigung gebeten")))


def _concerned(built: Built) -> tuple[Cooperation, list[int | None], set[str]]:
    """The record, the towns that are asked, the Länder of all participants (that of the lead first decides)."""
    towns: list[int | None] = [one.municipality_id for one in built.participations if one.municipality_id]
    towns = [town for town in towns if town != built.keeper.pk]
    states = {str(one.body.state_id) for one in built.participations if one.body.state_id}
    return built.row, towns, states
