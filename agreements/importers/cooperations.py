"""``import_cooperations``: a file of cooperations into the register, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from agreements import workflow
from agreements.importers.columns import BY_NAME, REQUIRED, column_of
from agreements.importers.comparison import Answers, judge
from agreements.importers.judgements import Judgement, Outcome, Purpose, Report
from agreements.importers.tables import Table, read
from agreements.models import Cooperation, Participation
from agreements.permissions import lands_of, may_register
from municipalities.importers.refusal import Refused
from municipalities.models import Municipality

Progress = Callable[[str, int, int], None]


def no_progress(what: str, done: int, total: int) -> None:
    """Tells nobody."""


def purpose_of(user: User, town: Municipality | None, day: dt.date, *, submit: bool = False) -> Purpose:
    """On whose behalf this person brings in; the rights are those of the workflow. Raises Refused."""
    if town is not None:
        if not may_register(user, town, day):
            raise Refused(f"Für {town} haben Sie heute kein Mandat.")
        return Purpose(user, town, day, submit)
    lands = lands_of(user, day)
    if not lands:
        raise Refused("Nennen Sie die Kommune, für die Sie Kooperationen einbringen.")
    if submit:
        raise Refused("Die Prüfung bringt nur Entwürfe ein; einreichen muss sie die federführende Kommune.")
    return Purpose(user, None, day, lands=lands)


def import_cooperations(
    data: bytes,
    purpose: Purpose,
    *,
    dry_run: bool = False,
    answers: Answers | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Compare the file with the register as it is now and, unless ``dry_run``, write it if nothing stands against it.

    Raises Refused where the file is none; what is wrong or in doubt with single rows stands in the report.
    """
    progress("lesen", 0, 1)
    table = read(data, BY_NAME, REQUIRED)
    if dry_run:
        return _checked(_judged(table, purpose, answers, progress), purpose)
    with transaction.atomic():
        _one_at_a_time(purpose)
        report = _judged(table, purpose, answers, progress)
        if not report.may_be_written:
            return _checked(report, purpose)
        try:
            with transaction.atomic():
                report.written = _write(report, purpose, progress)
        except _Stopped:
            pass
    return report


def _one_at_a_time(purpose: Purpose) -> None:
    """A second import of the same person or town waits here, and finds what the first one wrote.

    The lock is the weak one: others may go on naming this person and this town.
    """
    User.objects.select_for_update(no_key=True).filter(pk=purpose.user.pk).first()
    if purpose.town is not None:
        Municipality.objects.select_for_update(no_key=True, of=("self",)).filter(pk=purpose.town.pk).only("pk").first()


def _judged(table: Table, purpose: Purpose, answers: Answers | None, progress: Progress) -> Report:
    progress("vergleichen", 0, len(table.rows))
    report = Report(table, judge(table, purpose, answers))
    progress("vergleichen", len(table.rows), len(table.rows))
    return report


def _checked(report: Report, purpose: Purpose) -> Report:
    """The report, with what the workflow would say of the rows; nothing is written."""
    for rows, submit in (
        (report.of(Outcome.NEW), purpose.submit),
        (report.of(Outcome.CHANGED, Outcome.PROPOSED), False),
    ):
        if not (entries := [entry for row in rows if (entry := row.entry or row.trial)]):
            continue
        found = workflow.check_many(user=purpose.user, day=purpose.day, entries=entries, submit=submit)
        for number, faults in found.items():
            blame(rows[number], faults)
    return report


def blame(row: Judgement, faults: Mapping[str, list[str]]) -> None:
    """Put the workflow's messages to their columns."""
    row.outcome = Outcome.WRONG
    for place, messages in faults.items():
        column = "" if place == NON_FIELD_ERRORS else column_of(place)
        row.faults += [(column, message) for message in messages if (column, message) not in row.faults]


class _Stopped(Exception):
    """A row that looked right was refused by the workflow: nothing is written."""


def _write(report: Report, purpose: Purpose, progress: Progress) -> bool:
    rows = report.of(Outcome.NEW)
    try:
        made = workflow.register_many(
            user=purpose.user,
            day=purpose.day,
            entries=[row.entry for row in rows if row.entry],
            submit=purpose.submit,
            progress=lambda done, total: progress("schreiben", done, total),
        )
    except workflow.ManyFaults as error:
        for number, faults in error.found.items():
            blame(rows[number], faults)
        raise _Stopped from error
    for row, record in zip(rows, made, strict=True):
        row.note = f"angelegt als {record.slug}"
    stopped = [row for row in report.of(Outcome.CHANGED, Outcome.PROPOSED) if not _change(row, purpose)]
    if stopped:
        raise _Stopped
    return True


def _change(row: Judgement, purpose: Purpose) -> bool:
    """Write a draft or make a proposal; False, with the reasons at the row, where the workflow refuses."""
    if row.known is None or purpose.town is None:
        raise ValueError("only a known record of a town is changed")
    record = Cooperation.objects.get(pk=row.known.pk)
    try:
        with transaction.atomic():
            if row.contents is not None:
                contents = _keeping_dates(row.contents, record)
                workflow.save_draft(
                    user=purpose.user,
                    cooperation=record,
                    day=purpose.day,
                    contents=contents,
                    version=row.known.version,
                )
            elif row.proposal is not None:
                workflow.propose(
                    user=purpose.user,
                    cooperation=record,
                    municipality=purpose.town,
                    day=purpose.day,
                    changes=row.proposal.changes,
                    reason=row.proposal.reason,
                    source=row.proposal.source,
                    version=row.known.version,
                )
    except ValidationError as error:
        blame(row, error.message_dict)
    except (workflow.Refused, PermissionDenied) as error:
        blame(row, {NON_FIELD_ERRORS: [str(error)]})
    return row.outcome != Outcome.WRONG


def _keeping_dates(contents: workflow.Contents, record: Cooperation) -> workflow.Contents:
    """The same with the days and notes of the participants that stay, which a file does not tell."""
    if contents.partners is None:
        return contents
    rows = Participation.objects.filter(cooperation=record).prefetch_related("steps")
    present = {(row.municipality_id, row.organisation_id): row for row in rows}
    partners = []
    for one in contents.partners:
        key = (one.body.pk, None) if isinstance(one.body, Municipality) else (None, one.body.pk)
        row = present.get(key)
        step = min(row.steps.all(), key=lambda step: step.pk, default=None) if row else None
        if row and step:
            one = workflow.Partner(
                one.body, one.role, one.degree, step.on, step.on_precision, step.on_wording, row.note
            )
        partners.append(one)
    return workflow.Contents(contents.values, contents.task_fields, partners, contents.agreements, contents.awards)
