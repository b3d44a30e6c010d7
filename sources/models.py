"""Documents, places in them, and what those places say about what.

Sources know no app: a citation points at its subject through a generic foreign key, and each citable
model declares in ``citable_fields`` which of its fields may carry citations and how many true values
such a field can have at a time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coopportal.common.addresses import address
from coopportal.common.dates import Precision, UncertainDate, format_day
from coopportal.common.models import Keyed, Timestamped
from sources.choices import Cardinality, Confidence, ConflictState, DocumentKind, Modality, SpeakerKind
from sources.querysets import (
    CitationQuerySet,
    ConflictQuerySet,
    PassageQuerySet,
    SourceDocumentQuerySet,
    SpeakerQuerySet,
)

#: Fields of a citable model: name → (label, cardinality).
CitableFields = dict[str, tuple[Any, Cardinality]]


class Citable(models.Model):
    """A model whose values carry sources.

    Subclasses declare ``citable_fields``; their manager answers ``as_subject()`` (rows with all that
    ``subject_label`` needs) and, where ``has_private_rows``, ``public()``.
    """

    citations = GenericRelation("sources.Citation")
    conflicts = GenericRelation("sources.Conflict")

    citable_fields: ClassVar[CitableFields] = {}
    has_private_rows: ClassVar[bool] = False
    #: The column by whose value addresses and the API call a row.
    key_field: ClassVar[str] = "pk"

    class Meta:
        abstract = True

    @classmethod
    def subject_type(cls) -> str:
        """The name by which the API calls this kind of subject: ``cooperation``, ``budget_line``, …"""
        return _snake(cls.__name__)

    @property
    def subject_key(self) -> str:
        """The key by which the API looks this subject up."""
        return str(getattr(self, self.key_field))

    @property
    def subject_label(self) -> str:
        """Its name for people."""
        return str(self)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class SourceDocument(Citable, Timestamped):
    """A text that facts were taken from. The text itself is not here but in ``SourceText``, if attached."""

    slug = models.SlugField(_("Kurzname"), max_length=120, unique=True)
    title = models.CharField(_("Titel"), max_length=300)
    publisher = models.CharField(_("Herausgeber"), max_length=200, blank=True)
    kind = models.CharField(_("Art"), max_length=30, choices=DocumentKind)
    published_on = models.DateField(_("veröffentlicht am"), null=True, blank=True)
    published_precision = models.CharField(_("Genauigkeit"), max_length=12, choices=Precision, default=Precision.DAY)
    published_wording = models.CharField(_("Wortlaut der Quelle"), max_length=120, blank=True)
    language = models.CharField(_("Sprache"), max_length=8, default="de")
    note = models.TextField(_("Anmerkung"), blank=True)
    file_name = models.CharField(_("Dateiname"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    length = models.PositiveIntegerField(
        _("Länge in Zeichen"), default=0, help_text=_("Zahl der Zeichen, nicht der Bytes.")
    )
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = SourceDocumentQuerySet.as_manager()

    key_field = "slug"
    citable_fields = {
        "title": (_("Titel"), Cardinality.SINGLE),
        "kind": (_("Art"), Cardinality.SINGLE),
        "publisher": (_("Herausgeber"), Cardinality.SINGLE),
        "original_publisher": (_("Urheber der Meldung"), Cardinality.SINGLE),
        "published_on": (_("veröffentlicht am"), Cardinality.SINGLE),
        "attribution": (_("beruft sich auf"), Cardinality.MULTI),
        "author": (_("Verfasser"), Cardinality.MULTI),
        "place": (_("Ortsangabe"), Cardinality.MULTI),
        "section": (_("Rubrik"), Cardinality.MULTI),
        "photo_credit": (_("Bildnachweis"), Cardinality.MULTI),
        "reference": (_("Verweis"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Quelle")
        verbose_name_plural = _("Quellen")
        ordering = ["-published_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="source_sha256_form",
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("Die Prüfsumme besteht aus 64 Zeichen 0–9 und a–f."),
            ),
            models.UniqueConstraint(
                name="source_sha256_once",
                fields=["sha256"],
                condition=~Q(sha256=""),
                violation_error_message=_("Diese Datei ist schon als Quelle eingetragen."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("sources:document", self.slug)

    @property
    def published(self) -> UncertainDate:
        return UncertainDate(self.published_on, self.published_precision, self.published_wording)

    @property
    def has_text(self) -> bool:
        return hasattr(self, "text")


class SourceText(models.Model):
    """The whole text of a document, attached by a steward and read by stewards only."""

    document = models.OneToOneField(
        SourceDocument, on_delete=models.CASCADE, related_name="text", verbose_name=_("Quelle")
    )
    content = models.TextField(_("Text"))
    attached_at = models.DateTimeField(_("angehängt am"), auto_now=True)

    class Meta:
        verbose_name = _("Quellentext")
        verbose_name_plural = _("Quellentexte")

    def __str__(self) -> str:
        return str(self.document)


class Passage(models.Model):
    """A place in a document: line (counted from 1) and character range ``[start, end)`` (from 0).

    A passage may span lines; ``line`` is the one it begins in. A passage marked personal is never quoted,
    not inside another one either.
    """

    document = models.ForeignKey(
        SourceDocument, on_delete=models.CASCADE, related_name="passages", verbose_name=_("Quelle")
    )
    line = models.PositiveIntegerField(_("Zeile"))
    start = models.PositiveIntegerField(_("Anfang"))
    end = models.PositiveIntegerField(_("Ende"))
    is_personal = models.BooleanField(_("personenbezogen"), default=False)

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Fundstelle")
        verbose_name_plural = _("Fundstellen")
        ordering = ["document", "start", "end"]
        constraints = [
            models.UniqueConstraint(
                name="passage_once",
                fields=["document", "start", "end"],
                violation_error_message=_("Diese Fundstelle ist schon eingetragen."),
            ),
            models.CheckConstraint(
                name="passage_not_inverted",
                condition=Q(start__lt=F("end")),
                violation_error_message=_("Eine Fundstelle endet nach ihrem Anfang."),
            ),
            models.CheckConstraint(
                name="passage_line_from_one",
                condition=Q(line__gte=1),
                violation_error_message=_("Zeilen werden ab 1 gezählt."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Zeile %(line)d, Zeichen %(start)d–%(end)d") % {
            "line": self.line,
            "start": self.start,
            "end": self.end,
        }

    def get_absolute_url(self) -> str:
        return f"{self.document.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"p{self.start}-{self.end}"

    def clean(self) -> None:
        if self.document_id and self.document.length and self.end > self.document.length:
            raise ValidationError(
                {
                    "end": _("Die Fundstelle endet bei %(end)d, der Text hat nur %(length)d Zeichen.")
                    % {"end": self.end, "length": self.document.length}
                }
            )


class Speaker(Citable, Keyed):
    """Who said it: a person only as holder of an office on a day, or a body.

    ``office`` is given as the document gives it.
    """

    kind = models.CharField(_("Art"), max_length=20, choices=SpeakerKind)
    name = models.CharField(_("Name"), max_length=200)
    office = models.CharField(_("Amt"), max_length=200, blank=True)
    on = models.DateField(_("Stand"), null=True, blank=True)
    document = models.ForeignKey(
        SourceDocument, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("Quelle")
    )

    objects = SpeakerQuerySet.as_manager()

    citable_fields = {
        "office": (_("Amt"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Sprecherin oder Sprecher")
        verbose_name_plural = _("Sprecherinnen und Sprecher")
        ordering = ["document", "name"]
        constraints = [
            models.CheckConstraint(
                name="speaker_person_has_office",
                condition=Q(kind=SpeakerKind.BODY) | ~Q(office=""),
                violation_error_message=_("Personen erscheinen nur als Inhaber eines Amtes."),
            )
        ]

    def __str__(self) -> str:
        if not self.office:
            return self.name
        if self.on is None:
            return f"{self.name} ({self.office})"
        return gettext("%(name)s (%(office)s, Stand %(day)s)") % {
            "name": self.name,
            "office": self.office,
            "day": format_day(self.on),
        }


class Citation(Keyed, Timestamped):
    """Says: "this passage says that about this field of this object."

    ``stated_value`` is what it says in our own words; ``value`` the same normalised, so that two citations
    can be compared. ``stated_on`` is the day of the statement, else the day of the document.
    """

    passage = models.ForeignKey(
        Passage, on_delete=models.PROTECT, related_name="citations", verbose_name=_("Fundstelle")
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("Art des Gegenstands"))
    object_id = models.PositiveBigIntegerField(_("Gegenstand"))
    subject = GenericForeignKey()
    field = models.CharField(_("Feld"), max_length=60)
    stated_value = models.CharField(_("Aussage in unseren Worten"), max_length=400)
    value = models.CharField(_("normalisierter Wert"), max_length=200, blank=True)
    modality = models.CharField(_("Aussageweise"), max_length=20, choices=Modality)
    confidence = models.CharField(_("Sicherheit"), max_length=20, choices=Confidence)
    speakers = models.ManyToManyField(Speaker, related_name="statements", blank=True, verbose_name=_("gesagt von"))
    stated_on = models.DateField(_("gesagt am"), null=True, blank=True)
    note = models.CharField(_("Anmerkung"), max_length=400, blank=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Beleg")
        verbose_name_plural = _("Belege")
        ordering = ["passage__document_id", "passage__start", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "field"], name="citation_subject")]

    def __str__(self) -> str:
        return self.stated_value

    def clean(self) -> None:
        model = self.content_type.model_class() if self.content_type_id else None
        fields = getattr(model, "citable_fields", {})
        if self.field not in fields:
            raise ValidationError(
                {
                    "field": _("„%(field)s“ ist kein belegbares Feld; belegbar sind: %(fields)s.")
                    % {"field": self.field, "fields": ", ".join(fields)}
                }
            )

    @property
    def field_label(self) -> str:
        """The name of the field for people."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()  # remembered, not fetched
        label, _cardinality = getattr(model, "citable_fields", {}).get(self.field, (self.field, None))
        return str(label)

    @property
    def is_inferred(self) -> bool:
        return self.confidence == Confidence.INFERRED


class Conflict(Timestamped):
    """Citations that disagree about one single-valued field of one object.

    Computed by ``sources.workflow.refresh_conflicts``; what a steward says of it (state, explanation) is kept.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("Art des Gegenstands"))
    object_id = models.PositiveBigIntegerField(_("Gegenstand"))
    subject = GenericForeignKey()
    field = models.CharField(_("Feld"), max_length=60)
    state = models.CharField(_("Stand"), max_length=20, choices=ConflictState, default=ConflictState.OPEN)
    explanation = models.TextField(_("Erläuterung"), blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("Widerspruch")
        verbose_name_plural = _("Widersprüche")
        constraints = [
            models.UniqueConstraint(name="conflict_once", fields=["content_type", "object_id", "field"]),
            models.CheckConstraint(
                name="conflict_explained",
                condition=Q(state=ConflictState.OPEN) | ~Q(explanation=""),
                violation_error_message=_("Ein erklärter oder entschiedener Widerspruch braucht eine Erläuterung."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.field_label}"

    def get_absolute_url(self) -> str:
        return f"{address('sources:conflicts')}#w{self.pk}"

    @property
    def field_label(self) -> str:
        """The name of the field for people."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()  # remembered, not fetched
        label, _cardinality = getattr(model, "citable_fields", {}).get(self.field, (self.field, None))
        return str(label)
