"""Funding programmes of the Länder: budget lines on the ladder of money, figures with their base, criteria."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.addresses import address
from coopportal.common.dates import Precision, UncertainDate
from coopportal.common.models import Keyed, Timestamped
from funding.choices import CriterionKind, ProgrammeKind, ProgrammeStatus, Qualifier, Rung
from funding.querysets import BudgetLineQuerySet, CriterionQuerySet, FigureQuerySet, ProgrammeQuerySet
from sources.choices import Cardinality
from sources.models import Citable


class Programme(Citable, Timestamped):
    """A funding programme, initiative or reform of a Land; a catalogue entry that lives without any cooperation."""

    slug = models.SlugField(_("Kurzname"), max_length=120, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Kurzform"), max_length=60, blank=True)
    summary = models.TextField(_("Kurzbeschreibung"), blank=True)
    kind = models.CharField(_("Art"), max_length=20, choices=ProgrammeKind)
    status = models.CharField(_("Stand"), max_length=20, choices=ProgrammeStatus, default=ProgrammeStatus.UNKNOWN)
    state = models.ForeignKey(
        "municipalities.State",
        to_field="code",
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("Land"),
    )
    funder = models.ForeignKey(
        "municipalities.Organisation",
        on_delete=models.PROTECT,
        related_name="programmes",
        null=True,
        blank=True,
        verbose_name=_("Fördergeber"),
    )
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = ProgrammeQuerySet.as_manager()

    key_field = "slug"
    citable_fields = {
        "name": (_("Name"), Cardinality.MULTI),
        "kind": (_("Art"), Cardinality.SINGLE),
        "status": (_("Stand"), Cardinality.SINGLE),
        "funder": (_("Fördergeber"), Cardinality.SINGLE),
        "money_rung": (_("Sicherheit des Geldes"), Cardinality.SINGLE),
        "money_expectation": (_("Erwartung an die Förderung"), Cardinality.MULTI),
        "eligibility": (_("wer gefördert wird"), Cardinality.MULTI),
        "scope": (_("Gegenstand"), Cardinality.MULTI),
        "focus": (_("Schwerpunkt"), Cardinality.MULTI),
        "participants": (_("Teilnehmende"), Cardinality.MULTI),
        "advice": (_("Beratung"), Cardinality.MULTI),
        "goal": (_("Ziel"), Cardinality.MULTI),
        "method": (_("Vorgehen"), Cardinality.MULTI),
        "target_group": (_("Zielgruppe"), Cardinality.MULTI),
        "challenge": (_("Herausforderung"), Cardinality.MULTI),
        "success_factor": (_("Erfolgsbedingung"), Cardinality.MULTI),
        "stance": (_("Haltung dazu"), Cardinality.MULTI),
        "relation": (_("Beziehung"), Cardinality.MULTI),
        "expectation": (_("Ausblick"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Förderprogramm")
        verbose_name_plural = _("Förderprogramme")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("funding:programme", self.slug)


class BudgetLine(Citable, Keyed, Timestamped):
    """Money of a programme for a year, on one rung of the ladder; ``amount`` None means unknown, never 0."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="budget_lines", verbose_name=_("Förderprogramm")
    )
    year = models.PositiveSmallIntegerField(_("Haushaltsjahr"), null=True, blank=True)
    amount = models.DecimalField(
        _("Betrag"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leer lassen, wenn der Betrag unbekannt ist."),
    )
    currency = models.CharField(_("Währung"), max_length=3, default="EUR")
    rung = models.CharField(_("Sicherheit"), max_length=20, choices=Rung)
    on = models.DateField(_("Stand"), null=True, blank=True)
    on_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.DAY)
    on_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    purpose = models.CharField(_("Zweck"), max_length=200, blank=True)

    objects = BudgetLineQuerySet.as_manager()

    citable_fields = {
        "amount": (_("Betrag"), Cardinality.SINGLE),
        "rung": (_("Sicherheit"), Cardinality.SINGLE),
        "year": (_("Haushaltsjahr"), Cardinality.SINGLE),
        "purpose": (_("Zweck"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Haushaltsansatz")
        verbose_name_plural = _("Haushaltsansätze")
        ordering = ["programme", "year", "on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="budget_amount_positive",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("Ein unbekannter Betrag bleibt leer; 0 € gibt es nicht."),
            )
        ]

    def __str__(self) -> str:
        year = f" {self.year}" if self.year else ""
        return f"{self.programme}{year}: {self.get_rung_display()}"

    def get_absolute_url(self) -> str:
        return f"{self.programme.get_absolute_url()}#geld"

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)


class Figure(Citable, Keyed, Timestamped):
    """A number that a source gives of a programme or of a Land, with what it counts (``base``) and its day.

    ``part_of`` is set only where the source itself declares this number a part of the other.
    """

    programme = models.ForeignKey(
        Programme,
        on_delete=models.CASCADE,
        related_name="figures",
        null=True,
        blank=True,
        verbose_name=_("Förderprogramm"),
    )
    state = models.ForeignKey(
        "municipalities.State",
        to_field="code",
        on_delete=models.CASCADE,
        related_name="figures",
        null=True,
        blank=True,
        verbose_name=_("Land"),
    )
    indicator = models.CharField(_("was gezählt wird"), max_length=120)
    value = models.DecimalField(_("Wert"), max_digits=16, decimal_places=2)
    qualifier = models.CharField(_("Einschränkung"), max_length=12, choices=Qualifier, default=Qualifier.EXACT)
    unit = models.CharField(_("Einheit"), max_length=60)
    base = models.CharField(
        _("Grundmenge"), max_length=200, blank=True, help_text=_("Leer, wenn die Quelle sie nicht nennt.")
    )
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True, verbose_name=_("Teil von")
    )
    as_of = models.DateField(_("Stand"), null=True, blank=True)
    as_of_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.DAY)
    as_of_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = FigureQuerySet.as_manager()

    citable_fields = {
        "value": (_("Wert"), Cardinality.SINGLE),
        "base": (_("Grundmenge"), Cardinality.SINGLE),
    }

    class Meta:
        verbose_name = _("Kennzahl")
        verbose_name_plural = _("Kennzahlen")
        ordering = ["programme", "state", "pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_of_one_subject",
                condition=Q(programme__isnull=False, state__isnull=True)
                | Q(programme__isnull=True, state__isnull=False),
                violation_error_message=_("Eine Kennzahl gehört zu einem Förderprogramm oder zu einem Land."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value.normalize():f}"

    def get_absolute_url(self) -> str:
        owner = self.programme or self.state
        return f"{owner.get_absolute_url()}#kennzahlen" if owner else ""

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.as_of, self.as_of_precision, self.as_of_wording)


class Criterion(Citable, Keyed, Timestamped):
    """What a programme asks for; ``parameters`` are those of its kind, ``wording`` says it to people."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("Förderprogramm")
    )
    kind = models.CharField(_("Art"), max_length=30, choices=CriterionKind)
    parameters = models.JSONField(_("Angaben"), default=dict, blank=True)
    wording = models.CharField(_("in Worten"), max_length=300)
    is_hard = models.BooleanField(_("zwingend"), default=True)

    objects = CriterionQuerySet.as_manager()

    citable_fields = {"wording": (_("Bedingung"), Cardinality.MULTI)}

    class Meta:
        verbose_name = _("Förderbedingung")
        verbose_name_plural = _("Förderbedingungen")
        ordering = ["programme", "pk"]

    def __str__(self) -> str:
        return self.wording

    def get_absolute_url(self) -> str:
        return f"{self.programme.get_absolute_url()}#bedingungen"
