"""One full row of every resource of the API, and what tests of all resources share.

``ROWS[resource](**…)`` makes a row with all its relations and answers the key of its address. Rows that belong to a
cooperation take ``record_state``: what is not published must not be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.models import Cooperation
from municipalities.models import State
from sources.querysets import citable_models
from tests import builders as make


def a_cooperation(**values: Any) -> Cooperation:
    """A cooperation with everything that can belong to one."""
    row = make.make_cooperation(task_fields=["04.01", "05.02"], legal_form="informal", **values)
    organisation = make.make_organisation(state=make.make_state("07"))
    members = [
        make.make_participation(row, confirmed=True, steps=[("existing", "2019-02-23"), ("party", "2019-04-24")]),
        make.make_participation(row, organisation, role="supervisor", steps=[("mentioned", "2019-02-23")]),
    ]
    agreement = make.make_agreement(row, parties=members, attested_on=make.day("2019-02-23"))
    make.make_event(
        cooperations=[row],
        municipalities=[members[0].municipality],
        organisations=[organisation],
        agreements=[agreement],
        on=make.day("2019-02-22"),
    )
    make.make_award(row, on=make.day("2019-02-23"))
    make.make_status_step(row, "planned", "2019-02-23")
    a_citation(row, "status", "planned")
    return row


def a_citation(subject: Any, field: str, value: str = "") -> Any:
    document = make.make_document(text="Der Stadtrat hat es beschlossen. " * 3)
    speaker = make.make_speaker(document, office="Oberbürgermeister", kind="office_holder", on=make.day("2019-02-23"))
    passage = make.make_passage(document, 4, end=12)
    return make.make_citation(subject, field, value, passage=passage, speakers=[speaker], stated_on="2019-02-23")


def _state(**_values: Any) -> str:
    code = next(code for code in make.STATES if not State.objects.filter(code=code).exists())
    return str(make.make_state(code).code)


def _municipality(**_values: Any) -> str:
    body = make.make_municipality(parent=make.make_municipality(level="district", kind="rural_district"))
    make.make_succession(body, make.make_municipality())
    a_citation(body, "title", "Große Kreisstadt")
    return str(body.ars)


def _organisation(**_values: Any) -> str:
    row = make.make_organisation(state=make.make_state("07"))
    a_citation(row, "name", row.name)
    return str(row.slug)


def _participation(**values: Any) -> int:
    row = a_cooperation(**values).participations.order_by("pk").first()
    a_citation(row, "role", "partner")
    a_citation(row.steps.first(), "degree", "existing")
    return int(row.pk)


def _agreement(**values: Any) -> int:
    row = a_cooperation(**values).agreements.get()
    a_citation(row, "status", "signed")
    return int(row.pk)


def _event(**values: Any) -> int:
    row = a_cooperation(**values).events.get()
    row.programmes.add(make.make_programme())
    a_citation(row, "place", "Jena")
    return int(row.pk)


def _task_field(**_values: Any) -> str:
    return str(make.make_task_field(f"09.{make.number() % 100:02d}").code)


def _programme(**_values: Any) -> str:
    row = make.make_programme(funder=make.make_organisation())
    make.make_budget_line(row)
    make.make_figure(row)
    a_citation(make.make_criterion(row), "wording", "zwei")
    a_citation(row, "status", "running")
    return str(row.slug)


def _budget_line(**_values: Any) -> int:
    row = make.make_budget_line(amount=10, year=2025)
    a_citation(row, "amount", "10")
    return int(row.pk)


def _award(**values: Any) -> int:
    row = a_cooperation(**values).awards.get()
    a_citation(row, "rung", "granted")
    return int(row.pk)


def _figure(**_values: Any) -> int:
    row = make.make_figure(part_of=make.make_figure(state=make.make_state("07")))
    a_citation(row, "value", "122")
    return int(row.pk)


def _source(**_values: Any) -> str:
    citation = a_citation(make.make_organisation(), "name")
    document = citation.passage.document
    a_citation(document, "title", document.title)
    return str(document.slug)


def _citation(**values: Any) -> int:
    return int(a_citation(a_cooperation(**values), "region", "Ostthüringen").pk)


def _conflict(**values: Any) -> int:
    row = a_cooperation(**values)
    a_citation(row, "status", "active")
    return int(make.make_conflict(row, "status").pk)


ROWS: dict[str, Callable[..., Any]] = {
    "states": _state,
    "municipalities": _municipality,
    "organisations": _organisation,
    "cooperations": lambda **values: a_cooperation(**values).slug,
    "participations": _participation,
    "agreements": _agreement,
    "events": _event,
    "task-fields": _task_field,
    "programmes": _programme,
    "budget-lines": _budget_line,
    "awards": _award,
    "figures": _figure,
    "sources": _source,
    "citations": _citation,
    "conflicts": _conflict,
}
RESOURCES = list(ROWS)


def list_url(resource: str) -> str:
    return reverse(f"api:{resource}-list")


def detail_url(resource: str, key: Any) -> str:
    return reverse(f"api:{resource}-detail", args=[key])


def results(client: Client, resource: str, /, **query: Any) -> list[dict[str, Any]]:
    """The rows of the first page."""
    answer = client.get(list_url(resource), query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def column(client: Client, resource: str, field: str, /, **query: Any) -> list[Any]:
    """One field of the rows of the first page."""
    return [row[field] for row in results(client, resource, **query)]


def detail(client: Client, resource: str, key: Any, /, **query: Any) -> dict[str, Any]:
    answer = client.get(detail_url(resource, key), query)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def told(row: Any) -> str:
    """When a row was changed, as the API tells it."""
    return timezone.localtime(row.updated_at).isoformat()


@contextmanager
def counted_queries() -> Iterator[CaptureQueriesContext]:
    """Counts queries, with the content types in their cache, where they are after the first request of a process."""
    ContentType.objects.get_for_models(*citable_models())
    with CaptureQueriesContext(connection) as queries:
        yield queries
