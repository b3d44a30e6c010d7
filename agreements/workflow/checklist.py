"""What a record needs before it is handed in, and what a reviewer would like to see: the same list for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import Answer, CooperationStatus, LegalForm, Role
from agreements.models import Cooperation, Participation

#: Forms that an act in writing founds: without its dates nobody can tell from when it holds.
_UNWRITTEN = (LegalForm.INFORMAL, "")


@dataclass(frozen=True)
class Piece:
    """One thing to see to, at its field. What is ``required`` bars the way; the rest is advice."""

    field: str
    message: str
    required: bool


def missing_pieces(cooperation: Cooperation) -> list[Piece]:
    """Everything that is missing in the record as it is saved, the required first; five queries."""
    return pieces_of(Cooperation.objects.for_checklist().get(pk=cooperation.pk))


def pieces_of(cooperation: Cooperation) -> list[Piece]:
    """The same of a record that was fetched ``for_checklist``: without a query."""
    participations = list(cooperation.participations.all())
    found = [*_of_record(cooperation), *_of_partners(cooperation, participations), *_of_proof(cooperation)]
    found += _of_answers(participations)
    return sorted(found, key=lambda piece: not piece.required)


def faults_of_submission(cooperation: Cooperation) -> dict[str, list[str]]:
    """The messages of all required pieces that are missing, by field."""
    found: dict[str, list[str]] = {}
    for piece in missing_pieces(cooperation):
        if piece.required:
            found.setdefault(piece.field, []).append(piece.message)
    return found


def _of_record(row: Cooperation) -> Iterator[Piece]:
    if not row.summary.strip():
        yield Piece("summary", _("Beschreiben Sie in ein bis drei Sätzen, worum es geht."), True)
    if not row.task_fields.all():
        yield Piece("task_fields", _("Wählen Sie mindestens ein Aufgabenfeld."), True)
    if row.status == CooperationStatus.UNKNOWN:
        yield Piece("status", _("Geben Sie an, wie weit die Zusammenarbeit ist."), True)
    if not row.started_on and not row.started_wording:
        yield Piece("started_on", _("Seit wann besteht die Zusammenarbeit?"), False)


def _of_partners(row: Cooperation, participations: list[Participation]) -> Iterator[Piece]:
    if len(participations) < 2:
        yield Piece("participants", _("Eine Kooperation hat mindestens zwei Beteiligte."), True)
    leads = sum(participation.role == Role.LEAD for participation in participations)
    if leads != 1:
        yield Piece("participants", _("Genau eine beteiligte Stelle ist federführend."), True)
    if row.keeper_id and all(participation.municipality_id != row.keeper_id for participation in participations):
        yield Piece("participants", _("Ihre eigene Kommune fehlt unter den Beteiligten."), True)


def _of_proof(row: Cooperation) -> Iterator[Piece]:
    acts: list[Any] = list(row.agreements.all())
    if not row.legal_form and not any(act.legal_form for act in acts):
        yield Piece("legal_form", _("Wählen Sie eine Rechtsform; auch eine informelle Zusammenarbeit ist eine."), True)
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
