import datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0015_index_of_affirmations'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['signed_on', 'signed_precision', 'cooperation'], name='agreement_by_signed'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['effective_on', 'effective_precision', 'cooperation'], name='agreement_by_effective'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['ends_on', 'ends_precision', 'cooperation'], name='agreement_by_ends'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['on', 'on_precision', 'cooperation'], name='award_by_day'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['on', 'on_precision'], name='event_by_day'),
        ),
        migrations.AddIndex(
            model_name='participationstep',
            index=models.Index(fields=['effective_on', 'participation', 'degree', 'on_precision', 'on', 'on_wording'], name='step_by_day'),
        ),
        migrations.AddIndex(
            model_name='spell',
            index=models.Index(condition=models.Q(('degree__in', ('existing', 'party', 'member')), ('ends', datetime.date(9999, 12, 31))), fields=['cooperation', 'begins', 'degree', 'ends'], name='spell_counted'),
        ),
        migrations.AddIndex(
            model_name='spell',
            index=models.Index(condition=models.Q(('degree__in', ('existing', 'party', 'member')), ('ends__lt', datetime.date(9999, 12, 31))), fields=['ends', 'begins', 'cooperation', 'degree'], name='spell_counted_and_ended'),
        ),
        migrations.AddIndex(
            model_name='statusstep',
            index=models.Index(fields=['effective_on', 'cooperation'], name='status_by_day'),
        ),
    ]
