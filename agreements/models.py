"""Cooperations: who takes part since when and how far, under which agreements, with which events and money."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.choices import (
    COUNTED_DEGREES,
    AgreementStatus,
    Answer,
    CooperationKind,
    CooperationStatus,
    Degree,
    EventKind,
    LegalForm,
    Origin,
    RecordState,
    Role,
)
from agreements.querysets import (
    AgreementQuerySet,
    AwardQuerySet,
    CooperationQuerySet,
    EventQuerySet,
    ParticipationQuerySet,
    ParticipationStepQuerySet,
    StatusStepQuerySet,
)
from coopportal.common.dates import DATED, Precision, UncertainDate
from coopportal.common.models import Keyed, Timestamped
from funding.choices import Rung
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
        return self.name_de


class Cooperation(Citable, Timestamped):
    """An undertaking of several bodies, such as the Leitstellenverbund Ostthüringen.

    ``legal_form`` is the form of the undertaking itself (a Verein, a Zweckverband); forms of legal acts stand at its
    agreements. ``status`` is the present one, its history stands in ``status_steps``.
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
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = CooperationQuerySet.as_manager()

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
        constraints = [
            models.CheckConstraint(
                name="cooperation_not_inverted",
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(started_on__lte=F("ended_on")),
                violation_error_message=_("Die Kooperation endet vor ihrem Beginn."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:cooperation", args=[self.slug])

    @property
    def started(self) -> UncertainDate:
        return UncertainDate(self.started_on, self.started_precision, self.started_wording)

    @property
    def ended(self) -> UncertainDate:
        return UncertainDate(self.ended_on, self.ended_precision, self.ended_wording)

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

    has_private_rows = True
    citable_fields = {"status": (_("Stand"), Cardinality.MULTI)}

    class Meta:
        verbose_name = _("Stand der Kooperation")
        verbose_name_plural = _("Stände der Kooperation")
        ordering = ["cooperation", F("effective_on").asc(nulls_first=True), "pk"]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return self.cooperation.get_absolute_url()


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

    has_private_rows = True
    citable_fields = {"degree": (_("Beteiligung"), Cardinality.MULTI)}

    class Meta:
        verbose_name = _("Schritt der Beteiligung")
        verbose_name_plural = _("Schritte der Beteiligung")
        ordering = ["participation", F("effective_on").asc(nulls_first=True), "rank", "pk"]
        indexes = [models.Index(fields=["participation", "effective_on", "rank"], name="step_latest")]

    def __str__(self) -> str:
        return f"{self.participation}: {self.get_degree_display()}"

    def get_absolute_url(self) -> str:
        return self.participation.get_absolute_url()


class Agreement(Citable, Keyed, Timestamped):
    """A legal act of a cooperation: a Zweckvereinbarung, a Kooperationsvereinbarung, …

    ``ends_on`` is the last day on which it holds. ``term_months``, ``renewal_months`` and ``notice_months`` count
    whole months. ``attested_on`` is the day from which it is known.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="agreements", verbose_name=_("Kooperation")
    )
    title = models.CharField(_("Titel"), max_length=200)
    summary = models.TextField(_("Inhalt"), blank=True)
    legal_form = models.CharField(_("Rechtsform"), max_length=40, choices=LegalForm, blank=True)
    status = models.CharField(_("Stand"), max_length=20, choices=AgreementStatus, default=AgreementStatus.UNKNOWN)
    parties = models.ManyToManyField(Participation, related_name="agreements", blank=True, verbose_name=_("Beteiligte"))
    attested_on = models.DateField(_("belegt am"), null=True, blank=True)
    signed_on = models.DateField(_("unterzeichnet am"), null=True, blank=True)
    signed_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    signed_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    effective_on = models.DateField(_("wirksam ab"), null=True, blank=True)
    effective_precision = models.CharField(
        _("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN
    )
    effective_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    ends_on = models.DateField(_("letzter Tag"), null=True, blank=True)
    ends_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    ends_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    term_months = models.PositiveSmallIntegerField(_("Laufzeit in Monaten"), null=True, blank=True)
    renewal_months = models.PositiveSmallIntegerField(_("Verlängerung um Monate"), null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField(_("Kündigungsfrist in Monaten"), null=True, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = AgreementQuerySet.as_manager()

    has_private_rows = True
    citable_fields = {
        "title": (_("Titel"), Cardinality.MULTI),
        "legal_form": (_("Rechtsform"), Cardinality.SINGLE),
        "status": (_("Stand"), Cardinality.SINGLE),
        "parties": (_("Beteiligte"), Cardinality.MULTI),
        "signed_on": (_("unterzeichnet am"), Cardinality.SINGLE),
        "goal": (_("Ziel"), Cardinality.MULTI),
        "task_fields": (_("Handlungsfeld"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Vereinbarung")
        verbose_name_plural = _("Vereinbarungen")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_not_inverted",
                condition=Q(effective_on__isnull=True) | Q(ends_on__isnull=True) | Q(effective_on__lte=F("ends_on")),
                violation_error_message=_("Die Vereinbarung endet, bevor sie wirksam wird."),
            ),
            models.CheckConstraint(
                name="agreement_notice_within_renewal",
                condition=Q(term_months__isnull=True) | Q(term_months__gt=0),
                violation_error_message=_("Eine Laufzeit hat mindestens einen Monat."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement", args=[self.pk])

    @property
    def signed(self) -> UncertainDate:
        return UncertainDate(self.signed_on, self.signed_precision, self.signed_wording)

    @property
    def effective(self) -> UncertainDate:
        return UncertainDate(self.effective_on, self.effective_precision, self.effective_wording)

    @property
    def ends(self) -> UncertainDate:
        return UncertainDate(self.ends_on, self.ends_precision, self.ends_wording)


class Event(Citable, Keyed, Timestamped):
    """Something that happened: a meeting, signing, visit, founding or accession; ``until`` is its last day."""

    kind = models.CharField(_("Art"), max_length=20, choices=EventKind)
    title = models.CharField(_("Titel"), max_length=200)
    summary = models.TextField(_("Inhalt"), blank=True)
    place = models.CharField(_("Ort"), max_length=200, blank=True)
    on = models.DateField(_("Tag"), null=True, blank=True)
    on_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.DAY)
    on_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    until = models.DateField(_("letzter Tag"), null=True, blank=True)
    cooperations = models.ManyToManyField(
        Cooperation, related_name="events", blank=True, verbose_name=_("Kooperationen")
    )
    municipalities = models.ManyToManyField(
        "municipalities.Municipality", related_name="events", blank=True, verbose_name=_("Kommunen")
    )
    organisations = models.ManyToManyField(
        "municipalities.Organisation", related_name="events", blank=True, verbose_name=_("Stellen")
    )
    programmes = models.ManyToManyField(
        "funding.Programme", related_name="events", blank=True, verbose_name=_("Förderprogramme")
    )
    agreements = models.ManyToManyField(Agreement, related_name="events", blank=True, verbose_name=_("Vereinbarungen"))
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = EventQuerySet.as_manager()

    has_private_rows = True
    citable_fields = {
        "kind": (_("Art"), Cardinality.SINGLE),
        "on": (_("Tag"), Cardinality.SINGLE),
        "place": (_("Ort"), Cardinality.MULTI),
        "host": (_("Gastgeber"), Cardinality.MULTI),
        "guest": (_("Gast"), Cardinality.MULTI),
        "agenda": (_("Gegenstand"), Cardinality.MULTI),
        "participants": (_("Teilnehmende"), Cardinality.MULTI),
        "result": (_("Ergebnis"), Cardinality.MULTI),
        "assessment": (_("Bewertung"), Cardinality.MULTI),
        "series": (_("Reihe"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Ereignis")
        verbose_name_plural = _("Ereignisse")
        ordering = [F("on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="event_not_inverted",
                condition=Q(on__isnull=True) | Q(until__isnull=True) | Q(on__lte=F("until")),
                violation_error_message=_("Das Ereignis endet vor seinem Beginn."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """On the page of its first published cooperation; empty where there is none."""
        public = [c for c in self.cooperations.all() if c.record_state == RecordState.PUBLISHED]
        return f"{public[0].get_absolute_url()}#e{self.pk}" if public else ""

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)


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
    on = models.DateField(_("Stand"), null=True, blank=True)
    on_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    on_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    is_inferred = models.BooleanField(_("nur erschlossen"), default=False)

    objects = AwardQuerySet.as_manager()

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
