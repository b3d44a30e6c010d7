"""Reads about people, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.choices import WITH_SECOND_FACTOR, MandateRole


class MandateQuerySet(models.QuerySet[Any]):
    def valid_on(self, day: dt.date) -> MandateQuerySet:
        """Mandates that give rights on ``day``; both ends are inclusive, empty means open."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        not_ended = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(begun & not_ended)

    def with_places(self) -> MandateQuerySet:
        """With what their names say."""
        return self.select_related("municipality", "state")


class PersonQuerySet(models.QuerySet[Any]):
    def bound_to_second_factor(self, day: dt.date) -> PersonQuerySet:
        """Those who may log in with two factors only: reviewers and stewards on ``day``, and whom the admin lets in."""
        mandates = self.model.mandates.rel.related_model.objects.valid_on(day)
        bound = mandates.filter(role__in=WITH_SECOND_FACTOR).values("user")
        return self.filter(Q(is_staff=True) | Q(is_superuser=True) | Q(pk__in=bound))

    def lacking_second_factor(self, day: dt.date) -> PersonQuerySet:
        """Those bound to a second factor who have not set one up."""
        return self.bound_to_second_factor(day).exclude(authenticator__type="totp")

    def naming(self, word: str) -> PersonQuerySet:
        """Those in whose name, log-in or address the word occurs."""
        columns = ("username", "first_name", "last_name", "email")
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
        return self.filter(found)

    def _mandates(self, day: dt.date) -> Any:
        rows = self.model.mandates.rel.related_model.objects.valid_on(day)
        return rows.filter(user=OuterRef("pk"))

    def acting_on(self, day: dt.date, **which: Any) -> PersonQuerySet:
        """Those with a mandate of this kind on ``day``."""
        return self.filter(Exists(self._mandates(day).filter(**which)))

    def acting_in(self, states: Any, day: dt.date) -> PersonQuerySet:
        """Those who act for one of these Länder, or for a municipality in it, on ``day``."""
        in_them = Q(state__in=states) | Q(municipality__state__in=states)
        return self.filter(Exists(self._mandates(day).filter(in_them)))

    def for_list(self, day: dt.date) -> PersonQuerySet:
        """With the mandates that hold on ``day`` (``present``), open accounts first, then by name."""
        rows = self.model.mandates.rel.related_model.objects.valid_on(day).with_places().order_by("role", "pk")
        present = Prefetch("mandates", rows, to_attr="present")
        return self.prefetch_related(present).order_by("-is_active", "last_name", "first_name", "username", "pk")

    def with_email(self, email: str) -> PersonQuerySet:
        """The one person of this address, in capitals or not.

        Signs beyond ASCII match nobody: some of them are i, k or s to a database that ignores capitals.
        """
        email = email.strip()
        return self.filter(email__iexact=email) if email and email.isascii() else self.none()


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Django's manager of accounts with the words above."""

    use_in_migrations = False


class InvitationQuerySet(models.QuerySet[Any]):
    def open_at(self, now: dt.datetime) -> InvitationQuerySet:
        """Neither accepted nor withdrawn nor too old."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def visible_to(self, user: Any, day: dt.date) -> InvitationQuerySet:
        """Stewards see all, officers what concerns the municipalities they act for, others nothing."""
        mandates = user.mandates.valid_on(day)
        if user.is_superuser or mandates.filter(role=MandateRole.STEWARD).exists():
            return self.all()
        return self.filter(municipality__in=mandates.filter(role=MandateRole.OFFICER).values("municipality"))

    def for_list(self) -> InvitationQuerySet:
        return self.select_related("municipality", "state", "invited_by", "accepted_by").order_by("-created_at", "-pk")


class LoginSessionQuerySet(models.QuerySet[Any]):
    def alive_at(self, now: dt.datetime, age: dt.timedelta) -> LoginSessionQuerySet:
        """Those used within ``age``, the time after which an unused session has expired."""
        return self.filter(last_seen_at__gt=now - age)
