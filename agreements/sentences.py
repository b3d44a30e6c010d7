"""One sentence in plain words that says where a cooperation stands, made from its data alone.

"Geplant (Stand 24.04.2019): Gera und Jena wollen im Aufgabenfeld Leitstelle zusammenarbeiten; 6 weitere Kommunen sind
genannt; Rechtsform: Zweckvereinbarung (geplant); 2 Quellen, 4 offene Widersprüche." Pure: words and numbers come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from coopportal.common.dates import Precision, UncertainDate

#: More bodies than this are counted instead of named; the same for task fields.
NAMED_BODIES, NAMED_FIELDS = 4, 2

#: What those who count do, by status: said of one, said of several.
VERBS = {
    "idea": (
        gettext_lazy("%(who)s denkt%(where)s über eine Zusammenarbeit nach"),
        gettext_lazy("%(who)s denken%(where)s über eine Zusammenarbeit nach"),
    ),
    "planned": (
        gettext_lazy("%(who)s will%(where)s mit anderen zusammenarbeiten"),
        gettext_lazy("%(who)s wollen%(where)s zusammenarbeiten"),
    ),
    "being_set_up": (
        gettext_lazy("%(who)s baut%(where)s eine Zusammenarbeit auf"),
        gettext_lazy("%(who)s bauen%(where)s eine Zusammenarbeit auf"),
    ),
    "active": (
        gettext_lazy("%(who)s arbeitet%(where)s mit anderen zusammen"),
        gettext_lazy("%(who)s arbeiten%(where)s zusammen"),
    ),
    "dormant": (
        gettext_lazy("die Zusammenarbeit von %(who)s ruht%(where)s"),
        gettext_lazy("die Zusammenarbeit von %(who)s ruht%(where)s"),
    ),
    "ended": (
        gettext_lazy("%(who)s hat%(where)s mit anderen zusammengearbeitet"),
        gettext_lazy("%(who)s haben%(where)s zusammengearbeitet"),
    ),
    "abandoned": (
        gettext_lazy("%(who)s wollte%(where)s mit anderen zusammenarbeiten"),
        gettext_lazy("%(who)s wollten%(where)s zusammenarbeiten"),
    ),
}
OTHERWISE = (gettext_lazy("%(who)s ist%(where)s beteiligt"), gettext_lazy("%(who)s sind%(where)s beteiligt"))
INTENDED = (gettext_lazy("%(who)s ist%(where)s vorgesehen"), gettext_lazy("%(who)s sind%(where)s vorgesehen"))


@dataclass(frozen=True)
class Told:
    """What the sentence is made of: codes, German words, counts. All of one day.

    ``partners`` and ``intended`` are names of municipal bodies that take part or shall take part; ``partner_bodies``
    counts the other bodies that take part; ``mentioned`` and ``mentioned_bodies`` count all others of either sort.
    Each ``refused_…`` counts those of them who say that they do not take part.
    """

    status: str
    status_label: str
    known: UncertainDate | None = None
    partners: Sequence[str] = ()
    partner_bodies: int = 0
    intended: Sequence[str] = ()
    mentioned: int = 0
    mentioned_bodies: int = 0
    task_fields: Sequence[str] = ()
    legal_forms: Sequence[str] = ()
    documents: int = 0
    open_conflicts: int = 0
    refused_partners: int = 0
    refused_intended: int = 0
    refused_mentioned: int = 0

    @property
    def refused(self) -> int:
        return self.refused_partners + self.refused_intended + self.refused_mentioned


def sentence(told: Told) -> str:
    """Where the cooperation stands, who does what, in which form, and how well that is known."""
    known = ", ".join(part for part in (sources(told), conflicts(told)) if part)
    parts = [f"{head(told)}: {deed(told)}", others(told), form(told), known]
    return "; ".join(part for part in parts if part) + "."


def head(told: Told) -> str:
    """``Geplant (Stand 24.04.2019)``"""
    if not told.known:
        day = _("Tag unbekannt")
    elif told.known.precision == Precision.DAY:
        day = _("Stand %s") % told.known
    else:
        day = _("seit %s") % told.known
    return f"{told.status_label[:1].upper()}{told.status_label[1:]} ({day})"


def deed(told: Told) -> str:
    """``Gera und Jena wollen im Aufgabenfeld Leitstelle zusammenarbeiten``"""
    if told.partners or told.partner_bodies:
        several = len(told.partners) + told.partner_bodies > 1
        who = bodies(told.partners, told.partner_bodies, told.refused_partners)
        words = VERBS.get(told.status, OTHERWISE)[several]
    elif told.intended:
        who, words = bodies(told.intended, 0, told.refused_intended), INTENDED[len(told.intended) > 1]
    else:
        return _("wer beteiligt ist, ist noch nicht belegt")
    return str(words) % {"who": who, "where": where(told.task_fields)}


def bodies(names: Sequence[str], others: int, refused: int = 0) -> str:
    """``Gera und Jena sowie 2 Stellen``; many names are counted: ``5 Kommunen (davon widerspricht 1)``."""
    count = len(names)
    many = count > NAMED_BODIES
    counted_names = ngettext("%d Kommune", "%d Kommunen", count) % count
    named = f"{counted_names}{refusing(refused)}" if many else listed(names)
    counted = ngettext("%d Stelle", "%d Stellen", others) % others if others else ""
    return _("%s sowie %s") % (named, counted) if named and counted else named or counted


def called(name: str, *, refuses: bool) -> str:
    """``Jena (widerspricht)``: what a body is called in the sentence."""
    return _("%s (widerspricht)") % name if refuses else name


def refusing(count: int) -> str:
    """`` (davon widerspricht 1)`` with the blank before it; nothing where nobody refuses."""
    if not count:
        return ""
    return " " + ngettext("(davon widerspricht %d)", "(davon widersprechen %d)", count) % count


def where(fields: Sequence[str]) -> str:
    """`` im Aufgabenfeld Leitstelle`` with the blank before it; nothing where no field is known."""
    if not fields:
        return ""
    if len(fields) > NAMED_FIELDS:
        return " " + _("in %d Aufgabenfeldern") % len(fields)
    quoted = [f"„{name}“" for name in fields]
    return " " + ngettext("im Aufgabenfeld %s", "in den Aufgabenfeldern %s", len(fields)) % listed(quoted)


def others(told: Told) -> str:
    """``6 weitere Kommunen und 2 Stellen sind genannt``"""
    named = told.intended if not told.partners and not told.partner_bodies else ()
    count = told.mentioned + len(told.intended) - len(named)
    refused = told.refused_mentioned + (0 if named else told.refused_intended)
    words = []
    if count:
        further = ngettext("%d weitere Kommune", "%d weitere Kommunen", count) % count
        counted = further if told.partners or named else ngettext("%d Kommune", "%d Kommunen", count) % count
        words.append(f"{counted}{refusing(refused)}")
    if told.mentioned_bodies:
        words.append(ngettext("%d Stelle", "%d Stellen", told.mentioned_bodies) % told.mentioned_bodies)
    total = count + told.mentioned_bodies
    return ngettext("%s ist genannt", "%s sind genannt", total) % listed(words) if words else ""


def form(told: Told) -> str:
    """``Rechtsform: Zweckvereinbarung (geplant)``"""
    return _("Rechtsform: %s") % listed(told.legal_forms) if told.legal_forms else _("Rechtsform nicht genannt")


def sources(told: Told) -> str:
    if not told.documents:
        return _("keine Quelle")
    return ngettext("%d Quelle", "%d Quellen", told.documents) % told.documents


def conflicts(told: Told) -> str:
    """Contradictions between sources; that there is none is not said where a participant refuses."""
    if not told.open_conflicts:
        return "" if told.refused else _("kein offener Widerspruch")
    return ngettext("%d offener Widerspruch", "%d offene Widersprüche", told.open_conflicts) % told.open_conflicts


def counts(partners: int, mentioned: int) -> str:
    """``2 Beteiligte, 8 weitere genannt``: those who take part first, never added to those merely mentioned."""
    return counts_in(get_language(), partners, mentioned)


@lru_cache(maxsize=5_000)
def counts_in(_language: str | None, partners: int, mentioned: int) -> str:
    """The same for who says it of many and has asked for the language of the page."""
    taking_part = (
        ngettext("%d Beteiligte", "%d Beteiligte", partners) % partners if partners else _("noch niemand beteiligt")
    )
    if not mentioned:
        return taking_part
    return f"{taking_part}, " + (_("%d weitere genannt") if partners else _("%d genannt")) % mentioned


def confirmations(confirmed: int, refused: int, silent: int) -> str:
    """``3 von 5 bestätigt, 1 widersprochen, 1 offen``"""
    words = [_("%(count)d von %(all)d bestätigt") % {"count": confirmed, "all": confirmed + refused + silent}]
    if refused:
        words.append(_("%d widersprochen") % refused)
    if silent:
        words.append(_("%d offen") % silent)
    return ", ".join(words)


def listed(words: Sequence[str]) -> str:
    """``a, b und c``"""
    *first, last = words or [""]
    return _("%s und %s") % (", ".join(first), last) if first else last
