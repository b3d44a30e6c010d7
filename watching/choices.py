"""Closed lists of words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a mail tells what is new."""

    DAILY = "daily", _("täglich, wenn sich etwas geändert hat")
    WEEKLY = "weekly", _("wöchentlich, wenn sich etwas geändert hat")
    NEVER = "never", _("nur merken, keine E-Mail")


#: Those that send mails: all that somebody without log-in can choose.
WITH_MAIL = (Frequency.DAILY, Frequency.WEEKLY)
