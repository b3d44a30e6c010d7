"""Closed lists of words about people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MandateRole(TextChoices):
    OFFICER = "officer", _("Sachbearbeitung einer Kommune")
    REVIEWER = "reviewer", _("Prüfung für ein Land")
    STEWARD = "steward", _("Redaktion")


#: Who decides about others' records logs in with two factors.
WITH_SECOND_FACTOR = (MandateRole.REVIEWER, MandateRole.STEWARD)

#: What people are invited to be.
INVITED = (MandateRole.OFFICER, MandateRole.REVIEWER)
INVITED_CHOICES = [(role.value, role.label) for role in INVITED]
