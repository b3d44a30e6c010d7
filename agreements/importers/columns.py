"""The columns of the file. Their names are those of the CSV export, so that an export can be imported again.

A column that is ``told`` stands in the export because others want to read it; the portal works it out itself and the
import takes no notice of it.
"""

from __future__ import annotations

from typing import NamedTuple

from agreements.choices import CooperationKind, CooperationStatus, Degree, LegalForm, Role
from coopportal.common.dates import Precision
from funding.choices import Rung


class Column(NamedTuple):
    """A column: its name, what it holds in German, its words where they are a closed list."""

    name: str
    label: str
    hint: str = ""
    words: tuple[tuple[str, str], ...] = ()
    told: bool = False


def _words(choices: type) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(label)) for code, label in choices.choices)  # type: ignore[attr-defined]


_DAY = "TT.MM.JJJJ oder JJJJ-MM-TT; auch MM.JJJJ oder JJJJ"
_PRECISION = "wie genau der Tag bekannt ist; leer: so genau, wie er geschrieben ist"
_WORDING = "wenn der Tag nicht genau bekannt ist: die Worte der Quelle, etwa „Anfang 2019“"

COLUMNS: tuple[Column, ...] = (
    Column(
        "slug",
        "Kurzname",
        "leer bei neuen Einträgen; sonst der Kurzname des Eintrags, der geändert werden soll: dann genügen die "
        "geänderten Zellen, leere ändern nichts, [leer] leert",
    ),
    Column("name", "Name", "Pflicht bei neuen Einträgen, höchstens 200 Zeichen"),
    Column("short_name", "Kurzform"),
    Column("summary", "Kurzbeschreibung", "ein bis drei Sätze; zum Einreichen nötig"),
    Column("kind", "Art", "leer: sonstige Kooperation", _words(CooperationKind)),
    Column("status", "Stand", "zum Einreichen nötig", _words(CooperationStatus)),
    Column("region", "Raum"),
    Column("legal_forms", "Rechtsform", "eine; die Form eines Vertrags gehört zur Vereinbarung", _words(LegalForm)),
    Column("task_fields", "Aufgabenfelder", "Kennungen oder Namen, mit ; getrennt, etwa 04.01; 05.01"),
    Column("states", "Länder", told=True),
    Column("participant_count", "Beteiligte", told=True),
    Column("mentioned_count", "Genannte", told=True),
    Column(
        "participations",
        "Beteiligte",
        "Pflicht bei neuen Einträgen. Mit ; getrennt, je Beteiligter: Schlüssel::Rolle:Grad (07335009::lead:party), "
        "andere Stellen :Kurzname:Rolle:Grad. Kurz genügt Schlüssel:Rolle oder Schlüssel (5, 8, 9 oder 12 Ziffern); "
        "ohne Angabe gilt partner und party. Rollen: "
        + ", ".join(Role.values)
        + ". Grade: "
        + ", ".join(Degree.values),
    ),
    Column("agreements", "Vereinbarungen", told=True),
    Column("events", "Ereignisse", told=True),
    Column("awards", "Bewilligungen", told=True),
    Column("started_on", "Beginn", _DAY),
    Column("started_precision", "Genauigkeit des Beginns", _PRECISION, _words(Precision)),
    Column("started_wording", "Beginn im Wortlaut", _WORDING),
    Column("ended_on", "letzter Tag", _DAY),
    Column("ended_precision", "Genauigkeit des Endes", _PRECISION, _words(Precision)),
    Column("ended_wording", "Ende im Wortlaut", _WORDING),
    Column("record_state", "Stand des Eintrags", told=True),
    Column("confirmed", "bestätigt", told=True),
    Column("updated_at", "geändert am", told=True),
    Column("basis", "Grundlage der Angaben", "Beschluss oder Akte; nicht öffentlich"),
    Column("agreement_title", "Titel der Vereinbarung", "eine Vereinbarung je Zeile; weitere im Eintrag selbst"),
    Column("agreement_legal_form", "Rechtsform der Vereinbarung", "", _words(LegalForm)),
    Column("agreement_signed_on", "unterzeichnet am", _DAY),
    Column("agreement_effective_on", "wirksam ab", _DAY),
    Column("agreement_ends_on", "letzter Tag der Vereinbarung", _DAY),
    Column("agreement_term_months", "Laufzeit in Monaten"),
    Column("agreement_renewal_months", "Verlängerung um Monate"),
    Column("agreement_notice_months", "Kündigungsfrist in Monaten"),
    Column("award_programme", "Förderprogramm", "Kurzname des Programms"),
    Column("award_amount", "Betrag in Euro", "12.500,00; leer: unbekannt"),
    Column("award_rung", "Sicherheit des Geldes", "", _words(Rung)),
    Column("award_on", "Stand des Geldes", _DAY),
    Column("change_reason", "Grund der Änderung", "nur bei veröffentlichten Einträgen: warum"),
    Column("change_source", "Quelle der Änderung", "nur bei veröffentlichten Einträgen: etwa ein Beschluss"),
    Column(
        "decision", "Entscheidung", "Antwort auf eine Rückfrage: new, anyway, skip, same=Kurzname, Eintrag=Schlüssel"
    ),
    Column("result", "Ergebnis", told=True),
    Column("messages", "Meldungen", told=True),
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
