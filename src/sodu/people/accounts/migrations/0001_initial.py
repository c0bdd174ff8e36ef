import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, max_length=128)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("operator", "Provider operator"),
                            ("auditor", "Provider auditor"),
                            ("partner_admin", "Partner admin"),
                            ("partner_member", "Partner member"),
                        ],
                        max_length=16,
                    ),
                ),
                ("partner_id", models.CharField(blank=True, max_length=128)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "number_style",
                    models.CharField(
                        choices=[
                            ("language", "As the language"),
                            ("point", "1,234,567.89"),
                            ("comma", "1.234.567,89"),
                            ("space", "1 234 567,89"),
                        ],
                        default="language",
                        max_length=8,
                    ),
                ),
                (
                    "time_format",
                    models.CharField(choices=[("24", "24 hours"), ("12", "12 hours")], default="24", max_length=2),
                ),
                ("zone", models.CharField(blank=True, max_length=64)),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the device"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=8,
                    ),
                ),
                (
                    "density",
                    models.CharField(
                        choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                        default="comfortable",
                        max_length=16,
                    ),
                ),
                ("shortcuts", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="user_email_whatever_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ("operator", "auditor")), ("partner_id", "")),
                            models.Q(
                                models.Q(("role__in", ("operator", "auditor")), _negated=True),
                                models.Q(("partner_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="user_partner_as_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=128)),
                ("public", models.CharField(max_length=16, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("may_export", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
