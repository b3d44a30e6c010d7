"""People and their mandates in the admin.

A steward may make people and give them mandates of officers and reviewers. Rights over rights (who may enter the admin,
who is a steward) are the superuser's alone.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Field
from django.http import HttpRequest

from accounts.choices import MandateRole
from accounts.models import Mandate, User

#: What only a superuser may change of a person.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class MandateInline(admin.TabularInline):
    model = Mandate
    extra = 0
    autocomplete_fields = ("municipality",)
    fields = ("role", "municipality", "state", "valid_from", "valid_until")

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field:  # type: ignore[override]
        """A steward makes no steward."""
        if db_field.name == "role" and not request.user.is_superuser:
            kwargs["choices"] = [choice for choice in MandateRole.choices if choice[0] != MandateRole.STEWARD]
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[return-value]


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = (MandateInline,)
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "mandates__role", "mandates__state")
    readonly_fields = ("last_login", "date_joined")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Mandates are given once the person is there."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser changes those who may enter the admin: a password is a right too."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_staff or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser
