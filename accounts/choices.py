"""Closed lists of words about people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MandateRole(TextChoices):
    OFFICER = "officer", _("Sachbearbeitung einer Kommune")
    REVIEWER = "reviewer", _("Prüfung für ein Land")
    STEWARD = "steward", _("Redaktion")
