"""Abstract bases shared by the apps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Timestamped(models.Model):
    """Knows when its row was made and last changed (recording time, not the day in the world)."""

    created_at = models.DateTimeField(_("angelegt am"), auto_now_add=True)
    updated_at = models.DateTimeField(_("geändert am"), auto_now=True, db_index=True)

    class Meta:
        abstract = True


class Keyed(models.Model):
    """A row that fixture files and dumps call by a stable name of its own.

    Rows entered by people have no such name; their id is enough.
    """

    key = models.SlugField(_("Schlüssel"), max_length=120, unique=True, null=True, blank=True, editable=False)

    class Meta:
        abstract = True
