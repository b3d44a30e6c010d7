"""What was true of a body from when until when: periods, figures, names, and who came after whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coopportal.common.dates import format_day
from municipalities.choices import (
    BECAME,
    SuccessionKind,
)
from municipalities.models.bodies import Municipality
from municipalities.models.values import DirectoryValues, between_days, key_constraints, label_of
from municipalities.querysets import PeriodQuerySet, SuccessionQuerySet


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
            *key_constraints("period"),
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
        return label_of(self, self.municipality)


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
            self.on is None
            or between_days(self.predecessor.directory_state, self.on, confirmed=self.confirmed) is not None
        )

    @property
    def when(self) -> str:
        """From which day it holds, as exactly as is known; empty where nobody knows. Wants ``predecessor``."""
        if self.on is None:
            return ""
        if between := between_days(self.predecessor.directory_state, self.on, confirmed=self.confirmed):
            return gettext("wirksam zwischen dem %(last)s und dem %(first)s") % between
        return gettext("wirksam am %(day)s") % {"day": format_day(self.on)}
