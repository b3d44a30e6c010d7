"""Cooperations, their task fields and the history of their status."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agreements.choices import (
    UNAFFIRMED_AFTER_DAYS,
    CooperationKind,
    CooperationStatus,
    LegalForm,
    Origin,
    RecordState,
)
from agreements.querysets import CooperationQuerySet, StatusStepQuerySet
from coopportal.common.addresses import address
from coopportal.common.dates import DATED, Precision, UncertainDate
from coopportal.common.models import Timestamped
from sources.choices import Cardinality
from sources.models import Citable


class TaskField(models.Model):
    """A municipal task in a vocabulary of two levels: ``04`` and ``04.01``; codes are never re-used."""

    code = models.CharField(_("Kennung"), max_length=5, primary_key=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("Obergruppe")
    )
    name_de = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("englischer Name"), max_length=120)
    product_group = models.CharField(_("Produktgruppe"), max_length=30, blank=True)
    cofog = models.CharField(_("COFOG"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("Aufgabenfeld")
        verbose_name_plural = _("Aufgabenfelder")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="task_field_two_levels",
                condition=Q(code__regex=r"^[0-9]{2}$", parent__isnull=True)
                | Q(code__regex=r"^[0-9]{2}\.[0-9]{2}$", parent__isnull=False),
                violation_error_message=_("Aufgabenfelder haben zwei Ebenen: 04 und 04.01."),
            )
        ]

    def __str__(self) -> str:
        return str(getattr(self, self.name_column()))

    @staticmethod
    def name_column() -> str:
        """The column of the name in the language of the page."""
        return "name_en" if get_language() == "en" else "name_de"


def _person(label: Any, related_name: str) -> Any:
    """Who did it; forgotten with the account."""
    return models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name=related_name,
        null=True,
        blank=True,
        editable=False,
        verbose_name=label,
    )


class Cooperation(Citable, Timestamped):
    """An undertaking of several bodies, such as the Leitstellenverbund Ostthüringen.

    ``legal_form`` is the form of the undertaking itself (a Verein, a Zweckverband); forms of legal acts stand at its
    agreements. ``status`` is the present one, its history stands in ``status_steps``.

    The ``keeper`` is the municipality that registered the record or took it over. ``version`` counts what was written:
    whoever writes says which version he read. The slug of a record never published is only a placeholder.
    """

    slug = models.SlugField(_("Kurzname"), max_length=120, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Kurzform"), max_length=60, blank=True)
    summary = models.TextField(_("Kurzbeschreibung"), blank=True)
    kind = models.CharField(_("Art"), max_length=30, choices=CooperationKind)
    status = models.CharField(_("Stand"), max_length=20, choices=CooperationStatus, default=CooperationStatus.UNKNOWN)
    legal_form = models.CharField(_("Rechtsform"), max_length=40, choices=LegalForm, blank=True)
    region = models.CharField(_("Raum"), max_length=120, blank=True)
    task_fields = models.ManyToManyField(
        TaskField, related_name="cooperations", blank=True, verbose_name=_("Aufgabenfelder")
    )
    started_on = models.DateField(_("Beginn"), null=True, blank=True)
    started_precision = models.CharField(
        _("Genauigkeit des Beginns"), max_length=12, choices=Precision, default=Precision.UNKNOWN
    )
    started_wording = models.CharField(_("Beginn im Wortlaut der Quelle"), max_length=120, blank=True)
    ended_on = models.DateField(_("letzter Tag"), null=True, blank=True)
    ended_precision = models.CharField(
        _("Genauigkeit des Endes"), max_length=12, choices=Precision, default=Precision.UNKNOWN
    )
    ended_wording = models.CharField(_("Ende im Wortlaut der Quelle"), max_length=120, blank=True)
    record_state = models.CharField(
        _("Stand des Eintrags"), max_length=20, choices=RecordState, default=RecordState.DRAFT, db_index=True
    )
    origin = models.CharField(_("Herkunft"), max_length=20, choices=Origin, default=Origin.REGISTRATION)
    basis = models.TextField(_("Grundlage der Angaben"), blank=True, max_length=2000)
    keeper = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.PROTECT,
        related_name="kept_cooperations",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("registrierende Kommune"),
    )
    registered_by = _person(_("registriert von"), "registered_cooperations")
    taken_over_by = _person(_("übernommen von"), "cooperations_taken_over")
    taken_over_on = models.DateField(_("übernommen am"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("eingereicht am"), null=True, blank=True, editable=False)
    published_on = models.DateField(_("veröffentlicht am"), null=True, blank=True, editable=False)
    affirmed_by = _person(_("als zutreffend bestätigt von"), "cooperations_affirmed")
    affirmed_on = models.DateField(_("als zutreffend bestätigt am"), null=True, blank=True, editable=False)
    reminded_on = models.DateField(_("erinnert am"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("zusammengeführt mit"),
    )
    version = models.PositiveIntegerField(_("Fassung"), default=1, editable=False)
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = CooperationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["sort_key", "search_text"], m2m_fields=[task_fields])

    key_field = "slug"
    has_private_rows = True
    citable_fields = {
        "name": (_("Name"), Cardinality.MULTI),
        "status": (_("Stand"), Cardinality.SINGLE),
        "nature": (_("Wesen"), Cardinality.SINGLE),
        "legal_form": (_("Rechtsform"), Cardinality.SINGLE),
        "started_on": (_("Beginn"), Cardinality.SINGLE),
        "since": (_("seit wann"), Cardinality.SINGLE),
        "partners": (_("Kreis der Partner"), Cardinality.SINGLE),
        "openness": (_("Offenheit für weitere"), Cardinality.MULTI),
        "region": (_("Raum"), Cardinality.SINGLE),
        "site": (_("Standort"), Cardinality.MULTI),
        "operating_model": (_("Betriebsmodell"), Cardinality.SINGLE),
        "task_fields": (_("Aufgabenfeld"), Cardinality.MULTI),
        "goal": (_("Ziel"), Cardinality.MULTI),
        "challenge": (_("Herausforderung"), Cardinality.MULTI),
        "benefit": (_("Nutzen"), Cardinality.MULTI),
        "demand": (_("gefordert von"), Cardinality.MULTI),
        "organ": (_("Organ"), Cardinality.MULTI),
        "motto": (_("Motto"), Cardinality.SINGLE),
        "partner_kind": (_("Art der Beteiligten"), Cardinality.MULTI),
        "relation": (_("Beziehung"), Cardinality.MULTI),
        "success_factor": (_("Erfolgsbedingung"), Cardinality.MULTI),
        "assessment": (_("Bewertung"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Kooperation")
        verbose_name_plural = _("Kooperationen")
        ordering = ["sort_key", "pk"]
        indexes = [
            # A page of what everybody may read, in the usual order, without sorting all of it.
            models.Index(fields=["record_state", "sort_key", "id"], name="cooperation_in_order"),
            # When the next confirmation of each record is due, without reading the records.
            models.Index(
                fields=["record_state", "affirmed_on", "published_on", "created_at", "keeper"],
                name="cooperation_by_affirmation",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="cooperation_not_inverted",
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(started_on__lte=F("ended_on")),
                violation_error_message=_("Die Kooperation endet vor ihrem Beginn."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("agreements:cooperation", self.slug)

    @property
    def started(self) -> UncertainDate:
        return UncertainDate(self.started_on, self.started_precision, self.started_wording)

    @property
    def ended(self) -> UncertainDate:
        return UncertainDate(self.ended_on, self.ended_precision, self.ended_wording)

    @property
    def stood_up_for_on(self) -> dt.date:
        """The day on which somebody last stood up for the record, as the word ``with_last_affirmed`` has it."""
        return self.affirmed_on or self.published_on or timezone.localdate(self.created_at)

    def is_unaffirmed_on(self, day: dt.date) -> bool:
        """Has nobody stood up for the published record in eighteen months (as the word ``unaffirmed``)?"""
        too_old = self.stood_up_for_on < day - dt.timedelta(days=UNAFFIRMED_AFTER_DAYS)
        return self.record_state == RecordState.PUBLISHED and too_old

    @property
    def legal_forms(self) -> list[str]:
        """The codes of its own form and of its agreements, each once, sorted; expects agreements prefetched."""
        forms = {self.legal_form, *(agreement.legal_form for agreement in self.agreements.all())}
        return sorted(form for form in forms if form)


def _effective_on() -> Case:
    """The day that decides: the day stated, where it is known well enough, else the day it was attested."""
    return Case(When(on__isnull=False, on_precision__in=[*DATED], then=F("on")), default=F("attested_on"))


class DatedStep(Timestamped):
    """A step in a history: ``on`` is the day stated (if any), ``attested_on`` the day of the statement or document."""

    on = models.DateField(_("seit"), null=True, blank=True)
    on_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    on_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    attested_on = models.DateField(_("belegt am"), null=True, blank=True)
    effective_on = models.GeneratedField(
        expression=_effective_on(), output_field=models.DateField(null=True), db_persist=True
    )

    class Meta:
        abstract = True

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)


class StatusStep(Citable, DatedStep):
    """From when a cooperation was planned, being set up, active, …"""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="status_steps", verbose_name=_("Kooperation")
    )
    status = models.CharField(_("Stand"), max_length=20, choices=CooperationStatus)
    rank = models.GeneratedField(
        expression=Case(
            *[When(status=status, then=Value(i)) for i, status in enumerate(CooperationStatus.values)],
            default=Value(0),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    objects = StatusStepQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["effective_on", "rank"])

    has_private_rows = True
    citable_fields = {"status": (_("Stand"), Cardinality.MULTI)}

    class Meta:
        verbose_name = _("Stand der Kooperation")
        verbose_name_plural = _("Stände der Kooperation")
        ordering = ["cooperation", F("effective_on").asc(nulls_first=True), "pk"]
        indexes = [models.Index(fields=["effective_on", "cooperation"], name="status_by_day")]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return self.cooperation.get_absolute_url()
