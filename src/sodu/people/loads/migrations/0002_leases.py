from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("loads", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("UPDATE loads_inspection SET state = 'failed' WHERE state = 'running'", ""),
        migrations.AddField(
            model_name="attempt",
            name="runner",
            field=models.CharField(blank=True, max_length=36),
        ),
        migrations.AddField(
            model_name="inspection",
            name="runner",
            field=models.CharField(blank=True, max_length=36),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("state",), name="inspection_alone"
            ),
        ),
    ]
