"""What an officer may want to know of the forms of cooperation in her Land. Hints, never a legal verdict.

The statutes as read in November 2026, each with the name of its public-law agreement; only what was read there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.choices import LegalForm


@dataclass(frozen=True)
class LegalHint:
    """The statute of a Land, what its agreement is called there, and who has to be told or asked."""

    statute: str
    agreement: Any
    supervision: Any = ""


_PURPOSE = _("Zweckvereinbarung")
_PUBLIC_LAW = _("öffentlich-rechtliche Vereinbarung")

#: By the two-digit code of the Land. The city states have no such statute.
HINTS: dict[str, LegalHint] = {
    "01": LegalHint("GkZ Schleswig-Holstein (§ 18)", _("öffentlich-rechtlicher Vertrag")),
    "03": LegalHint("NKomZG (§§ 5, 6)", _PURPOSE, _("Anzeige oder Genehmigung, je nach Art der Aufgabe.")),
    "05": LegalHint(
        "GkG NRW (§§ 23, 24)",
        _PUBLIC_LAW,
        _("Genehmigung nötig; sie gilt nach vier Wochen als erteilt. Das Ende ist anzuzeigen."),
    ),
    "06": LegalHint(
        "KGG Hessen (§§ 24 bis 27)",
        _PUBLIC_LAW,
        _("Delegation: Genehmigung und Bekanntmachung. Mandat: Anzeige, wirksam mit der Unterschrift."),
    ),
    "07": LegalHint(
        "KomZG Rheinland-Pfalz (§ 12)",
        _PURPOSE,
        _("Zweckvereinbarung: Genehmigung (§ 12 Abs. 2). Arbeitsgemeinschaft: Anzeige (§ 14)."),
    ),
    "08": LegalHint("GKZ Baden-Württemberg (§ 25)", _PUBLIC_LAW),
    "09": LegalHint(
        "KommZG Bayern (Art. 7 bis 16)", _PURPOSE, _("Nur Aufgaben: Anzeige. Auch Befugnisse: Genehmigung (Art. 12).")
    ),
    "10": LegalHint("KGG Saarland (§§ 17 bis 20)", _PUBLIC_LAW, _("Delegation: Genehmigung. Mandat: Anzeige.")),
    "12": LegalHint("GKGBbg (§§ 5 bis 9)", _("mandatierende oder delegierende Vereinbarung")),
    "13": LegalHint("KV M-V (§ 165)", _("öffentlich-rechtlicher Vertrag")),
    "14": LegalHint(
        "SächsKomZG (§§ 71, 72)",
        _PURPOSE,
        _("Zweckvereinbarung: Genehmigung (§ 72 Abs. 1), auch für die Auflösung. Einfacher Vertrag: frei."),
    ),
    "15": LegalHint(
        "GKG-LSA (§§ 3 bis 5)",
        _PURPOSE,
        _("Gesetzliche und übertragene Aufgaben: Genehmigung. Andere: Anzeige."),
    ),
    "16": LegalHint(
        "ThürKGG (§§ 7 bis 15)",
        _PURPOSE,
        _("Ist die Laufzeit unbegrenzt oder länger als 20 Jahre, muss die ordentliche Kündigung geregelt sein."),
    ),
}


_AGREEMENTS = (
    *(LegalForm.PURPOSE_AGREEMENT, LegalForm.PURPOSE_AGREEMENT_DELEGATING),
    *(LegalForm.PURPOSE_AGREEMENT_MANDATING, LegalForm.PURPOSE_AGREEMENT_JOINT),
)
_GROUP, _BODY = LegalForm.WORKING_GROUP, LegalForm.SPECIAL_PURPOSE_ASSOCIATION
_INSTITUTION, _COMMUNITY = LegalForm.JOINT_PUBLIC_INSTITUTION, LegalForm.ADMINISTRATIVE_COMMUNITY
_ASSOCIATION = LegalForm.ADMINISTRATIVE_ASSOCIATION
#: The forms that the statute of a Land knows, as read in November 2026. The city states have no such statute.
FORMS_OF: dict[str, tuple[LegalForm, ...]] = {
    "01": (*_AGREEMENTS, _BODY, _INSTITUTION, _COMMUNITY),
    "03": (*_AGREEMENTS, _BODY, _INSTITUTION),
    "05": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION),
    "06": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION, _ASSOCIATION),
    "07": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION),
    "08": (*_AGREEMENTS, _BODY, _INSTITUTION, _COMMUNITY, _ASSOCIATION),
    "09": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION),
    "10": (_GROUP, *_AGREEMENTS, _BODY),
    "12": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION, LegalForm.FULFILLING_MUNICIPALITY),
    "13": (*_AGREEMENTS, _BODY, _INSTITUTION, _COMMUNITY),
    "14": (*_AGREEMENTS, _BODY, _COMMUNITY, _ASSOCIATION),
    "15": (*_AGREEMENTS, _BODY),
    "16": (_GROUP, *_AGREEMENTS, _BODY, _INSTITUTION, _COMMUNITY, LegalForm.FULFILLING_MUNICIPALITY),
}
#: Forms that no such statute has to provide for.
EVERYWHERE = (
    *(LegalForm.INFORMAL, LegalForm.NETWORK_MEMBERSHIP, LegalForm.PUBLIC_LAW_CONTRACT),
    *(LegalForm.REGISTERED_ASSOCIATION, LegalForm.LIMITED_COMPANY, LegalForm.COOPERATIVE, LegalForm.PRIVATE_CONTRACT),
)


def form_choices(land: str) -> list[Any]:
    """All legal forms as choices in groups, those of the statute of this Land first; as they are where it has none."""
    own = FORMS_OF.get(land)
    if own is None:
        return list(LegalForm.choices)
    others = [form for form in LegalForm if form not in (*own, *EVERYWHERE)]
    groups = [
        (HINTS[land].statute.split(" (")[0], own),
        (gettext("in jedem Land möglich"), EVERYWHERE),
        (gettext("nach dem Recht anderer Länder"), others),
    ]
    return [(name, [(form.value, form.label) for form in forms]) for name, forms in groups if forms]
