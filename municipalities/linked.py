"""Municipal bodies and other bodies as linked data."""

from __future__ import annotations

from rdflib import DCTERMS, ORG, RDF, SDO, SKOS, XSD, URIRef

from coopportal.common.linked import Linked, Statements, thing
from coopportal.common.picking import EXPANDED
from coopportal.common.renderers import Record
from municipalities.choices import Kind, OrganisationKind

BODY, ORGANISATION, STATE = "municipalities:detail", "municipalities:organisation", "api:states-detail"

#: Bodies of the state, and all that the law knows as a body.
_STATE_KINDS = frozenset({"state", "state_ministry", "state_authority", "state_body", "police_authority"})
_FORMAL_KINDS = _STATE_KINDS | {"university", "association", "special_purpose_association", "company"}


def name_state(told: Statements, predicate: URIRef, code: str | None, record: Record | None) -> None:
    """That something belongs to a Land, and what that is called."""
    if code:
        land = told.other(thing(STATE, code))
        told.say(predicate, land.subject)
        land.is_a(SDO.AdministrativeArea)
        land.say(SDO.identifier, (record or {}).get("iso"))
        land.say(SDO.name, (record or {}).get("name"), lang="de")


def name_body(told: Statements, record: Record) -> None:
    """Name, kind and key of a municipal body."""
    told.is_a(SDO.AdministrativeArea, ORG.FormalOrganization)
    told.say(SDO.name, record["name"], lang="de")
    told.say(SKOS.prefLabel, record["name"], lang="de")
    told.say(ORG.identifier, record["ars"])


def name_organisation(told: Statements, record: Record) -> None:
    """Name and kind of another body."""
    kind = record["kind"]
    told.is_a(SDO.GovernmentOrganization if kind in _STATE_KINDS else SDO.Organization)
    told.is_a(ORG.FormalOrganization if kind in _FORMAL_KINDS else ORG.Organization)
    told.say(SDO.name, record["name"], lang="de")
    told.say(SKOS.prefLabel, record["name"], lang="de")
    told.say(SKOS.altLabel, record["short_name"], lang="de")


def _municipality(told: Statements, record: Record) -> None:
    name_body(told, record)
    told.say(SKOS.altLabel, record["official_name"], lang="de")
    told.say(SDO.identifier, record["ags"])
    told.concept(ORG.classification, record["kind"], Kind(record["kind"]).label)
    name_state(told, SDO.containedInPlace, record["state"], record[EXPANDED]["state"])
    if parent := record[EXPANDED]["parent"]:
        above = told.other(thing(BODY, parent["ars"]))
        told.say(SDO.containedInPlace, above.subject)
        name_body(above, parent)
    if record["lat"] is not None and record["lon"] is not None:
        place = told.part(SDO.geo, SDO.GeoCoordinates)
        place.say(SDO.latitude, record["lat"], datatype=XSD.decimal)
        place.say(SDO.longitude, record["lon"], datatype=XSD.decimal)
    for succession in record["successors"]:
        if succession["confirmed"]:
            _succeeded(told, succession)


def _succeeded(told: Statements, succession: Record) -> None:
    event = told.part(ORG.changedBy, ORG.ChangeEvent)
    after = told.other(thing(BODY, succession["ars"]))
    event.say(ORG.originalOrganization, told.subject)
    event.say(ORG.resultingOrganization, after.subject)
    event.day(DCTERMS.date, succession["on"])
    after.graph.add((after.subject, RDF.type, ORG.FormalOrganization))
    after.say(SDO.name, succession["name"], lang="de")


def _organisation(told: Statements, record: Record) -> None:
    name_organisation(told, record)
    told.concept(ORG.classification, record["kind"], OrganisationKind(record["kind"]).label)
    name_state(told, SDO.areaServed, record["state"], record[EXPANDED]["state"])


MUNICIPALITY = Linked(BODY, _municipality, ("state", "parent"))
OTHER_BODY = Linked(ORGANISATION, _organisation, ("state",))
