"""Länder and municipal bodies with their periods, figures, names and successions.

A municipal body has one row with a stable id and its present (or last) values. What was true of it from when until
when stands in its periods; the row repeats the values of the current (or last) one, so that lists need no join.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coopportal.common.addresses import address
from coopportal.common.dates import format_day
from coopportal.common.models import Timestamped
from municipalities.choices import (
    BECAME,
    DISTRICT_FREE,
    Kind,
    Level,
    SharedName,
    SuccessionKind,
    Urbanisation,
    told_apart,
)
from municipalities.distances import kilometres
from municipalities.keys import AGS_PATTERN, ARS_PATTERN, short_key
from municipalities.querysets import MunicipalityQuerySet, PeriodQuerySet, SuccessionQuerySet
from sources.choices import Cardinality
from sources.models import Citable


class State(models.Model):
    """One of the 16 Länder, called by its two-digit code."""

    code = models.CharField(_("Landesschlüssel"), max_length=2, unique=True)
    name = models.CharField(_("Name"), max_length=60, unique=True)
    official_name = models.CharField(_("amtlicher Name"), max_length=80)
    iso = models.CharField(_("ISO 3166-2"), max_length=5, unique=True)

    class Meta:
        verbose_name = _("Land")
        verbose_name_plural = _("Länder")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="state_code_form",
                condition=Q(code__regex=r"^(0[1-9]|1[0-6])$"),
                violation_error_message=_("Ein Landesschlüssel hat zwei Ziffern von 01 bis 16."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{address('municipalities:list')}?land={self.code}"


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


def _key_constraints(prefix: str) -> list[models.CheckConstraint]:
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


def _between(last: dt.date | None, on: dt.date, *, confirmed: bool) -> dict[str, str] | None:
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
    if between := _between(last, until + dt.timedelta(days=1), confirmed=confirmed):
        return gettext("endete zwischen dem %(last)s und dem %(first)s") % between
    return gettext("bestand bis %(day)s") % {"day": format_day(until)}


def _label(values: Municipality | MunicipalityPeriod, body: Municipality) -> str:
    """The name of ``body`` by these values of it, with what tells it apart from those that bear it too."""
    key = short_key(values.ars, body.level)
    return told_apart(values.name, str(values.get_kind_display()), key, body.shares_name)


class Municipality(Citable, Timestamped, DirectoryValues):
    """A municipal body (Gebietskörperschaft or Gemeindeverband); a kreisfreie Stadt is one body, not three.

    ``ars``, ``ags``, ``name``, ``official_name``, ``kind`` and ``parent`` are those of its current or last period.
    ``directory_state`` is the day of the last directory file that held it; empty where no directory was read yet.
    ``title`` is a name of honour or rank that the directory does not mark; it needs a source. Coordinates, travel area
    (Reisegebiet) and urbanisation come from the directory's extract AuszugGV.
    """

    level = models.CharField(_("Ebene"), max_length=20, choices=Level)
    state = models.ForeignKey(
        State, to_field="code", on_delete=models.PROTECT, related_name="municipalities", verbose_name=_("Land")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("übergeordnete Körperschaft"),
    )
    title = models.CharField(_("Bezeichnung"), max_length=120, blank=True)
    lat = models.DecimalField(_("Breite"), max_digits=8, decimal_places=6, null=True, blank=True)
    lon = models.DecimalField(_("Länge"), max_digits=9, decimal_places=6, null=True, blank=True)
    coordinates_source = models.CharField(_("Herkunft der Koordinaten"), max_length=200, blank=True)
    travel_area_key = models.CharField(_("Schlüssel des Reisegebiets"), max_length=10, blank=True)
    travel_area = models.CharField(_("Reisegebiet"), max_length=120, blank=True)
    urbanisation = models.CharField(_("Grad der Verstädterung"), max_length=20, choices=Urbanisation, blank=True)
    population = models.PositiveIntegerField(_("Einwohner"), null=True, blank=True)
    population_date = models.DateField(_("Stand der Einwohnerzahl"), null=True, blank=True)
    area_km2 = models.DecimalField(_("Fläche in km²"), max_digits=9, decimal_places=2, null=True, blank=True)
    directory_state = models.DateField(_("Gebietsstand"), null=True, blank=True)
    directory_source = models.CharField(_("Herkunft der Schlüssel und Zahlen"), max_length=200, blank=True)
    #: An ``IntegerField``, since PostgreSQL makes no smaller number of what was a yes or no.
    shares_name = models.IntegerField(
        _("Name mehrfach vergeben"), choices=SharedName, default=SharedName.BY_NONE, editable=False
    )
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = MunicipalityQuerySet.as_manager()

    key_field = "ars"
    citable_fields = {
        "title": (_("Bezeichnung"), Cardinality.MULTI),
        "site": (_("Standort von"), Cardinality.MULTI),
        "control_centre": (_("empfohlene Leitstelle"), Cardinality.SINGLE),
    }

    class Meta:
        verbose_name = _("Kommune")
        verbose_name_plural = _("Kommunen")
        ordering = ["sort_key", "level", "ars", "pk"]
        constraints = [
            *_key_constraints("municipality"),
            models.UniqueConstraint(
                name="municipality_ars_once_at_a_time",
                fields=["ars"],
                condition=Q(valid_until__isnull=True),
                violation_error_message=_("Diesen Regionalschlüssel trägt schon eine bestehende Kommune."),
            ),
        ]
        indexes = [models.Index(fields=["state", "level", "sort_key"], name="municipality_state_level")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return address("municipalities:detail", self.ars)

    @property
    def short_key(self) -> str:
        """5 digits of a district, 9 of an association, 8 of a municipality."""
        return short_key(self.ars, self.level)

    @property
    def label(self) -> str:
        """The name; where several bodies share it with the kind, where those of one kind share it with the key too."""
        return _label(self, self)

    @property
    def needs_key(self) -> bool:
        """Does its kind not tell it apart from those that bear its name too?"""
        return self.shares_name == SharedName.BY_SAME_KIND

    @property
    def entry(self) -> str:
        """What a field of a form holds for it: "Kaiserslautern (Landkreis, 07335)" (see ``meaning``)."""
        return f"{self.name} ({self.get_kind_display()}, {self.short_key})"

    @property
    def district(self) -> Municipality | None:
        """The district it lies in, None for a district and an independent city; wants ``with_relations``."""
        above = self.parent
        return above.parent if above is not None and above.level == Level.ASSOCIATION else above

    @property
    def is_own_district(self) -> bool:
        """A district, or a city that is its own."""
        return self.level == Level.DISTRICT or self.kind in DISTRICT_FREE

    def kilometres_to(self, other: Municipality) -> float | None:
        """How far the places of both lie apart; None where one is not known."""
        places = (self.lat, self.lon, other.lat, other.lon)
        return None if None in places else kilometres(*(float(at) for at in places if at is not None))

    @property
    def on_day(self) -> Any:
        """The values of the day asked for (see ``with_period_on``), else the present ones."""
        periods = getattr(self, "periods_on_day", None)
        return periods[0] if periods else self

    @property
    def has_ended(self) -> bool:
        return self.valid_until is not None

    @property
    def has_further_heirs(self) -> bool:
        """Is one of those in its place no more either? Wants ``with_successors``."""
        return any(change.successor.has_ended for change in self.successions.all())

    def existed_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    @property
    def ending(self) -> str:
        """When it ended, as exactly as is known; empty where it has not. Wants ``with_successors``."""
        if self.valid_until is None:
            return ""
        confirmed = any(change.confirmed for change in self.successions.all())
        return ending_of(self.valid_until, self.directory_state, confirmed=confirmed)


class MunicipalityPeriod(DirectoryValues):
    """What was true of a body from when until when (both days included; empty means open)."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="periods", verbose_name=_("Kommune")
    )
    parent = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="child_periods",
        null=True,
        blank=True,
        verbose_name=_("übergeordnete Körperschaft"),
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zeitraum")
        verbose_name_plural = _("Zeiträume")
        ordering = ["municipality", F("valid_from").asc(nulls_first=True), "pk"]
        constraints = [
            *_key_constraints("period"),
            models.UniqueConstraint(
                name="period_one_open",
                fields=["municipality"],
                condition=Q(valid_until__isnull=True),
                violation_error_message=_("Eine Kommune hat nur einen laufenden Zeitraum."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from or '…'} – {self.valid_until or '…'})"

    @property
    def label(self) -> str:
        """The name then; where several bodies share it, with kind and key (as ``Municipality.label``)."""
        return _label(self, self.municipality)


class MunicipalityFigure(models.Model):
    """Population and area of a body at one state of the directory.

    Population and area have days of their own (``population_date``, ``area_date``); ``source`` names the publisher.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="figures", verbose_name=_("Kommune")
    )
    directory_state = models.DateField(_("Gebietsstand"))
    population = models.PositiveIntegerField(_("Einwohner"), null=True, blank=True)
    population_date = models.DateField(_("Stand der Einwohnerzahl"), null=True, blank=True)
    area_km2 = models.DecimalField(_("Fläche in km²"), max_digits=9, decimal_places=2, null=True, blank=True)
    area_date = models.DateField(_("Stand der Fläche"), null=True, blank=True)
    source = models.CharField(_("Herkunft"), max_length=200)

    class Meta:
        verbose_name = _("Strukturzahl")
        verbose_name_plural = _("Strukturzahlen")
        ordering = ["municipality", "-directory_state"]
        constraints = [
            models.UniqueConstraint(name="figure_once_per_state", fields=["municipality", "directory_state"])
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.directory_state}"


class MunicipalityName(models.Model):
    """Another name a body goes by: a short form, a former or Sorbian name."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="other_names", verbose_name=_("Kommune")
    )
    name = models.CharField(_("Name"), max_length=120)
    note = models.CharField(_("Anmerkung"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("anderer Name")
        verbose_name_plural = _("andere Namen")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="other_name_once", fields=["municipality", "name"])]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """A body stands in the place of another from ``on``; only suggested until a steward confirms it."""

    predecessor = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="successions", verbose_name=_("Vorgängerin")
    )
    successor = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="predecessions", verbose_name=_("Nachfolgerin")
    )
    kind = models.CharField(_("Art"), max_length=20, choices=SuccessionKind)
    on = models.DateField(_("wirksam am"), null=True, blank=True)
    source = models.CharField(_("Herkunft"), max_length=300, blank=True)
    confirmed = models.BooleanField(_("bestätigt"), default=False)
    decided_at = models.DateTimeField(_("entschieden am"), null=True, blank=True)
    decided_by = models.CharField(_("entschieden von"), max_length=150, blank=True)
    note = models.TextField(_("Begründung"), blank=True)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gebietsänderung")
        verbose_name_plural = _("Gebietsänderungen")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(name="succession_once", fields=["predecessor", "successor", "kind"]),
            models.CheckConstraint(
                name="succession_of_two",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("Eine Kommune folgt nicht auf sich selbst."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    @property
    def became(self) -> str:
        """What became of the predecessor, as the beginning of a sentence that names the successor."""
        return str(BECAME[SuccessionKind(self.kind)])

    @property
    def wants_day(self) -> bool:
        """Is its day only known as lying between two states of the directory? Wants ``predecessor``."""
        return (
            self.on is None or _between(self.predecessor.directory_state, self.on, confirmed=self.confirmed) is not None
        )

    @property
    def when(self) -> str:
        """From which day it holds, as exactly as is known; empty where nobody knows. Wants ``predecessor``."""
        if self.on is None:
            return ""
        if between := _between(self.predecessor.directory_state, self.on, confirmed=self.confirmed):
            return gettext("wirksam zwischen dem %(last)s und dem %(first)s") % between
        return gettext("wirksam am %(day)s") % {"day": format_day(self.on)}
