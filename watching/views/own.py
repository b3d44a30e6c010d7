"""One's own searches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from accounts.views import OwnPage
from agreements.views.verbs import VerbPage
from watching import workflow
from watching.forms import SearchForm
from watching.lists import LISTS
from watching.models import SavedSearch


class SearchesPage(OwnPage, TemplateView):
    template_name = "watching/searches.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, today = SavedSearch.objects.of(self.person).for_list(), timezone.localdate()
        known = [(row, LISTS[row.resource]) for row in rows]
        told = [(row, of, of.address(row.query), of.words(row.query, row.words, today)) for row, of in known]
        return super().get_context_data(searches=told, lists=LISTS.values(), person=self.person, **kwargs)


class ChangePage(VerbPage):
    template_name = "watching/change.html"
    form_class = SearchForm
    success_url = reverse_lazy("watching:searches")

    @cached_property
    def search(self) -> SavedSearch:
        return get_object_or_404(SavedSearch.objects.of(self.person), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.search.title, "frequency": self.search.frequency}

    def act(self, form: Any) -> SavedSearch:
        return workflow.change_search(user=self.person, search=self.search, day=self.day, **form.cleaned_data)

    def done(self, result: Any) -> str:
        return _("Die Suche „%s“ ist geändert.") % result

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(search=self.search, **kwargs)


class DeleteSearch(OwnPage, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        search = get_object_or_404(SavedSearch.objects.of(self.person), pk=pk)
        workflow.delete_search(user=self.person, search=search)
        messages.success(request, _("Die Suche „%s“ ist gelöscht.") % search)
        return redirect("watching:searches")
