"""Titles stand by themselves in the search text (see ``coopportal.common.search.titled``)."""

from django.db import migrations

from coopportal.common.titles import setting_off


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0004_succession_decided")]
    operations = [
        setting_off("municipalities", "Organisation", "name", "short_name"),
    ]
