"""Closed lists of words of the sources."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentKind(TextChoices):
    PRESS_ARTICLE = "press_article", _("Presseartikel")
    PRESS_RELEASE = "press_release", _("Pressemitteilung")
    AGREEMENT_TEXT = "agreement_text", _("Vereinbarungstext")
    RESOLUTION = "resolution", _("Beschluss")
    DIRECTIVE = "directive", _("Richtlinie oder Gesetz")
    DIRECTORY = "directory", _("Amtliches Verzeichnis")
    OTHER = "other", _("Sonstiges")


class Modality(TextChoices):
    """In which manner a source says a thing: as a fact, a wish, a plan, …"""

    ASSERTED = "asserted", _("berichtet")
    EVALUATED = "evaluated", _("bewertet")
    EXPECTED = "expected", _("erwartet")
    DEMANDED = "demanded", _("gefordert")
    RECOMMENDED = "recommended", _("empfohlen")
    OFFERED = "offered", _("angeboten")
    INTENDED = "intended", _("beabsichtigt")
    PLANNED = "planned", _("geplant")
    ANNOUNCED = "announced", _("angekündigt")
    PROSPECTIVE = "prospective", _("in Aussicht gestellt")
    BUDGETED = "budgeted", _("im Haushalt vorgesehen")


class Confidence(TextChoices):
    """How directly the passage says it."""

    EXPLICIT = "explicit", _("ausdrücklich")
    IMPLIED = "implied", _("sinngemäß")
    INFERRED = "inferred", _("nur erschlossen")


class Cardinality(TextChoices):
    """May a citable field have one true value at a time, or many side by side?"""

    SINGLE = "single", _("einwertig")
    MULTI = "multi", _("mehrwertig")


class ConflictState(TextChoices):
    OPEN = "open", _("offen")
    EXPLAINED = "explained", _("durch Zeitablauf erklärt")
    DECIDED = "decided", _("entschieden")


class SpeakerKind(TextChoices):
    OFFICE_HOLDER = "office_holder", _("Person in ihrem Amt")
    BODY = "body", _("Stelle")
