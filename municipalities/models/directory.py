"""The states of the official directory that were read, and what a steward has to decide about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.dates import format_day
from coopportal.common.models import Timestamped
from municipalities.choices import STOPPING_DOUBTS, DoubtDecision, DoubtKind
from municipalities.models.bodies import Municipality
from municipalities.querysets import DirectoryStateQuerySet, DoubtQuerySet


class DirectoryState(Timestamped):
    """A state (Gebietsstand) of the official directory GV100AD that was read, with the file itself.

    ``lines`` counts the lines of the file, ``content`` holds its bytes compressed by zlib (Destatis allows copying and
    distribution, the source named), ``sha256`` is of the bytes as they came.
    """

    day = models.DateField(_("Gebietsstand"), unique=True)
    lines = models.PositiveIntegerField(_("Zeilen"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content = models.BinaryField(_("Datei"))
    population_date = models.DateField(_("Stand der Einwohnerzahlen"), null=True, blank=True)
    area_date = models.DateField(_("Stand der Flächen"), null=True, blank=True)

    objects = DirectoryStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gebietsstand")
        verbose_name_plural = _("Gebietsstände")
        ordering = ["-day"]

    def __str__(self) -> str:
        return format_day(self.day)


class Doubt(Timestamped):
    """What an import of the directory did not believe, or could not settle; a steward decides.

    ``key`` is the directory key (5 digits of a district, 9 of an association, else 8), ``line`` the line of the file.
    A row whose doubt stops it is not applied before the decision ``accepted``, and never after ``rejected``; the other
    doubts only ask for a look.
    """

    directory_state = models.DateField(_("Gebietsstand"))
    kind = models.CharField(_("Art"), max_length=20, choices=DoubtKind)
    key = models.CharField(_("Schlüssel"), max_length=12)
    line = models.PositiveIntegerField(_("Zeile"), null=True, blank=True)
    message = models.TextField(_("Zweifel"))
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.SET_NULL,
        related_name="doubts",
        null=True,
        blank=True,
        verbose_name=_("Kommune"),
    )
    decision = models.CharField(
        _("Entscheidung"), max_length=10, choices=DoubtDecision, default=DoubtDecision.OPEN, db_index=True
    )
    decided_at = models.DateTimeField(_("entschieden am"), null=True, blank=True)
    decided_by = models.CharField(_("entschieden von"), max_length=150, blank=True)
    note = models.TextField(_("Begründung"), blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zweifel am Verzeichnis")
        verbose_name_plural = _("Zweifel am Verzeichnis")
        ordering = ["-directory_state", "kind", "key", "pk"]
        constraints = [models.UniqueConstraint(name="doubt_once", fields=["directory_state", "kind", "key"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.key}"

    @property
    def stops(self) -> bool:
        """Is the row kept out until somebody decides?"""
        return self.kind in STOPPING_DOUBTS
