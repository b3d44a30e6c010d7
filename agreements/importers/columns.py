"""The columns of the file. Their names are those of the CSV export, so that an export can be imported again.

A column that is ``told`` stands in the export because others want to read it; the portal works it out itself and the
import takes no notice of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from agreements.choices import CooperationKind, CooperationStatus, Degree, LegalForm, Role
from coopportal.common.dates import Precision
from funding.choices import Rung


class Column(NamedTuple):
    """A column: its name, what it holds in German, its words where they are a closed list, codes that stand in it."""

    name: str
    label: str
    hint: str = ""
    words: tuple[tuple[str, Any], ...] = ()
    told: bool = False
    codes: str = ""


def _words(choices: type) -> tuple[tuple[str, Any], ...]:
    """Codes with what they are called in the language of who reads it."""
    return tuple((code, label) for code, label in choices.choices)  # type: ignore[attr-defined]


_DAY = _("TT.MM.JJJJ oder JJJJ-MM-TT; auch MM.JJJJ oder JJJJ")
_PRECISION = _("wie genau der Tag bekannt ist; leer: so genau, wie er geschrieben ist")
_WORDING = _("wenn der Tag nicht genau bekannt ist: die Worte der Quelle, etwa „Anfang 2019“")

COLUMNS: tuple[Column, ...] = (
    Column(
        "slug",
        _("Kurzname"),
        _(
            "leer bei neuen Einträgen; sonst der Kurzname des Eintrags, der geändert werden soll: dann genügen die "
            "geänderten Zellen, leere ändern nichts, [leer] leert"
        ),
    ),
    Column("name", _("Name"), _("Pflicht bei neuen Einträgen, höchstens 200 Zeichen")),
    Column("short_name", _("Kurzform")),
    Column("summary", _("Kurzbeschreibung"), _("ein bis drei Sätze; zum Einreichen nötig")),
    Column("kind", _("Art"), _("leer: sonstige Kooperation"), _words(CooperationKind)),
    Column("status", _("Stand"), _("zum Einreichen nötig"), _words(CooperationStatus)),
    Column("region", _("Raum")),
    Column(
        "legal_forms", _("Rechtsform"), _("eine; die Form eines Vertrags gehört zur Vereinbarung"), _words(LegalForm)
    ),
    Column("task_fields", _("Aufgabenfelder"), _("Kennungen oder Namen, mit ; getrennt, etwa 04.01; 05.01")),
    Column("states", _("Länder"), told=True),
    Column("participant_count", _("Beteiligte"), told=True),
    Column("mentioned_count", _("Genannte"), told=True),
    Column(
        "participations",
        _("Beteiligte"),
        _(
            "Pflicht bei neuen Einträgen. Mit ; getrennt, je Beteiligter: Schlüssel::Rolle:Grad "
            "(07335009::lead:party), andere Stellen :Kurzname:Rolle:Grad. Kurz genügt Schlüssel:Rolle oder "
            "Schlüssel (5, 8, 9 oder 12 Ziffern); ohne Angabe gilt partner und party. Rollen und Grade:"
        ),
        codes=", ".join((*Role.values, *Degree.values)),
    ),
    Column("agreements", _("Vereinbarungen"), told=True),
    Column("events", _("Ereignisse"), told=True),
    Column("awards", _("Bewilligungen"), told=True),
    Column("started_on", _("Beginn"), _DAY),
    Column("started_precision", _("Genauigkeit des Beginns"), _PRECISION, _words(Precision)),
    Column("started_wording", _("Beginn im Wortlaut"), _WORDING),
    Column("ended_on", _("letzter Tag"), _DAY),
    Column("ended_precision", _("Genauigkeit des Endes"), _PRECISION, _words(Precision)),
    Column("ended_wording", _("Ende im Wortlaut"), _WORDING),
    Column("record_state", _("Stand des Eintrags"), told=True),
    Column("confirmed", _("bestätigt"), told=True),
    Column("updated_at", _("geändert am"), told=True),
    Column("basis", _("Grundlage der Angaben"), _("Beschluss oder Akte; nicht öffentlich")),
    Column("agreement_title", _("Titel der Vereinbarung"), _("eine Vereinbarung je Zeile; weitere im Eintrag selbst")),
    Column("agreement_legal_form", _("Rechtsform der Vereinbarung"), "", _words(LegalForm)),
    Column("agreement_signed_on", _("unterzeichnet am"), _DAY),
    Column("agreement_effective_on", _("wirksam ab"), _DAY),
    Column("agreement_ends_on", _("letzter Tag der Vereinbarung"), _DAY),
    Column("agreement_term_months", _("Laufzeit in Monaten")),
    Column("agreement_renewal_months", _("Verlängerung um Monate")),
    Column("agreement_notice_months", _("Kündigungsfrist in Monaten")),
    Column("award_programme", _("Förderprogramm"), _("Kurzname des Programms")),
    Column("award_amount", _("Betrag in Euro"), _("12.500,00; leer: unbekannt")),
    Column("award_rung", _("Sicherheit des Geldes"), "", _words(Rung)),
    Column("award_on", _("Stand des Geldes"), _DAY),
    Column("change_reason", _("Grund der Änderung"), _("nur bei veröffentlichten Einträgen: warum")),
    Column("change_source", _("Quelle der Änderung"), _("nur bei veröffentlichten Einträgen: etwa ein Beschluss")),
    Column(
        "decision",
        _("Entscheidung"),
        _("Antwort auf eine Rückfrage: new, anyway, skip, same=Kurzname, Eintrag=Schlüssel"),
    ),
    Column("result", _("Ergebnis"), told=True),
    Column("messages", _("Meldungen"), told=True),
)

BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = ("name", "participations")

#: The columns that somebody fills in; a template has these.
FILLED = tuple(column for column in COLUMNS if not column.told)

#: The row of the template that shows what a row looks like; its decision keeps it out of the register.
EXAMPLE = {
    "name": "BEISPIEL – diese Zeile wird ausgelassen: Gemeinsamer Bauhof",
    "summary": "Zwei Kommunen betreiben ihren Bauhof zusammen.",
    "kind": "service_network",
    "status": "active",
    "legal_forms": "purpose_agreement",
    "task_fields": "04.01",
    "participations": "073355009::lead:party; 073355006::partner:party",
    "started_on": "01.01.2026",
    "basis": "Beschluss des Verbandsgemeinderats vom 12.11.2025",
    "agreement_title": "Zweckvereinbarung über den gemeinsamen Bauhof",
    "agreement_signed_on": "15.12.2025",
    "agreement_notice_months": "12",
    "decision": "skip",
}

#: Columns of plain text and of a closed list, by the name of the column of the model.
TEXTS = ("name", "short_name", "summary", "region", "started_wording", "ended_wording", "basis")


def label_of(name: str) -> str:
    """What people read for a column; the row as a whole has none."""
    return BY_NAME[name].label if name in BY_NAME else ""


def column_of(place: str) -> str:
    """The column to which a place of the workflow's messages belongs (``participants.1.role``, ``awards.0.amount``)."""
    head, _dot, rest = place.partition(".")
    last = rest.rpartition(".")[2]
    if head == "participants":
        return "participations"
    if head in ("agreements", "awards"):
        single = {"agreements": "agreement", "awards": "award"}[head]
        name = f"{single}_{last}"
        return name if name in BY_NAME else {"agreement": "agreement_title", "award": "award_programme"}[single]
    if head == "legal_form":
        return "legal_forms"
    return head if head in BY_NAME else ""
