"""A page of the list of agreements as plain rows: what an item shows, in two queries, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection
from django.db.models import F

from agreements.choices import AgreementStatus, Answer, LegalForm
from agreements.models import Agreement
from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared
from municipalities.choices import Kind, told_apart
from municipalities.keys import short_key

_COLUMNS = (
    *("pk", "title", "summary", "legal_form", "status", "attested_on", "cooperation__slug", "cooperation__name"),
    *(f"{day}_{part}" for day in ("signed", "effective", "ends") for part in ("on", "precision", "wording")),
)
_BODY = ("municipality__name", "municipality__kind", "municipality__ars", "municipality__level")


@dataclass(slots=True)
class Item:
    """An agreement in the list, in the language of the page."""

    pk: int
    title: str
    summary: str
    #: Empty where none is told.
    legal_form: str
    status: str
    status_label: str
    attested_on: dt.date | None
    slug: str
    cooperation: str
    signed: UncertainDate
    effective: UncertainDate
    ends: UncertainDate
    #: Names of the bodies it binds, in their order, and whether each says itself that it does not take part.
    parties: list[tuple[str, bool]] = field(default_factory=list)


def items(keys: Sequence[int]) -> list[Item]:
    """The agreements of these keys, in their order."""
    if not keys:
        return []
    questions = Questions.on(connection.vendor)
    rows = {row[0]: row for row in questions.records.values(questions.records.of(keys))}
    parties = defaultdict(list)
    for key, answer, office, shares_name, *town in questions.parties.of(keys):
        name = office if town[0] is None else label_of(shares_name, *town) if shares_name else town[0]
        parties[key].append((name, answer == Answer.REFUSED.value))
    return [_item(*rows[key], parties=parties[key]) for key in keys if key in rows]


def label_of(shared: int, name: str, kind: str, ars: str, level: str) -> str:
    """As ``Municipality.label`` of a body that shares its name."""
    return told_apart(name, labels(Kind)[kind], short_key(ars, level), shared)


@dataclass(frozen=True)
class Questions:
    """What is asked for a page of agreements: made once, sent for each page."""

    records: Prepared
    #: Agreement → answer and names of each party, in their order.
    parties: Prepared

    @classmethod
    @lru_cache(maxsize=2)
    def on(cls, _vendor: str) -> Questions:
        path = "participation__"
        bodies = Agreement.parties.through.objects.order_by(
            F(f"{path}municipality__sort_key").asc(nulls_last=True),
            F(f"{path}organisation__sort_key").asc(nulls_last=True),
            "participation",
        )
        told = ("confirmation__answer", "organisation__name", "municipality__shares_name", *_BODY)
        columns = ["agreement", *(f"{path}{name}" for name in told)]
        return cls(
            Prepared(Agreement.objects.order_by(), _COLUMNS, column="pk"), Prepared(bodies, columns, column="agreement")
        )


def _item(
    pk: int,
    title: str,
    summary: str,
    legal_form: str,
    status: str,
    attested_on: dt.date | None,
    slug: str,
    cooperation: str,
    *days: object,
    parties: list[tuple[str, bool]],
) -> Item:
    form = labels(LegalForm)[legal_form] if legal_form else ""
    signed, effective, ends = (UncertainDate(*days[at : at + 3]) for at in (0, 3, 6))  # type: ignore[arg-type]
    label = labels(AgreementStatus)[status]
    return Item(
        *(pk, title, summary, form, status, label, attested_on, slug, cooperation, signed, effective, ends), parties
    )
