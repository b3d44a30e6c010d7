"""Chosen files of the npm packages under `static/vendor/`: a list, never a whole folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.storage import FileSystemStorage

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


class VendorStorage(FileSystemStorage):
    """Reads a file of the list from where npm put it; `collectstatic` copies through this."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        super().__init__(location=root)
        self.files = files

    def path(self, name: str) -> str:
        return str(Path(self.location) / self.files[name.replace("\\", "/")])


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
        found = str(self.root / source)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, VendorStorage]]:
        for name, source in self.files.items():
            if (self.root / source).is_file() and not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage
