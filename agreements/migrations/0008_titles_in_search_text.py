"""Titles stand by themselves in the search text (see ``coopportal.common.search.titled``)."""

from django.db import migrations

from coopportal.common.titles import setting_off


class Migration(migrations.Migration):
    dependencies = [("agreements", "0007_unfinished")]
    operations = [
        setting_off("agreements", "Cooperation", "name", "short_name"),
        setting_off("agreements", "Agreement", "title"),
        setting_off("agreements", "Event", "title"),
    ]
