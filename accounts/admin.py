"""People and their mandates in the admin.

A steward may make people and give them mandates of officers and reviewers. Rights over rights (who may enter the admin,
who is a steward) are the superuser's alone.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from knox.models import AuthToken

from accounts.choices import MandateRole
from accounts.models import Mandate, User
from accounts.permissions import may_change_person
from accounts.workflow import (
    end_mandates,
    end_other_sessions,
    end_what_the_old_password_opened,
    reset_second_factor,
)

# Tables of django-allauth and knox: nobody reads secrets of second factors here, names a provider that is not in the
# settings, or makes a token for somebody else.
for _model in (AuthToken, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)

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
    actions = ("end_all_mandates", "end_all_sessions", "renew_second_factor")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Mandates are given once the person is there."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser changes stewards and those who may enter the admin: a password is a right too."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or request.user.is_superuser:
            return allowed
        return allowed and may_change_person(request.user, obj, timezone.localdate())

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    def get_actions(self, request: HttpRequest) -> Any:
        """Nobody is deleted with a tick: what a person did has to stay readable."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Whoever knew the password that was there before is out, with all sessions and programs."""
        answer = super().user_change_password(request, id, form_url)
        person = User.objects.filter(pk=id).first()
        if request.method == "POST" and answer.status_code == 302 and person is not None:
            here = request.session.session_key if person == request.user else None
            end_what_the_old_password_opened(person, here)
        return answer

    def _chosen(self, request: HttpRequest, people: QuerySet[User]) -> list[User]:
        """Those of the chosen people the asker may change; says so where some are left out."""
        mine = [person for person in people if self.has_change_permission(request, person)]
        if len(mine) < len(people):
            messages.warning(
                request, _("Wer zur Redaktion gehört oder die Verwaltung betreten darf, bleibt unverändert.")
            )
        return mine

    @admin.action(description=gettext_lazy("Mandate ab heute beenden"), permissions=["change"])
    def end_all_mandates(self, request: HttpRequest, people: QuerySet[User]) -> None:
        today = timezone.localdate()
        count = sum(end_mandates(person, today) for person in self._chosen(request, people))
        messages.success(request, ngettext("%d Mandat beendet.", "%d Mandate beendet.", count) % count)

    @admin.action(description=gettext_lazy("Überall abmelden"), permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, people: QuerySet[User]) -> None:
        count = sum(end_other_sessions(person, None) for person in self._chosen(request, people))
        messages.success(request, ngettext("%d Sitzung beendet.", "%d Sitzungen beendet.", count) % count)

    @admin.action(description=gettext_lazy("Zweiten Faktor zurücksetzen (Telefon verloren)"), permissions=["change"])
    def renew_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in (chosen := self._chosen(request, people)):
            reset_second_factor(person)
        count = len(chosen)
        messages.success(
            request, ngettext("Bei %d Person zurückgesetzt.", "Bei %d Personen zurückgesetzt.", count) % count
        )
