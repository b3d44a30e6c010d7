"""One measure after the other: the portal, a WSGI callable in this process, beside the floor."""

from __future__ import annotations

import csv
import io
import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from benchmarks import files, readers, worst
from benchmarks.floor import Floor
from benchmarks.racing import ask, calls, high, is_noisy, mean, median, race

STATES = ("16", "07", "09", "03", "12", "08", "14", "06")
#: What is asked, and the same words as the texts have them.
WORDS = (
    *(("gemeinden", "gemeind"), ("wasser", "wasser"), ("feuerwehr kosten", "feurwehr kosten")),
    *(("zweckverband abwasser", "zweckverband abwasser"), ("neu bauhof gemeinsam", "neu bauhof gemeinsam")),
    ("glasfaser", "glasfaser"),
)
#: Records whose details are asked for in turn; towns whose partners are.
DETAILS, TOWNS = 40, 12
LIST_FIELDS = "slug,name,kind,status,participant_count,mentioned_count"
_OWN = "its statements alone"
_FLOOR = "raw SQL"
_API = "/api/v1/cooperations/"


class Child:
    """Measures the portal in this process; what it finds are rows to make figures of, told to ``say`` at once."""

    LIST_FIELDS, STATES = LIST_FIELDS, STATES

    def __init__(
        self,
        app: Any,
        floor: Floor,
        connection: Any,
        rounds: int,
        say: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        self.app, self.floor, self.connection, self.rounds, self.say = app, floor, connection, rounds, say
        self.file = str(connection.settings_dict["NAME"])
        #: Answer a question of the floor and of the portal: in this process, until both are served.
        self.reads_floor: Callable[[str], Any] = lambda address: ask(floor, address)
        self.reads: Callable[[str], Any] = self.get
        self.found: list[dict[str, Any]] = []

    def tell(self, what: str, value: float | None, unit: str, ratio: float | None = None, **more: Any) -> None:
        self.found.append({"what": what, "value": value, "unit": unit, "ratio": ratio} | more)
        self.say(self.found[-1])

    def get(self, address: str, **headers: str) -> bytes:
        status, _fields, body = ask(self.app, address, **headers)
        if status != 200:
            raise AssertionError(f"{status} {address}: {body[:300]!r}")
        return body

    @staticmethod
    def forget() -> None:
        """What the portal remembers of its answers, and of the records in them."""
        from agreements.filters.cooperation_records import RECORDS
        from coopportal.common.remembered import forget

        forget()
        RECORDS.forget()

    @staticmethod
    def make_ahead() -> None:
        """What a process that serves makes before visitors come."""
        from coopportal.common import ahead

        ahead.look()

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
        self,
        what: str,
        addresses: Sequence[str],
        floor: Sequence[str],
        most: float,
        goal: str,
        middle: Callable[[list[float]], float] = median,
    ) -> None:
        """Floor and portal take turns over the same questions; then again, where the portal remembers nothing."""
        number = len(addresses)
        for address in addresses:
            self.reads(address)
        lower, ours = race(
            [lambda turn: self.reads_floor(floor[turn % number]), lambda turn: self.reads(addresses[turn % number])],
            self.rounds,
        )
        base, own, noisy = middle(lower), middle(ours), is_noisy(lower, number)
        self.tell(f"{what}: floor", base, "ms")
        self.tell(what, own, "ms", own / base, against=_FLOOR, most=most, goal=goal, noisy=noisy)
        if goal == "P2":
            self.tell(f"{what}: 99 of 100", high(ours, 0.99), "ms", high(ours, 0.99) / median(ours),
                      against="its median", most=3, goal=goal, noisy=noisy)  # fmt: skip
        lower, fresh = race(
            [
                lambda turn: ask(self.floor, floor[turn % number]),
                lambda turn: self.afresh(addresses[turn % number]),
            ],
            self.rounds,
        )
        self.tell(f"{what}: nothing remembered", middle(fresh), "ms", middle(fresh) / middle(lower),
                  against=f"{_FLOOR}, both without a server", noisy=is_noisy(lower, number))  # fmt: skip

    def against_own(self, what: str, addresses: list[str], most: float | None, goal: str = "") -> None:
        number = len(addresses)
        sent = [self.statements(address) for address in addresses]
        own, ours = race(
            [lambda turn: self.again(sent[turn % number]), lambda turn: self.get(addresses[turn % number])], self.rounds
        )
        self.tell(what, median(ours), "ms", median(ours) / median(own), against=_OWN, most=most, goal=goal)

    def counts(self, what: str, address: str, most: int, most_calls: int | None) -> None:
        """In service; how many statements it takes to begin is told beside it."""
        self.forget()
        begin = len(self.statements(address))
        self.tell(f"{what}: statements", len(self.statements(address)), "", most=most, goal="P15")
        self.tell(f"{what}: statements, nothing remembered", begin, "")
        # The goal is one of SQLite, whose driver calls no functions of Python's.
        most_calls, goal = (most_calls, "P16") if self.connection.vendor == "sqlite" else (None, "")
        self.tell(f"{what}: function calls", calls(lambda: self.get(address)), "", most=most_calls, goal=goal)

    # --- All of them ---

    def run(self, parts: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """What fails is told, and the others are measured all the same."""
        with ExitStack() as servers:
            self._serve(servers)
            self._measure(("same_answers", *(parts or PARTS)))
        return self.found

    def _serve(self, servers: ExitStack) -> None:
        """Both in the same kind of process, asked over the network by one reader."""
        lines = [readers.Line(servers.enter_context(server)) for server in (readers.floor(), readers.portal(1, 1))]
        self.reads_floor, self.reads = (line.get for line in lines)

    def _measure(self, parts: Sequence[str]) -> None:
        for part in parts:
            begin = time.perf_counter()
            try:
                getattr(self, part)()
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                self.tell(f"{part}: failed", None, "", why=" ".join(str(error).split())[:200] or type(error).__name__)
            print(f"  {part}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)

    def slugs(self, number: int | None = None) -> list[str]:
        """Of cooperations from the whole register."""
        every = [slug for (slug,) in self.floor.rows(
            "SELECT slug FROM agreements_cooperation WHERE record_state = 'published' ORDER BY id"
        )]  # fmt: skip
        number = min(number or DETAILS, len(every))
        return [every[place * len(every) // number] for place in range(number)]

    def same_answers(self) -> None:
        """The floor says what the portal says, or there is nothing to compare."""
        for state in ("", *STATES):
            of_state = f"&state={state}" if state else ""
            for day in ("", "&as_of=2015-07-01"):
                self._same(f"{_API}?page_size=100{of_state}{day}", f"/page?page_size=100{of_state}{day}")
                few = f"page_size=25{of_state}{day}"
                self._same(f"{_API}?{few}&fields={LIST_FIELDS}", f"/list?{few}")
        for word, folded in WORDS:
            ours = json.loads(self.get(self._search(word)))
            theirs = json.loads(ask(self.floor, f"/search?search={quote(folded)}&page_size=25")[2])
            if (ours["count"], [row["slug"] for row in ours["results"]]) != (theirs["count"], theirs["slugs"]):
                raise AssertionError(f"floor and portal find differently: {word}: {ours['count']}, {theirs['count']}")
        for ars in self.towns()[:3]:
            rows = csv.DictReader(io.StringIO(self.get(self._partners(ars)).decode("utf-8-sig")))
            told = sorted((row["to_key"], int(row["cooperations"]), int(row["denied"])) for row in rows)
            if told != sorted((key, many, denied) for key, _name, many, denied in self.floor.partners(ars)):
                raise AssertionError(f"floor and portal tell other partners of {ars}")

    def _same(self, address: str, asked: str) -> None:
        ours, theirs = json.loads(self.get(address)), json.loads(ask(self.floor, asked)[2])
        for row in (*ours["results"], *theirs["results"]):
            row.pop("updated_at", None)
        if (ours["count"], ours["results"]) == (theirs["count"], theirs["results"]):
            return
        for one, other in zip(ours["results"], theirs["results"], strict=False):
            if wrong := [name for name in one if one[name] != other[name]]:
                raise AssertionError(f"floor and portal differ in {wrong} of {one['slug']}: {address}")
        raise AssertionError(f"floor and portal count differently: {address}: {ours['count']}, {theirs['count']}")

    def lists(self) -> None:
        asked = [f"state={state}&page_size=25" for state in STATES]
        addresses = [f"{_API}?{one}&fields={LIST_FIELDS}" for one in asked]
        what = "list of 25, filtered (JSON)"
        self.against_floor(what, addresses, [f"/list?{one}" for one in asked], 2.0, "P1")
        self.counts(what, addresses[0], 3, 2_500)
        total = self.floor.total()
        pages = [f"page_size=100&page={1 + number * (total // 100) // 8}" for number in range(8)]
        what = "page of 100 with participations (JSON)"
        whole = [f"{_API}?{one}" for one in pages]
        self.against_floor(what, whole, [f"/page?{one}" for one in pages], 1.5, "P2")
        self.counts(what, whole[0], 4, 12_000)
        self.keyset()

    def keyset(self) -> None:
        """Twenty pages in a row by cursor."""
        address, addresses = f"{_API}?cursor=&page_size=100", []
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
        addresses = [f"{_API}{slug}/" for slug in slugs]
        self.against_floor("detail (JSON)", addresses, [f"/detail?slug={slug}" for slug in slugs], most, "P3")
        self.counts("detail (JSON)", addresses[0], 5, 2_500)
        self.against_own("detail (page)", [f"/kooperationen/{slug}/" for slug in slugs], None)

    def pages(self) -> None:
        asked = [f"/list?state={state}&page_size=25" for state in STATES]
        addresses = [f"/kooperationen/?land={state}" for state in STATES]
        self.against_floor("list with facets (page)", addresses, asked, 3.0, "P4")
        self.counts("list with facets (page)", addresses[0], 5, 12_000)
        for name, address in (("start page", "/"), ("network of the country (page)", "/netz/"),
                              ("statistics (page)", "/statistik/"), ("deadlines (page)", "/fristen/")):  # fmt: skip
            fresh, ours = race([lambda _n, a=address: self.afresh(a), lambda _n, a=address: self.get(a)], 5)
            self.tell(name, median(ours), "ms")
            self.tell(f"{name}: nothing remembered", median(fresh), "ms")

    def facets(self) -> None:
        from agreements.filters import CooperationFilterSet
        from agreements.models import Cooperation

        def ours(_turn: int = 0) -> dict[str, dict[str, int]]:
            asked = CooperationFilterSet(None, Cooperation.objects.public())
            return {name: {v: n for v, n in counter.items() if n} for name, counter in asked.counts.items()}

        if ours() != (told := self.floor.facets()):
            wrong = [name for name in told if told[name] != ours()[name]]
            raise AssertionError(f"floor and portal count facets differently: {wrong}")
        lower, counted = race([lambda _n: self.floor.facets(), lambda _n: (self.forget(), ours())], self.rounds)
        self.tell("facets, all six: floor", median(lower), "ms")
        self.tell("facets, all six: nothing remembered", median(counted), "ms", median(counted) / median(lower),
                  against=_FLOOR, most=1.5, goal="P5", noisy=is_noisy(lower))  # fmt: skip

    @staticmethod
    def _search(word: str) -> str:
        return f"{_API}?search={quote(word)}&page_size=25&fields=slug"

    def search(self) -> None:
        """Reads that take one time or quite another: the mean tells more than the median."""
        addresses = [self._search(word) for word, _folded in WORDS]
        floor = [f"/search?search={quote(folded)}&page_size=25" for _word, folded in WORDS]
        self.against_floor("search, several words (JSON), mean", addresses, floor, 1.2, "P6", mean)
        fresh, ours = race([lambda _n: self.afresh(addresses[0]), lambda _n: self.get(addresses[0])], self.rounds)
        self.tell("search, the commonest word (JSON)", median(ours), "ms", most=15, goal="P6")
        self.tell("search, the commonest word (JSON): nothing remembered", median(fresh), "ms")

    def days(self) -> None:
        asked = [f"as_of={year}-07-01&page_size=25" for year in range(2010, 2026, 3)]
        lists = [f"{_API}?{one}&fields={LIST_FIELDS}" for one in asked]
        self.against_floor("list of a past day (JSON)", lists, [f"/list?{one}" for one in asked], 3.0, "P7")
        slugs = self.slugs()
        one = [f"{_API}{slug}/?as_of=2020-07-01" for slug in slugs]
        floor = [f"/detail?slug={slug}&as_of=2020-07-01" for slug in slugs]
        self.against_floor("detail of a past day (JSON)", one, floor, 3.0, "P7")

    def towns(self) -> list[str]:
        """Municipalities from one that cooperates as much as any to one that does as little as most."""
        rows = self.floor.rows(
            """SELECT m.ars FROM municipalities_municipality m JOIN agreements_participation p
            ON p.municipality_id = m.id GROUP BY m.id, m.ars ORDER BY COUNT(*) DESC, m.ars"""
        )
        number = min(TOWNS, len(rows))
        return [rows[place * len(rows) // number // 2][0] for place in range(number)]

    @staticmethod
    def _partners(ars: str) -> str:
        return f"/netz/netz.csv?kommune={ars}&darstellung=stellen"

    def partners(self) -> None:
        towns = self.towns()
        addresses, floor = [self._partners(ars) for ars in towns], [f"/partners?ars={ars}" for ars in towns]
        self.against_floor("who with whom, of a municipality (CSV)", addresses, floor, 1.5, "P7", mean)

    def unchanged(self) -> None:
        empty = "/health/live"
        for what, address in (("list of 25", f"{_API}?state=16&page_size=25&fields={LIST_FIELDS}"),
                              ("page of 100", f"{_API}?page_size=100")):  # fmt: skip
            tag = ask(self.app, address)[1]["ETag"]
            fresh, same, nothing = race(
                [
                    lambda _n, a=address: self.afresh(a),
                    lambda _n, a=address, t=tag: ask(self.app, a, IF_NONE_MATCH=t),
                    lambda _n: self.get(empty),
                ],
                self.rounds,
            )
            share = median(same) / median(fresh)
            self.tell(f"{what}, unchanged (304)", median(same), "ms", share, against="fresh", most=0.2, goal="P8")
            self.tell(f"{what}, unchanged (304), beside an empty view", median(same), "ms",
                      median(same) / median(nothing), against=empty)  # fmt: skip

    def drf(self) -> None:
        """Naive DRF answers so slowly that three answers are enough."""
        from benchmarks.naive import page
        from benchmarks.tuned import reading

        tuned = reading(self.floor.day)
        few, many = {"state": STATES[0], "page_size": 25}, {"page_size": 100, "page": 2}
        for what, address, theirs, name, most, rounds in (
            ("list of 25", f"{_API}?state={STATES[0]}&page_size=25&fields={LIST_FIELDS}", lambda _n: tuned(**few),
             "tuned DRF", 1 / 3, self.rounds),
            ("page of 100", f"{_API}?page_size=100&page=2", lambda _n: tuned(**many), "tuned DRF", 1 / 3, self.rounds),
            ("page of 100", f"{_API}?page_size=100&page=2", lambda _n: page(2), "naive DRF", 0.05, 2),
        ):  # fmt: skip
            self._same_rows(address, json.loads(theirs(0)), name)
            slow, ours = race([theirs, lambda _n, a=address: self.get(a)], rounds)
            self.tell(f"{what}: {name}", median(slow), "ms")
            share = median(ours) / median(slow)
            self.tell(
                f"{what}, beside {name}", median(ours), "ms", share, against=name, most=round(most, 2), goal="P10"
            )

    def _same_rows(self, address: str, theirs: Any, name: str) -> None:
        ours = json.loads(self.get(address))
        if ours["count"] != theirs["count"]:
            raise AssertionError(f"{name} and portal count differently: {ours['count']}, {theirs['count']}")
        if name == "naive DRF":  # in no order
            return
        told = ("slug", "status", "participant_count", "mentioned_count")
        if [[row[one] for one in told] for row in ours["results"]] != [[r[o] for o in told] for r in theirs["results"]]:
            raise AssertionError(f"{name} and portal answer differently: {address}")

    def readers(self) -> None:
        readers.measure(self)

    def files(self) -> None:
        """The whole list of participations."""
        for row in files.measure(self):
            self.tell(**row)

    def worst(self) -> None:
        slow = worst.clicks(self)
        for address, milliseconds in slow[:8]:
            self.tell(f"slow click: {address}", milliseconds, "ms")
        asked = [milliseconds for address, milliseconds in slow if address not in worst.NATIONAL]
        self.tell("worst click (nation-wide network apart)", asked[0], "ms", most=100, goal="P17")
        self.tell("the middle of all clicks", statistics.median(asked), "ms")
        self.tell("clicks above 100 ms", sum(ms > 100 for ms in asked), f"of {len(asked)}")


PARTS = (
    *("lists", "details", "pages", "facets", "search", "days", "partners", "unchanged", "drf", "readers", "files"),
    "worst",
)
