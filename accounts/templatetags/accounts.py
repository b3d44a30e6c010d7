"""What pages of the own account share."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import invites_for, is_steward, mandates_of

register = template.Library()


@register.inclusion_tag("accounts/_parts/own_pages.html", takes_context=True)
def own_pages(context: template.Context) -> dict[str, Any]:
    """The pages of the own account, for the column beside each of them."""
    request = context["request"]
    day = timezone.localdate()
    steward = is_steward(request.user, day)
    pages = [("account", _("Übersicht"))]
    if steward or invites_for(request.user, day):
        pages.append(("invitations", _("Einladungen")))
    if steward:
        pages.append(("doubts", _("Zweifel am Gemeindeverzeichnis")))
    pages += [
        ("mfa_index", _("Zweiter Faktor")),
        ("account_change_password", _("Passwort")),
        ("sessions", _("Sitzungen")),
        ("tokens", _("Zugangsschlüssel")),
        ("watching:searches", _("Gespeicherte Suchen")),
    ]
    return {"pages": pages, "here": request.resolver_match and request.resolver_match.view_name}


@register.simple_tag(takes_context=True)
def roles(context: template.Context) -> frozenset[str]:
    """What the person of this request may act as today (officer, reviewer, steward); one query, none for strangers."""
    user = context.get("user")
    return frozenset(mandates_of(user, timezone.localdate()).values_list("role", flat=True)) if user else frozenset()
