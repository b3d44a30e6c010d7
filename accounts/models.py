"""People who log in, and the mandates that let them act."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import MandateRole
from accounts.querysets import MandateQuerySet
from coopportal.common.models import Timestamped


class User(AbstractUser):
    """A person with a log-in. What he or she may do follows from mandates, not from the account."""

    email = models.EmailField(_("E-Mail-Adresse"), blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("Person")  # type: ignore[assignment]
        verbose_name_plural = _("Personen")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Mandate(Timestamped):
    """This person acts for this municipality (officer), for this Land (reviewer) or for the register (steward)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mandates", verbose_name=_("Person"))
    role = models.CharField(_("Aufgabe"), max_length=20, choices=MandateRole)
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.PROTECT,
        related_name="mandates",
        null=True,
        blank=True,
        verbose_name=_("Kommune"),
    )
    state = models.ForeignKey(
        "municipalities.State",
        to_field="code",
        on_delete=models.PROTECT,
        related_name="mandates",
        null=True,
        blank=True,
        verbose_name=_("Land"),
    )
    valid_from = models.DateField(_("gültig ab"), null=True, blank=True)
    valid_until = models.DateField(_("gültig bis"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mandat")
        verbose_name_plural = _("Mandate")
        ordering = ["user", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="mandate_has_its_place",
                condition=Q(role=MandateRole.OFFICER, municipality__isnull=False, state__isnull=True)
                | Q(role=MandateRole.REVIEWER, municipality__isnull=True, state__isnull=False)
                | Q(role=MandateRole.STEWARD, municipality__isnull=True, state__isnull=True),
                violation_error_message=_(
                    "Sachbearbeitung braucht eine Kommune, Prüfung ein Land, Redaktion keines von beiden."
                ),
            ),
            models.CheckConstraint(
                name="mandate_not_inverted",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                violation_error_message=_("Das Mandat endet vor seinem Beginn."),
            ),
        ]

    def __str__(self) -> str:
        place = self.municipality or self.state
        return f"{self.get_role_display()}: {place}" if place else self.get_role_display()
