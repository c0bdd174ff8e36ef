from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saved", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("claimed", "On its way"),
                    ("sending", "Being handed over"),
                    ("sent", "Sent"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                ],
                default="claimed",
                max_length=16,
            ),
        ),
    ]
