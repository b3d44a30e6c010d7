"""Saved searches in the admin: to look at, without anybody's address in full, and to end."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from watching.models import SavedSearch


@admin.register(SavedSearch)
class SavedSearchAdmin(admin.ModelAdmin):
    """Stewards see how much is sent, and may delete a search somebody asks them to; they never read an address."""

    list_display = ("shown_recipient", "resource", "frequency", "confirmed_at", "looked_on", "refused_since")
    list_filter = ("resource", "frequency")
    fields = ("shown_recipient", "resource", "words", "frequency", "confirmed_at", "looked_on", "refused_since")
    readonly_fields = fields
    list_select_related = ("owner",)
    search_fields = ("=email", "=owner__email")  # whole addresses only: who asks to be forgotten names his
    show_full_result_count = False

    @admin.display(description=_("an"))
    def shown_recipient(self, row: SavedSearch) -> str:
        return row.masked or "–"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
