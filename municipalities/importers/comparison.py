"""Compares a state of the directory with what is stored, and plans what to write. Writes nothing.

Doubt stops the hand, not the file: rows that are not believed stay out, and the rest goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from municipalities.choices import STOPPING_DOUBTS, DoubtKind, Level
from municipalities.importers.bodies import INDEPENDENT, Bodies, Body, Finding, add_up
from municipalities.importers.refusal import Refused
from municipalities.importers.stored import Stored, StoredBody
from municipalities.importers.succession import Guess, Suggestion, Unit, gains, guess, guess_groups

#: A file with fewer lines than this share of the last one is refused.
LEAST_LINES = 0.9
#: A Land whose area falls below this share of what it was is a sign of missing lines: area does not get lost.
LEAST_AREA = 0.99


@dataclass(slots=True)
class Change:
    """A stored body and what the directory says of it now."""

    stored: StoredBody
    body: Body
    is_renamed: bool
    is_moved: bool
    is_other_kind: bool


@dataclass
class Plan:
    """What an import will write: see the fields. ``applied`` holds every believed row with its body, None if new."""

    stored: Stored
    bodies: Bodies
    applied: list[tuple[StoredBody | None, Body]] = field(default_factory=list)
    new: list[Body] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    replaced: list[Change] = field(default_factory=list)
    ended: list[StoredBody] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def renamed(self) -> list[Change]:
        return [change for change in self.changed if change.is_renamed]

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changed if change.is_moved]

    @property
    def other_kind(self) -> list[Change]:
        return [change for change in self.changed if change.is_other_kind]


def check_size(lines: int, last_lines: int | None, stored: Stored, bodies: Bodies) -> None:
    """Refuse a file from which whole parts are missing. Raises Refused; nothing is ended by such a file."""
    if last_lines and lines < LEAST_LINES * last_lines:
        raise Refused(f"Die Datei hat {lines} Zeilen, der letzte Gebietsstand {last_lines}. Sie ist unvollständig.")
    before: dict[str, int] = defaultdict(int)
    now: dict[str, int] = defaultdict(int)
    for one in stored.by_key.values():
        if one.is_listed and len(one.key) == 8:
            before[one.ars[:2]] += one.area
    for body in bodies.of_level(Level.MUNICIPALITY, Level.UNINCORPORATED):
        now[body.ars[:2]] += body.area
    faults = [
        f"Dem Land {code} fehlen {100 - 100 * now[code] / area:.1f} Prozent seiner Fläche.".replace(".", ",", 1)
        for code, area in sorted(before.items())
        if now[code] < LEAST_AREA * area
    ]
    if faults:
        raise Refused(*faults, "Die Datei ist unvollständig; nichts wird beendet.")


def compare(stored: Stored, bodies: Bodies) -> Plan:
    """The plan for a state that is not older than the latest one read."""
    plan = Plan(stored, bodies)
    findings = [*bodies.findings, *_jumps(stored, bodies), *_still_listed(stored, bodies)]
    kept_out = _kept_out(stored, bodies, findings)
    for key in kept_out & stored.by_key.keys():
        if key in bodies.by_key:
            bodies.by_key[key].population = stored.by_key[key].population or 0
            bodies.by_key[key].area = stored.by_key[key].area
    add_up(bodies)
    for body in bodies.by_key.values():
        if body.key not in kept_out:
            findings += _settle_parent(stored, body, kept_out)
            _apply(plan, body)
    findings += _end(plan)
    findings += [Finding(DoubtKind.NO_SUCCESSOR, key, None, message) for key, message in stored.unanswered]
    decided = stored.decisions.keys()
    plan.findings = [finding for finding in findings if (finding.kind, finding.key) not in decided]
    return plan


# --- Rows that are not believed ---


def _jumps(stored: Stored, bodies: Bodies) -> Iterable[Finding]:
    """Municipalities whose people and area shrink together beyond belief, or whose people nearly all go or multiply."""
    for body in bodies.of_level(Level.MUNICIPALITY, Level.UNINCORPORATED):
        old = stored.by_key.get(body.key)
        if old is None or not old.is_listed or not old.population or old.directory_state == stored.day:
            continue
        shrank = body.population < 0.5 * old.population and body.area < 0.95 * old.area
        if body.level == Level.MUNICIPALITY and old.population >= 500:
            shrank = shrank or not 0.05 * old.population <= body.population <= 20 * old.population
        if shrank:
            percent = f"{100 * body.population / old.population - 100:+.0f}".replace("-", "−")
            message = (
                f"{body.official_name} ({body.key}): {old.population} → {body.population} Einwohner ({percent} %), "
                f"Fläche {old.area} → {body.area} ha."
            )
            yield Finding(DoubtKind.POPULATION_JUMP, body.key, body.line, message)


def _still_listed(stored: Stored, bodies: Bodies) -> Iterable[Finding]:
    """Bodies that somebody ended here by hand, while the directory goes on listing them."""
    for body in bodies.by_key.values():
        old = stored.ended.get(body.key)
        if old is not None and body.key not in stored.by_key and _ended_by_hand(old, stored):
            message = f"{body.official_name} ({body.key}) ist im Portal seit {old.valid_until:%d.%m.%Y} beendet."
            yield Finding(DoubtKind.STILL_LISTED, body.key, body.line, message)


def _ended_by_hand(old: StoredBody, stored: Stored) -> bool:
    """Bodies that a state no longer held were last seen in a state before the previous one."""
    if old.directory_state is None or stored.previous is None:
        return True
    return old.directory_state >= stored.previous


def _kept_out(stored: Stored, bodies: Bodies, findings: list[Finding]) -> set[str]:
    """The keys whose rows are not applied; a missing Textkennzeichen that is accepted means: as it was."""
    out = set()
    for finding in findings:
        if finding.kind not in STOPPING_DOUBTS:
            continue
        body, old = bodies.by_key.get(finding.key), stored.by_key.get(finding.key)
        if not stored.is_accepted(finding.kind, finding.key):
            out.add(finding.key)
        elif finding.kind == DoubtKind.UNKNOWN_KIND and body is not None:
            if old is None:
                out.add(finding.key)
            else:
                body.kind, body.level = old.kind, old.level  # type: ignore[assignment]
    return out


def _settle_parent(stored: Stored, body: Body, kept_out: set[str]) -> Iterable[Finding]:
    """A parent whose own row stays out, and is not stored either, is missing for now."""
    if body.parent in kept_out and body.parent not in stored.by_key:
        message = f"{body.official_name} ({body.key}): Über {body.parent} ist noch zu entscheiden."
        body.parent, body.is_orphan = None, True
        return [Finding(DoubtKind.ORPHAN, body.key, body.line, message)]
    return []


# --- Rows that are applied ---


def _apply(plan: Plan, body: Body) -> None:
    old = plan.stored.by_key.get(body.key)
    plan.applied.append((old, body))
    if old is None:
        plan.new.append(body)
        return
    change = _change(plan.stored, old, body)
    if not old.is_listed:
        plan.replaced.append(change)
    elif change.is_renamed or change.is_moved or change.is_other_kind:
        plan.changed.append(change)


def _change(stored: Stored, old: StoredBody, body: Body) -> Change:
    if body.is_orphan:  # the file does not know: it stays where it was
        moved = old.ars != body.ars
    else:
        parent = stored.by_key.get(body.parent) if body.parent else None
        moved = old.ars != body.ars or (parent.pk if parent else None if not body.parent else -1) != old.parent_id
    return Change(old, body, old.official_name != body.official_name, moved, old.kind != body.kind)


# --- Bodies that are gone ---


def _end(plan: Plan) -> list[Finding]:
    """End what the file no longer holds, unless it looks as if only its lines were missing."""
    stored, bodies = plan.stored, plan.bodies
    gone = {key: old for key, old in stored.by_key.items() if key not in bodies.by_key}
    findings = [_not_listed(old) for old in gone.values() if not old.is_listed]
    gone = {key: old for key, old in gone.items() if old.is_listed and old.valid_until is None}
    found = _guess(plan, {key: old for key, old in gone.items() if len(key) == 8})
    doubtful = {*found.vanished, *(key for key, old in gone.items() if old.directory_state == stored.day)}
    doubtful |= _still_named(plan, gone, doubtful)
    for key in sorted(doubtful):
        if not stored.is_accepted(DoubtKind.VANISHED, key):
            findings.append(_vanished(gone[key], stored))
    plan.ended = [
        old for key, old in sorted(gone.items()) if key not in doubtful or stored.is_accepted(DoubtKind.VANISHED, key)
    ]
    over = {old.key for old in plan.ended}
    plan.suggestions = [one for one in found.suggestions if one.predecessor in over]
    plan.suggestions += _guess_groups(plan, plan.suggestions)
    findings += [_unclear(gone[key], heirs) for key, heirs in sorted(found.unclear.items()) if key in over]
    return findings


def _guess(plan: Plan, gone: dict[str, StoredBody]) -> Guess:
    before = {
        old.key: Unit(old.key, old.name, old.kind, old.ars, old.area, old.population or 0)
        for old, _body in plan.applied
        if old is not None and old.is_listed and len(old.key) == 8
    }
    after = {
        body.key: Unit(body.key, body.name, str(body.kind), body.ars, body.area, body.population)
        for _old, body in plan.applied
        if len(body.key) == 8
    }
    ended = [Unit(o.key, o.name, o.kind, o.ars, o.area, o.population or 0) for o in gone.values()]
    new = [after[body.key] for body in plan.new if len(body.key) == 8]
    return guess(ended, new if ended else [], gains(before, after) if ended else [])


def _guess_groups(plan: Plan, suggestions: list[Suggestion]) -> list[Suggestion]:
    """Where the municipalities of ended associations and districts are now."""
    heirs = defaultdict(list)
    for one in suggestions:
        heirs[one.predecessor].append(one.successor)
    found = []
    for width, levels in ((9, (Level.ASSOCIATION,)), (5, (Level.DISTRICT,))):
        over = {old.key for old in plan.ended if old.level in levels}
        if not over:
            continue
        members = defaultdict(list)
        for old in plan.stored.by_key.values():
            if len(old.key) == 8 and old.ars[:width] in over and old.is_listed:
                members[old.ars[:width]].append(old.key)
        home = {
            key: [_home(plan, heir, width) for heir in heirs.get(key, [key]) if heir in plan.bodies.by_key]
            for keys in members.values()
            for key in keys
        }
        places = {place for found_places in home.values() for place in found_places}
        found += guess_groups(members, home, {place: place not in plan.stored.by_key for place in places})
    return found


def _home(plan: Plan, key: str, width: int) -> str:
    """The association or district the municipality lies in now; its own key where there is none."""
    body = plan.bodies.by_key[key]
    group = body.ars[:width]
    return group if group in plan.bodies.by_key and body.kind not in INDEPENDENT else key


def _still_named(plan: Plan, gone: dict[str, StoredBody], doubtful: set[str]) -> set[str]:
    """The associations and districts whose municipalities still bear their key, or are missing without a trace."""
    keys = [body.ars for body in plan.bodies.by_key.values() if len(body.key) == 8]
    keys += [gone[key].ars for key in doubtful if len(key) == 8]
    named = {ars[:width] for ars in keys for width in (5, 9)}
    return gone.keys() & named


def _not_listed(old: StoredBody) -> Finding:
    return Finding(DoubtKind.NOT_LISTED, old.key, None, f"{old.name} ({old.key}) steht nicht im Verzeichnis.")


def _vanished(old: StoredBody, stored: Stored) -> Finding:
    if old.directory_state == stored.day:
        why = "stand in einer früheren Fassung desselben Gebietsstands"
    elif len(old.key) == 8:
        why = f"fehlt; keine Kommune des Landes hat seine {old.area} ha dazubekommen"
    else:
        why = "fehlt; seine Gemeinden nennen den Schlüssel noch oder fehlen selbst"
    return Finding(DoubtKind.VANISHED, old.key, None, f"{old.name} ({old.key}) {why}. Bleibt bestehen.")


def _unclear(old: StoredBody, heirs: list[Unit]) -> Finding:
    grown = ", ".join(f"{unit.name} ({unit.key}, +{unit.gain or unit.area} ha)" for unit in heirs[:12])
    text = f"Gewachsen sind: {grown}." if grown else "Niemand in der Nähe ist gewachsen."
    return Finding(DoubtKind.NO_SUCCESSOR, old.key, None, f"{old.name} ({old.key}, {old.area} ha) ist beendet. {text}")
