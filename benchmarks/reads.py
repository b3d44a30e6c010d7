"""What everybody reads, at national size: lists, details, facets, search, files, beside raw SQL and beside a peer.

    python -m benchmarks.reads [--scale S|M|L] [--rounds 15] [--engine sqlite|postgresql] [--part lists …] [--url …]

The database comes from `benchmarks.generator`: the full directory, 500 (S), 5,000 (M) or 50,000 (L) cooperations with
ten participations each; `make bench SCALE=L` chooses. Portal and floor run in one process and take turns, both asked by
WSGI without a network; medians. The floor is hand-written SQL by the driver (the keys of a page first, then what
belongs to them) and orjson in a bare WSGI callable; before anything is measured its answers are compared with those of
the portal. Figures are those of a portal in service, which remembers totals as long as nothing is written; "nothing
remembered" and the worst clicks are of one that has forgotten everything. "its statements" is the portal's own SQL sent
again by the driver alone. Peers: DRF as its tutorial writes it, without middleware; Datasette over the same SQLite file
with canned queries, asked by ASGI in the same process; openpyxl. Datasette and openpyxl come with `make bench`; where
they are missing their rows say so. Files are whole. Growth is told from S, measured in the same run, to the scale
measured. P1 to P17 are the goals of the project; one of which nothing was measured is listed as such.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from benchmarks import files, peers, worst
from benchmarks.directory import call, postgresql, sqlite
from benchmarks.figures import Figure, table
from benchmarks.floor import Floor
from benchmarks.goals import grown, unmeasured
from benchmarks.racing import ask, calls, high, median, race

SCALE = os.environ.get("SCALE") or "S"
STATES = ("16", "07", "09", "03", "12", "08", "14", "06")
SCALES, ROUNDS = ("S", "M", "L"), 15
WORDS = ("gemeinden", "wasser", "feuerwehr kosten", "zweckverband abwasser", "neu bauhof gemeinsam", "glasfaser")
#: The commonest of them: nearly every record has it.
COMMONEST = "gemeinden"
#: Records whose details are asked for in turn.
DETAILS = 40
LIST_FIELDS = "slug,name,kind,status,participant_count,mentioned_count"
#: What is measured at S too, for the growth.
GROWING = ("lists", "details", "pages", "days")
_OWN = "its statements alone"
_FLOOR = "raw SQL"


class Child:
    """Measures the portal (a WSGI callable) in this process; what it finds are rows to make figures of."""

    LIST_FIELDS = LIST_FIELDS

    def __init__(self, app: Any, floor: Floor, connection: Any, rounds: int) -> None:
        self.app, self.floor, self.connection, self.rounds = app, floor, connection, rounds
        self.file = str(connection.settings_dict["NAME"])
        self.found: list[dict[str, Any]] = []

    def tell(self, what: str, value: float | None, unit: str, ratio: float | None = None, **more: Any) -> None:
        self.found.append({"what": what, "value": value, "unit": unit, "ratio": ratio} | more)

    def get(self, address: str, **headers: str) -> bytes:
        status, _fields, body = ask(self.app, address, **headers)
        if status != 200:
            raise AssertionError(f"{status} {address}: {body[:300]!r}")
        return body

    @staticmethod
    def forget() -> None:
        """What the portal remembers of its answers."""
        from coopportal.common.remembered import forget

        forget()

    def afresh(self, address: str) -> tuple[int, dict[str, str], bytes]:
        """Of a portal that remembers nothing."""
        self.forget()
        return ask(self.app, address)

    def statements(self, address: str) -> list[str]:
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(self.connection) as asked:
            self.get(address)
        return [one["sql"] for one in asked.captured_queries if one["sql"].startswith(("SELECT", "(SELECT", "WITH"))]

    def again(self, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.cursor.execute(statement)
                cursor.fetchall()

    # --- One measure ---

    def against_floor(
        self, what: str, addresses: list[str], floor: Callable[[int], Any], most: float, goal: str
    ) -> None:
        """Floor, portal and the portal's own statements take turns over the same addresses."""
        number = len(addresses)
        sent = [self.statements(address) for address in addresses]
        lower, ours, fresh, own = race(
            [
                floor,
                lambda turn: self.get(addresses[turn % number]),
                lambda turn: self.afresh(addresses[turn % number]),
                lambda turn: self.again(sent[turn % number]),
            ],
            self.rounds,
        )
        self.tell(f"{what}: floor", median(lower), "ms")
        self.tell(what, median(ours), "ms", median(ours) / median(lower), against=_FLOOR, most=most, goal=goal)
        self.tell(f"{what}: nothing remembered", median(fresh), "ms", median(fresh) / median(lower), against=_FLOOR)
        self.tell(f"{what}: without its SQL", median(ours) - median(own), "ms", median(own) / median(lower),
                  against="raw SQL (own statements)")  # fmt: skip
        self.tell(f"{what}: 95 of 100", high(ours), "ms", high(ours) / median(ours), against="its median", most=3,
                  goal="P2" if goal == "P2" else "")  # fmt: skip

    def against_own(self, what: str, addresses: list[str], most: float | None, goal: str = "") -> None:
        number = len(addresses)
        sent = [self.statements(address) for address in addresses]
        own, ours = race(
            [lambda turn: self.again(sent[turn % number]), lambda turn: self.get(addresses[turn % number])], self.rounds
        )
        self.tell(what, median(ours), "ms", median(ours) / median(own), against=_OWN, most=most, goal=goal)

    def beside(self, what: str, peer: Callable[[int], Any], address: str, goal: str) -> None:
        """How many times as fast as a peer at one reader: 1 / 1.2 of its time is the goal."""
        theirs, ours = race([peer, lambda _n: self.get(address)], self.rounds)
        self.tell(f"{what}: peer", median(theirs), "ms")
        self.tell(what, median(ours), "ms", median(ours) / median(theirs), against="Datasette", most=0.83, goal=goal)

    def counts(self, what: str, address: str, most: int, most_calls: int | None) -> None:
        self.tell(f"{what}: statements", len(self.statements(address)), "", most=most, goal="P15")
        self.get(address)
        self.tell(f"{what}: function calls", calls(lambda: self.get(address)), "", most=most_calls, goal="P16")

    # --- All of them ---

    def run(self, parts: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        self.same_answers()
        for part in parts or PARTS:
            begin = time.perf_counter()
            getattr(self, part)()
            print(f"  {part}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        return self.found

    def slugs(self) -> list[str]:
        sql = f"SELECT slug FROM agreements_cooperation WHERE record_state = 'published' ORDER BY id LIMIT {DETAILS}"
        return [slug for (slug,) in self.floor.rows(sql)]

    def same_answers(self) -> None:
        """The floor says what the portal says, or there is nothing to compare."""
        for state in ("", *STATES):
            asked = f"page_size=100{f'&state={state}' if state else ''}"
            ours = json.loads(self.get(f"/api/v1/cooperations/?{asked}"))
            theirs = json.loads(ask(self.floor, f"/page?{asked}")[2])
            for row in ours["results"]:
                row.pop("updated_at")
            if (ours["count"], ours["results"]) != (theirs["count"], theirs["results"]):
                for one, other in zip(ours["results"], theirs["results"], strict=True):
                    wrong = [name for name in one if one[name] != other[name]]
                    if wrong:
                        raise AssertionError(f"floor and portal differ in {wrong} of {one['slug']}")
                raise AssertionError(f"floor and portal count differently: {ours['count']}, {theirs['count']}")

    def lists(self) -> None:
        asked = [f"state={state}&page_size=25" for state in STATES]
        addresses = [f"/api/v1/cooperations/?{one}&fields={LIST_FIELDS}" for one in asked]
        self.against_floor(
            "list of 25, filtered (JSON)",
            addresses,
            lambda n: ask(self.floor, f"/list?{asked[n % len(asked)]}"),
            2.0,
            "P1",
        )
        self.counts("list of 25, filtered (JSON)", addresses[0], 3, 2_500)
        total = json.loads(self.get("/api/v1/cooperations/?page_size=1"))["count"]
        pages = [f"page_size=100&page={1 + number * (total // 100) // 8}" for number in range(8)]
        whole = [f"/api/v1/cooperations/?{one}" for one in pages]
        self.against_floor(
            "page of 100 with participations (JSON)", whole,
            lambda n: ask(self.floor, f"/page?{pages[n % len(pages)]}"), 1.5, "P2",
        )  # fmt: skip
        self.counts("page of 100 with participations (JSON)", whole[0], 4, 12_000)
        self.keyset()

    def keyset(self) -> None:
        """Twenty pages in a row by cursor."""
        address, addresses = "/api/v1/cooperations/?cursor=&page_size=100", []
        for _ in range(20):
            addresses.append(address)
            following = json.loads(self.get(address))["next"]
            if not following:
                break
            address = following.removeprefix("http://localhost")
        self.against_own("page of 100 by cursor (JSON)", addresses, None)

    def details(self) -> None:
        slugs = self.slugs()
        most = 2.5 if self.connection.vendor == "postgresql" else 3.0
        addresses = [f"/api/v1/cooperations/{slug}/" for slug in slugs]
        self.against_floor(
            "detail (JSON)", addresses, lambda n: ask(self.floor, f"/detail?slug={slugs[n % len(slugs)]}"), most, "P3"
        )
        self.counts("detail (JSON)", addresses[0], 5, 2_500)
        self.against_own("detail (page)", [f"/kooperationen/{slug}/" for slug in slugs], None)

    def pages(self) -> None:
        asked = [f"state={state}&page_size=25" for state in STATES]
        addresses = [f"/kooperationen/?land={state}" for state in STATES]
        self.against_floor(
            "list with facets (page)", addresses, lambda n: ask(self.floor, f"/list?{asked[n % len(asked)]}"), 3.0, "P4"
        )
        self.counts("list with facets (page)", addresses[0], 5, 12_000)
        for name, address in (("start page", "/"), ("who with whom (page)", "/netz/"),
                              ("statistics (page)", "/statistik/"), ("deadlines (page)", "/fristen/")):  # fmt: skip
            if ask(self.app, address)[0] == 200:
                self.against_own(name, [address], *((1.5, "P7") if "whom" in name else (None,)))

    def facets(self) -> None:
        from agreements.filters import CooperationFilterSet
        from agreements.models import Cooperation

        def ours(_turn: int = 0) -> dict[str, dict[str, int]]:
            asked = CooperationFilterSet(None, Cooperation.objects.public())
            return {name: {v: n for v, n in counter.items() if n} for name, counter in asked.counts.items()}

        if ours() != (told := self.floor.facets()):
            wrong = [name for name in told if told[name] != ours()[name]]
            raise AssertionError(f"floor and portal count facets differently: {wrong}")
        lower, counted = race(
            [lambda _n: self.floor.facets(), lambda _n: (self.forget(), ours())], max(5, self.rounds // 4)
        )
        self.tell("facets, all six: floor", median(lower), "ms")
        ratio = median(counted) / median(lower)
        self.tell("facets, all six", median(counted), "ms", ratio, against=_FLOOR, most=1.5, goal="P5")

    def search(self) -> None:
        rounds, self.rounds = self.rounds, max(6, self.rounds // 3)
        addresses = [f"/api/v1/cooperations/?search={word}&page_size=25&fields={LIST_FIELDS}" for word in WORDS]
        self.against_own("search, several words (JSON)", addresses, 1.2, "P6")
        self.against_own("search, the commonest word (JSON)", [addresses[WORDS.index(COMMONEST)]], None, "P6")
        self.found[-1] |= {"most": 15, "ratio": None, "against": ""}
        self.rounds = rounds

    def days(self) -> None:
        addresses = [f"/api/v1/cooperations/?as_of={year}-07-01&page_size=25&fields={LIST_FIELDS}"
                     for year in range(2010, 2026, 3)]  # fmt: skip
        self.against_own("list of a past day (JSON)", addresses, 3.0, "P7")
        one = [f"/api/v1/cooperations/{slug}/?as_of=2020-07-01" for slug in self.slugs()]
        self.against_own("detail of a past day (JSON)", one, 3.0, "P7")

    def unchanged(self) -> None:
        for what, address in (("list of 25", f"/api/v1/cooperations/?state=16&page_size=25&fields={LIST_FIELDS}"),
                              ("page of 100", "/api/v1/cooperations/?page_size=100")):  # fmt: skip
            tag = ask(self.app, address)[1]["ETag"]
            fresh, same = race(
                [lambda _n, a=address: self.get(a), lambda _n, a=address, t=tag: ask(self.app, a, IF_NONE_MATCH=t)],
                self.rounds,
            )
            share = median(same) / median(fresh)
            self.tell(f"{what}, unchanged (304)", median(same), "ms", share, against="fresh", most=0.2, goal="P8")

    def peer(self) -> None:
        """Naive DRF answers so slowly that three answers are enough."""
        from benchmarks.naive import page

        address = "/api/v1/cooperations/?page_size=100&page=2"
        theirs, ours = race([lambda _n: page(2), lambda _n: self.get(address)], 2)
        self.tell("page of 100: peer, naive DRF", median(theirs), "ms")
        share = median(ours) / median(theirs)
        self.tell(
            "page of 100, beside naive DRF", median(ours), "ms", share, against="naive DRF", most=0.05, goal="P10"
        )

    def datasette(self) -> None:
        peers.measure(self, STATES[0], self.slugs()[0])

    def files(self) -> None:
        """The whole list of participations."""
        self.found += files.measure(self)

    def worst(self) -> None:
        slow = worst.clicks(self)
        for address, milliseconds in slow[:8]:
            self.tell(f"slow click: {address}", milliseconds, "ms")
        asked = [milliseconds for address, milliseconds in slow if address not in worst.NATIONAL]
        self.tell("worst click (nation-wide network apart)", asked[0], "ms", most=100, goal="P17")
        self.tell("clicks above 100 ms", sum(ms > 100 for ms in asked), f"of {len(asked)}")


PARTS = (
    *("lists", "details", "pages", "facets", "search", "days", "unchanged", "peer", "datasette", "files", "worst"),
)


# --- In the parent: databases, children, table ---


def child(rounds: int, parts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Everything measured, in this process; pages link static files by their plain names."""
    os.environ |= {"ALLOWED_HOSTS": "localhost", "API_READS_PER_MINUTE": "1000000000", "LOG_LEVEL": "CRITICAL"}
    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django.setup()
    from django.db import connection

    from coopportal.wsgi import application

    connection.ensure_connection()
    today = dt.datetime.now().astimezone().date()
    return Child(application, Floor.opened(settings.DATABASES["default"], today), connection, rounds).run(parts)


def measured(
    make: Callable[[str], str], scale: str, rounds: int, parts: tuple[str, ...] = (), url: str | None = None
) -> list[dict[str, Any]]:
    """Makes and fills a database, unless there is one, and measures it in a process of its own."""
    found = []
    if url is None:
        print(f" {scale}: filling …", file=sys.stderr, flush=True)
        url = make(f"reads_{scale.lower()}")
        call(url, "manage.py", "migrate", "-v0")
        begin = time.perf_counter()
        call(url, "-m", "benchmarks.generator", "--scale", scale)
        found = [{"what": "the generator fills it", "value": time.perf_counter() - begin, "unit": "s", "ratio": None}]
    chosen = [word for part in parts for word in ("--part", part)]
    told = call(url, "-m", "benchmarks.reads", "--child", "--rounds", str(rounds), *chosen, loud=True)
    return [*found, *json.loads(told)]


def figures(
    scale: str = SCALE,
    rounds: int = ROUNDS,
    engines: tuple[str, ...] = ("sqlite", "postgresql"),
    parts: tuple[str, ...] = (),
    url: str | None = None,
) -> Iterator[Figure]:
    for name, engine in (("sqlite", sqlite), ("postgresql", postgresql)):
        if name not in engines or (url and not url.startswith(name[:6])):
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        with ExitStack() as stack:
            try:
                make = stack.enter_context(engine())
            except Exception as missing:
                print(f"{name}: not measured: {missing}", file=sys.stderr)
                continue
            rows = measured(make, scale, rounds, parts, url)
            if scale != "S" and not url:
                small = tuple(part for part in GROWING if not parts or part in parts)
                rows += grown(measured(make, "S", rounds, small), rows, scale) if small else ()
        for row in [*rows, *unmeasured(rows)]:
            row["what"] = f"{scale}: {row['what']}"
            yield Figure(database=name, **row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default=SCALE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    parser.add_argument("--part", choices=PARTS, action="append", default=[], help="only this; may be repeated")
    parser.add_argument("--url", help="a database that the generator has filled: it is measured as it is")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    parts = tuple(asked.part)
    if asked.child:
        print(json.dumps(child(asked.rounds, parts)))
        return 0
    engines = (asked.engine,) if asked.engine else ("sqlite", "postgresql")
    found = list(figures(asked.scale, asked.rounds, engines, parts, asked.url))
    print(table(found))
    return int(any(figure.is_reached is False for figure in found))


if __name__ == "__main__":
    sys.exit(main())
