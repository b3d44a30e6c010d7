"""Verbs of the programmes: keep derived columns true."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from coopportal.common.search import fold_all, sort_key, titled
from funding.models import Figure, Programme


def refresh_of_organisations(organisations: Collection[int]) -> None:
    """Recompute all where one of these bodies, which are called otherwise now, funds a programme."""
    if Programme.objects.filter(funder__in=organisations).exists():
        refresh_derived()


@transaction.atomic
def refresh_derived() -> None:
    """Recompute sort keys and search texts of all programmes and figures."""
    rows = list(Programme.objects.select_related("funder", "state").prefetch_related("criteria"))
    for row in rows:
        row.sort_key = sort_key(row.name)
        funder = row.funder.name if row.funder else ""
        conditions = [one.wording for one in row.criteria.all()]
        row.search_text = titled([row.name, row.short_name], [row.summary, funder, row.state.name, *conditions])
    Programme.objects.bulk_update(rows, ["sort_key", "search_text"], batch_size=500)
    figures = list(Figure.objects.select_related("programme", "state"))
    for figure in figures:
        owner = figure.programme or figure.state
        figure.search_text = fold_all([figure.indicator, figure.unit, figure.base, owner.name if owner else ""])
    Figure.objects.bulk_update(figures, ["search_text"], batch_size=500)
