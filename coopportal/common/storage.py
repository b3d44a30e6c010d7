"""Static files with a hash in their name, so that browsers may keep them for ever."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; a file that is not there keeps its plain name.

    Without npm the design system is missing: its address then answers 404 and the page is plain, but it is a page.
    Django's own storage would answer 500 on every page instead.
    """

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name
