import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("request_id", models.CharField(blank=True, max_length=36)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("partner_id", models.CharField(blank=True, max_length=128)),
                ("action", models.CharField(max_length=32)),
                ("object", models.CharField(blank=True, max_length=255)),
                ("query", models.TextField(blank=True)),
                ("outcome", models.CharField(max_length=16)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("agent", models.CharField(blank=True, max_length=255)),
                ("detail", models.JSONField(default=dict)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["partner_id", "-at"], name="audit_event_partner_2bbaed_idx"),
                    models.Index(fields=["user", "-at"], name="audit_event_user_id_2bdeca_idx"),
                ],
            },
        ),
    ]
