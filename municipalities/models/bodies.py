"""Länder and municipal bodies.

A municipal body has one row with a stable id and its present (or last) values. What was true of it from when until
when stands in its periods; the row repeats the values of the current (or last) one, so that lists need no join.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.addresses import address
from coopportal.common.models import Timestamped
from municipalities.choices import (
    DISTRICT_FREE,
    Level,
    SharedName,
    Urbanisation,
)
from municipalities.distances import kilometres
from municipalities.keys import short_key
from municipalities.models.values import DirectoryValues, ending_of, key_constraints, label_of
from municipalities.querysets import MunicipalityQuerySet
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
            *key_constraints("municipality"),
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
        return label_of(self, self)

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
