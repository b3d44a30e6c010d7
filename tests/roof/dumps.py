"""What tests of the dump do: take one, damage one, empty a portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client

from agreements.models import Cooperation
from coopportal.common import feed
from coopportal.dump.loading import load_dump
from coopportal.dump.records import RECORDS
from coopportal.dump.snapshots import go_on_after
from coopportal.dump.writing import METADATA, SUMS, write_dump
from tests import builders as make
from tests.roof.follower import Follower, content

#: The rooms and their tables; people stay, as in a portal that has been set up.
ROOMS = ("common", "coopportal", "sources", "municipalities", "funding", "agreements")


def taken(directory: Path) -> dict[str, bytes]:
    """A new dump: path → content of each of its files."""
    write_dump(directory)
    return files_of(directory)


def files_of(directory: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def told(files: dict[str, bytes]) -> dict[str, Any]:
    """What the metadata say, but for the moment at which the dump was taken and what counts the writes so far."""
    metadata = json.loads(files[METADATA])
    assert metadata.pop("taken_at")
    assert metadata["changes"].pop("number")
    return dict(metadata)


def records(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[f"records/{name}.ndjson"].splitlines()]


def empty_the_portal() -> None:
    """As it is after ``migrate``: no row, no number given (PostgreSQL does not take that back with the transaction)."""
    people = {"accounts_mandate", "accounts_invitation", "accounts_loginsession"}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS]
    with connection.cursor() as cursor:
        for table in (*people & {*connection.introspection.table_names()}, *(model._meta.db_table for model in models)):
            cursor.execute(f'DELETE FROM "{table}"')
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")
        else:
            for table, column in ((one.model._meta.db_table, one.key) for one in RECORDS if one.key == "id"):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), 1, false)", [f'"{table}"', column])
        cursor.execute('DELETE FROM "common_mark"')
    feed.begin()


def numbers_go_on() -> None:
    """New rows get numbers after those that are there: what another test did to that outlives its transaction."""
    for recorded in RECORDS:
        go_on_after(recorded.model, 0)


def seal(directory: Path) -> None:
    """Check sums and sizes as they are now: what somebody does who changes a dump on purpose."""
    metadata = json.loads((directory / METADATA).read_bytes())
    for entry in metadata["files"]:
        content = (directory / entry["path"]).read_bytes()
        entry |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (directory / METADATA).write_text(json.dumps(metadata))
    paths = [*(entry["path"] for entry in metadata["files"]), METADATA]
    sums = [f"{hashlib.sha256((directory / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    (directory / SUMS).write_text("".join(sums))


def change(directory: Path, name: str, number: int, how: Callable[[dict[str, Any]], Any]) -> None:
    """Change the record in one line of a table, and seal the dump again."""
    path = directory / f"records/{name}.ndjson"
    lines = path.read_text().splitlines()
    record = json.loads(lines[number - 1])
    how(record)
    lines[number - 1] = json.dumps(record)
    path.write_text("".join(f"{line}\n" for line in lines))
    seal(directory)


def assert_the_same_portal(client: Client, tmp_path: Path, gone: Cooperation) -> None:
    """Take a dump, empty the portal, fill it from the dump: it says the same, and gives the same dump."""
    follower = Follower().pull()
    address = f"/api/v1/cooperations/{gone.slug}/"
    before = taken(tmp_path / "one")
    said, epitaph, order = content(client), client.get(address).json(), changes(client)
    assert (epitaph["deleted"], epitaph["successor"] is None) == (True, False)
    empty_the_portal()
    load_dump(tmp_path / "one")
    now = content(client)
    found = {name: unlike(now[name], said[name]) for name in said if now[name] != said[name]}
    assert found == {}, found
    assert client.get(address).json() == epitaph
    assert changes(client) == order
    after = taken(tmp_path / "two")
    assert told(after) == told(before)
    assert unlike(after, before).keys() == {"SHA256SUMS", "metadata.json"}, unlike(after, before).keys()
    # Who followed the one portal goes on with the other.
    make.make_agreement(Cooperation.objects.first())
    assert follower.follow().records == content(client)


def unlike(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """Name → both values, where they differ."""
    return {name: (here.get(name), there.get(name)) for name in here | there if here.get(name) != there.get(name)}


def changes(client: Client) -> list[Any]:
    answer = client.get("/api/v1/changes/", {"cursor": "0", "page_size": 1000}).json()
    assert answer["more"] is False
    return [answer["results"], answer["cursor"]]
