"""What pages of the admin share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coopportal.common.search import parse

admin.site.site_title = admin.site.site_header = _("Redaktion des Kooperationsportals")
admin.site.index_title = _("Das Register pflegen")


class FoldedSearchAdmin(admin.ModelAdmin):
    """Searches as the pages do: in the folded text, by the QuerySet word ``matching``."""

    search_fields = ("search_text",)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        return (queryset.matching(search_term) if parse(search_term) else queryset), False  # type: ignore[attr-defined]


class ReadOnly:
    """For an admin or inline: to look at, not to change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
