"""Cooperations over an invented directory: who takes part since when, under which acts, with whose money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
    Transition,
)
from agreements.workflow.derived import search_text_from
from benchmarks.generator.dice import Dice, Weighted
from benchmarks.generator.directory import Body, Directory, NoNames, names_of_states
from benchmarks.generator.shares import (
    ACT_FORMS,
    ACT_STATUSES,
    DEGREES,
    EVENTS,
    FAR_SHARE,
    FIRST,
    HIDDEN,
    HIDDEN_SHARE,
    KINDS,
    ORGANISATION_SHARE,
    OWN_FORMS,
    PRECISIONS,
    ROLES,
    RUNGS,
    STATUSES,
    TODAY,
)
from benchmarks.generator.words import (
    ASSOCIATION_TITLES,
    BODIES,
    EVENT_WORDS,
    PROGRAMMES,
    REGIONS,
    SENTENCES,
    TASKS,
    TITLES,
)
from benchmarks.generator.writing import WRITTEN, Store
from coopportal.common.search import sort_key, titled
from funding.models import Programme
from municipalities.models import Organisation


@dataclass(slots=True)
class Seat:
    """Somebody's place in a cooperation, as the derivation of search texts asks for it."""

    body: Any
    municipality: Any


@dataclass(slots=True)
class Named:
    """An organisation, a task field or an agreement: whatever the search text takes one name of."""

    pk: Any
    name: str
    other_names: Any = NoNames
    state_id: str | None = None

    @property
    def name_de(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name


@dataclass(slots=True)
class Draft:
    """One cooperation on its way into the tables."""

    pk: int
    state: str
    status: str
    place: str
    bodies: list[Body]
    seats: list[Seat]
    started: dt.date
    ended: dt.date | None
    values: dict[str, Any]


class Register:
    """Writes cooperations with all that belongs to them."""

    def __init__(self, store: Store, dice: Dice, directory: Directory) -> None:
        self.store, self.dice = store, dice
        self.districts = directory.districts
        self.lands = names_of_states()
        self.by_state: dict[str, list[int]] = {}
        for place, district in enumerate(self.districts):
            self.by_state.setdefault(district.state, []).append(place)
        # A big district has more to do, a city alone most of all.
        self.where = Weighted(range(len(self.districts)), [3 + len(one.bodies) ** 0.8 for one in self.districts])
        self.pools = [Weighted(one.bodies, [body.weight for body in one.bodies]) for one in self.districts]
        self.fields = self._task_fields()
        self.programmes, self.organisations = self._programmes(), self._organisations()
        self.published: list[int] = []

    # --- What all have in common ---

    def _task_fields(self) -> Weighted:
        """Some tasks are shared often (water, waste water, building yards), most seldom."""
        found = [Named(code, TASKS[code][0]) for code in TASKS]
        names = dict(TaskField.objects.values_list("code", "name_de"))
        for named in found:
            named.name = names[named.pk]
        order = self.dice.shuffled(found)
        return Weighted(order, [1 / (place + 4) for place in range(len(order))])

    def _programmes(self) -> dict[str, list[int]]:
        made: dict[str, list[int]] = {}
        for state in self.by_state:
            for number, name in enumerate(PROGRAMMES):
                values = {"name": f"{name} ({state})", "slug": f"programm-{state}-{number}", "kind": "regular"}
                texts = {"summary": "Das Land fördert die Zusammenarbeit von Gemeinden.", "status": "running"}
                made.setdefault(state, []).append(self.store[Programme].add(**values, **texts, state_id=state))
        return made

    def _organisations(self) -> dict[str, list[Named]]:
        made: dict[str, list[Named]] = {}
        for state in self.by_state:
            for number, (kind, what) in enumerate(BODIES):
                name = f"{what} {REGIONS[number % 5]} ({state})"
                values = {"slug": f"stelle-{state}-{number}", "name": name, "kind": kind, "state_id": state}
                made.setdefault(state, []).append(Named(self.store[Organisation].add(**values), name, state_id=state))
        return made

    # --- All of them ---

    def write(self, cooperations: int, participations: int) -> None:
        """So many published cooperations and participations of theirs, and some hidden ones on top."""
        sizes = self._sizes(cooperations, participations)
        hidden = [(self.dice.of(HIDDEN), 2 + self.dice.below(6)) for _ in range(int(cooperations * HIDDEN_SHARE))]
        order = [("published", size) for size in sizes[:1]]  # for the first merged record to be merged into
        order += self.dice.shuffled([*(("published", size) for size in sizes[1:]), *hidden])
        for state, size in order:
            self._cooperation(state, size)
            self.store.flush()

    def _sizes(self, cooperations: int, participations: int) -> list[int]:
        """Median 5, some with more than a hundred; together exactly as many as wanted."""
        sizes = [min(165, max(2, round(5.2 * 2.718281828 ** (1.1 * self.dice.normal())))) for _ in range(cooperations)]
        missing = participations - sum(sizes)
        while missing:
            place = self.dice.below(cooperations)
            step = 1 if missing > 0 else -1
            if 2 <= sizes[place] + step <= 165:
                sizes[place] += step
                missing -= step
        return sizes

    # --- One of them ---

    def _cooperation(self, state: str, size: int) -> None:
        draft = self._draft(state, size)
        fields = self._fields()
        self._name(draft, self.dice.among(fields))
        self._take_seats(draft, size)
        acts = self._acts(draft)
        row: Any = Cooperation(**{name: value for name, value in draft.values.items() if name != "keeper_id"})
        text = search_text_from(row, fields, [Named(None, act["title"]) for act in acts], draft.seats, self.lands)  # type: ignore[arg-type]
        pk = self.store[Cooperation].add(**draft.values, sort_key=sort_key(row.name), search_text=text)
        if pk != draft.pk:
            raise AssertionError("a cooperation was written between")
        for named in fields:
            self.store[Cooperation.task_fields.through].add(cooperation_id=pk, taskfield_id=named.pk)
        seats = self._participations(draft)
        for act in acts:
            self._agreement(draft, act, seats, text)
        self._history(draft)
        if state == "published":
            self.published.append(pk)

    def _draft(self, state: str, size: int) -> Draft:
        home = self.dice.of(self.where)
        district = self.districts[home]
        started = self.dice.day(FIRST, TODAY) if self.dice.chance(0.3) else self.dice.day(dt.date(2005, 1, 1), TODAY)
        status = self.dice.of(STATUSES)
        ended = self.dice.day(started, TODAY) if status in ("ended", "abandoned") else None
        if status in ("planned", "idea"):
            started = self.dice.day(dt.date(2024, 1, 1), TODAY)
        bodies = self._bodies(home, size)
        is_registered = self.dice.chance(0.85)
        precision = self.dice.of(PRECISIONS)
        shown = self.dice.day(max(started, dt.date(2023, 1, 1)), TODAY)
        affirmed = self.dice.day(shown, TODAY) if self.dice.chance(0.3) else None
        values = {
            "kind": self.dice.of(KINDS),
            "status": status,
            "legal_form": self.dice.of(OWN_FORMS),
            "region": district.name if self.dice.chance(0.4) else "",
            "started_on": None if precision == "unknown" else started,
            "started_precision": precision,
            "ended_on": ended,
            "ended_precision": "day" if ended else "unknown",
            "record_state": state,
            "origin": "registration" if is_registered or state != "published" else "documents",
            "keeper_id": bodies[0].pk if is_registered or state != "published" else None,
            "submitted_at": WRITTEN if state not in ("draft",) and is_registered else None,
            "published_on": shown if state in ("published", "merged") else None,
            "affirmed_on": affirmed if state == "published" else None,
            "merged_into_id": self.dice.among(self.published) if state == "merged" else None,
            "version": 1 + self.dice.below(4),
        }
        pk = self.store[Cooperation].count + 1
        return Draft(pk, state, status, district.name, bodies, [], started, ended, values)

    def _bodies(self, home: int, size: int) -> list[Body]:
        """Neighbours first: the own district, then others of the Land; some from anywhere."""
        of_state = self.by_state[self.districts[home].state]
        found: dict[int, Body] = {}
        tries = 0
        while len(found) < size:
            tries += 1
            near = tries <= size * 2 and not self.dice.chance(FAR_SHARE)
            place = home if near else self.dice.among(of_state) if self.dice.chance(0.8) else self.dice.of(self.where)
            body = self.dice.of(self.pools[place])
            found[body.pk] = body
        return list(found.values())

    def _fields(self) -> list[Named]:
        found = {named.pk: named for named in (self.dice.of(self.fields) for _ in range(1 + self.dice.below(3)))}
        return sorted(found.values(), key=lambda named: named.pk)

    def _name(self, draft: Draft, field: Named) -> None:
        one, two = draft.bodies[0].name, draft.bodies[1].name
        words = {"task": self.dice.among(TASKS[field.pk]), "place": draft.place, "one": one, "two": two}
        titles = ASSOCIATION_TITLES if draft.values["legal_form"] == "special_purpose_association" else TITLES
        name = self.dice.among(titles).format(**words)[:200]
        summary = [self.dice.among(SENTENCES).format(**words) for _ in range(1 + self.dice.below(4))]
        slug = f"{slugify(name)[:100]}-{draft.pk}" if draft.state == "published" else f"eintrag-{draft.pk}"
        draft.values |= {"name": name, "slug": slug, "summary": " ".join(dict.fromkeys(summary))}

    def _take_seats(self, draft: Draft, size: int) -> None:
        """All bodies sit; in some an organisation sits in the place of the last municipality."""
        draft.seats = [Seat(body, body) for body in draft.bodies]
        if size > 2 and self.dice.chance(ORGANISATION_SHARE * 10):
            organisation = self.dice.among(self.organisations[draft.bodies[0].state])
            draft.seats[-1] = Seat(organisation, None)

    # --- Who since when ---

    def _participations(self, draft: Draft) -> list[int]:
        """Primary keys of the participations of municipal bodies."""
        found = []
        since = (
            self.dice.of(DEGREES) if draft.status == "planned" else self.dice.of(Weighted(("party", "member"), (3, 2)))
        )
        for number, seat in enumerate(draft.seats):
            is_ours = seat.municipality is not None
            pk = self.store[Participation].add(
                cooperation_id=draft.pk,
                municipality_id=seat.body.pk if is_ours else None,
                organisation_id=None if is_ours else seat.body.pk,
                role="lead" if number == 0 else self.dice.of(ROLES),
            )
            degree = since if self.dice.chance(0.8) else self.dice.of(DEGREES)
            self._steps(draft, pk, degree)
            if is_ours:
                found.append(pk)
                if draft.values["keeper_id"] and number and self.dice.chance(0.25):
                    self._answer(draft, pk)
        return found

    def _steps(self, draft: Draft, participation: int, degree: str) -> None:
        """Most belong from the beginning; some came later, some left, a few came back."""
        on = draft.started if self.dice.chance(0.75) else self.dice.day(draft.started, draft.ended or TODAY)
        steps = [(degree, on)]
        if self.dice.chance(0.12):
            steps.insert(0, ("intended", on - dt.timedelta(days=100 + self.dice.below(400))))
        if self.dice.chance(0.05):
            left = self.dice.day(on, draft.ended or TODAY)
            steps.append(("left", left))
            if self.dice.chance(0.3):
                steps.append((degree, self.dice.day(left, draft.ended or TODAY) + dt.timedelta(days=1)))
        for what, day in steps:
            self._step(self.store[ParticipationStep], day, participation_id=participation, degree=what)

    def _step(self, table: Any, day: dt.date, **values: Any) -> None:
        day = min(day, TODAY)
        precision = self.dice.of(PRECISIONS)
        attested = min(TODAY, day + dt.timedelta(days=self.dice.below(90)))
        table.add(**values, on=None if precision == "unknown" else day, on_precision=precision, attested_on=attested)

    def _answer(self, draft: Draft, participation: int) -> None:
        refuses = self.dice.chance(0.03)
        self.store[Confirmation].add(
            participation_id=participation,
            requested_at=WRITTEN,
            answer="refused" if refuses else "confirmed",
            reason="Wir haben die Mitgliedschaft gekündigt." if refuses else "",
            answered_on=TODAY,
        )

    # --- Acts, events, money, history ---

    def _acts(self, draft: Draft) -> list[dict[str, Any]]:
        """About one for each cooperation: its title, form and terms."""
        number = 0 if self.dice.chance(0.3) else 1 + self.dice.below(3) // 2
        acts = []
        for _ in range(number):
            day = self.dice.day(draft.started, draft.ended or TODAY)
            term = self.dice.among((None, None, 12, 24, 60, 120))
            title = f"Vereinbarung vom {day.day:02d}.{day.month:02d}.{day.year} – {draft.values['name']}"[:200]
            acts.append(
                {
                    "title": title,
                    "summary": "Regelt Aufgaben, Kosten, Laufzeit und Kündigung." if self.dice.chance(0.5) else "",
                    "legal_form": self.dice.of(ACT_FORMS),
                    "status": "ended" if draft.ended else self.dice.of(ACT_STATUSES),
                    "attested_on": day,
                    "signed_on": day,
                    "signed_precision": "day",
                    "effective_on": day,
                    "effective_precision": "day",
                    "ends_on": draft.ended if draft.ended and draft.ended > day else None,
                    "ends_precision": "day" if draft.ended and draft.ended > day else "unknown",
                    "term_months": term,
                    "renewal_months": 12 if term and self.dice.chance(0.5) else None,
                    "notice_months": self.dice.among((None, 3, 6, 12)),
                }
            )
        return sorted(acts, key=lambda act: sort_key(act["title"]))

    def _agreement(self, draft: Draft, act: dict[str, Any], seats: list[int], text: str) -> None:
        derived = {"sort_key": sort_key(act["title"]), "search_text": titled([act["title"]], [act["summary"], text])}
        pk = self.store[Agreement].add(cooperation_id=draft.pk, **act, **derived)
        for seat in seats[:12] if self.dice.chance(0.4) else []:
            self.store[Agreement.parties.through].add(agreement_id=pk, participation_id=seat)

    def _history(self, draft: Draft) -> None:
        """Its states, events, money, and its way into the register."""
        steps = self.store[StatusStep]
        earlier = [("planned", draft.started - dt.timedelta(days=400))] if self.dice.chance(0.3) else []
        if draft.ended:
            earlier.append(("active", draft.started))
        for status, day in [*earlier, (draft.status, draft.ended or draft.started)]:
            steps.add(
                cooperation_id=draft.pk, status=status, on=day, on_precision="day", attested_on=max(day, draft.started)
            )
        if self.dice.chance(0.3):
            self._event(draft)
        if self.dice.chance(0.12):
            self._award(draft)
        if draft.state not in ("draft", "published"):
            values = {"cooperation_id": draft.pk, "municipality_id": draft.values["keeper_id"]}
            self.store[Transition].add(**values, from_state="draft", to_state="submitted")

    def _event(self, draft: Draft) -> None:
        kind = self.dice.of(EVENTS)
        title = f"{EVENT_WORDS[kind]} {draft.values['name']}"[:200]
        place = draft.bodies[0].name
        day = self.dice.day(draft.started, draft.ended or TODAY)
        text = titled([title], [place])
        pk = self.store[Event].add(kind=kind, title=title, place=place, on=day, search_text=text)
        self.store[Event.cooperations.through].add(event_id=pk, cooperation_id=draft.pk)
        self.store[Event.municipalities.through].add(event_id=pk, municipality_id=draft.bodies[0].pk)

    def _award(self, draft: Draft) -> None:
        amount = None if self.dice.chance(0.1) else f"{1000 * (5 + self.dice.below(900))}.00"
        self.store[Award].add(
            programme_id=self.dice.among(self.programmes[draft.bodies[0].state]),
            cooperation_id=draft.pk,
            amount=amount,
            rung=self.dice.of(RUNGS),
            on=draft.started,
            on_precision="day",
        )
