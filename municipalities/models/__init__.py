"""The tables of the directory."""

from municipalities.models.bodies import Municipality, State
from municipalities.models.boundaries import Boundary
from municipalities.models.directory import DirectoryState, Doubt
from municipalities.models.organisations import Organisation
from municipalities.models.periods import MunicipalityFigure, MunicipalityName, MunicipalityPeriod, Succession
from municipalities.models.values import DirectoryValues, ending_of

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
