"""Files that are not sent as they lie there: our own style sheets, made short, and of the npm packages under
`static/vendor/` a list, never a whole folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from coopportal.common.fonts import LETTERS, cut
from coopportal.common.minifying import minified
from coopportal.common.trimming import trimmed, words_in

_KERN = "@kern-ux/native/dist"

# Address below /static/ -> file below node_modules/.
VENDOR_FILES: dict[str, str] = {
    "vendor/kern/kern.min.css": f"{_KERN}/kern.min.css",
    "vendor/leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "vendor/leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "vendor/kern/fonts/FiraSans-Regular.woff2": f"{_KERN}/fonts/fira-sans/FiraSans-Regular.woff2",
    "vendor/kern/fonts/FiraSans-Medium.woff2": f"{_KERN}/fonts/fira-sans/FiraSans-Medium.woff2",
    "vendor/kern/fonts/FiraSans-SemiBold.woff2": f"{_KERN}/fonts/fira-sans/FiraSans-SemiBold.woff2",
}

#: Of these only what a page could use leaves node_modules: rules of the style sheet, letters of the fonts.
TRIMMED = frozenset(name for name in VENDOR_FILES if name == "vendor/kern/kern.min.css" or name.endswith(".woff2"))

#: Where pages, forms and scripts of the portal say which classes they use.
_OURS = ("templates", "static", "coopportal", "accounts", "agreements", "funding", "municipalities", "sources")


@cache
def _words() -> frozenset[str]:
    return frozenset(words_in(settings.BASE_DIR / folder for folder in _OURS))


@cache
def _trimmed(source: Path) -> bytes:
    if source.suffix == ".woff2":
        return _cut_font(source)
    return trimmed(source.read_text(encoding="utf-8"), _words()).encode()


def _cut_font(source: Path) -> bytes:
    """Cut once for the same font and the same letters: it takes a second."""
    of = hashlib.sha256(source.read_bytes() + repr(LETTERS).encode()).hexdigest()[:16]
    kept = Path(settings.VAR_DIR) / "trimmed" / f"{of}.cut"
    try:
        return kept.read_bytes()
    except OSError:
        content = cut(source)
    _lay(kept, content)
    return content


def _lay(file: Path, content: bytes) -> bool:
    """Whole or not at all: another process may be about the same."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(content)
        part.replace(file)
    except OSError:
        return False
    return True


class VendorStorage(FileSystemStorage):
    """Reads a file of the list from where npm put it; `collectstatic` copies through this."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        super().__init__(location=root)
        self.files = files

    def path(self, name: str) -> str:
        return str(Path(self.location) / self.files[name.replace("\\", "/")])

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        if name in TRIMMED:
            return ContentFile(_trimmed(Path(self.path(name))))
        return cast("File[Any]", super()._open(name, mode))  # type: ignore[misc]

    def get_modified_time(self, name: str) -> dt.datetime:
        """What is left of a file changes with the templates: it is always copied anew."""
        return timezone.now() if name in TRIMMED else super().get_modified_time(name)


class VendorFinder(BaseFinder):
    """Finds the files of the list that are there. None is there before `npm ci`: a warning of `check`, no fault."""

    def __init__(self, app_names: Any = None, *, root: Path | None = None, files: dict[str, str] | None = None) -> None:
        self.root = root or settings.BASE_DIR / "node_modules"
        self.files = VENDOR_FILES if files is None else files
        self.storage = VendorStorage(self.root, self.files)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        missing = [source for source in self.files.values() if not (self.root / source).is_file()]
        if not missing:
            return []
        hint = "make setup (npm ci). Bis dahin erscheinen die Seiten ohne Gestaltung."
        return [checks.Warning(f"Oberflächen-Dateien fehlen: {', '.join(missing)}", hint=hint, id="common.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = self.files.get(path)
        if source is None or not (self.root / source).is_file():
            return []
        found = str(_copy_of(self.root / source) if path in TRIMMED else self.root / source)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, VendorStorage]]:
        for name, source in self.files.items():
            if (self.root / source).is_file() and not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage


def _copy_of(source: Path) -> Path:
    """What is left of a file as a file, for the development server and the tests; the whole one where none can lie."""
    if settings.DEBUG:  # a template may have been written since
        _words.cache_clear()
        _trimmed.cache_clear()
    return _lain(_trimmed(source), source)


def _lain(content: bytes, source: Path) -> Path:
    """A file of what is sent in place of a source; the source where none can lie."""
    file = Path(settings.VAR_DIR) / "trimmed" / f"{hashlib.sha256(content).hexdigest()[:16]}{source.suffix}"
    return file if file.exists() or _lay(file, content) else source


def _minified(source: Path) -> bytes:
    return minified(source.read_text(encoding="utf-8")).encode()


class StyleStorage(FileSystemStorage):
    """Reads the style sheets of a folder as short as they can be said; `collectstatic` copies through this."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return ContentFile(_minified(Path(self.path(name))))


class StyleFinder(BaseFinder):
    """Finds our own style sheets, before the finder that would give them with comments and indentation."""

    def __init__(self, app_names: Any = None, *, root: Path | None = None) -> None:
        self.root = root or settings.BASE_DIR / "static"
        self.storage = StyleStorage(location=self.root)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = self.root / path
        if not path.endswith(".css") or source.parent != self.root or not source.is_file():
            return []
        found = str(_lain(_minified(source), source))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, StyleStorage]]:
        for source in sorted(self.root.glob("*.css")):
            if not matches_patterns(source.name, list(ignore_patterns or [])):
                yield source.name, self.storage
