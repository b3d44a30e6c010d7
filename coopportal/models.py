"""What the roof itself remembers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedEntry(models.Model):
    """What ``load_fixtures`` last wrote for one entry of a fixture file.

    An object whose present values differ from ``values`` was changed since, by a person or an import: it is left alone.
    An object that is gone was deleted: it is not made again.
    """

    kind = models.CharField(_("Art"), max_length=30)
    key = models.CharField(_("Schlüssel"), max_length=400)
    object_pk = models.CharField(_("Gegenstand"), max_length=40)
    values = models.JSONField(_("geladene Werte"), default=dict)

    class Meta:
        verbose_name = _("geladener Eintrag")
        verbose_name_plural = _("geladene Einträge")
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(name="loaded_entry_once", fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
