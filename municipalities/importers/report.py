"""What an import did or, tried out, would do: told in German, the same words either way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from coopportal.common.dates import format_day
from municipalities.choices import Kind, Level
from municipalities.importers.bodies import INDEPENDENT, Bodies
from municipalities.importers.comparison import Change, Plan
from municipalities.importers.gv100ad import Directory
from municipalities.importers.refusal import MOST_SHOWN, shortened
from municipalities.importers.succession import Suggestion


@dataclass
class Report:
    """``sections``: title → one sentence each; an empty section is told as 0."""

    day: dt.date
    heading: str
    counts: str
    sections: dict[str, list[str]] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """How many bodies were new, different or gone; doubts are none."""
        return sum(len(lines) for title, lines in self.sections.items() if title != DOUBTFUL)

    @property
    def doubts(self) -> list[str]:
        return self.sections.get(DOUBTFUL, [])

    def text(self, most: int = MOST_SHOWN) -> str:
        """The report for a terminal, at most ``most`` lines of each section."""
        lines = [self.heading, self.counts]
        for title, sentences in self.sections.items():
            lines.append(f"{title}: {number(len(sentences))}")
            lines += [f"  {sentence}" for sentence in shortened(sentences, most)]
        return "\n".join(lines)


NEW, RENAMED, MOVED, OTHER_KIND, ENDED, DOUBTFUL = (
    "Neu",
    "Umbenannt",
    "Umgegliedert",
    "Andere Art",
    "Beendet",
    "Zweifelhaft",
)


def report_of(plan: Plan, directory: Directory) -> Report:
    """The report of a plan."""
    names = {old.pk: old.name for old in plan.stored.by_key.values()}
    guesses: dict[str, list[Suggestion]] = {}
    for one in plan.suggestions:
        guesses.setdefault(one.predecessor, []).append(one)
    report = Report(directory.day, heading_of(directory), counts_of(plan.bodies))
    report.sections = {
        NEW: [f"{body.official_name} ({body.key})" for body in plan.new],
        RENAMED: [f"{one.stored.official_name} → {one.body.official_name} ({one.body.key})" for one in plan.renamed],
        MOVED: [_moved(one, plan, names) for one in plan.moved],
        OTHER_KIND: [
            f"{one.body.official_name} ({one.body.key}): {_kind(one.stored.kind)} → {_kind(str(one.body.kind))}"
            for one in plan.other_kind
        ],
        ENDED: [_ended(old.official_name, old.key, guesses.get(old.key, []), plan) for old in plan.ended],
        DOUBTFUL: sentences_of(plan),
    }
    return report


def heading_of(directory: Directory) -> str:
    encoding = "" if directory.encoding == "utf-8" else ", aus Latin-1 gelesen"
    return f"Gebietsstand {format_day(directory.day)}: {number(directory.lines)} Zeilen{encoding}"


def counts_of(bodies: Bodies) -> str:
    """The counts as the statistical offices publish them: an independent city is a district and a municipality."""
    levels = Counter(body.level for body in bodies.by_key.values())
    cities = sum(body.kind in INDEPENDENT for body in bodies.by_key.values())
    people = sum(body.population for body in bodies.of_level(Level.MUNICIPALITY, Level.UNINCORPORATED))
    return (
        f"{number(levels[Level.DISTRICT] + cities)} Kreise (davon {cities} kreisfreie Städte), "
        f"{number(levels[Level.ASSOCIATION])} Gemeindeverbände, {number(levels[Level.MUNICIPALITY])} Gemeinden, "
        f"{number(levels[Level.UNINCORPORATED])} gemeindefreie Gebiete, {number(people)} Einwohner"
    )


def sentences_of(plan: Plan) -> list[str]:
    """The doubts as sentences, with the line where there is one."""
    return [f"{f'Zeile {one.line}: ' if one.line else ''}{one.message} [{one.kind.label}]" for one in plan.findings]


def _moved(one: Change, plan: Plan, names: dict[int, str]) -> str:
    parent = plan.bodies.by_key.get(one.body.parent or "")
    old = names.get(one.stored.parent_id or 0, "–")
    new = old if one.body.is_orphan else parent.name if parent else "–"
    return f"{one.body.official_name} ({one.body.key}): {old} → {new} (ARS {one.stored.ars} → {one.body.ars})"


def _ended(name: str, key: str, guesses: list[Suggestion], plan: Plan) -> str:
    heirs = [plan.bodies.by_key[one.successor] for one in guesses]
    if not heirs:
        return f"{name} ({key})"
    said = ", ".join(f"{heir.name} ({heir.key})" for heir in heirs)
    return f"{name} ({key}), vermutlich {guesses[0].kind.label}: {said}"


def _kind(kind: str) -> str:
    return str(Kind(kind).label)


def number(value: int) -> str:
    """10751 → 10.751"""
    return f"{value:,}".replace(",", ".")
