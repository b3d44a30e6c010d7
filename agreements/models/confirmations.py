"""What participants say of their own participation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agreements.choices import Answer
from agreements.models.participations import Participation
from coopportal.common.models import Timestamped


class Confirmation(Timestamped):
    """A participant's yes or no to its own participation; silence is not consent. A refusal needs a reason.

    The row is there from the day the participant is asked (``requested_at``); until then, and while ``answer`` is
    empty, the participation is open.
    """

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="confirmation", verbose_name=_("Beteiligung")
    )
    requested_at = models.DateTimeField(_("erbeten am"), null=True, blank=True)
    answer = models.CharField(_("Antwort"), max_length=20, choices=Answer, blank=True, default=Answer.OPEN)
    reason = models.TextField(_("Grund"), blank=True, max_length=2000)
    answered_on = models.DateField(_("geantwortet am"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name="confirmations",
        null=True,
        blank=True,
        verbose_name=_("geantwortet von"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("Bestätigung")
        verbose_name_plural = _("Bestätigungen")
        constraints = [
            models.CheckConstraint(
                name="confirmation_refusal_has_reason",
                condition=~Q(answer=Answer.REFUSED) | ~Q(reason=""),
                violation_error_message=_("Ein Widerspruch braucht einen Grund."),
            ),
            models.CheckConstraint(
                name="confirmation_answer_has_its_day",
                condition=Q(answer=Answer.OPEN, answered_on__isnull=True)
                | (~Q(answer=Answer.OPEN) & Q(answered_on__isnull=False)),
                violation_error_message=_("Eine Antwort hat einen Tag; ohne Antwort bleibt er leer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation}: {self.get_answer_display()}"
