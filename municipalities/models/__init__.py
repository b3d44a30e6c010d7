"""The tables of the directory."""

from municipalities.models.bodies import (
    DirectoryValues,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    State,
    Succession,
)
from municipalities.models.organisations import Organisation

__all__ = [
    "DirectoryValues",
    "Municipality",
    "MunicipalityFigure",
    "MunicipalityName",
    "MunicipalityPeriod",
    "Organisation",
    "State",
    "Succession",
]
