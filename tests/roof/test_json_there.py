"""What is made of JSON does not hang on who was writing when a thread first asked the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.django_db


def test_whether_sqlite_has_json_is_known_without_a_transaction_that_may_have_to_wait(tmp_path: Path) -> None:
    fresh = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "none")}})
    features = fresh["default"].features
    assert (features.supports_json_field, features.has_json_object_function) == (True, True)
    assert (fresh["default"].connection, list(tmp_path.iterdir())) == (None, [])
