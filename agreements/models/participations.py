"""Who takes part in a cooperation, in which role, and how far since when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agreements.choices import COUNTED_DEGREES, Answer, Degree, Role
from agreements.models.cooperations import Cooperation, DatedStep
from agreements.querysets import ParticipationQuerySet, ParticipationStepQuerySet
from coopportal.common.models import Timestamped
from sources.choices import Cardinality
from sources.models import Citable


class Participation(Citable, Timestamped):
    """A body's place in a cooperation, with its role; the steps are its history."""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="participations", verbose_name=_("Kooperation")
    )
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("Kommune"),
    )
    organisation = models.ForeignKey(
        "municipalities.Organisation",
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("Stelle"),
    )
    role = models.CharField(_("Rolle"), max_length=20, choices=Role, default=Role.PARTNER)
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)

    objects = ParticipationQuerySet.as_manager()
    history = HistoricalRecords()

    has_private_rows = True
    citable_fields = {
        "position": (_("Stellung zum Verbund"), Cardinality.SINGLE),
        "role": (_("Rolle"), Cardinality.MULTI),
        "label": (_("genannt als"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Beteiligung")
        verbose_name_plural = _("Beteiligungen")
        ordering = ["cooperation", "pk"]
        # From the bodies of a Land or a district to their cooperations, without reading the rows.
        indexes = [
            models.Index(fields=["municipality", "cooperation"], name="participation_of_municipality"),
            models.Index(
                fields=["organisation", "cooperation"],
                name="participation_of_organisation",
                condition=Q(organisation__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="participation_of_one_body",
                condition=Q(municipality__isnull=False, organisation__isnull=True)
                | Q(municipality__isnull=True, organisation__isnull=False),
                violation_error_message=_("Beteiligt ist entweder eine Kommune oder eine Stelle."),
            ),
            models.UniqueConstraint(
                name="participation_municipality_once",
                fields=["cooperation", "municipality"],
                condition=Q(municipality__isnull=False),
                violation_error_message=_("Diese Kommune ist schon als beteiligt eingetragen."),
            ),
            models.UniqueConstraint(
                name="participation_organisation_once",
                fields=["cooperation", "organisation"],
                condition=Q(organisation__isnull=False),
                violation_error_message=_("Diese Stelle ist schon als beteiligt eingetragen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} – {self.cooperation}"

    def get_absolute_url(self) -> str:
        return f"{self.cooperation.get_absolute_url()}#b{self.pk}"

    @property
    def body(self) -> Any:
        """The municipality or organisation that takes part."""
        return self.municipality or self.organisation

    @property
    def called(self) -> str:
        """The body's name on the day asked for (``Municipality.objects.tell_of``), else its present or last one."""
        return str(self.municipality.on_day.label if self.municipality else self.organisation)

    @property
    def own_answer(self) -> Answer:
        """What the body says of its own participation; open where it was not asked. Fetch ``confirmation`` with it."""
        confirmation = getattr(self, "confirmation", None)
        return Answer(confirmation.answer) if confirmation else Answer.OPEN

    @property
    def counts(self) -> bool:
        """Does it take part on the day asked for? Needs ``with_degree_on``."""
        return self.day_degree in COUNTED_DEGREES  # type: ignore[attr-defined]


class ParticipationStep(Citable, DatedStep):
    """A degree of belonging, from when, and by which act (event or agreement)."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="steps", verbose_name=_("Beteiligung")
    )
    degree = models.CharField(_("Grad"), max_length=20, choices=Degree)
    rank = models.GeneratedField(
        expression=Case(
            *[When(degree=degree, then=Value(i)) for i, degree in enumerate(Degree.values)], default=Value(0)
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    event = models.ForeignKey(
        "Event",
        on_delete=models.PROTECT,
        related_name="steps",
        null=True,
        blank=True,
        verbose_name=_("durch Ereignis"),
    )
    agreement = models.ForeignKey(
        "Agreement",
        on_delete=models.PROTECT,
        related_name="steps",
        null=True,
        blank=True,
        verbose_name=_("durch Vereinbarung"),
    )
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)

    objects = ParticipationStepQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["effective_on", "rank"])

    has_private_rows = True
    citable_fields = {"degree": (_("Beteiligung"), Cardinality.MULTI)}

    class Meta:
        verbose_name = _("Schritt der Beteiligung")
        verbose_name_plural = _("Schritte der Beteiligung")
        ordering = ["participation", F("effective_on").asc(nulls_first=True), "rank", "pk"]
        indexes = [
            models.Index(fields=["participation", "effective_on", "rank"], name="step_latest"),
            # What happened between two days, without reading the rows.
            models.Index(
                fields=["effective_on", "participation", "degree", "on_precision", "on", "on_wording"],
                name="step_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation}: {self.get_degree_display()}"

    def get_absolute_url(self) -> str:
        return self.participation.get_absolute_url()
