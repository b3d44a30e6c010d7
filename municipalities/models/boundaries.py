"""Borders for the map."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.models import Timestamped
from municipalities.choices import BoundaryLevel
from municipalities.models.bodies import Municipality, State
from municipalities.querysets import BoundaryQuerySet


class Boundary(Timestamped):
    """The border of a Land, district, association or municipality, ready to be drawn.

    ``key`` has 2, 5, 9 or 8 digits. ``coarse``, ``medium`` and ``fine`` hold the same area as the text of a GeoJSON
    geometry (RFC 7946, degrees) for maps of whole Germany, of a Land and of a district; ``west`` to ``north`` are its
    bounding box. ``municipality`` is the body that has (or had) the key; empty where the directory holds none.
    ``as_of`` is the state of the geometry, where the file or the hand that imported it says so.
    """

    level = models.CharField(_("Ebene"), max_length=20, choices=BoundaryLevel)
    key = models.CharField(_("Schlüssel"), max_length=9)
    name = models.CharField(_("Name in der Quelle"), max_length=120, blank=True)
    state = models.ForeignKey(
        State, to_field="code", on_delete=models.PROTECT, related_name="boundaries", verbose_name=_("Land")
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.SET_NULL,
        related_name="boundaries",
        null=True,
        blank=True,
        verbose_name=_("Kommune"),
    )
    source = models.CharField(_("Herkunft"), max_length=200)
    as_of = models.DateField(_("Stand"), null=True, blank=True)
    west = models.FloatField(_("Westen"))
    south = models.FloatField(_("Süden"))
    east = models.FloatField(_("Osten"))
    north = models.FloatField(_("Norden"))
    digest = models.CharField(_("Prüfsumme"), max_length=64, editable=False)
    coarse = models.TextField(_("grober Umriss"))
    medium = models.TextField(_("mittlerer Umriss"))
    fine = models.TextField(_("feiner Umriss"))

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Grenze")
        verbose_name_plural = _("Grenzen")
        ordering = ["level", "key"]
        constraints = [
            models.UniqueConstraint(name="boundary_once", fields=["level", "key"]),
            models.CheckConstraint(
                name="boundary_key_of_level",
                condition=Q(level=BoundaryLevel.STATE, key__regex=r"^[0-9]{2}$")
                | Q(level=BoundaryLevel.DISTRICT, key__regex=r"^[0-9]{5}$")
                | Q(level=BoundaryLevel.ASSOCIATION, key__regex=r"^[0-9]{9}$")
                | Q(level=BoundaryLevel.MUNICIPALITY, key__regex=r"^[0-9]{8}$"),
                violation_error_message=_("Der Schlüssel gehört nicht zu dieser Ebene."),
            ),
        ]
        indexes = [models.Index(fields=["state", "level"], name="boundary_state_level")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.name or self.key}"
