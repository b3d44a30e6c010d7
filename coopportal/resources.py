"""The lists of the API, by name."""

from __future__ import annotations

import agreements.api
import funding.api
import municipalities.api
import sources.api
from coopportal.common.api import Resource, listed

RESOURCES: dict[str, type[Resource]] = {
    "states": municipalities.api.StateResource,
    "municipalities": municipalities.api.MunicipalityResource,
    "organisations": municipalities.api.OrganisationResource,
    "cooperations": agreements.api.CooperationResource,
    "participations": agreements.api.ParticipationResource,
    "agreements": agreements.api.AgreementResource,
    "events": agreements.api.EventResource,
    "task-fields": agreements.api.TaskFieldResource,
    "programmes": funding.api.ProgrammeResource,
    "budget-lines": funding.api.BudgetLineResource,
    "awards": agreements.api.AwardResource,
    "figures": funding.api.FigureResource,
    "sources": sources.api.SourceResource,
    "citations": sources.api.CitationResource,
    "conflicts": sources.api.ConflictResource,
}
listed.update(RESOURCES)
