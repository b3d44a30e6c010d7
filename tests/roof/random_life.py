"""A portal in which something happens all the time: every kind of writing that people, importers and stewards do."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, models, transaction

from agreements import workflow
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
)
from funding.models import BudgetLine, Criterion, Figure, Programme
from municipalities.models import Municipality, Organisation
from sources.models import Citation, Conflict, Passage, SourceDocument, SourceText, Speaker
from tests import api
from tests import builders as make
from tests.agreements.people import TODAY

STATES = ("draft", "submitted", "published", "published", "withdrawn")


class Undone(Exception):
    """Ends a transaction that must leave no trace."""


class Life:
    """``happen()`` does one thing or another, chosen by the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.steward = make.make_user(f"steward-{seed}")
        make.make_mandate(self.steward, "steward")
        for name in api.RESOURCES:
            if name not in {"states", "task-fields"}:
                api.ROWS[name]()
        self.count = 0

    def happen(self) -> None:
        self.count += 1
        deed = self.dice.choice([name for name in dir(self) if name.startswith("do_")])
        with suppress(IntegrityError), transaction.atomic():  # what the database refuses must leave no trace either
            getattr(self, deed)()

    def one(self, model: Any) -> Any:
        """Any row of a model; None where there is none."""
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.dice.choice(keys)) if keys else None

    def word(self) -> str:
        return f"Wort {self.count}"

    # --- cooperations ---

    def do_edit(self) -> None:
        row = self.one(Cooperation)
        row.name = self.word()
        row.save()

    def do_edit_past_every_method(self) -> None:
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(summary=self.word())

    def do_turn(self) -> None:
        rows = Cooperation.objects.exclude(record_state="merged").filter(pk=self.one(Cooperation).pk)
        rows.update(record_state=self.dice.choice(STATES))

    def do_register(self) -> None:
        api.a_cooperation(record_state=self.dice.choice(["draft", "published"]))

    def do_merge(self) -> None:
        published = list(Cooperation.objects.public().order_by("pk"))
        if len(published) > 4:
            gone, stays = self.dice.sample(published, 2)
            workflow.merge(user=self.steward, duplicate=gone, into=stays, day=TODAY, reason="Dasselbe.")

    def do_rename_address(self) -> None:
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(slug=f"neu-{make.number()}")

    def do_task_fields(self) -> None:
        fields = [make.make_task_field("04.01"), make.make_task_field("05.02")]
        self.one(Cooperation).task_fields.set(self.dice.sample(fields, self.dice.randint(0, 2)))
        TaskField.objects.filter(code="04.01").update(name_en=self.word())

    def do_status(self) -> None:
        StatusStep.objects.bulk_create(
            [StatusStep(cooperation=self.one(Cooperation), status="active", on=dt.date(2020, 1, self.count % 28 + 1))]
        )

    # --- what belongs to them ---

    def do_join(self) -> None:
        make.make_participation(self.one(Cooperation), steps=[("member", "2021-01-01")])

    def do_leave(self) -> None:
        row = self.one(Participation)
        if row and not row.agreements.exists():
            row.delete()

    def do_step(self) -> None:
        if row := self.one(Participation):
            ParticipationStep.objects.create(participation=row, degree="left", on=dt.date(2022, 1, 1))

    def do_answer(self) -> None:
        if row := self.one(Participation):
            Confirmation.objects.update_or_create(
                participation=row, defaults={"answer": self.dice.choice(["open", "confirmed"]), "answered_on": None}
            )

    def do_agree(self) -> None:
        row = self.one(Cooperation)
        make.make_agreement(row, parties=row.participations.all()[:1])

    def do_edit_agreement(self) -> None:
        Agreement.objects.filter(pk=self.one(Agreement).pk).update(title=self.word())

    def do_move_agreement(self) -> None:
        row = self.one(Agreement)
        row.cooperation = self.one(Cooperation)
        row.save()

    def do_award(self) -> None:
        make.make_award(self.one(Cooperation), self.one(Programme), amount=self.count)

    def do_take_award(self) -> None:
        Award.objects.filter(pk=self.one(Award).pk).delete()
        make.make_award()

    def do_meet(self) -> None:
        make.make_event(cooperations=[self.one(Cooperation)], municipalities=[self.one(Municipality)])

    def do_meet_elsewhere(self) -> None:
        event = self.one(Event)
        event.cooperations.set([self.one(Cooperation)] if self.dice.random() < 0.7 else [])
        event.organisations.set([self.one(Organisation)])
        Event.objects.filter(pk=event.pk).update(place=self.word())

    # --- directory and money ---

    def do_rename_town(self) -> None:
        Municipality.objects.filter(pk=self.one(Municipality).pk).update(name=self.word())

    def do_rename_body(self) -> None:
        row = self.one(Organisation)
        row.name, row.slug = self.word(), f"stelle-{make.number()}"
        row.save()

    def do_end_town(self) -> None:
        row = make.make_municipality()
        heir = self.one(Municipality)
        make.make_succession(row, heir, confirmed=True)
        Municipality.objects.filter(pk=row.pk).update(valid_until=dt.date(2020, 12, 31))

    def do_budget(self) -> None:
        BudgetLine.objects.bulk_create(
            [BudgetLine(programme=self.one(Programme), rung="budgeted", amount=n + 1, year=2025) for n in range(2)]
        )

    def do_programme(self) -> None:
        Programme.objects.filter(pk=self.one(Programme).pk).update(slug=f"programm-{make.number()}")
        Criterion.objects.update(wording=self.word())

    def do_figure(self) -> None:
        Figure.objects.filter(pk=self.one(Figure).pk).update(value=self.count)

    # --- sources ---

    def subject(self) -> Any:
        model, field = self.dice.choice(
            [(Cooperation, "status"), (Participation, "role"), (Agreement, "status"), (Event, "place"), (Award, "rung")]
        )
        return self.one(model), field

    def do_cite(self) -> None:
        subject, field = self.subject()
        if subject:
            make.make_citation(subject, field, self.word(), passage=self.one(Passage))

    def do_take_citation(self) -> None:
        if row := self.one(Citation):
            row.delete()

    def do_reword(self) -> None:
        if row := self.one(Citation):
            Citation.objects.filter(pk=row.pk).update(stated_value=self.word())
            row.speakers.set([self.one(Speaker)])

    def do_contradict(self) -> None:
        subject, field = self.subject()
        if subject and not Conflict.objects.about(subject).filter(field=field).exists():
            make.make_conflict(subject, field)

    def do_text(self) -> None:
        document = self.one(SourceDocument)
        if self.dice.random() < 0.5:
            SourceText.objects.filter(document=document).delete()
        else:
            SourceText.objects.update_or_create(document=document, defaults={"content": self.word() * 500})

    def do_privacy(self) -> None:
        Passage.objects.filter(pk=self.one(Passage).pk).update(is_personal=self.dice.random() < 0.5)
        Speaker.objects.filter(pk=self.one(Speaker).pk).update(name=self.word())

    def do_nothing_after_all(self) -> None:
        try:
            with transaction.atomic():
                Cooperation.objects.update(name=models.F("slug"))
                raise Undone
        except Undone:
            pass
