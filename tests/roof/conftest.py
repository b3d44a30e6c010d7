"""The fixtures of the project, loaded once for a whole test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from coopportal.fixtures.loading import load
from tests.roof.fixture_files import FIXTURES


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database with the fixtures in it; what a test of the module does to it is undone after the test."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        load(FIXTURES)
        with django_db_blocker.block():  # type: ignore[attr-defined]
            yield
        transaction.set_rollback(True)
