"""Reads about people, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q


class MandateQuerySet(models.QuerySet[Any]):
    def valid_on(self, day: dt.date) -> MandateQuerySet:
        """Mandates that give rights on ``day``; both ends are inclusive, empty means open."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        not_ended = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(begun & not_ended)
