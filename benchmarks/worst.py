"""The worst click: every filter of the list with every order, its first and its last page, and the other pages.

Asked of a process as visitors meet it: it has made ahead what a process that serves makes (``common/ahead.py``), and
remembers no answer. What is slow once is asked once more: the first question of a kind also makes its own plans.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.racing import ask

FAR = "9999"

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
    *("/quellen/", "/foerderung/", "/suche/?q=wasser", "/aenderungen/", "/kommunen/{town}/"),
    *("/api/v1/participations/?page_size=100", "/api/v1/participations/?search=neu", "/api/v1/events/?page_size=100"),
    *("/api/v1/agreements/?page_size=100", "/api/v1/municipalities/?page_size=100", "/api/v1/citations/"),
    # Last pages, orders and filters of the other lists.
    *(f"/kommunen/?seite={FAR}", "/kommunen/?stand=2015-07-01", "/kommunen/?mit_kooperation=no", "/kommunen/?land=09"),
    *(f"/vereinbarungen/?seite={FAR}", "/vereinbarungen/?land=09", "/vereinbarungen/?sortierung=-updated_at"),
    *("/ereignisse/", f"/ereignisse/?seite={FAR}", "/ereignisse/?land=09", "/ereignisse/?q=wasser"),
    *(f"/quellen/?seite={FAR}", "/quellen/?q=wasser", "/suche/?q=gemeinden", "/suche/?q=neu"),
    *("/fristen/?land=09", f"/fristen/?seite={FAR}", "/fristen/?art=term", "/statistik/?land=09"),
    *("/statistik/?stand=2015-07-01", "/aenderungen/?land=09", "/aenderungen/?von=2001-01-01&land=09"),
    *(f"/aenderungen/?seite={FAR}", "/aenderungen/?von=2001-01-01", "/netz/?kommune={town}"),
    *(
        "/netz/partner/?kommune={town}",
        "/netz/partner/?kommune=090110000000&aufgabenfeld=04",
        *("/netz/?land=05&darstellung=kreise", "/netz/?land=09&darstellung=kreise"),
        "/netz/luecken/?land=09",
        "/karte/?land=09",
        "/karte/?stand=2015-07-01",
    ),
    *(
        "/api/v1/participations/?page=9999",
        "/api/v1/participations/?ordering=-since",
        "/api/v1/participations/?ordering=-since&page=300",
        "/api/v1/participations/?ordering=since,municipality&page=9000",
        "/api/v1/participations/?ordering=-updated_at&page=300",
        "/api/v1/participations/?state=09",
    ),
    *("/api/v1/agreements/?page=900", "/api/v1/events/?page=300", "/api/v1/municipalities/?page=240"),
    *("/api/v1/citations/?page=700", "/api/v1/cooperations/?page=900", "/api/v1/sources/?page=100"),
)


def clicks(child: Any) -> list[tuple[str, float]]:
    """(address, milliseconds), the slowest first, with nothing remembered; what answers no 200 is left out."""
    child.make_ahead()
    town = (child.towns() or [""])[0]
    others = [address.format(town=town) for address in OTHERS]
    found = [(address, ms) for address in others if (ms := timed(child, address)) is not None]
    for chosen in FILTERS:
        for order in ORDERS:
            question = "&".join(part for part in (chosen, f"sortierung={order}" if order else "") if part)
            address = f"/kooperationen/?{question}"
            if (ms := timed(child, address)) is None:
                continue
            found.append((address, ms))
            if not order:
                found += [(far, ms) for far in [f"{address}&seite={FAR}"] if (ms := timed(child, far)) is not None]
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
