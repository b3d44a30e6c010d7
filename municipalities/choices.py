"""Closed lists of words of the directory."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class BodyStatus(TextChoices):
    """What has become of a body on the day asked for."""

    EXISTING = "existing", _("besteht")
    ENDED = "ended", _("besteht nicht mehr")


class Involvement(TextChoices):
    """Does a body take part in a cooperation (as partner, party or member) on the day asked for?"""

    YES = "yes", _("ja")
    NO = "no", _("nein")


class Level(TextChoices):
    DISTRICT = "district", _("Kreisebene")
    ASSOCIATION = "association", _("Gemeindeverband")
    MUNICIPALITY = "municipality", _("Gemeinde")
    UNINCORPORATED = "unincorporated", _("gemeindefreies Gebiet")


class BoundaryLevel(TextChoices):
    """Whose border it is; a Land has one too, and a kreisfreie Stadt has one as district and one as municipality."""

    STATE = "state", _("Land")
    DISTRICT = "district", _("Kreis")
    ASSOCIATION = "association", _("Gemeindeverband")
    MUNICIPALITY = "municipality", _("Gemeinde")


class Kind(TextChoices):
    """Follows the Textkennzeichen of the official directory (GV100AD, columns 123–124)."""

    INDEPENDENT_CITY = "independent_city", _("kreisfreie Stadt")
    URBAN_DISTRICT = "urban_district", _("Stadtkreis")
    DISTRICT = "district", _("Kreis")
    RURAL_DISTRICT = "rural_district", _("Landkreis")
    REGIONAL_ASSOCIATION = "regional_association", _("Regionalverband")
    AMT = "amt", _("Amt")
    SAMTGEMEINDE = "samtgemeinde", _("Samtgemeinde")
    VERBANDSGEMEINDE = "verbandsgemeinde", _("Verbandsgemeinde")
    ADMINISTRATIVE_COMMUNITY = "administrative_community", _("Verwaltungsgemeinschaft")
    KIRCHSPIELSLANDGEMEINDE = "kirchspielslandgemeinde", _("Kirchspielslandgemeinde")
    ADMINISTRATIVE_ASSOCIATION = "administrative_association", _("Verwaltungsverband")
    FULFILLING_MUNICIPALITY = "fulfilling_municipality", _("erfüllende Gemeinde")
    MARKET = "market", _("Markt")
    TOWN = "town", _("Stadt")
    MUNICIPALITY = "municipality", _("Gemeinde")
    MAJOR_DISTRICT_TOWN = "major_district_town", _("Große Kreisstadt")
    UNINCORPORATED = "unincorporated", _("gemeindefreies Gebiet")


#: A kreisfreie Stadt is one body, and its level is the municipality.
LEVEL_OF_KIND = {
    Kind.INDEPENDENT_CITY: Level.MUNICIPALITY,
    Kind.URBAN_DISTRICT: Level.MUNICIPALITY,
    Kind.DISTRICT: Level.DISTRICT,
    Kind.RURAL_DISTRICT: Level.DISTRICT,
    Kind.REGIONAL_ASSOCIATION: Level.DISTRICT,
    Kind.AMT: Level.ASSOCIATION,
    Kind.SAMTGEMEINDE: Level.ASSOCIATION,
    Kind.VERBANDSGEMEINDE: Level.ASSOCIATION,
    Kind.ADMINISTRATIVE_COMMUNITY: Level.ASSOCIATION,
    Kind.KIRCHSPIELSLANDGEMEINDE: Level.ASSOCIATION,
    Kind.ADMINISTRATIVE_ASSOCIATION: Level.ASSOCIATION,
    Kind.FULFILLING_MUNICIPALITY: Level.ASSOCIATION,
    Kind.MARKET: Level.MUNICIPALITY,
    Kind.TOWN: Level.MUNICIPALITY,
    Kind.MUNICIPALITY: Level.MUNICIPALITY,
    Kind.MAJOR_DISTRICT_TOWN: Level.MUNICIPALITY,
    Kind.UNINCORPORATED: Level.UNINCORPORATED,
}


#: Cities that are their own district.
DISTRICT_FREE = frozenset({Kind.INDEPENDENT_CITY, Kind.URBAN_DISTRICT})


class Reach(TextChoices):
    """Which bodies are neighbours of one: by territory, or by the distance of their places in kilometres."""

    DISTRICT = "kreis", _("im selben Kreis")
    NEAR = "25", _("bis 25 km")
    FAR = "50", _("bis 50 km")
    STATE = "land", _("im selben Land")


class SuccessionKind(TextChoices):
    """What a change of territory or key did (Destatis, Namens-, Grenz- und Schlüsseländerungen)."""

    MERGER = "merger", _("Zusammenschluss zu einer neuen Gemeinde")
    ABSORPTION = "absorption", _("Eingliederung")
    KEY_CHANGE = "key_change", _("neuer Schlüssel ohne Zusammenschluss")
    SPLIT = "split", _("Aufteilung")
    LEVEL_CHANGE = "level_change", _("Wechsel der Ebene")


#: What it did to the body that ended, as the beginning of a sentence that names its successor.
BECAME = {
    SuccessionKind.MERGER: _("mit anderen zusammengeschlossen zu"),
    SuccessionKind.ABSORPTION: _("eingegliedert in"),
    SuccessionKind.KEY_CHANGE: _("fortgeführt unter neuem Schlüssel"),
    SuccessionKind.SPLIT: _("aufgeteilt; ein Teil gehört zu"),
    SuccessionKind.LEVEL_CHANGE: _("in eine andere Ebene gewechselt"),
}


class Urbanisation(TextChoices):
    """Grad der Verstädterung, as Eurostat grades municipalities (AuszugGV, keys 01 to 03)."""

    DENSE = "dense", _("dicht besiedelt")
    INTERMEDIATE = "intermediate", _("mittlere Besiedlungsdichte")
    THIN = "thin", _("gering besiedelt")


class DoubtKind(TextChoices):
    """What made an import stop at a row of the directory instead of believing it."""

    POPULATION_JUMP = "population_jump", _("unglaubwürdiger Sprung der Zahlen")
    UNKNOWN_KIND = "unknown_kind", _("Textkennzeichen fehlt oder ist unbekannt")
    CONTRADICTION = "contradiction", _("Schlüssel mehrfach mit verschiedenen Angaben")
    VANISHED = "vanished", _("fehlt, ohne dass die Fläche anderswo hinzukam")
    STILL_LISTED = "still_listed", _("im Portal beendet, im Verzeichnis noch geführt")
    ORPHAN = "orphan", _("übergeordnete Körperschaft fehlt")
    NO_SUCCESSOR = "no_successor", _("beendet, Nachfolge ungeklärt")
    NOT_LISTED = "not_listed", _("im Portal geführt, nicht im Verzeichnis")


#: Doubts that keep a row of the directory out until a steward decides; the others only ask for a look.
STOPPING_DOUBTS = frozenset(
    {
        DoubtKind.POPULATION_JUMP,
        DoubtKind.UNKNOWN_KIND,
        DoubtKind.CONTRADICTION,
        DoubtKind.VANISHED,
        DoubtKind.STILL_LISTED,
    }
)


class DoubtDecision(TextChoices):
    OPEN = "open", _("offen")
    ACCEPTED = "accepted", _("das Verzeichnis gilt")
    REJECTED = "rejected", _("es bleibt, wie es war")


class OrganisationKind(TextChoices):
    STATE = "state", _("Land")
    STATE_MINISTRY = "state_ministry", _("Ministerium")
    STATE_AUTHORITY = "state_authority", _("Landesbehörde")
    STATE_BODY = "state_body", _("Gremium des Landes")
    POLICE_AUTHORITY = "police_authority", _("Polizeibehörde")
    UNIVERSITY = "university", _("Hochschule")
    ASSOCIATION = "association", _("Verein")
    SPECIAL_PURPOSE_ASSOCIATION = "special_purpose_association", _("Zweckverband")
    COST_BEARER = "cost_bearer", _("Kostenträger")
    FACILITY = "facility", _("Einrichtung")
    COUNCIL = "council", _("Rat oder Beirat")
    MEDIUM = "medium", _("Medium")
    COMPANY = "company", _("Unternehmen")
    OTHER = "other", _("sonstige Stelle")


class SharedName(IntegerChoices):
    """Who else bears the name of an existing body."""

    BY_NONE = 0, _("nein")
    BY_OTHER_KINDS = 1, _("von Kommunen anderer Art")
    BY_SAME_KIND = 2, _("von Kommunen derselben Art")


def told_apart(name: str, kind: str, key: str, shared: int) -> str:
    """The name with what it takes to know which body is meant: nothing, the kind, or kind and key."""
    if not shared:
        return name
    return f"{name} ({kind}, {key})" if shared == SharedName.BY_SAME_KIND else f"{name} ({kind})"
