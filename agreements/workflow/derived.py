"""Keeps derived columns true: sort keys, search texts, the present status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import translation

from agreements.choices import LegalForm
from agreements.models import Agreement, Cooperation, Event, Participation, TaskField
from coopportal.common.search import sort_key, titled

#: Cooperations whose texts are made at a time.
_AT_ONCE = 500


@transaction.atomic
def refresh_derived(cooperations: QuerySet[Cooperation] | None = None) -> None:
    """Recompute sort keys and search texts of cooperations and their agreements (all, unless told which)."""
    chosen = Cooperation.objects.all() if cooperations is None else cooperations
    pks = list(chosen.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), _AT_ONCE):
        _refresh(pks[start : start + _AT_ONCE])
    if cooperations is None:
        refresh_events(Event.objects.all())


def _refresh(pks: list[int]) -> None:
    """These, and their agreements and events.

    The bodies come by a join: SQLite would refuse to look for more than a thousand of them at a time.
    """
    participations = Prefetch("participations", Participation.objects.with_bodies().with_states())
    related = (participations, "participations__municipality__other_names", "task_fields", "agreements")
    rows = list(Cooperation.objects.filter(pk__in=pks).prefetch_related(*related))
    agreements = []
    for row in rows:
        row.sort_key = sort_key(row.name)
        row.search_text = search_text_of(row)
        for agreement in row.agreements.all():
            agreement.sort_key = sort_key(agreement.title)
            agreement.search_text = titled([agreement.title], [agreement.summary, row.search_text])
            agreements.append(agreement)
    Cooperation.objects.bulk_update(rows, ["sort_key", "search_text"], batch_size=500)
    Agreement.objects.bulk_update(agreements, ["sort_key", "search_text"], batch_size=500)
    refresh_events(Event.objects.filter(cooperations__in=pks))


def refresh_of_bodies(bodies: Collection[int]) -> None:
    """Recompute the search texts of the cooperations of these bodies, which are called otherwise now."""
    _refresh_with(Participation.objects.filter(municipality__in=bodies))


def refresh_of_organisations(organisations: Collection[int]) -> None:
    """The same for other bodies."""
    _refresh_with(Participation.objects.filter(organisation__in=organisations))


def _refresh_with(participations: QuerySet[Participation]) -> None:
    if found := set(participations.values_list("cooperation", flat=True)):
        refresh_derived(Cooperation.objects.filter(pk__in=found))


def refresh_events(chosen: QuerySet[Event]) -> None:
    """Recompute the search texts of these events."""
    events = list(chosen.only("title", "summary", "place").distinct())
    for event in events:
        event.search_text = titled([event.title], [event.summary, event.place])
    Event.objects.bulk_update(events, ["search_text"], batch_size=500)


def search_text_of(row: Cooperation) -> str:
    """Its names, words, fields, participants and their Länder, folded; expects its relations prefetched."""
    participations = row.participations.all()
    lands = {one.body.state_id: one.body.state.name for one in participations if one.body.state_id}
    return search_text_from(row, row.task_fields.all(), row.agreements.all(), participations, lands)


def search_text_from(
    row: Cooperation,
    fields: Iterable[TaskField],
    acts: Iterable[Agreement],
    participations: Iterable[Participation],
    lands: Mapping[str, str],
) -> str:
    """The same from what belongs to the row, which need not be saved; ``lands`` are the names of the Länder by key."""
    texts = [row.summary, row.region, _words_of(row.legal_form)]
    texts += [field.name_de for field in fields]
    texts += [agreement.title for agreement in acts]
    codes = set()
    for participation in participations:
        body = participation.body
        texts.append(body.name)
        codes.add(body.state_id)
        if participation.municipality is not None:
            texts += [other.name for other in body.other_names.all()]
    texts += [lands[code] for code in sorted(filter(None, codes))]
    return titled([row.name, row.short_name], texts)


@cache
def _words_of(legal_form: str) -> str:
    """What a form is called, in the language of the register."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(LegalForm(legal_form).label) if legal_form else ""


def publish_status(cooperation: Cooperation, day: dt.date) -> None:
    """Repeat the status of the last step by ``day`` on the cooperation itself."""
    current = Cooperation.objects.with_status_on(day).get(pk=cooperation.pk).day_status
    if current and current != cooperation.status:
        cooperation.status = current
        cooperation.save(update_fields=["status", "updated_at"])
