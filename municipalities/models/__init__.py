"""The tables of the directory."""

from municipalities.models.bodies import (
    DirectoryValues,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    State,
    Succession,
    ending_of,
)
from municipalities.models.boundaries import Boundary
from municipalities.models.directory import DirectoryState, Doubt
from municipalities.models.organisations import Organisation

__all__ = [
    "Boundary",
    "DirectoryState",
    "DirectoryValues",
    "Doubt",
    "Municipality",
    "MunicipalityFigure",
    "MunicipalityName",
    "MunicipalityPeriod",
    "Organisation",
    "State",
    "Succession",
    "ending_of",
]
