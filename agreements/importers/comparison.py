"""What each row is to the register: new, changed, there already, in doubt or wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agreements.choices import LegalForm, Role
from agreements.importers.bodies import Bodies, Body, Doubtful, Option, Question, Unknown, told
from agreements.importers.cells import label_of, shown
from agreements.importers.changes import differences_of, settle
from agreements.importers.judgements import Judgement, Outcome, Purpose
from agreements.importers.parties import Party
from agreements.importers.stored import BodyKey, Known, Stored
from agreements.importers.tables import Table
from agreements.importers.wishes import ANYWAY, NEW, SAME, SKIP, Reader, Wish
from agreements.models import TaskField
from agreements.workflow import Contents, Entry, Part, Partner
from funding.models import Programme
from municipalities.models import Municipality

_OVERTAKEN = Question(
    ANYWAY,
    "updated_at",
    "Der Eintrag wurde nach Ihrem Export geändert. Sollen Ihre Angaben trotzdem gelten?",
    (Option(ANYWAY, "ja, trotzdem ändern"),),
)

#: Decisions made on a page: number of the row → key of the question → answer.
Answers = Mapping[int, Mapping[str, str]]


def key_of(body: Body) -> BodyKey:
    return ("municipality" if isinstance(body, Municipality) else "organisation", body.pk)


def judge(table: Table, purpose: Purpose, answers: Answers | None = None) -> list[Judgement]:
    """All rows of the table, compared with the register as it is now; nothing is written."""
    answers = answers or {}
    reader = Reader(table)
    wishes = [reader.wish_of(row, dict(answers.get(row.number, {}))) for row in table.rows]
    return _Judge(purpose, wishes).judge()


class _Judge:
    def __init__(self, purpose: Purpose, wishes: list[Wish]) -> None:
        self.purpose, self.wishes = purpose, wishes
        texts = {(party.body, party.is_slug) for wish in wishes for party in wish.parties}
        texts |= {(answer, answer.startswith(":")) for wish in wishes if wish.decisions for answer in _answers(wish)}
        self.bodies = Bodies(((text.removeprefix(":"), is_slug) for text, is_slug in texts), purpose.day)
        fields = list(TaskField.objects.all())
        self.fields = {label_of(field.name_de): field for field in fields} | {field.code: field for field in fields}
        rows = Programme.objects.only("slug", "name") if any(wish.award for wish in wishes) else []
        self.programmes = {row.slug: row for row in rows}
        self.partners: dict[int, list[Partner]] = {}
        self.known: dict[tuple[Party, dt.date], tuple[BodyKey, Partner]] = {}
        self.wished: dict[int, dict[BodyKey, Partner]] = {}
        self.keys: dict[int, frozenset[BodyKey]] = {}
        self.town: int | None = purpose.town.pk if purpose.town else None
        self.stored = Stored(purpose.user, purpose.day, town=purpose.town)
        self.first: dict[Any, Wish] = {}

    def judge(self) -> list[Judgement]:
        """Bodies first, since what is there already is found by its participants too."""
        judgements = [self._resolved(wish) for wish in self.wishes]
        same = [wish.decisions[SAME] for wish in self.wishes if SAME in wish.decisions]
        slugs = [wish.slug for wish in self.wishes if wish.slug]
        some = self.wishes if self.town is None else self.wishes[:1]  # all come in for the same one
        towns = {pk for wish in some if (pk := self._keeper_pk(wish))}
        names = [wish.key for wish in self.wishes if not wish.slug]
        dated = any(wish.updated_at for wish in self.wishes)
        self.stored.fetch([*slugs, *same], names, sorted(towns), dated=dated)
        for wish, judgement in zip(self.wishes, judgements, strict=True):
            if SKIP in wish.decisions:
                self._skip(wish, judgement)
            elif judgement.faults:
                judgement.outcome = Outcome.WRONG
            elif judgement.questions:
                judgement.outcome = Outcome.DOUBTFUL
            else:
                self._place(wish, judgement)
        return judgements

    def _skip(self, wish: Wish, judgement: Judgement) -> None:
        """Leave the row out; what was asked of it may be asked again."""
        judgement.answered += judgement.questions
        if not judgement.answered and not wish.slug and (alike := self._alike(wish, self._keeper_pk(wish))):
            judgement.answered.append(self._whether_same(wish, alike))
        judgement.outcome, judgement.faults, judgement.questions = Outcome.SKIPPED, [], []

    # --- Bodies ---

    def _resolved(self, wish: Wish) -> Judgement:
        judgement = Judgement(wish.row, wish.name or wish.slug, Outcome.NEW, faults=wish.faults)
        ends = min(wish.values.get("ended_on") or self.purpose.day, self.purpose.day)
        partners: list[Partner] = []
        seen: dict[BodyKey, Partner] = {}
        decisions = wish.decisions
        for party in wish.parties:
            if decisions and party.body in decisions:
                judgement.answered += self._asked(party, ends)
            try:
                found = None if decisions else self.known.get((party, ends))
                key, partner = found or self._partner(party, ends, decisions)
            except Unknown as error:
                judgement.faults.append(("participations", str(error)))
                continue
            except Doubtful as doubt:
                judgement.questions.append(doubt.question)
                continue
            if key in seen:
                judgement.faults.append(("participations", f"{told(partner.body)} steht zweimal da."))
            seen[key] = partner
            partners.append(partner)
        number = wish.row.number
        self.partners[number], self.wished[number], self.keys[number] = partners, seen, frozenset(seen)
        for code in wish.task_fields or []:
            if code not in self.fields and label_of(code) not in self.fields:
                judgement.faults.append(("task_fields", f"Das Aufgabenfeld „{shown(code)}“ gibt es nicht."))
        if (slug := wish.award.get("programme")) and slug not in self.programmes:
            judgement.faults.append(("award_programme", f"Das Förderprogramm „{shown(slug)}“ gibt es nicht."))
        return judgement

    def _partner(self, party: Party, ends: dt.date, decisions: dict[str, str]) -> tuple[BodyKey, Partner]:
        """Who is meant; kept, since most participants stand in many rows. Raises Unknown, Doubtful."""
        body = self.bodies.of(party, ends, decisions)
        found = key_of(body), Partner(body, role=party.role, degree=party.degree)
        if not decisions:
            self.known[party, ends] = found
        return found

    def _asked(self, party: Party, ends: dt.date) -> list[Question]:
        """What is asked about a participant as long as nothing is decided."""
        try:
            self.bodies.of(party, ends, {})
        except Doubtful as doubt:
            return [doubt.question]
        except Unknown:
            pass
        return []

    def _keeper(self, wish: Wish) -> Municipality | None:
        """In whose name the row comes in; None where a reviewer's row does not say who leads."""
        if self.purpose.town is not None:
            return self.purpose.town
        leads = [one.body for one in self.partners[wish.row.number] if one.role == Role.LEAD]
        return leads[0] if len(leads) == 1 and isinstance(leads[0], Municipality) else None

    def _keeper_pk(self, wish: Wish) -> int | None:
        if self.town is not None:
            return self.town
        keeper = self._keeper(wish)
        return keeper.pk if keeper else None

    def _body_keys(self, wish: Wish) -> frozenset[BodyKey]:
        return self.keys[wish.row.number]

    # --- The place of a row among records and other rows ---

    def _place(self, wish: Wish, judgement: Judgement) -> None:
        slug = wish.slug or wish.decisions.get(SAME, "")
        keeper = self._keeper_pk(wish)
        is_answered = not wish.slug and (SAME in wish.decisions or NEW in wish.decisions)
        if is_answered and (alike := self._alike(wish, keeper)):
            judgement.answered.append(self._whether_same(wish, alike))
        identity = slug or (wish.key, keeper, self._body_keys(wish))
        if before := self.first.get(identity):
            self._repeated(wish, before, judgement)
            return
        self.first[identity] = wish
        if slug:
            known = self.stored.by_slug.get(slug)
            if known is None:
                words = (
                    f"Einen Eintrag mit dem Kurznamen „{shown(slug)}“ gibt es nicht, oder Sie dürfen ihn nicht sehen."
                )
                self._refuse(judgement, "slug", words)
                return
        else:
            known = self._same(wish, keeper)
        if known is not None:
            self._known(wish, judgement, known)
        elif NEW not in wish.decisions and (alike := self._alike(wish, keeper)):
            judgement.questions.append(self._whether_same(wish, alike))
            judgement.outcome = Outcome.DOUBTFUL
        else:
            self._new(wish, judgement, self._keeper(wish))

    @staticmethod
    def _refuse(judgement: Judgement, column: str, message: str) -> None:
        judgement.faults.append((column, message))
        judgement.outcome = Outcome.WRONG

    def _repeated(self, wish: Wish, before: Wish, judgement: Judgement) -> None:
        if _content(wish) == _content(before) and self.partners[wish.row.number] == self.partners[before.row.number]:
            judgement.outcome, judgement.note = Outcome.DUPLICATE, f"wie Zeile {before.row.number}"
        else:
            words = f"Zeile {before.row.number} nennt denselben Eintrag mit anderen Angaben."
            self._refuse(judgement, "slug" if wish.slug else "name", words)

    def _same(self, wish: Wish, keeper: int | None) -> Known | None:
        """The record of this name and these participants: that of the own house, else any that may be seen."""
        bodies = self._body_keys(wish)
        named = [one for one in self.stored.by_name.get(wish.key, []) if one.bodies.keys() == bodies]
        own = [one for one in named if keeper is not None and one.keeper == keeper]
        if own or NEW not in wish.decisions:
            return next(iter(own or named), None)
        return None

    def _alike(self, wish: Wish, keeper: int | None) -> list[Known]:
        """Records that may be meant: of this name with some of the participants, or of the same with a like name."""
        bodies, key = self._body_keys(wish), wish.key
        found = [one for one in self.stored.by_name.get(key, []) if one.bodies.keys() & bodies]
        same = self.stored.near(("municipality", keeper)).get(bodies, []) if keeper else []
        if same:
            words = set(key.split())
            found += [
                one for one in same if one not in found and 2 * len(words & set(one.sort_key.split())) > len(words)
            ]
        return found

    @staticmethod
    def _whether_same(wish: Wish, alike: Sequence[Known]) -> Question:
        options = [Option(f"{SAME}={one.slug}", f"dieselbe wie „{shown(one.values['name'])}“") for one in alike[:5]]
        options.append(Option(NEW, "eine andere, neu anlegen"))
        words = f"„{shown(wish.name)}“ gleicht einem vorhandenen Eintrag. Ist es dieselbe Kooperation?"
        return Question(SAME, "name", words, tuple(options))

    # --- What is written ---

    def _new(self, wish: Wish, judgement: Judgement, keeper: Municipality | None) -> None:
        if keeper is None:
            self._refuse(judgement, "participations", "Genau eine beteiligte Kommune muss federführend (lead) sein.")
            return
        if not self.purpose.may_keep(keeper):
            words = f"{told(keeper)} führt hier, liegt aber nicht in Ihrem Land."
            self._refuse(judgement, "participations", words)
            return
        values = dict(wish.values)
        if wish.forms is not None:
            if len(wish.forms) > 1:
                labels = ", ".join(str(LegalForm(form).label) for form in wish.forms)
                self._refuse(
                    judgement, "legal_forms", f"Eine Kooperation hat eine Rechtsform, hier stehen mehrere: {labels}."
                )
                return
            values["legal_form"] = wish.forms[0] if wish.forms else ""
        judgement.outcome = Outcome.NEW
        contents = Contents(
            values=values,
            task_fields=self.task_fields(wish),
            partners=self.partners[wish.row.number],
            agreements=[Part(values=dict(wish.agreement))] if wish.agreement else [],
            awards=[Part(values=self.award(wish))] if wish.award else [],
        )
        judgement.entry = Entry(keeper, contents)

    def task_fields(self, wish: Wish) -> list[TaskField]:
        rows = [self.fields.get(code) or self.fields[label_of(code)] for code in wish.task_fields or []]
        return list(dict.fromkeys(rows)) if len(rows) > 1 else rows

    def award(self, wish: Wish) -> dict[str, Any]:
        return wish.award | {"programme": self.programmes[wish.award["programme"]]}

    def _is_own(self, known: Known, wish: Wish) -> bool:
        keeper = self._keeper_pk(wish)
        return keeper is not None and known.keeper == keeper

    def _known(self, wish: Wish, judgement: Judgement, known: Known) -> None:
        judgement.known = known
        changes = differences_of(
            wish,
            known,
            task_fields=None if wish.task_fields is None else self.task_fields(wish),
            partners=self.wished[wish.row.number],
            award=self.award(wish) if wish.award else {},
        )
        if not changes.differences and not changes.faults:
            judgement.outcome = Outcome.UNCHANGED if wish.slug else Outcome.DUPLICATE
            judgement.note = "" if wish.slug else f"schon im Register: {known.slug}"
            return
        if not wish.slug and SAME not in wish.decisions and not self._is_own(known, wish):
            judgement.outcome, judgement.differences = Outcome.DUPLICATE, changes.differences
            judgement.note = f"schon im Register; um ihn zu ändern, tragen Sie den slug {known.slug} ein"
            return
        if wish.updated_at and known.updated_at and known.updated_at.isoformat()[:19] > _utc(wish.updated_at):
            if ANYWAY not in wish.decisions:
                judgement.questions.append(_OVERTAKEN)
                judgement.outcome = Outcome.DOUBTFUL
                judgement.differences = changes.differences
                return
            judgement.answered.append(_OVERTAKEN)
        settle(judgement, wish, changes, self.purpose)


def _utc(text: str) -> str:
    """A moment of an export, comparable with those of the database; anything else is no moment and later than all."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return "~"
    return moment.astimezone(dt.UTC).isoformat()[:19] if moment.tzinfo else moment.isoformat()[:19]


def _answers(wish: Wish) -> list[str]:
    """The keys of bodies among the decisions."""
    return [answer for key, answer in wish.decisions.items() if key not in (NEW, ANYWAY, SAME, SKIP)]


def _content(wish: Wish) -> Wish:
    """The row without its number and the order of lists, to be compared."""
    bare = replace(wish, row=wish.row._replace(number=0, cells=[], faults=[]), parties=[], decisions={}, updated_at="")
    return replace(bare, task_fields=sorted(wish.task_fields) if wish.task_fields is not None else None)
