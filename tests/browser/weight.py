"""What a first visit to a page sends to the reader, as the web server of production packs it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Weight:
    """Bytes by address; text files packed, as WhiteNoise keeps them, answers of the portal as they came."""

    bytes: dict[str, int] = field(default_factory=dict)

    def of(self, *endings: str) -> int:
        """Of the files with one of these endings; without any of all of them."""
        return sum(size for path, size in self.bytes.items() if path.endswith(endings or ""))

    @property
    def without_fonts(self) -> int:
        return self.of() - self.of(".woff2")


def first_visit(page: Any, address: str) -> Weight:
    """Opens a page in a browser that knows nothing of the portal, until it asks for nothing more."""
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))  # Playwright wants a function of Python's own
    page.goto(address, wait_until="networkidle")
    weight = Weight()
    for answer in list(answers):
        path = urlsplit(answer.url).path
        packed = answer.headers.get("content-encoding") or path.endswith(".woff2")
        sent = answer.request.sizes()["responseBodySize"] if packed else len(gzip.compress(answer.body(), 9))
        weight.bytes[path] = weight.bytes.get(path, 0) + sent
    return weight
