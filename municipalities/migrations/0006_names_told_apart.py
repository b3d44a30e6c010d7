"""Of bodies that share a name it is known whether their kind tells them apart.

The one column that said whether a name is shared says now by whom; what stands there, 0 and 1, stays true until the
marks are reckoned anew here.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def mark(apps: Any, schema_editor: Any) -> None:
    """2 where an existing body of the same kind bears the name too (as ``workflow.refresh_shared_names``)."""
    rows = apps.get_model("municipalities", "Municipality").objects
    twins = rows.filter(valid_until__isnull=True, sort_key=OuterRef("sort_key"), kind=OuterRef("kind"))
    rows.filter(Exists(twins.exclude(pk=OuterRef("pk"))), shares_name=1).update(shares_name=2)


def unmark(apps: Any, schema_editor: Any) -> None:
    apps.get_model("municipalities", "Municipality").objects.filter(shares_name=2).update(shares_name=1)


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0005_titles_in_search_text")]
    operations = [
        migrations.AlterField(
            model_name="municipality",
            name="shares_name",
            field=models.IntegerField(
                choices=[(0, "nein"), (1, "von Kommunen anderer Art"), (2, "von Kommunen derselben Art")],
                default=0,
                editable=False,
                verbose_name="Name mehrfach vergeben",
            ),
        ),
        migrations.RunPython(mark, unmark, elidable=False),
    ]
