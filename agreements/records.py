"""Gathers what the page of one cooperation or agreement shows, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agreements.choices import GONE_DEGREES, Answer, CooperationStatus, Degree, Origin
from agreements.gathering import of_cooperation, with_others
from agreements.matrix import Matrix, matrix
from agreements.models import Agreement, Cooperation, Evidence, Participation
from agreements.sentences import Told, called, confirmations, counts, sentence
from agreements.standing import standing
from coopportal.common.dates import UncertainDate
from sources.choices import ConflictState
from sources.footnotes import Dispute, Footnotes, Statement

#: Fields of a cooperation that its facts show as the passages tell them, and those that stand in lists of their own.
FACTS = ("nature", "since", "operating_model", "site", "organ", "motto", "partner_kind", "openness")
TOPICS = ("goal", "challenge", "benefit", "success_factor", "demand", "relation", "assessment")
AGREEMENT_TOPICS = ("goal", "task_fields")


def known_day(row: Any, name: str) -> UncertainDate | None:
    """Since when a ``day_status`` or ``day_degree`` is known (``with_status_wording_on``); None for an unknown day."""
    on = getattr(row, f"{name}_on")
    return UncertainDate(on, getattr(row, f"{name}_precision"), getattr(row, f"{name}_wording")) if on else None


@dataclass(frozen=True)
class Topic:
    """What the passages say of one field, and whether they contradict each other."""

    field: str
    label: str
    statements: list[Statement]
    conflict: Any = None


def topics(subject: Any, footnotes: Footnotes, fields: Iterable[str], conflicts: dict[str, Any]) -> list[Topic]:
    """The fields of which any passage speaks, in the order given."""
    labels = {name: str(subject.citable_fields[name][0]) for name in fields}
    rows = [Topic(name, labels[name], footnotes.said(subject, name), conflicts.get(name)) for name in fields]
    return [row for row in rows if row.statements]


def legal_forms(cooperation: Cooperation, agreements: Collection[Agreement]) -> list[str]:
    """Its own legal form unless an act has it, and those of its acts with their status: a planned one is not there."""
    is_told = cooperation.legal_form in {row.legal_form for row in agreements}
    own = [cooperation.get_legal_form_display()] if cooperation.legal_form and not is_told else []
    acts = [f"{row.get_legal_form_display()} ({row.get_status_display()})" for row in agreements if row.legal_form]
    return list(dict.fromkeys([*own, *acts]))


@dataclass(frozen=True)
class CooperationRow:
    """A cooperation in a list (``for_list``)."""

    cooperation: Cooperation

    @property
    def counts(self) -> str:
        degrees = [row.counts for row in self.cooperation.participations.all()]
        return counts(sum(degrees), len(degrees) - sum(degrees))

    @property
    def names(self) -> list[str]:
        """The names of its participants, in their order."""
        return [str(row.body.name) for row in self.cooperation.participations.all()]

    @property
    def states(self) -> list[str]:
        """The names of the Länder of its participants, in the order of their codes."""
        bodies = [row.body for row in self.cooperation.participations.all()]
        return [name for _code, name in sorted({(body.state.code, body.state.name) for body in bodies if body.state})]

    @property
    def legal_forms(self) -> list[str]:
        return legal_forms(self.cooperation, self.cooperation.agreements.all())


class CooperationRecord:
    """A cooperation as it was on ``day``, with all that belongs to it; ``cut`` leaves out what came later."""

    def __init__(self, cooperation: Cooperation, day: dt.date, *, cut: bool, today: dt.date | None = None) -> None:
        self.cooperation, self.day, self.cut = cooperation, day, cut
        found = of_cooperation(cooperation, day, cut=cut)
        self.participations, self.status_steps = found["participations"], found["status_steps"]
        self.agreements, self.awards, self.events = found["agreements"], found["awards"], found["events"]
        self.task_fields = found["task_fields"]
        #: What became of the participants until today (``day``, unless told).
        self.now = standing(self.participations, day, today or day, cut=cut)
        self.footnotes = Footnotes.about(*self.subjects, self.steps, until=day if cut else None)
        self.disputes: list[Dispute] = self.footnotes.disputes(*self.subjects)

    @property
    def subjects(self) -> list[Any]:
        rows = [self.status_steps, self.participations, self.agreements, self.awards, self.events]
        return [self.cooperation, *rows]

    @property
    def steps(self) -> list[Any]:
        return [step for row in self.participations for step in row.steps.all()]

    @cached_property
    def matrix(self) -> Matrix:
        return matrix(self.participations, self.footnotes)

    @property
    def status_history(self) -> list[tuple[Any, list[Any]]]:
        """The steps of the status, each with what attests it: of the step itself, and of the status on that day."""
        said = self.footnotes.of(self.cooperation, "status")
        return [
            (
                step,
                self.footnotes.of(step)
                + [c for c in said if (c.value, c.stated_on) == (step.status, step.attested_on)],
            )
            for step in self.status_steps
        ]

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Documents of the keeper that a reviewer released; their own day is unknown, so no day leaves them out."""
        return list(self.cooperation.evidence.released()) if getattr(self.cooperation, "has_evidence", True) else []

    @cached_property
    def accepted(self) -> list[Any]:
        """``source`` and ``decided_at`` of accepted proposals; on an earlier day of those decided by then."""
        if not getattr(self.cooperation, "has_accepted", True):
            return []
        told = [self.cooperation.earlier_sources.order_by(), self.cooperation.proposals.accepted().order_by()]
        if self.cut:
            told = [rows.filter(decided_at__date__lte=self.day) for rows in told]
        earlier, own = (rows.values_list("decided_at", "pk", "source", named=True) for rows in told)
        return list(earlier.union(own, all=True).order_by("decided_at", "pk"))

    @property
    def has_own_sources(self) -> bool:
        return bool(self.evidence or self.accepted)

    @property
    def tells_start(self) -> bool:
        """Is there a beginning to show besides what the sources say of since when it is?"""
        return bool(self.cooperation.started) and (
            self.cooperation.started.decides or not self.footnotes.of(self.cooperation, "since")
        )

    @property
    def cited_fields(self) -> list[tuple[Any, list[Any]]]:
        """The task fields, each with the citations that name it."""
        said = self.footnotes.of(self.cooperation, "task_fields")
        return [(field, [citation for citation in said if citation.value == field.code]) for field in self.task_fields]

    @cached_property
    def facts(self) -> list[Topic]:
        return topics(self.cooperation, self.footnotes, FACTS, self.conflicts)

    @property
    def topics(self) -> list[Topic]:
        return topics(self.cooperation, self.footnotes, TOPICS, self.conflicts)

    @cached_property
    def conflicts(self) -> dict[str, Any]:
        """The contradictions about the cooperation itself, by field."""
        return {
            dispute.conflict.field: dispute.conflict for dispute in self.disputes if dispute.subject == self.cooperation
        }

    @cached_property
    def disputed(self) -> dict[int, Any]:
        """The contradictions about participations, by id of the participation."""
        about = [dispute for dispute in self.disputes if isinstance(dispute.subject, Participation)]
        return {dispute.subject.pk: dispute.conflict for dispute in about}

    @property
    def open_conflicts(self) -> int:
        return sum(dispute.conflict.state == ConflictState.OPEN for dispute in self.disputes)

    @property
    def status(self) -> CooperationStatus:
        """The status on the day; today's own one where no step tells it."""
        known = self.cooperation.day_status or ("" if self.cut else self.cooperation.status)  # type: ignore[attr-defined]
        return CooperationStatus(known or CooperationStatus.UNKNOWN)

    @property
    def counts(self) -> str:
        taking_part = sum(row.counts for row in self.participations)
        return counts(taking_part, len(self.participations) - taking_part)

    @property
    def confirmations(self) -> str:
        """How many municipal participants have confirmed, refused or not answered; those that are gone do not count.

        Who was asked and has said nothing yet is as silent as who was never asked.
        """
        rows = [row for row in self.participations if row.municipality and row.day_degree not in GONE_DEGREES]
        answers = [row.own_answer for row in rows]
        confirmed, refused = answers.count(Answer.CONFIRMED), answers.count(Answer.REFUSED)
        return confirmations(confirmed, refused, len(rows) - confirmed - refused)

    @staticmethod
    def refuses(row: Any) -> bool:
        """Does a participant that is not gone say that it does not take part?"""
        return bool(row.own_answer == Answer.REFUSED and row.day_degree not in GONE_DEGREES)

    @cached_property
    def answers(self) -> set[int]:
        """The municipal participants whose own answer, or that there is none, has to be told: their ids.

        Of a record from documents only those that were asked or have answered; those that are gone only with an answer.
        """
        return {row.pk for row in self.participations if row.municipality and self._is_asked(row)}

    def _is_asked(self, row: Any) -> bool:
        if row.own_answer:
            return True
        asked = self.cooperation.origin == Origin.REGISTRATION or hasattr(row, "confirmation")
        return asked and row.day_degree not in GONE_DEGREES

    @cached_property
    def own_form(self) -> str:
        """Its own legal form where none of its acts has the same."""
        acts = {row.legal_form for row in self.agreements}
        return self.cooperation.get_legal_form_display() if self.cooperation.legal_form not in acts else ""

    @cached_property
    def sentence(self) -> str:
        municipal = [row for row in self.participations if row.municipality]
        others = [row for row in self.participations if not row.municipality]
        partners = [row for row in municipal if row.counts]
        intended = [row for row in municipal if row.day_degree == Degree.INTENDED]
        refused = [row for row in municipal if self.refuses(row)]
        refused_partners = sum(row.counts for row in refused)
        refused_intended = sum(row.day_degree == Degree.INTENDED for row in refused)
        return sentence(
            Told(
                status=self.status,
                status_label=str(self.status.label),
                known=known_day(self.cooperation, "day_status"),
                partners=[called(row.called, refuses=self.refuses(row)) for row in partners],
                partner_bodies=sum(row.counts for row in others),
                intended=[called(row.called, refuses=self.refuses(row)) for row in intended],
                mentioned=len(municipal) - len(partners) - len(intended),
                mentioned_bodies=sum(not row.counts for row in others),
                task_fields=[str(field) for field in self.task_fields],
                legal_forms=legal_forms(self.cooperation, self.agreements),
                documents=len(self.footnotes.documents()) + len(self.evidence) + len(self.accepted),
                open_conflicts=self.open_conflicts,
                refused_partners=refused_partners,
                refused_intended=refused_intended,
                refused_mentioned=len(refused) - refused_partners - refused_intended,
            )
        )


class AgreementRecord:
    """An agreement with its parties, events and sources; ``cut`` leaves out what came after ``day``."""

    def __init__(self, agreement: Agreement, day: dt.date, *, cut: bool, today: dt.date | None = None) -> None:
        self.agreement = agreement
        events = agreement.events.in_order()
        self.events = list(events.happened_by(day) if cut else events)
        with_others(self.events, agreement.cooperation)
        parties: list[Participation] = list(agreement.parties.all())
        #: What became of the parties until today (``day``, unless told).
        self.now = standing(parties, day, today or day, cut=cut)
        self.footnotes = Footnotes.about(agreement, self.events, parties, until=day if cut else None)
        said = self.footnotes.of(agreement, "parties")
        #: The parties, each with the citations that name it by its key.
        self.parties = [(row, [c for c in said if row.body.subject_key in c.value.split()]) for row in parties]
        self.disputes: list[Dispute] = self.footnotes.disputes(agreement, self.events)
        self.is_later = bool(cut and agreement.attested_on and agreement.attested_on > day)
        self.term, self.notice_by = agreement.current_term(day), agreement.notice_by(day)

    @property
    def topics(self) -> list[Topic]:
        return topics(self.agreement, self.footnotes, AGREEMENT_TOPICS, {})
