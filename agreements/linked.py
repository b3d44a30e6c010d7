"""Cooperations as linked data.

Members are those that belong to it on the day asked for (``existing``, ``party``, ``member``); whoever was only named,
wished or invited is mentioned and no member. Money is told where it is granted or paid, without amount.
"""

from __future__ import annotations

from rdflib import ORG, SDO, SKOS

from agreements.choices import COUNTED_DEGREES, CooperationStatus, Role
from coopportal.common.linked import Linked, Statements, thing
from coopportal.common.picking import EXPANDED
from coopportal.common.renderers import Record
from funding.linked import PAGE as PROGRAMME
from municipalities.linked import BODY, ORGANISATION, name_body, name_organisation, name_state

_CERTAIN = frozenset({"granted", "paid"})


def _cooperation(told: Statements, record: Record) -> None:
    beside = record[EXPANDED]
    told.is_a(ORG.OrganizationalCollaboration, SDO.Project)
    told.say(SDO.name, record["name"], lang="de")
    told.say(SKOS.prefLabel, record["name"], lang="de")
    told.say(SKOS.altLabel, record["short_name"], lang="de")
    told.say(SDO.description, record["summary"], lang="de")
    told.day(SDO.foundingDate, record["started_on"], record["started_precision"])
    told.day(SDO.dissolutionDate, record["ended_on"], record["ended_precision"])
    told.concept(ORG.classification, record["status"], CooperationStatus(record["status"]).label)
    for code, state in zip(record["states"], beside["states"], strict=True):
        name_state(told, SDO.areaServed, code, state)
    for field in filter(None, beside["task_fields"]):
        purpose = told.other(thing("api:task-fields-detail", field["code"]))
        told.say(ORG.purpose, purpose.subject)
        purpose.is_a(SKOS.Concept)
        purpose.say(SKOS.notation, field["code"])
        purpose.say(SKOS.prefLabel, field["name_de"], lang="de")
        purpose.say(SKOS.prefLabel, field["name_en"], lang="en")
    bodies = zip(beside["participations.municipality"], beside["participations.organisation"], strict=True)
    for member, (town, organisation) in zip(record["participations"], bodies, strict=True):
        _takes_part(told, member, town, organisation)
    for award in filter(None, beside["awards"]):
        if award["rung"] in _CERTAIN:
            told.say(SDO.funding, thing(PROGRAMME, award["programme"]))


def _takes_part(told: Statements, member: Record, town: Record | None, organisation: Record | None) -> None:
    if town:
        body = told.other(thing(BODY, town["ars"]))
        name_body(body, town)
    elif organisation:
        body = told.other(thing(ORGANISATION, organisation["slug"]))
        name_organisation(body, organisation)
    else:
        return
    if member["degree"] not in COUNTED_DEGREES:
        told.say(SDO.mentions, body.subject)
        return
    told.say(ORG.hasMember, body.subject)
    told.say(SDO.member, body.subject)
    place = told.part(ORG.hasMembership, ORG.Membership)
    place.say(ORG.organization, told.subject)
    place.say(ORG.member, body.subject)
    place.concept(ORG.role, member["role"], Role(member["role"]).label, ORG.Role)


COOPERATION = Linked(
    "agreements:cooperation",
    _cooperation,
    ("states", "task_fields", "participations.municipality", "participations.organisation", "awards"),
)
