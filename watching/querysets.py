"""Reads about saved searches, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from watching.choices import Frequency

WEEK = dt.timedelta(days=7)


class SavedSearchQuerySet(models.QuerySet[Any]):
    def of(self, user: Any) -> SavedSearchQuerySet:
        """Those of a person who is logged in."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def confirmed(self) -> SavedSearchQuerySet:
        """Those that somebody really wants: of people who log in, and of addresses that were confirmed."""
        return self.exclude(confirmed_at=None)

    def waiting(self, day: dt.date) -> SavedSearchQuerySet:
        """Those that were not looked at on ``day``, or in the week up to it, by their own columns alone."""
        daily = Q(frequency=Frequency.DAILY, looked_on__lt=day)
        weekly = Q(frequency=Frequency.WEEKLY, looked_on__lte=day - WEEK)
        return self.filter(daily | weekly).confirmed()

    def due(self, day: dt.date) -> SavedSearchQuerySet:
        """Those to be looked at on ``day`` whose people can be written to."""
        reachable = Q(owner=None) | (Q(owner__is_active=True) & ~Q(owner__email=""))
        return self.waiting(day).filter(reachable)

    def never_confirmed(self, before: dt.datetime) -> SavedSearchQuerySet:
        return self.filter(confirmed_at=None, created_at__lt=before)

    def for_list(self) -> SavedSearchQuerySet:
        return self.order_by("title", "pk")


class WebhookQuerySet(models.QuerySet[Any]):
    def active(self) -> WebhookQuerySet:
        """Those that are sent something: not switched off, of a person who may log in."""
        return self.filter(disabled_at=None, search__owner__is_active=True)


class DeliveryQuerySet(models.QuerySet[Any]):
    def active(self) -> DeliveryQuerySet:
        """Those of webhooks that are sent something."""
        return self.filter(webhook__disabled_at=None, webhook__search__owner__is_active=True)

    def due(self, now: dt.datetime) -> DeliveryQuerySet:
        """Those whose next try has come, the oldest first."""
        return self.active().filter(next_at__lte=now).order_by("next_at", "pk")
