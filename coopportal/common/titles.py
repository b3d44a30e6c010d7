"""For migrations: sets the title in stored search texts off, so that a search tells titles from other words."""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunPython

from coopportal.common.search import GAP, fold_all

BATCH = 500


def set_off(text: str, titles: list[str]) -> str:
    """The search text with a gap behind the title it begins with."""
    title = fold_all(titles)
    return text if GAP in text or not text.startswith(title) else title + GAP + text.removeprefix(title).strip()


def setting_off(app: str, model: str, *columns: str) -> RunPython:
    """Sets off the titles (the columns they stand in) of all rows of a model; left in place on the way back."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        rows_of = apps.get_model(app, model).objects.using(schema_editor.connection.alias)
        changed = []
        for row in rows_of.only("search_text", *columns).order_by("pk").iterator(chunk_size=BATCH):
            text = set_off(row.search_text, [getattr(row, column) for column in columns])
            if text != row.search_text:
                row.search_text = text
                changed.append(row)
        rows_of.bulk_update(changed, ["search_text"], batch_size=BATCH)

    return RunPython(forwards, RunPython.noop)
