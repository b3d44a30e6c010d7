"""All other bodies (Stellen): ministries, authorities, police, associations, councils, media."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.addresses import address
from coopportal.common.models import Timestamped
from municipalities.choices import OrganisationKind
from municipalities.models.bodies import State
from municipalities.querysets import OrganisationQuerySet
from sources.choices import Cardinality
from sources.models import Citable


class Organisation(Citable, Timestamped):
    """Any other body (Stelle): ministry, authority, police, association, council, medium."""

    slug = models.SlugField(_("Kurzname"), max_length=120, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Kurzform"), max_length=60, blank=True)
    kind = models.CharField(_("Art"), max_length=30, choices=OrganisationKind)
    state = models.ForeignKey(
        State,
        to_field="code",
        on_delete=models.PROTECT,
        related_name="organisations",
        null=True,
        blank=True,
        verbose_name=_("Land"),
    )
    address = models.CharField(_("Anschrift"), max_length=200, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    note = models.TextField(_("Anmerkung"), blank=True)
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = OrganisationQuerySet.as_manager()

    key_field = "slug"
    citable_fields = {
        "name": (_("Name"), Cardinality.MULTI),
        "kind": (_("Art"), Cardinality.SINGLE),
        "address": (_("Anschrift"), Cardinality.SINGLE),
        "phone": (_("Telefon"), Cardinality.MULTI),
        "fax": (_("Fax"), Cardinality.MULTI),
        "site": (_("Standort"), Cardinality.MULTI),
    }

    class Meta:
        verbose_name = _("Stelle")
        verbose_name_plural = _("Stellen")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("municipalities:organisation", self.slug)
