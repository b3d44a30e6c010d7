"""FilterSets of the directory; ``BodiesFilter`` serves every resource that points at municipal bodies."""

from municipalities.filters.chosen import STATES, BodiesFilter, InsideFilter, StateFilterSet, states_filter
from municipalities.filters.directory import BoundaryFilterSet, DoubtFilterSet, SuccessionFilterSet
from municipalities.filters.municipalities import MunicipalityFilterSet, SuggestionFilterSet, TreeFilterSet
from municipalities.filters.organisations import OrganisationFilterSet, organisations_filter

__all__ = [
    "STATES",
    "BodiesFilter",
    "BoundaryFilterSet",
    "DoubtFilterSet",
    "InsideFilter",
    "MunicipalityFilterSet",
    "OrganisationFilterSet",
    "StateFilterSet",
    "SuccessionFilterSet",
    "SuggestionFilterSet",
    "TreeFilterSet",
    "organisations_filter",
    "states_filter",
]
