"""Closed lists of words about money."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProgrammeStatus(TextChoices):
    ANNOUNCED = "announced", _("angekündigt")
    PLANNED = "planned", _("geplant")
    RUNNING = "running", _("läuft")
    ENDED = "ended", _("beendet")
    UNKNOWN = "unknown", _("unbekannt")


class ProgrammeKind(TextChoices):
    PILOT = "pilot", _("Pilotförderung")
    REGULAR = "regular", _("Regelförderung")
    INITIATIVE = "initiative", _("Initiative")
    REFORM = "reform", _("Strukturreform")
    GRANT = "grant", _("Einzelzuwendung")


class Rung(TextChoices):
    """How certain money is. The first seven are the ladder, from a word to a payment."""

    ANNOUNCED = "announced", _("angekündigt")
    PROSPECTIVE = "prospective", _("in Aussicht gestellt")
    BUDGETED = "budgeted", _("im Haushalt vorgesehen")
    PROVIDED = "provided", _("bereitgestellt")
    APPLIED = "applied", _("beantragt")
    GRANTED = "granted", _("bewilligt")
    PAID = "paid", _("ausgezahlt")
    REFUSED = "refused", _("abgelehnt")
    CLAIMED = "claimed", _("als laufend behauptet")
    UNKNOWN = "unknown", _("unbekannt")


#: The ladder from the lowest rung up; sums are formed per rung, never across.
LADDER = (
    Rung.ANNOUNCED,
    Rung.PROSPECTIVE,
    Rung.BUDGETED,
    Rung.PROVIDED,
    Rung.APPLIED,
    Rung.GRANTED,
    Rung.PAID,
)


#: What is said of money without a place on the ladder.
BESIDE = tuple(rung for rung in Rung if rung not in LADDER)


class Qualifier(TextChoices):
    """How a source limits a number."""

    EXACT = "exact", _("genau")
    MORE_THAN = "more_than", _("mehr als")
    ABOUT = "about", _("rund")
    UP_TO = "up_to", _("bis zu")


class CriterionKind(TextChoices):
    """What a programme asks for. All but ``statement`` can be checked by a machine."""

    STATE_IN = "state_in", _("Land der Beteiligten")
    APPLICANT_KIND_IN = "applicant_kind_in", _("Art der Antragsteller")
    MIN_PARTNERS = "min_partners", _("Mindestzahl der Partner")
    MIN_DURATION_MONTHS = "min_duration_months", _("Mindestlaufzeit")
    LEGAL_FORM_IN = "legal_form_in", _("Rechtsform")
    TASK_FIELD_IN = "task_field_in", _("Aufgabenfeld")
    APPLICATION_WINDOW = "application_window", _("Antragsfrist")
    STATEMENT = "statement", _("Aussage, nicht maschinell prüfbar")
