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


class Mark(models.Model):
    """A row of a watched table was written: made by a trigger of the database, whoever wrote, in his transaction.

    ``kind`` is a table (or what ``triggers`` and ``sweeps`` say), ``row_key`` the key of its row, ``*`` for all.
    """

    kind = models.CharField(_("Art"), max_length=63)
    row_key = models.CharField(_("Zeile"), max_length=240)

    class Meta:
        verbose_name = _("Marke")
        verbose_name_plural = _("Marken")

    def __str__(self) -> str:
        return f"{self.kind} {self.row_key}"


class Clock(models.Model):
    """How far marks have been told as changes: one row, locked by whoever tells them.

    ``settled`` counts the marks told so far; with those that wait it is the version of all that can be read.
    """

    settled = models.BigIntegerField(_("erzählte Marken"), default=0)
    position = models.BigIntegerField(_("letzte Stelle"), default=0)
    day = models.DateField(_("Tag, dessen Werte erzählt sind"), null=True, blank=True)
    moved_at = models.DateTimeField(_("zuletzt gestellt"), null=True, blank=True)

    class Meta:
        verbose_name = _("Uhr")
        verbose_name_plural = _("Uhren")

    def __str__(self) -> str:
        return str(self.position)


class Change(models.Model):
    """The last thing that happened to one record of the API, at its place in the order of all changes.

    ``since`` is the place at which it appeared (last). A record that is gone stays as a tombstone, with the key of the
    one that took its place. A place below 0 tells nobody: it notes that a row was written that is in no list
    (``teller.NOTED``).
    """

    resource = models.CharField(_("Liste"), max_length=40)
    key = models.CharField(_("Schlüssel"), max_length=200)
    object_pk = models.CharField(_("Gegenstand"), max_length=40)
    position = models.BigIntegerField(_("Stelle"), unique=True)
    since = models.BigIntegerField(_("erschienen an Stelle"))
    at = models.DateTimeField(_("erzählt am"))
    is_gone = models.BooleanField(_("nicht mehr da"), default=False)
    successor = models.CharField(_("Nachfolger"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Änderung")
        verbose_name_plural = _("Änderungen")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="change_of_one_record", fields=["resource", "key"])]
        indexes = [models.Index(fields=["resource", "object_pk"], name="change_of_object")]

    def __str__(self) -> str:
        return f"{self.position}: {self.resource} {self.key}"
