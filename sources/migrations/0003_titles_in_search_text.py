"""Titles stand by themselves in the search text (see ``coopportal.common.search.titled``)."""

from django.db import migrations

from coopportal.common.titles import setting_off


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_citation_search_text")]
    operations = [
        setting_off("sources", "SourceDocument", "title"),
    ]
