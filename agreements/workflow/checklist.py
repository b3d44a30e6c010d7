"""What a record needs before it is handed in, and what a reviewer would like to see: the same list for both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import Answer, CooperationStatus, LegalForm, Role
from agreements.models import Cooperation, Participation

#: As long as this is all there is, the form may still be open.
_NOT_BEGUN = (CooperationStatus.IDEA, CooperationStatus.PLANNED)
#: Forms that an act in writing founds: without its dates nobody can tell from when it holds.
_UNWRITTEN = (LegalForm.INFORMAL, "")


@dataclass(frozen=True)
class Piece:
    """One thing to see to, at its field. What is ``required`` bars the way; the rest is advice."""

    field: str
    message: str
    required: bool


def missing_pieces(cooperation: Cooperation) -> list[Piece]:
    """Everything that is missing in the record as it is saved, the required first; six queries."""
    return pieces_of(Cooperation.objects.for_checklist().get(pk=cooperation.pk))


def pieces_of(cooperation: Cooperation) -> list[Piece]:
    """The same of a record that was fetched ``for_checklist``: without a query."""
    participations = list(cooperation.participations.all())
    acts = list(cooperation.agreements.all())
    found = [*_of_record(cooperation, has_fields=bool(cooperation.task_fields.all()))]
    found += [*_of_partners(cooperation, participations), *_of_forms(cooperation, acts), *_of_proof(cooperation, acts)]
    found += [*_of_answers(participations), *_of_unfinished(cooperation)]
    return sorted(found, key=lambda piece: not piece.required)


def faults_of_submission(cooperation: Cooperation) -> dict[str, list[str]]:
    """The messages of all required pieces that are missing, by field."""
    return _by_field(missing_pieces(cooperation))


def faults_of_submission_of(
    cooperation: Cooperation, task_fields: Collection[Any], participations: list[Participation], acts: list[Any]
) -> dict[str, list[str]]:
    """The same for a record that is not saved yet, from what will belong to it; no query."""
    found = [*_of_record(cooperation, has_fields=bool(task_fields))]
    return _by_field([*found, *_of_partners(cooperation, participations), *_of_forms(cooperation, acts)])


def _by_field(pieces: Iterable[Piece]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.required:
            found.setdefault(piece.field, []).append(piece.message)
    return found


def _of_record(row: Cooperation, *, has_fields: bool) -> Iterator[Piece]:
    if not row.summary.strip():
        yield Piece("summary", _("Beschreiben Sie in ein bis drei Sätzen, worum es geht."), True)
    if not has_fields:
        yield Piece("task_fields", _("Wählen Sie mindestens ein Aufgabenfeld."), True)
    if row.status == CooperationStatus.UNKNOWN:
        yield Piece("status", _("Geben Sie an, wie weit die Zusammenarbeit ist."), True)
    if not row.started_on and not row.started_wording:
        yield Piece("started_on", _("Seit wann besteht die Zusammenarbeit?"), False)


def _of_partners(row: Cooperation, participations: list[Participation]) -> Iterator[Piece]:
    if len(participations) + getattr(row, "names_newcomers", False) < 2:
        yield Piece("participants", _("Eine Kooperation hat mindestens zwei Beteiligte."), True)
    leads = sum(participation.role == Role.LEAD for participation in participations)
    if leads != 1:
        yield Piece("participants", _("Genau eine beteiligte Stelle ist federführend."), True)
    if row.keeper_id and all(participation.municipality_id != row.keeper_id for participation in participations):
        yield Piece("participants", _("Ihre eigene Kommune fehlt unter den Beteiligten."), True)


def _of_forms(row: Cooperation, acts: list[Any]) -> Iterator[Piece]:
    if row.legal_form or any(act.legal_form for act in acts):
        return
    if row.status in _NOT_BEGUN:
        yield Piece("legal_form", _("Die Rechtsform ist noch nicht festgelegt."), False)
    else:
        yield Piece("legal_form", _("Wählen Sie eine Rechtsform; auch eine informelle Zusammenarbeit ist eine."), True)


def _of_proof(row: Cooperation, acts: list[Any]) -> Iterator[Piece]:
    """Advice only."""
    for number, act in enumerate(acts):
        if act.legal_form not in _UNWRITTEN and not (act.signed_on or act.effective_on):
            words = _("Wann wurde „%(title)s“ unterzeichnet oder wirksam?") % {"title": act.title}
            yield Piece(f"agreements.{number}.signed_on", words, False)
    if not row.basis.strip() and not row.evidence.all():
        words = _("Worauf stützen sich die Angaben? Nennen Sie einen Beschluss oder legen Sie ihn bei.")
        yield Piece("basis", words, False)


def _of_answers(participations: list[Participation]) -> Iterator[Piece]:
    """Open and contested participations never bar the way; the reviewer knows of them."""
    asked = [row.confirmation for row in participations if row.municipality_id and hasattr(row, "confirmation")]
    still_open = sum(answer.answer == Answer.OPEN for answer in asked)
    refused = sum(answer.answer == Answer.REFUSED for answer in asked)
    if still_open:
        one, many = "%d Kommune hat noch nicht geantwortet.", "%d Kommunen haben noch nicht geantwortet."
        yield Piece("participants", ngettext(one, many, still_open) % still_open, False)
    if refused:
        one, many = "%d Kommune widerspricht ihrer Beteiligung.", "%d Kommunen widersprechen ihrer Beteiligung."
        yield Piece("participants", ngettext(one, many, refused) % refused, False)


def _of_unfinished(row: Cooperation) -> Iterator[Piece]:
    """What was typed and is no value yet: handing in would leave it out without a word."""
    for unfinished in row.unfinished.all():
        for place, messages in unfinished.faults.items():
            for message in messages:
                yield Piece(place, message, True)
