"""A keystroke in the field that suggests municipal bodies, at the full directory.

    python -m benchmarks.suggestions

For each text the answer of the portal (the best of fifteen, in this process) beside the same statements sent by the
driver alone; the number of statements; and whether the database has to sort the whole table for it: how many rows
enter the sort, as the share of all bodies.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from benchmarks.directory import FILE
from benchmarks.engines import ENGINES, call, opened
from benchmarks.figures import Figure, table

#: What people type, letter by letter and whole.
TEXTS = ("J", "Je", "Jena", "kaisersl", "Frankfurt Main", "St. Ing", "neu", "16076", "Budysin")
MOST_STATEMENTS, MOST_SORTED = 3, 0.5
TRIES = 15


def best(work: Any) -> float:
    times = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def child() -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from municipalities.models import Municipality

    client, everybody, found = Client(), Municipality.objects.count(), []
    for text in TEXTS:

        def ours(text: str = text) -> Any:
            return client.get("/kommunen/vorschlaege/", {"q": text})

        ours()
        with CaptureQueriesContext(connection) as asked:
            ours()
        statements = [query["sql"] for query in asked.captured_queries]

        def raw(statements: list[str] = statements) -> None:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement.replace("%", "%%") if "%%" not in statement else statement, ())
                    cursor.fetchall()

        matching = Municipality.objects.begun_by(timezone.localdate()).matching(text).count()
        found.append(
            {
                "text": text,
                "statements": len(statements),
                "ms": best(ours),
                "raw": best(raw),
                "sorted": matching / everybody,
            }
        )
    return found


def figures() -> Iterator[Figure]:
    if not FILE.is_file():
        return
    for name in ENGINES:
        with ExitStack() as stack:
            if (make := opened(name, stack)) is None:
                continue
            url = make("suggestions")
            call(url, "manage.py", "import_municipalities", str(FILE))
            measured = json.loads(call(url, "-m", "benchmarks.suggestions", "--child"))
        for one in measured:
            what = f"suggestions for „{one['text']}“"
            yield Figure(what, name, one["ms"], "ms", one["ms"] / one["raw"], "its statements alone")
        most = max(one["statements"] for one in measured)
        yield Figure("suggestions: most statements of a keystroke", name, most, "", most=MOST_STATEMENTS)
        share = 100 * max(one["sorted"] for one in measured)
        yield Figure("suggestions: most rows sorted for one", name, share, "% of all", most=100 * MOST_SORTED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--child", action="store_true")
    if parser.parse_args().child:
        os.environ.setdefault("ALLOWED_HOSTS", "testserver")
        print(json.dumps(child()))
        return 0
    print(table(figures()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
