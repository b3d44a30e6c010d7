"""What participants say of their own participation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.choices import Answer
from agreements.models.participations import Participation
from coopportal.common.models import Timestamped


class Confirmation(Timestamped):
    """A participant's yes or no to its own participation; silence is not consent. A refusal needs a reason."""

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="confirmation", verbose_name=_("Beteiligung")
    )
    answer = models.CharField(_("Antwort"), max_length=20, choices=Answer)
    reason = models.TextField(_("Grund"), blank=True)
    answered_on = models.DateField(_("geantwortet am"))
    answered_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name="confirmations",
        null=True,
        verbose_name=_("geantwortet von"),
    )

    class Meta:
        verbose_name = _("Bestätigung")
        verbose_name_plural = _("Bestätigungen")
        constraints = [
            models.CheckConstraint(
                name="confirmation_refusal_has_reason",
                condition=~Q(answer=Answer.REFUSED) | ~Q(reason=""),
                violation_error_message=_("Ein Widerspruch braucht einen Grund."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation}: {self.get_answer_display()}"
