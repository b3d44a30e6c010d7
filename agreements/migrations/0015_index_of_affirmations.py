from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0014_lands_in_search_text")]
    operations = [
        migrations.AddIndex(
            model_name="cooperation",
            index=models.Index(
                fields=["record_state", "affirmed_on", "published_on", "created_at", "keeper"],
                name="cooperation_by_affirmation",
            ),
        ),
    ]
