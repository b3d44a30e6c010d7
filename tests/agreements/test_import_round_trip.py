"""What the register exports it takes back: the same columns, and unchanged nothing changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agreements.importers.cooperations import import_cooperations, purpose_of
from municipalities.models import Municipality
from tests.agreements.import_files import outcomes, said
from tests.agreements.people import TODAY, make_officer


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_that_comes_back_changes_nothing(client: Client, form: str) -> None:
    answer: Any = client.get("/api/v1/cooperations/", {"format": form})
    data = b"".join(answer.streaming_content)
    weilerbach = Municipality.objects.get(ars="073355009000")
    purpose = purpose_of(make_officer(weilerbach), weilerbach, TODAY)
    report = import_cooperations(data, purpose)
    assert (outcomes(report), report.written) == (["unchanged"] * 6, False), said(report)
