"""Closed lists of words about cooperations."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RecordState(TextChoices):
    """Where a record stands on its way into the register."""

    DRAFT = "draft", _("Entwurf")
    SUBMITTED = "submitted", _("eingereicht")
    RETURNED = "returned", _("zurückgegeben")
    PUBLISHED = "published", _("veröffentlicht")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    MERGED = "merged", _("zusammengeführt")

    @classmethod
    def final(cls) -> tuple[RecordState, RecordState]:
        """States that nothing leads out of."""
        return cls.WITHDRAWN, cls.MERGED


#: The one table of transitions: from where a record may go where. What is not here cannot happen.
TRANSITIONS: dict[RecordState, frozenset[RecordState]] = {
    RecordState.DRAFT: frozenset({RecordState.SUBMITTED}),
    RecordState.SUBMITTED: frozenset({RecordState.RETURNED, RecordState.PUBLISHED, RecordState.WITHDRAWN}),
    RecordState.RETURNED: frozenset({RecordState.SUBMITTED, RecordState.WITHDRAWN}),
    RecordState.PUBLISHED: frozenset({RecordState.WITHDRAWN, RecordState.MERGED}),
    RecordState.WITHDRAWN: frozenset(),
    RecordState.MERGED: frozenset(),
}

#: In which states the keeper may write, and in which participants may answer for themselves.
EDITABLE = (RecordState.DRAFT, RecordState.RETURNED)
ANSWERABLE = (RecordState.SUBMITTED, RecordState.RETURNED, RecordState.PUBLISHED)

#: After how many days the keeper is asked whether a record is still true, and after how many it is marked.
AFFIRM_EVERY_DAYS = 365
UNAFFIRMED_AFTER_DAYS = 548


class Origin(TextChoices):
    """How a record came into the register."""

    DOCUMENTS = "documents", _("aus Quellen entnommen")
    REGISTRATION = "registration", _("von einer Kommune registriert")


class CooperationKind(TextChoices):
    SERVICE_NETWORK = "service_network", _("Leistungsverbund")
    PROJECT_CLUSTER = "project_cluster", _("Projektverbund")
    REGIONAL_ASSOCIATION = "regional_association", _("regionaler Zusammenschluss")
    STATE_NETWORK = "state_network", _("Landesnetzwerk")
    EXCHANGE = "exchange", _("Erfahrungsaustausch")
    OTHER = "other", _("sonstige Kooperation")


class CooperationStatus(TextChoices):
    IDEA = "idea", _("Idee")
    PLANNED = "planned", _("geplant")
    BEING_SET_UP = "being_set_up", _("im Aufbau")
    ACTIVE = "active", _("aktiv")
    DORMANT = "dormant", _("ruhend")
    ENDED = "ended", _("beendet")
    ABANDONED = "abandoned", _("aufgegeben")
    UNKNOWN = "unknown", _("unbekannt")


#: Cooperations that have not begun; who could join them yet is best asked.
BEGINNING = (CooperationStatus.IDEA, CooperationStatus.PLANNED, CooperationStatus.BEING_SET_UP)
#: Cooperations that nobody joins any more.
OVER = (CooperationStatus.ENDED, CooperationStatus.ABANDONED)


class AgreementStatus(TextChoices):
    PLANNED = "planned", _("geplant")
    DRAFTING = "drafting", _("im Entwurf")
    RESOLVED = "resolved", _("beschlossen")
    SIGNED = "signed", _("unterzeichnet")
    FILED = "filed", _("angezeigt oder zur Genehmigung vorgelegt")
    APPROVED = "approved", _("genehmigt")
    ANNOUNCED = "announced", _("bekannt gemacht")
    IN_FORCE = "in_force", _("in Kraft")
    TERMINATING = "terminating", _("gekündigt, Frist läuft")
    ENDED = "ended", _("beendet")
    REJECTED = "rejected", _("abgelehnt")
    UNKNOWN = "unknown", _("unbekannt")

    @classmethod
    def without_terms(cls) -> tuple[AgreementStatus, ...]:
        """Agreements whose duration binds nobody: not yet concluded, or over."""
        return cls.PLANNED, cls.DRAFTING, cls.ENDED, cls.REJECTED


class DeadlineKind(TextChoices):
    """What a day is the last one for."""

    NOTICE = "notice", _("Kündigung bis")
    TERM_END = "term_end", _("Ende der Laufzeit")
    AFFIRMATION = "affirmation", _("Bestätigung fällig")
    APPLICATION = "application", _("Antragsschluss")

    @property
    def rank(self) -> int:
        """Where it stands among the deadlines of one day: what the law ties to the day before what is only asked."""
        return DEADLINE_RANKS[self]


#: Kind → its place among the deadlines of one day.
DEADLINE_RANKS: dict[str, int] = {
    DeadlineKind.NOTICE: 0,
    DeadlineKind.TERM_END: 1,
    DeadlineKind.APPLICATION: 2,
    DeadlineKind.AFFIRMATION: 3,
}


class DueWhen(TextChoices):
    """Whether the day of a deadline is still to come, today among them, or has passed."""

    COMING = "coming", _("bevorstehend")
    OVERDUE = "overdue", _("überfällig")


class LegalForm(TextChoices):
    """Forms of cooperation under the Länder's laws on municipal cooperation and under private law."""

    INFORMAL = "informal", _("informelle Zusammenarbeit")
    NETWORK_MEMBERSHIP = "network_membership", _("Kooperationsvereinbarung mit einem Landesnetzwerk")
    WORKING_GROUP = "working_group", _("kommunale Arbeitsgemeinschaft")
    PUBLIC_LAW_CONTRACT = "public_law_contract", _("öffentlich-rechtlicher Vertrag")
    PURPOSE_AGREEMENT = "purpose_agreement", _("Zweckvereinbarung")
    PURPOSE_AGREEMENT_DELEGATING = "purpose_agreement_delegating", _("delegierende Zweckvereinbarung")
    PURPOSE_AGREEMENT_MANDATING = "purpose_agreement_mandating", _("mandatierende Zweckvereinbarung")
    PURPOSE_AGREEMENT_JOINT = "purpose_agreement_joint", _("Zweckvereinbarung zur gemeinsamen Erfüllung")
    SPECIAL_PURPOSE_ASSOCIATION = "special_purpose_association", _("Zweckverband")
    JOINT_PUBLIC_INSTITUTION = "joint_public_institution", _("gemeinsame kommunale Anstalt")
    ADMINISTRATIVE_COMMUNITY = "administrative_community", _("Verwaltungsgemeinschaft")
    ADMINISTRATIVE_ASSOCIATION = "administrative_association", _("Verwaltungsverband")
    FULFILLING_MUNICIPALITY = "fulfilling_municipality", _("erfüllende Gemeinde")
    REGISTERED_ASSOCIATION = "registered_association", _("eingetragener Verein")
    LIMITED_COMPANY = "limited_company", _("GmbH")
    COOPERATIVE = "cooperative", _("eingetragene Genossenschaft")
    PRIVATE_CONTRACT = "private_contract", _("privatrechtlicher Vertrag")


class Role(TextChoices):
    LEAD = "lead", _("federführend")
    PARTNER = "partner", _("Partner")
    SIGNATORY = "signatory", _("unterzeichnend")
    ADVISER = "adviser", _("beratend")
    FUNDER = "funder", _("fördernd")
    SUPERVISOR = "supervisor", _("aufsichtführend")
    COST_BEARER = "cost_bearer", _("Kostenträger")
    HOST = "host", _("gastgebend")
    OBSERVER = "observer", _("beobachtend")


class Degree(TextChoices):
    """How far a body belongs to a cooperation, from merely named to left; the order counts.

    Of several steps on one day the later one in this list decides.
    """

    MENTIONED = "mentioned", _("genannt")
    WISHED = "wished", _("erwünscht")
    INVITED = "invited", _("eingeladen")
    INTENDED = "intended", _("vorgesehen")
    EXISTING = "existing", _("Partner")
    BENEFICIARY = "beneficiary", _("begünstigt")
    PARTY = "party", _("Vertragspartei")
    MEMBER = "member", _("Mitglied")
    LEFT = "left", _("ausgetreten")
    DIRECTED_ELSEWHERE = "directed_elsewhere", _("anderweitig zugeordnet")


#: Degrees that count as taking part; all others are counted as mentioned.
COUNTED_DEGREES = (Degree.EXISTING, Degree.PARTY, Degree.MEMBER)
#: Degrees of those whom a cooperation would like to have.
WANTED_DEGREES = (Degree.WISHED, Degree.INVITED, Degree.INTENDED)
#: Degrees of those who take part no more: nobody asks them whether they do.
GONE_DEGREES = (Degree.LEFT, Degree.DIRECTED_ELSEWHERE)


class NetworkLevel(TextChoices):
    """What a node of the network stands for."""

    BODY = "stellen", _("einzelne Kommunen und Stellen")
    DISTRICT = "kreise", _("Kreise")
    STATE = "laender", _("Länder")


class EventKind(TextChoices):
    MEETING = "meeting", _("Treffen")
    SIGNING = "signing", _("Unterzeichnung")
    VISIT = "visit", _("Besuch")
    FOUNDING = "founding", _("Gründung")
    ACCESSION = "accession", _("Beitritt")
    OTHER = "other", _("sonstiges Ereignis")


class Answer(TextChoices):
    """What a participant says of its own participation; silence is not consent."""

    OPEN = "", _("noch keine Antwort")
    CONFIRMED = "confirmed", _("bestätigt")
    REFUSED = "refused", _("widersprochen")


class EntryKind(TextChoices):
    """What an entry of a record's history is about, named as its model."""

    COOPERATION = "cooperation", _("Angaben zur Kooperation")
    PARTICIPATION = "participation", _("Beteiligung")
    STEP = "participationstep", _("Schritt einer Beteiligung")
    CONFIRMATION = "confirmation", _("Antwort einer Kommune")
    AGREEMENT = "agreement", _("Vereinbarung")
    AWARD = "award", _("Geld")
    STATUS = "statusstep", _("Stand")
    EVENT = "event", _("Ereignis")


class EntryAction(TextChoices):
    """What was done, by the signs of the history tables."""

    ENTERED = "+", _("eingetragen")
    CHANGED = "~", _("geändert")
    REMOVED = "-", _("entfernt")


class ProposalState(TextChoices):
    OPEN = "open", _("offen")
    DECIDED = "decided", _("entschieden")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


class ChangeKind(TextChoices):
    """What one item of a proposal wants to change."""

    FIELD = "field", _("Angabe ändern")
    JOIN = "join", _("Beteiligung kommt hinzu")
    LEAVE = "leave", _("Beteiligung endet")
    ROLE = "role", _("Rolle ändert sich")
    STEP = "step", _("Stellung ändert sich")
    AGREEMENT = "agreement", _("neue Vereinbarung")
    EVENT = "event", _("neues Ereignis")
    AWARD = "award", _("Geld kommt hinzu")
    AGREEMENT_FIELD = "agreement_field", _("Vereinbarung ändern")
    EVENT_FIELD = "event_field", _("Ereignis ändern")
    AWARD_FIELD = "award_field", _("Geld ändern")


class Decision(TextChoices):
    OPEN = "open", _("offen")
    ACCEPTED = "accepted", _("angenommen")
    REJECTED = "rejected", _("abgelehnt")


class ScanResult(TextChoices):
    """What the malware check said of an uploaded document."""

    UNCHECKED = "unchecked", _("nicht geprüft")
    CLEAN = "clean", _("ohne Befund")


class ReviewTask(TextChoices):
    """What may wait for a reviewer at a record."""

    SUBMISSION = "submission", _("eingereichter Eintrag")
    PROPOSALS = "proposals", _("Änderungsvorschlag")
    REMARKS = "remarks", _("Hinweis aus der Öffentlichkeit")
    EVIDENCE = "evidence", _("Nachweis ohne Entscheidung")
