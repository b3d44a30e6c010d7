"""The lists that can be watched, each asked through the FilterSet of its page.

A saved search keeps its question by the names of the API, which never change meaning; the day (``as_of``) and the order
of the rows are no part of it: what is told is told of today.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from agreements.views.reading import AgreementListPage, CooperationListPage, EventListPage
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage
from funding.views import ProgrammeListPage
from municipalities.views import MunicipalityListPage, OrganisationListPage
from sources.views import ConflictListPage, SourceListPage

#: Not part of what is watched.
LEFT_OUT = frozenset({"as_of", "ordering"})


@dataclass(frozen=True)
class Watched:
    """One list: ``place`` is the German word of its addresses."""

    place: str
    page: type[ListPage]

    @property
    def name(self) -> str:
        """By which the API calls the list."""
        return self.page.resource

    @property
    def title(self) -> str:
        """What people call the list."""
        return str(self.rows().model._meta.verbose_name_plural)

    @property
    def page_url(self) -> str:
        return reverse(self.page.feed.removesuffix("-feed"))

    def rows(self) -> QuerySet[Any]:
        """All rows of the list that everybody may read."""
        return self.page().get_queryset()

    def ask(self, query: str, today: dt.date) -> PortalFilterSet:
        """The FilterSet of a saved question, as of today."""
        return self.page.filterset_class(QueryDict(query), self.rows(), today=today)

    def asked_by(self, data: QueryDict, today: dt.date) -> PortalFilterSet:
        """The FilterSet of a question by the names of the page."""
        return self.page.filterset_class(data, self.rows(), german=True, today=today)

    def question(self, asked: PortalFilterSet) -> str:
        """What of a right question is kept."""
        return urlencode([(name, text) for name, text in self.page.question(asked) if name not in LEFT_OUT])

    def address(self, query: str) -> str:
        """The page of a saved question."""
        named = [(self._names.page_name(name), text) for name, text in parse_qsl(query)]
        return f"{self.page_url}?{urlencode(named)}" if named else self.page_url

    def words(self, query: str, kept: str, today: dt.date) -> str:
        """What a saved question chooses, in the language of who reads it; ``kept`` says it in that of the portal.

        Queries only where that is another language.
        """
        if not kept or get_language() == settings.LANGUAGE_CODE:
            return kept
        asked = self.ask(query, today)
        return kept if asked.problems else asked.choice

    @cached_property
    def _names(self) -> PortalFilterSet:
        return self.asked_by(QueryDict(), dt.date.min)


_PLACES: dict[str, type[ListPage]] = {
    "kooperationen": CooperationListPage,
    "vereinbarungen": AgreementListPage,
    "ereignisse": EventListPage,
    "kommunen": MunicipalityListPage,
    "stellen": OrganisationListPage,
    "foerderung": ProgrammeListPage,
    "quellen": SourceListPage,
    "widersprueche": ConflictListPage,
}

#: By the names of the API.
LISTS: dict[str, Watched] = {page.resource: Watched(place, page) for place, page in _PLACES.items()}
