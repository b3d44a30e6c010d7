"""Money of programmes for cooperations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from agreements.models.cooperations import Cooperation
from agreements.querysets import AwardQuerySet
from coopportal.common.dates import Precision, UncertainDate
from coopportal.common.models import Keyed, Timestamped
from funding.choices import Rung
from sources.choices import Cardinality
from sources.models import Citable


class Award(Citable, Keyed, Timestamped):
    """Money of a programme for one cooperation, on one rung of the ladder; ``amount`` None means unknown."""

    programme = models.ForeignKey(
        "funding.Programme", on_delete=models.PROTECT, related_name="awards", verbose_name=_("Förderprogramm")
    )
    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="awards", verbose_name=_("Kooperation")
    )
    amount = models.DecimalField(
        _("Betrag"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leer lassen, wenn der Betrag unbekannt ist."),
    )
    currency = models.CharField(_("Währung"), max_length=3, default="EUR")
    rung = models.CharField(_("Sicherheit"), max_length=20, choices=Rung, default=Rung.UNKNOWN)
    on = models.DateField(pgettext_lazy("day", "Stand"), null=True, blank=True)
    on_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    on_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    is_inferred = models.BooleanField(_("nur erschlossen"), default=False)

    objects = AwardQuerySet.as_manager()
    history = HistoricalRecords()

    has_private_rows = True
    citable_fields = {
        "rung": (_("Sicherheit"), Cardinality.MULTI),
        "amount": (_("Betrag"), Cardinality.SINGLE),
        "programme": (_("Teil des Programms"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Bewilligung")
        verbose_name_plural = _("Bewilligungen")
        ordering = ["cooperation", "pk"]
        indexes = [models.Index(fields=["on", "on_precision", "cooperation"], name="award_by_day")]
        constraints = [
            models.CheckConstraint(
                name="award_amount_positive",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("Ein unbekannter Betrag bleibt leer; 0 € gibt es nicht."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} – {self.cooperation}"

    def get_absolute_url(self) -> str:
        return f"{self.cooperation.get_absolute_url()}#geld"

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)
