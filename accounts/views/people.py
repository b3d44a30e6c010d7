"""Stewards' pages about people: find them, give and end their mandates, lock accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.filters import PeopleFilterSet
from accounts.forms import LastDayForm, MandateForm
from accounts.models import Mandate, User
from accounts.permissions import is_steward, is_superuser, may_change_person
from accounts.views.own import OwnPage
from accounts.workflow import end_mandate, give_mandate, lock_person, renew_factor, unlock_person
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage


class StewardsPage(OwnPage, View):
    """A page for stewards."""

    today: dt.date

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today = timezone.localdate()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_steward(request.user, self.today):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PeoplePage(StewardsPage, ListPage):
    filterset_class = PeopleFilterSet
    template_name = "accounts/people.html"
    page_size = 50

    def get_queryset(self) -> QuerySet[Any]:
        return User.objects.all()

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """No other door leads to people."""
        return {}

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        return {"people": page.object_list}


class PersonPage(StewardsPage):
    """One person: mandates with their validity; a new one is given by the form below."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        return self.show(person, self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        if not may_change_person(self.person, person, self.today):
            raise PermissionDenied
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(person, form, status=422)
        try:
            mandate = give_mandate(by=self.person, person=person, day=self.today, **form.given())
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.show(person, form, status=422)
        messages.success(request, _("Das Mandat „%s“ ist gegeben.") % mandate)
        return redirect("person", pk=pk)

    def form(self, data: Any = None) -> MandateForm:
        return MandateForm(data, day=self.today, gives_all=is_superuser(self.person))

    def show(self, person: User, form: MandateForm, status: int = 200) -> HttpResponse:
        context = {
            "somebody": person,
            "mandates": person.mandates.with_places().order_by("role", "pk"),
            "valid": set(person.mandates.valid_on(self.today).values_list("pk", flat=True)),
            "may_change": may_change_person(self.person, person, self.today),
            "today": self.today,
            "form": form,
        }
        return render(self.request, "accounts/person.html", context, status=status)


class EndMandate(StewardsPage):
    """Asks for the last day of a mandate, and ends it."""

    def mandate(self, pk: int) -> Mandate:
        row = get_object_or_404(Mandate.objects.with_places().select_related("user"), pk=pk)
        if not may_change_person(self.person, row.user, self.today):
            raise PermissionDenied
        return row

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.mandate(pk), LastDayForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mandate = self.mandate(pk)
        form = LastDayForm(request.POST)
        if not form.is_valid():
            return self.show(mandate, form, status=422)
        last_day = form.cleaned_data["last_day"] or self.today - dt.timedelta(days=1)
        try:
            end_mandate(by=self.person, mandate=mandate, day=self.today, last_day=last_day)
        except ValidationError as error:
            form.add_error("last_day", error.messages)
            return self.show(mandate, form, status=422)
        messages.success(request, _("Das Mandat „%s“ ist beendet.") % mandate)
        return redirect("person", pk=mandate.user_id)

    def show(self, mandate: Mandate, form: LastDayForm, status: int = 200) -> HttpResponse:
        context = {"mandate": mandate, "somebody": mandate.user, "form": form}
        return render(self.request, "accounts/end_mandate.html", context, status=status)


class ChangeAccount(StewardsPage):
    """A button beside a person: lock, unlock, renew the second factor."""

    verbs = {
        "sperren": (lock_person, gettext_lazy("Das Konto ist gesperrt; die Person ist überall abgemeldet.")),
        "entsperren": (unlock_person, gettext_lazy("Das Konto ist wieder offen.")),
        "zweiter-faktor": (
            renew_factor,
            gettext_lazy(
                "Beim nächsten Anmelden wird ein neuer zweiter Faktor eingerichtet. Alle Sitzungen sind beendet, "
                "alle Zugangsschlüssel gelten nicht mehr."
            ),
        ),
    }

    def post(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        do, told = self.verbs[verb]
        try:
            do(by=self.person, person=person, day=self.today)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, told)
        return redirect("person", pk=pk)
