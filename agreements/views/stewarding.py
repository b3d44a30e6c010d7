"""Stewards' pages about cooperations: two records about the same thing become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.people import StewardsPage
from agreements.comparisons import compare, lines_now
from agreements.filters.stewarding import MergeFilterSet
from agreements.forms.stewarding import MergeForm
from agreements.models import Cooperation
from agreements.workflow import Refused, merge
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage


class MergePage(StewardsPage, ListPage):
    """Choose two records from the list, then see them side by side and say which one stays."""

    filterset_class = MergeFilterSet
    template_name = "agreements/stewarding/merge.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public().select_related("keeper")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if len(pair := self.pair()) == 2:
            return self.show_pair(pair, MergeForm(pair=pair))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if len(pair := self.pair()) != 2:
            messages.warning(request, _("Zusammenführen lassen sich nur zwei Einträge, die beide veröffentlicht sind."))
            return super().get(request)
        form = MergeForm(request.POST, pair=pair)
        if not form.is_valid():
            return self.show_pair(pair, form, status=422)
        gone, stays = form.chosen()
        asked = {"reason": form.cleaned_data["reason"], "versions": form.versions}
        try:
            merge(user=self.person, duplicate=gone, into=stays, day=self.today, **asked)
        except ValidationError as fault:
            form.add_error(None, fault.messages)
            return self.show_pair(pair, form, status=422)
        except Refused as refusal:
            return self.overtaken(pair, refusal)
        told = _("„%(gone)s“ ist jetzt Teil von „%(stays)s“; die alte Adresse führt dorthin.")
        messages.success(request, told % {"gone": gone.name, "stays": stays.name})
        return redirect(stays.get_absolute_url())

    def overtaken(self, pair: list[Cooperation], refusal: Refused) -> HttpResponse:
        """Somebody was faster: both as they stand now, with what was chosen and written."""
        now = pair if len(fresh := self.pair()) != 2 else fresh
        sent = self.request.POST.copy()
        sent |= {MergeForm.version_of(row): str(row.version) for row in now}
        form = MergeForm(sent, pair=now)
        form.add_error(None, refusal.message)
        return self.show_pair(now, form, status=409)

    def pair(self) -> list[Cooperation]:
        """The records that were chosen, in the order given."""
        asked = self.asked(self.get_queryset())
        asked.form.is_valid()
        return list(asked.form.cleaned_data.get("chosen") or [])

    def show_pair(self, pair: list[Cooperation], form: MergeForm, status: int = 200) -> HttpResponse:
        left, right = pair
        context = {"left": left, "right": right, "lines": compare(lines_now(right), lines_now(left)), "form": form}
        return render(self.request, "agreements/stewarding/merge_pair.html", context, status=status)

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """A desk has no other doors."""
        return {}

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        sent = bool(asked.form.cleaned_data.get("asked"))
        return {"rows": page.object_list, "chosen": [row.slug for row in self.pair()], "was_sent": sent}
