"""What the directory says of a body at any time, now or in a period, and how that is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coopportal.common.dates import format_day
from municipalities.choices import (
    Kind,
    told_apart,
)
from municipalities.keys import AGS_PATTERN, ARS_PATTERN, short_key

if TYPE_CHECKING:
    from municipalities.models.bodies import Municipality
    from municipalities.models.periods import MunicipalityPeriod


class DirectoryValues(models.Model):
    """What the official directory says of a body: the same columns on the body and on each of its periods."""

    ars = models.CharField(_("Regionalschlüssel (ARS)"), max_length=12, db_index=True)
    ags = models.CharField(_("Gemeindeschlüssel (AGS)"), max_length=8, null=True, blank=True, db_index=True)
    name = models.CharField(_("Name"), max_length=120)
    official_name = models.CharField(_("amtlicher Name"), max_length=120)
    kind = models.CharField(_("Art"), max_length=30, choices=Kind)
    valid_from = models.DateField(_("gültig ab"), null=True, blank=True)
    valid_until = models.DateField(_("gültig bis"), null=True, blank=True)

    class Meta:
        abstract = True


def key_constraints(prefix: str) -> list[models.CheckConstraint]:
    same_body = Q(ags=Concat(Substr("ars", 1, 5), Substr("ars", 10, 3)))
    return [
        models.CheckConstraint(
            name=f"{prefix}_ars_form",
            condition=Q(ars__regex=ARS_PATTERN),
            violation_error_message=_("Ein Regionalschlüssel hat zwölf Ziffern und beginnt mit 01 bis 16."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_ags_form",
            condition=Q(ags__isnull=True) | Q(ags__regex=AGS_PATTERN),
            violation_error_message=_("Ein Gemeindeschlüssel hat acht Ziffern und beginnt mit 01 bis 16."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_ags_fits_ars",
            condition=Q(ags__isnull=True) | same_body,
            violation_error_message=_("Gemeindeschlüssel und Regionalschlüssel gehören nicht zusammen."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_not_inverted",
            condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lte=F("valid_until")),
            violation_error_message=_("Der Zeitraum endet vor seinem Beginn."),
        ),
    ]


def between_days(last: dt.date | None, on: dt.date, *, confirmed: bool) -> dict[str, str] | None:
    """The states of the directory between which a body ended that the ``last`` of them held, where no more is known.

    A state of the directory holds a body and the next does not: the days in between nobody has told until a steward
    confirms the succession. None where the day is known.
    """
    if confirmed or last is None or on - last <= dt.timedelta(days=1):
        return None
    return {"last": format_day(last), "first": format_day(on)}


def ending_of(until: dt.date, last: dt.date | None, *, confirmed: bool) -> str:
    """When a body ended, in words: ``last`` is the state of the directory that held it last.

    ``confirmed``: is a succession to it sure?
    """
    if between := between_days(last, until + dt.timedelta(days=1), confirmed=confirmed):
        return gettext("endete zwischen dem %(last)s und dem %(first)s") % between
    return gettext("bestand bis %(day)s") % {"day": format_day(until)}


def label_of(values: Municipality | MunicipalityPeriod, body: Municipality) -> str:
    """The name of ``body`` by these values of it, with what tells it apart from those that bear it too."""
    key = short_key(values.ars, body.level)
    return told_apart(values.name, str(values.get_kind_display()), key, body.shares_name)
