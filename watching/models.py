"""Saved searches: a question to one list, kept by a person who logs in or by a confirmed address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.models import Timestamped
from watching.choices import WITH_MAIL, Frequency
from watching.news import Place
from watching.querysets import DeliveryQuerySet, SavedSearchQuerySet, WebhookQuerySet


class Told(models.Model):
    """Knows how far it is told (``watching.news.Place``), and the day on which that was."""

    looked_on = models.DateField(_("zuletzt angesehen am"))
    position = models.BigIntegerField(_("erzählt bis Stelle"), default=0)
    members = models.BinaryField(_("erzählte Einträge"), default=bytes)

    class Meta:
        abstract = True

    @property
    def place(self) -> Place:
        """How far it is told."""
        return Place.unpacked(self.position, self.members)

    @place.setter
    def place(self, place: Place) -> None:
        self.position, self.members = place.position, place.packed


class SavedSearch(Timestamped, Told):
    """A question, whose it is, how often its news are sent, and how far they are told.

    ``resource`` and ``query`` are list and filters by the names of the API, ``words`` the filters as people say them,
    in the language of the portal.
    ``position`` and ``members`` say what was told (``watching.news.Place``), ``looked_on`` the day on which.
    ``claimed_at`` is set while somebody sends.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_searches",
        null=True,
        blank=True,
        verbose_name=_("Person"),
    )
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    title = models.CharField(_("Bezeichnung"), max_length=120)
    resource = models.CharField(_("Liste"), max_length=40)
    query = models.TextField(_("Filter"), blank=True, max_length=4000)
    words = models.TextField(_("Auswahl"), blank=True)
    frequency = models.CharField(_("E-Mail"), max_length=10, choices=Frequency)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True, blank=True)
    sender = models.CharField(max_length=32, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("in Arbeit seit"), null=True, blank=True)
    refused_since = models.DateField(_("nicht zustellbar seit"), null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("gespeicherte Suche")
        verbose_name_plural = _("gespeicherte Suchen")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["frequency", "looked_on"], name="search_when"),
            models.Index(fields=["email"], name="search_of_address"),
        ]
        constraints = [
            models.CheckConstraint(
                name="search_is_of_person_or_address",
                condition=Q(owner__isnull=False, email="") | (Q(owner__isnull=True) & ~Q(email="")),
                violation_error_message=_("Eine Suche gehört entweder zu einem Konto oder zu einer E-Mail-Adresse."),
            ),
            models.CheckConstraint(
                name="search_of_address_sends_mail",
                condition=Q(owner__isnull=False) | Q(frequency__in=WITH_MAIL),
                violation_error_message=_("Ohne Anmeldung wird eine Suche nur gemerkt, um Ihnen zu schreiben."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def recipient(self) -> str:
        """Where its news go; empty where the person has no address."""
        return self.owner.email if self.owner else self.email

    @property
    def masked(self) -> str:
        """The recipient as others may see it: the first letter and the domain."""
        name, _at, domain = self.recipient.rpartition("@")
        return f"{name[:1]}…@{domain}" if name else ""


class Webhook(Timestamped, Told):
    """The address of a program that is sent the news of a search as they come, signed with a secret.

    ``secret`` is enciphered. ``failing_since`` is when deliveries began to fail; ``disabled_at`` when it was enough.
    """

    search = models.OneToOneField(
        SavedSearch, on_delete=models.CASCADE, related_name="webhook", verbose_name=_("gespeicherte Suche")
    )
    url = models.CharField(_("Adresse"), max_length=500)
    secret = models.CharField(max_length=300, editable=False)
    failing_since = models.DateTimeField(_("scheitert seit"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("abgeschaltet am"), null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """A message on its way to a webhook: ``key`` stays over all tries, ``next_at`` is empty once it is over."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("Webhook"))
    body = models.TextField(_("Inhalt"))
    is_test = models.BooleanField(_("Probe"), default=False)
    created_at = models.DateTimeField(_("angelegt am"), db_index=True)
    attempts = models.PositiveSmallIntegerField(_("Versuche"), default=0)
    next_at = models.DateTimeField(_("nächster Versuch"), null=True, blank=True, db_index=True)
    delivered_at = models.DateTimeField(_("angekommen am"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("Antwort"), null=True, blank=True)
    error = models.CharField(_("Fehler"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zustellung")
        verbose_name_plural = _("Zustellungen")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """By which the consumer knows it again."""
        return f"msg_{self.key.hex}"
