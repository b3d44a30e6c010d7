"""Pages of cooperations and agreements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from agreements.cards import Card, cards
from agreements.desks import Hand
from agreements.event_items import EventItem, event_items
from agreements.filters import AgreementFilterSet, CooperationFilterSet, EventFilterSet
from agreements.gathering import of_slug
from agreements.happenings import Timeline
from agreements.items import Item, items
from agreements.models import Agreement, Cooperation, Event
from agreements.records import AgreementRecord, CooperationRecord
from coopportal.common.filters import Keys, PortalFilterSet
from coopportal.common.views import DetailPage, ListPage


class CooperationListPage(ListPage):
    filterset_class = CooperationFilterSet
    template_name = "agreements/cooperations.html"
    resource = "cooperations"
    feed = "agreements:list-feed"
    keeps_count = True

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def rows(self, asked: PortalFilterSet) -> Keys:
        """Their keys: what a card shows is fetched of the rows of the page alone."""
        return asked.keys()

    def shown(self, keys: Sequence[Any], asked: PortalFilterSet) -> list[Card]:
        return cards(keys, asked.day, cut=asked.is_cut, today=self.today, named=bool(asked.searched))


class CooperationPage(DetailPage):
    template_name = "agreements/cooperation.html"

    def get_base(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a record that was merged into another one leads there, with the question."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            if survivor := Cooperation.objects.survivor_of(self.kwargs["slug"]):
                query = request.META.get("QUERY_STRING", "")
                return redirect(f"{survivor.get_absolute_url()}{'?' if query else ''}{query}", permanent=True)
            raise

    def get_object(self, day: dt.date) -> Cooperation:
        found: list[Cooperation] = of_slug(connection.vendor, day).of([self.kwargs["slug"]])
        if not found:
            raise Http404
        return found[0]

    def extra_context(self, obj: Any, asked: PortalFilterSet) -> dict[str, Any]:
        record = CooperationRecord(obj, asked.day, cut=asked.is_cut, today=self.today)
        api_url = reverse("api:cooperations-detail", args=[obj.slug])
        hand = Hand(self.request.user, obj, record.participations, self.today)
        timeline = Timeline(record, asked.day)
        context = {"record": record, "footnotes": record.footnotes, "api_url": api_url, "hand": hand}
        return context | {"timeline": timeline}


class AgreementListPage(ListPage):
    filterset_class = AgreementFilterSet
    template_name = "agreements/agreements.html"
    resource = "agreements"
    feed = "agreements:agreements-feed"
    keeps_count = True

    def get_queryset(self) -> QuerySet[Any]:
        return Agreement.objects.public()

    def rows(self, asked: PortalFilterSet) -> Keys:
        """Their keys: what an item shows is fetched of the rows of the page alone."""
        return asked.keys()

    def shown(self, keys: Sequence[Any], asked: PortalFilterSet) -> list[Item]:
        return items(keys)


class AgreementPage(DetailPage):
    template_name = "agreements/agreement.html"

    def get_base(self) -> QuerySet[Any]:
        return Agreement.objects.public()

    def get_object(self, day: dt.date) -> Agreement:
        return get_object_or_404(self.get_base().for_list(), pk=self.kwargs["pk"])  # type: ignore[attr-defined]

    def extra_context(self, obj: Any, asked: PortalFilterSet) -> dict[str, Any]:
        record = AgreementRecord(obj, asked.day, cut=asked.is_cut, today=self.today)
        api_url = reverse("api:agreements-detail", args=[obj.pk])
        return {"record": record, "footnotes": record.footnotes, "api_url": api_url}


class EventListPage(ListPage):
    """What happened, the latest first; an event has no page of its own, it stands on those of its cooperations."""

    filterset_class = EventFilterSet
    template_name = "agreements/events.html"
    resource = "events"
    feed = "agreements:events-feed"
    keeps_count = True

    def get_queryset(self) -> QuerySet[Any]:
        return Event.objects.public()

    def rows(self, asked: PortalFilterSet) -> Keys:
        """Their keys: what an item shows is fetched of the rows of the page alone."""
        return asked.keys()

    def shown(self, keys: Sequence[Any], asked: PortalFilterSet) -> list[EventItem]:
        return event_items(keys)
