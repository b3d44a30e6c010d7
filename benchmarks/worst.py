"""The worst click: every filter of the list with every order, its first and its last page."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.racing import ask

FILTERS = (
    *("", "land=16", "land=09", "aufgabenfeld=04", "aufgabenfeld=07.01", "rechtsform=purpose_agreement"),
    *("rechtsform=special_purpose_association", "status=active", "status=idea", "art=service_network"),
    *("programm=programm-09-0", "rolle=lead", "grad=member", "von=2015-01-01&bis=2020-12-31", "stand=2015-07-01"),
    *("q=gemeinden", "q=wasser", "innerhalb=09051", "land=09&status=active&aufgabenfeld=07&q=kosten"),
)
ORDERS = ("", "-started_on", "-updated_at")
#: Milliseconds; what takes longer is asked again, unless it takes so long that nobody doubts it.
ENOUGH, HOPELESS = 50, 1_000
OTHERS = (
    *("/", "/kommunen/", "/kommunen/?q=neu", "/kommunen/?sortierung=-population", "/vereinbarungen/"),
    *("/vereinbarungen/?q=gemeinden", "/fristen/", "/statistik/", "/netz/", "/netz/?land=09", "/karte/"),
    *("/quellen/", "/foerderung/", "/suche/?q=wasser", "/aenderungen/", "/kommunen/09051/"),
    *("/api/v1/participations/?page_size=100", "/api/v1/participations/?search=neu", "/api/v1/events/?page_size=100"),
    *("/api/v1/agreements/?page_size=100", "/api/v1/municipalities/?page_size=100", "/api/v1/citations/"),
)


def clicks(child: Any) -> list[tuple[str, float]]:
    """(address, milliseconds), the slowest first, with nothing remembered; what answers no 200 is left out."""
    found = [(address, ms) for address in OTHERS if (ms := timed(child, address)) is not None]
    for chosen in FILTERS:
        for order in ORDERS:
            question = "&".join(part for part in (chosen, f"sortierung={order}" if order else "") if part)
            address = f"/kooperationen/?{question}"
            if (ms := timed(child, address)) is None:
                continue
            found.append((address, ms))
            if not order:
                found += [(far, ms) for far in [f"{address}&seite=9999"] if (ms := timed(child, far)) is not None]
    return sorted(found, key=lambda one: -one[1])


#: Reckoned for the whole nation: not asked to be quick when nothing is remembered.
NATIONAL = frozenset({"/netz/"})


def timed(child: Any, address: str) -> float | None:
    times: list[float] = []
    while not times or (len(times) == 1 and ENOUGH < times[0] < HOPELESS):
        child.forget()
        begin = time.perf_counter()
        status, _fields, _body = ask(child.app, address)
        times.append(1000 * (time.perf_counter() - begin))
        if status != 200:
            return None
    return min(times)
