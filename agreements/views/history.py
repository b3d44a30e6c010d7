"""What was recorded of a cooperation when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views import View

from agreements import permissions as may
from agreements.choices import RecordState
from agreements.histories import History, first_entry_as
from agreements.models import Cooperation


class HistoryPage(View):
    """Participants and reviewers read who changed what; the public that something was changed since publication.

    What the keeper wrote before it handed the record in is told in its own house only.
    """

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        day = timezone.localdate()
        rows = Cooperation.objects.visible_to(request.user, day).select_related("keeper")
        cooperation: Cooperation = get_object_or_404(rows, slug=slug)
        told = request.user.is_authenticated and may.may_read_history(request.user, cooperation, day)
        history = History(cooperation, self.since(cooperation, day, told=told))
        page = history.page(request.GET.get("seite"), told=told)
        handed_in = first_entry_as(cooperation, RecordState.SUBMITTED) if told else None
        for entry in page.object_list:
            entry.is_early = handed_in is not None and entry.at < handed_in
        context = {"cooperation": cooperation, "page_obj": page, "told": told}
        response = render(request, "agreements/history.html", context)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    def since(self, cooperation: Cooperation, day: dt.date, *, told: Any) -> dt.datetime | None:
        """From when on this person may read."""
        if not told:
            return first_entry_as(cooperation, RecordState.PUBLISHED)
        is_keeper = may.is_keeper(self.request.user, cooperation, day)
        return None if is_keeper else first_entry_as(cooperation, RecordState.SUBMITTED)
