"""Funding programmes as linked data. Amounts are not told: a sum without its rung would say more than is known."""

from __future__ import annotations

from rdflib import SDO

from coopportal.common.linked import Linked, Statements, thing
from coopportal.common.picking import EXPANDED
from coopportal.common.renderers import Record
from funding.choices import ProgrammeKind
from municipalities.linked import ORGANISATION, name_organisation, name_state

PAGE = "funding:programme"

#: These give money; an initiative or a reform is a service of government.
_GRANTS = frozenset({"pilot", "regular", "grant"})


def name_programme(told: Statements, record: Record) -> None:
    """Name and kind of a programme."""
    told.is_a(SDO.MonetaryGrant if record["kind"] in _GRANTS else SDO.GovernmentService)
    told.say(SDO.name, record["name"], lang="de")


def _programme(told: Statements, record: Record) -> None:
    name_programme(told, record)
    told.say(SDO.alternateName, record["short_name"], lang="de")
    told.say(SDO.description, record["summary"], lang="de")
    told.concept(SDO.additionalType, record["kind"], ProgrammeKind(record["kind"]).label)
    name_state(told, SDO.areaServed, record["state"], record[EXPANDED]["state"])
    if funder := record[EXPANDED]["funder"]:
        giver = told.other(thing(ORGANISATION, funder["slug"]))
        told.say(SDO.funder if record["kind"] in _GRANTS else SDO.provider, giver.subject)
        name_organisation(giver, funder)


PROGRAMME = Linked(PAGE, _programme, ("state", "funder"))
