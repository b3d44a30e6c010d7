"""The names of the Länder of those who take part stand in what cooperations and agreements are found by."""

from itertools import islice

from django.db import migrations

from coopportal.common.search import fold

BATCH = 500


def add_lands(apps, schema_editor):
    alias = schema_editor.connection.alias
    Cooperation, Agreement, Participation = (
        apps.get_model("agreements", name).objects.using(alias) for name in ("Cooperation", "Agreement", "Participation")
    )
    names = dict(apps.get_model("municipalities", "State").objects.using(alias).values_list("code", "name"))
    keys = iter(Cooperation.order_by("pk").values_list("pk", flat=True).iterator())
    while batch := list(islice(keys, BATCH)):
        codes = {pk: set() for pk in batch}
        for body in ("municipality__state", "organisation__state"):
            pairs = Participation.filter(cooperation__in=batch).order_by().values_list("cooperation", body).distinct()
            for pk, code in pairs:
                codes[pk] |= {code} - {None}
        for rows, column in ((Cooperation, "pk"), (Agreement, "cooperation_id")):
            found = rows.filter(**{f"{column}__in": batch}).only("pk", "search_text", *{column} - {"pk"})
            changed = [row for row in found if _add(row, [names[code] for code in sorted(codes[getattr(row, column)])])]
            rows.bulk_update(changed, ["search_text"], batch_size=BATCH)


def _add(row, lands):
    """Each that does not stand there yet, behind all else."""
    missing = [land for land in map(fold, lands) if f" {land} " not in f" {row.search_text} "]
    if missing:
        row.search_text = f"{row.search_text} {' '.join(missing)}"
    return bool(missing)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0013_spells_of_organisations"), ("municipalities", "0005_titles_in_search_text")]
    operations = [migrations.RunPython(add_lands, migrations.RunPython.noop)]
