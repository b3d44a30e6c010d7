"""People who log in, the mandates that let them act, invitations to both, and where people are logged in."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.choices import INVITED_CHOICES, MandateRole
from accounts.querysets import InvitationQuerySet, LoginSessionQuerySet, MandateQuerySet, PersonManager
from coopportal.common.models import Timestamped


class User(AbstractUser):
    """A person with a log-in. What he or she may do follows from mandates, not from the account."""

    email = models.EmailField(_("E-Mail-Adresse"), blank=True)

    objects = PersonManager()  # type: ignore[misc]

    class Meta(AbstractUser.Meta):
        verbose_name = _("Person")  # type: ignore[assignment]
        verbose_name_plural = _("Personen")  # type: ignore[assignment]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_is_of_one_person",
                violation_error_message=_("Diese E-Mail-Adresse gehört schon zu einem anderen Konto."),
            )
        ]

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
        return task_of(self)


class Invitation(Timestamped):
    """To become somebody who acts for a municipality or a Land; sent by e-mail, good once and for seven days.

    The link in the mail holds a random token; the row holds its digest, so that the table opens no door.
    """

    email = models.EmailField(_("E-Mail-Adresse"))
    role = models.CharField(_("Aufgabe"), max_length=20, choices=INVITED_CHOICES)
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.CASCADE,
        related_name="invitations",
        null=True,
        blank=True,
        verbose_name=_("Kommune"),
    )
    state = models.ForeignKey(
        "municipalities.State",
        to_field="code",
        on_delete=models.CASCADE,
        related_name="invitations",
        null=True,
        blank=True,
        verbose_name=_("Land"),
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="invitations_sent", verbose_name=_("eingeladen von")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("gültig bis"))
    withdrawn_at = models.DateTimeField(_("zurückgezogen am"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("angenommen am"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        related_name="invitations_accepted",
        null=True,
        blank=True,
        verbose_name=_("angenommen von"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Einladung")
        verbose_name_plural = _("Einladungen")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["email"])]
        constraints = [
            models.CheckConstraint(
                name="invitation_has_its_place",
                condition=Q(role=MandateRole.OFFICER, municipality__isnull=False, state__isnull=True)
                | Q(role=MandateRole.REVIEWER, municipality__isnull=True, state__isnull=False),
                violation_error_message=_("Sachbearbeitung braucht eine Kommune, Prüfung ein Land."),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                violation_error_message=_("Eine angenommene Einladung lässt sich nicht zurückziehen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {task_of(self)}"

    @property
    def task(self) -> str:
        """What the mandate will be, as people say it."""
        return task_of(self)

    def is_open(self, now: dt.datetime) -> bool:
        """Neither accepted nor withdrawn, and not too old at ``now``."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


class LoginSession(models.Model):
    """Where a person is logged in: the row beside Django's session that people can read and end.

    ``browser`` says in a few words what the browser says of itself; no address of the network is kept.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_sessions", verbose_name=_("Person"))
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    browser = models.CharField(_("Browser"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("angemeldet am"))
    last_seen_at = models.DateTimeField(_("zuletzt aktiv am"))

    objects = LoginSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sitzung")
        verbose_name_plural = _("Sitzungen")
        ordering = ["-last_seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}, {self.browser}"


class TokenNote(models.Model):
    """What knox's token does not say: what it is for, and when a program last used it (to the hour)."""

    token = models.OneToOneField(
        "knox.AuthToken", on_delete=models.CASCADE, related_name="note", verbose_name=_("Zugangsschlüssel")
    )
    name = models.CharField(_("Wofür"), max_length=60, blank=True)
    last_used_at = models.DateTimeField(_("zuletzt benutzt am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Vermerk zu einem Zugangsschlüssel")
        verbose_name_plural = _("Vermerke zu Zugangsschlüsseln")

    def __str__(self) -> str:
        return self.name


def task_of(row: Mandate | Invitation) -> str:
    """The role and whom it is for: "Prüfung für ein Land: Thüringen"."""
    place = row.municipality or row.state
    return f"{row.get_role_display()}: {place}" if place else row.get_role_display()
