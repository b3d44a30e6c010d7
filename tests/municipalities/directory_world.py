"""What the tests of the import share: a small world in two states, and looks at what is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from municipalities.importers.directory import import_directory
from municipalities.importers.report import Report
from municipalities.models import (
    DirectoryState,
    Doubt,
    Municipality,
    MunicipalityFigure,
    MunicipalityPeriod,
    State,
    Succession,
)
from tests.municipalities.lines import association, city, district, free, municipality, renamed, sample

TODAY = dt.date(2026, 6, 1)
BEFORE, AFTER = dt.date(2022, 12, 31), dt.date(2025, 11, 30)
EVE = dt.date(2025, 11, 29)

GREIZ = [
    district("16076", "Greiz"),
    *free("16076022", "Greiz, Stadt", code="63", area=8446, population=20_000),
    association("160765004", "Wünschendorf/Elster", "54"),
    municipality("16076014", "Endschütz", vb="5004", area=700, population=300),
]
HOLZLAND = [district("16074", "Saale-Holzland-Kreis")]
TOWNS = [association("160745007", "Hügelland/Täler", "54"), association("160745011", "Südliches Saaletal", "54")]

OLD = [
    *GREIZ,
    municipality("16076084", "Wünschendorf/Elster", vb="5004", area=1950, population=2773),
    *free("16076004", "Berga/Elster, Stadt", code="63", area=4352, population=3218),
    *free("16076003", "Bad Köstritz, Stadt", code="63", area=1693, population=3365),
    *free("16076026", "Hartmannsdorf", area=341, population=339),
    *HOLZLAND,
    *TOWNS,
    municipality("16074104", "Unterbodnitz", vb="5007", area=500, population=200),
    municipality("16074001", "Albersdorf", vb="5007", area=400, population=280),
    municipality("16074044", "Kahla, Stadt", vb="5011", code="63", area=800, population=6800),
]
NEW = [
    *renamed(GREIZ, "Wünschendorf/Elster", "Ländereck"),
    *free("16076094", "Berga-Wünschendorf, Stadt", code="63", area=6302, population=5840),
    *free("16076003", "Bad Köstritz, Stadt", code="63", area=2034, population=3651),
    *HOLZLAND,
    *TOWNS,
    municipality("16074104", "Unterbodnitz", vb="5011", area=500, population=190),
    municipality("16074001", "Albersdorf", vb="5007", code="60", area=400, population=270),
    municipality("16074044", "Kahla, Stadt, Porzellanstadt", vb="5011", code="63", area=800, population=6700),
]


def first() -> bytes:
    return sample("20221231", OLD)


def second() -> bytes:
    return sample("20251130", NEW)


def read_in(data: bytes, **options: Any) -> Report:
    return import_directory(data, **{"today": TODAY} | options)


def body(key: str) -> Municipality:
    """The existing body with this AGS (8 digits), else the one whose ARS begins with the digits and ends with zeros."""
    rows = Municipality.objects.filter(valid_until__isnull=True)
    return rows.get(ags=key) if len(key) == 8 else rows.get(ars=key.ljust(12, "0"), ags=None)


def everything() -> dict[str, list[Any]]:
    """All that is stored of the directory, to compare."""
    models = (State, Municipality, MunicipalityPeriod, MunicipalityFigure, Succession, Doubt, DirectoryState)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def periods_of(row: Municipality) -> list[tuple[Any, ...]]:
    """(from, until, name, ARS) of each period."""
    return [(one.valid_from, one.valid_until, one.name, one.ars) for one in in_order(row)]


def in_order(row: Municipality) -> list[MunicipalityPeriod]:
    return list(row.periods.order_by(F("valid_from").asc(nulls_first=True)))


class Writes(CaptureQueriesContext):
    """The statements that change data."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def statements(self) -> list[str]:
        return [q["sql"] for q in self.captured_queries if q["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]


def hanau(*, independent: bool) -> list[str]:
    """A district before and after its town leaves it."""
    rows = [district("06435", "Main-Kinzig-Kreis"), *free("06435010", "Gelnhausen, Stadt", code="63", area=4500)]
    if independent:
        return [*rows, *city("06415", "Hanau", area=7649, population=100_000)]
    return [*rows, *free("06435014", "Hanau, Brüder-Grimm-Stadt", code="63", area=7649, population=99_000)]
