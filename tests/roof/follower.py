"""A program of somebody else that keeps a copy of the portal: it pulls the lists once, then follows the changes."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from coopportal.resources import RESOURCES

#: The field of a record by which each list calls it.
KEYS = {name: "id" if resource.lookup_field == "pk" else resource.lookup_field for name, resource in RESOURCES.items()}


class Follower:
    """``pull`` everything, ``follow`` what happened since; ``records`` are list → key → record."""

    def __init__(self) -> None:
        self.client = Client()
        self.records: dict[str, dict[str, Any]] = {name: {} for name in RESOURCES}
        self.cursor = "0"
        self.heard: list[tuple[str, str, str]] = []

    def pull(self) -> Follower:
        """The place first, the lists then: what changes meanwhile is heard of afterwards."""
        self.cursor = self.client.get("/api/v1/changes/", {"cursor": "latest"}).json()["cursor"]
        self.records = content(self.client)
        return self

    def follow(self, page_size: int = 100) -> Follower:
        more = True
        while more:
            answer = self.client.get("/api/v1/changes/", {"cursor": self.cursor, "page_size": page_size})
            assert answer.status_code == 200, answer.content
            for change in answer.json()["results"]:
                self.take(change)
            self.cursor, more = answer.json()["cursor"], answer.json()["more"]
        return self

    def take(self, change: dict[str, Any]) -> None:
        resource, key = change["resource"], change["key"]
        self.heard.append((resource, key, change["change"]))
        if change["change"] in {"deleted", "merged"}:
            self.records[resource].pop(key, None)
            return
        answer = self.client.get(f"/api/v1/{resource}/{key}/")
        assert answer.status_code == 200, (change, answer.content)
        if "deleted" not in answer.json():  # else it went meanwhile: its own change follows
            self.records[resource][key] = answer.json()


def content(client: Client) -> dict[str, dict[str, Any]]:
    """All that the portal says: list → key → record."""
    found: dict[str, dict[str, Any]] = {}
    for name, key in KEYS.items():
        answer = client.get(f"/api/v1/{name}/", {"format": "ndjson"})
        lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        records = [json.loads(line) for line in lines[:-1]]
        found[name] = {str(record[key]): record for record in records}
    return found
