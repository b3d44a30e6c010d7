"""Words about files that somebody is about to import."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models

#: How long a file waits for its confirmation, and how many of them one person may have waiting.
KEPT_FOR = dt.timedelta(days=1)
MOST_KEPT = 5


class ImportFileQuerySet(models.QuerySet[Any]):
    def of(self, user: Any, *, at_review: bool) -> Self:
        """The person's own, those of the reviewer's desk or those of the desk of a municipality."""
        return self.filter(user=user, municipality__isnull=at_review).select_related("municipality")

    def outdated(self, now: dt.datetime) -> Self:
        return self.filter(created_at__lt=now - KEPT_FOR)

    def superfluous(self, user: Any) -> Self:
        """All but the latest of this person."""
        latest = self.filter(user=user).order_by("-created_at").values_list("pk", flat=True)[:MOST_KEPT]
        return self.filter(user=user).exclude(pk__in=list(latest))
