"""The people of the permission matrix around one record of Weilerbach, Landstuhl and a town of Thüringen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from agreements import workflow
from agreements.choices import Role
from agreements.models import Cooperation, Participation
from municipalities.models import Municipality
from tests import builders as make

TODAY = dt.date(2026, 11, 22)
#: Who they are, in the order of the matrix.
ROLES = (
    "anonymous",
    "officer_elsewhere",
    "officer_of_participant",
    "lead_officer",
    "reviewer_elsewhere",
    "reviewer",
    "steward",
)


@dataclass
class World:
    """Three towns, seven people."""

    lead: Municipality
    partner: Municipality
    elsewhere: Municipality
    people: dict[str, Any]

    def __getitem__(self, role: str) -> Any:
        return self.people[role]

    def contents(self, **values: Any) -> workflow.Contents:
        """All that a submission needs."""
        partners = [workflow.Partner(self.lead, role=Role.LEAD), workflow.Partner(self.partner)]
        values = {
            "name": "Gemeinsamer Bauhof",
            "summary": "Die Bauhöfe arbeiten zusammen.",
            "status": "active",
            "legal_form": "purpose_agreement",
        } | values
        return workflow.Contents(values=values, task_fields=[make.make_task_field()], partners=partners)

    def draft(self, **values: Any) -> Cooperation:
        return workflow.register(
            user=self["lead_officer"], municipality=self.lead, day=TODAY, contents=self.contents(**values)
        )

    def submitted(self, **values: Any) -> Cooperation:
        return workflow.submit(user=self["lead_officer"], cooperation=self.draft(**values), day=TODAY)

    def returned(self) -> Cooperation:
        remarks = {"summary": "Bitte genauer."}
        return workflow.return_record(user=self["reviewer"], cooperation=self.submitted(), day=TODAY, remarks=remarks)

    def published(self, **values: Any) -> Cooperation:
        return workflow.publish(user=self["reviewer"], cooperation=self.submitted(**values), day=TODAY)

    def withdrawn(self) -> Cooperation:
        return workflow.withdraw(
            user=self["lead_officer"], cooperation=self.published(), day=TODAY, reason="Es wurde nichts daraus."
        )

    def in_state(self, state: str) -> Cooperation:
        if state == "merged":
            gone = self.published(name="Bauhof, doppelt")
            workflow.merge(
                user=self["steward"], duplicate=gone, into=self.published(), day=TODAY, reason="Dasselbe Vorhaben."
            )
            gone.refresh_from_db()
            return gone
        return getattr(self, state)()

    def part_of(self, cooperation: Cooperation, town: Municipality) -> Participation:
        return cooperation.participations.get(municipality=town)


def make_officer(town: Municipality, name: str | None = None) -> Any:
    name = name or f"amt-{make.number()}"
    user = make.make_user(name, email=f"{name}@example.org")
    make.make_mandate(user, "officer", municipality=town)
    return user


def make_world() -> World:
    lead = make.make_municipality("Weilerbach", ars="073355009000", level="association", kind="verbandsgemeinde")
    partner = make.make_municipality("Landstuhl", ars="073355006000", level="association", kind="verbandsgemeinde")
    elsewhere = make.make_municipality("Jena", ars="160530000000")
    reviewers = {}
    for role, code in (("reviewer", "07"), ("reviewer_elsewhere", "16")):
        reviewers[role] = make.make_user(role, email=f"{role}@example.org")
        make.make_mandate(reviewers[role], "reviewer", state=make.make_state(code))
    steward = make.make_user("steward", email="steward@example.org")
    make.make_mandate(steward, "steward")
    people = {
        "anonymous": AnonymousUser(),
        "officer_elsewhere": make_officer(elsewhere, "jena"),
        "officer_of_participant": make_officer(partner, "landstuhl"),
        "lead_officer": make_officer(lead, "weilerbach"),
        **reviewers,
        "steward": steward,
    }
    return World(lead, partner, elsewhere, people)
