"""Legal acts and events of cooperations."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agreements.choices import AgreementStatus, EventKind, LegalForm, RecordState
from agreements.models.cooperations import Cooperation
from agreements.models.participations import Participation
from agreements.querysets import AgreementQuerySet, EventQuerySet
from agreements.terms import Term, Terms
from coopportal.common.addresses import address
from coopportal.common.dates import Precision, UncertainDate
from coopportal.common.models import Keyed, Timestamped
from sources.choices import Cardinality
from sources.models import Citable


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
    history = HistoricalRecords(excluded_fields=["sort_key", "search_text"], m2m_fields=[parties])

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
        # What happened between two days, without reading the rows.
        indexes = [
            models.Index(fields=[f"{name}_on", f"{name}_precision", "cooperation"], name=f"agreement_by_{name}")
            for name in ("signed", "effective", "ends")
        ]
        constraints = [
            models.CheckConstraint(
                name="agreement_not_inverted",
                condition=Q(effective_on__isnull=True) | Q(ends_on__isnull=True) | Q(effective_on__lte=F("ends_on")),
                violation_error_message=_("Die Vereinbarung endet, bevor sie wirksam wird."),
            ),
            models.CheckConstraint(
                name="agreement_term_is_positive",
                condition=Q(term_months__isnull=True) | Q(term_months__gt=0),
                violation_error_message=_("Eine Laufzeit hat mindestens einen Monat."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("agreements:agreement", self.pk)

    @property
    def terms(self) -> Terms:
        """How long it runs, as far as known to the day; of a day known less exactly nothing is reckoned."""
        stated = self.ends_on if self.ends_precision == Precision.DAY else None
        if self.status in AgreementStatus.without_terms() or (self.ends_on and not stated):
            return Terms()
        return Terms(
            first_day=self.effective_on if self.effective_precision == Precision.DAY else None,
            last_day=stated,
            term_months=self.term_months,
            renewal_months=None if self.status == AgreementStatus.TERMINATING else self.renewal_months,
            notice_months=self.notice_months,
        )

    def current_term(self, day: dt.date) -> Term | None:
        """The term running on ``day``, under tacit renewal the present one; None where its days are not known."""
        return self.terms.current(day)

    def notice_by(self, day: dt.date) -> dt.date | None:
        """The last day for a notice to the end of the term running on ``day``; it may have passed."""
        term = self.current_term(day)
        return self.terms.notice_for(term) if term else None

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
    history = HistoricalRecords(
        excluded_fields=["search_text"], m2m_fields=[cooperations, municipalities, organisations, agreements]
    )

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
        indexes = [models.Index(fields=["on", "on_precision"], name="event_by_day")]
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
        """On the page of its first published cooperation; in the list of events where it belongs to none.

        Empty where all it belongs to is unpublished.
        """
        rows = list(self.cooperations.all())
        public = [c for c in rows if c.record_state == RecordState.PUBLISHED]
        place = public[0].get_absolute_url() if public else ""
        if not rows:
            place = f"{reverse('agreements:events')}?{urlencode(self._found_by)}"
        return f"{place}#e{self.pk}" if place else ""

    @property
    def _found_by(self) -> dict[str, str]:
        """A question to the list that few other events answer: the day, else the words of the title."""
        if self.on:
            return {"von": self.on.isoformat(), "bis": self.on.isoformat(), "anzahl": "100"}
        return {"q": " ".join(re.findall(r"\w+", self.title)), "anzahl": "100"}

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)
