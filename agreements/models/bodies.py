"""Bodies that a registration names and the register does not know yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.choices import Degree, Role
from agreements.models.cooperations import Cooperation
from coopportal.common.models import Timestamped
from municipalities.choices import OrganisationKind


class ProposedBody(Timestamped):
    """A body (Stelle) that takes part and is not in the register: nobody sees it but the keeper and the reviewers.

    Publishing the record makes it an ``organisation`` with a participation, or takes one that was meant all along.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="proposed_bodies", verbose_name=_("Kooperation")
    )
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Art"), max_length=30, choices=OrganisationKind)
    state = models.ForeignKey(
        "municipalities.State",
        to_field="code",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("Land"),
    )
    role = models.CharField(
        _("Rolle"), max_length=20, choices=[one for one in Role.choices if one[0] != Role.LEAD], default=Role.PARTNER
    )
    degree = models.CharField(_("Stellung"), max_length=20, choices=Degree, default=Degree.PARTY)
    organisation = models.ForeignKey(
        "municipalities.Organisation",
        on_delete=models.PROTECT,
        related_name="proposed_as",
        null=True,
        blank=True,
        verbose_name=_("Stelle im Register"),
    )

    class Meta:
        verbose_name = _("neue Stelle")
        verbose_name_plural = _("neue Stellen")
        ordering = ["cooperation", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposed_body_once",
                fields=["cooperation", "name"],
                violation_error_message=_("Diese Stelle haben Sie schon genannt."),
            )
        ]

    def __str__(self) -> str:
        return self.name
