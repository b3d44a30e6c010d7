"""Titles stand by themselves in the search text, and the conditions of a programme are found too."""

from typing import Any

from django.db import migrations

from coopportal.common.search import fold_all
from coopportal.common.titles import setting_off


def add_conditions(apps: Any, schema_editor: Any) -> None:
    programmes = apps.get_model("funding", "Programme").objects.using(schema_editor.connection.alias)
    for row in programmes.prefetch_related("criteria"):
        if conditions := fold_all(one.wording for one in row.criteria.all()):
            programmes.filter(pk=row.pk).update(search_text=f"{row.search_text} {conditions}")


class Migration(migrations.Migration):
    dependencies = [("funding", "0002_figure_search_text")]
    operations = [
        setting_off("funding", "Programme", "name", "short_name"),
        migrations.RunPython(add_conditions, migrations.RunPython.noop),
    ]
