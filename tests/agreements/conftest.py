"""What the tests of the cooperations share."""

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from tests.roof.conftest import loaded  # noqa: F401 (a fixture: the fixtures of the project in the database)


@pytest.fixture
def known_types(db: None) -> None:
    """Content types are cached by the process: known before queries are counted."""
    ContentType.objects.get_for_models(*citable_models())
