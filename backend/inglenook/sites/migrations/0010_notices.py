from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0009_look"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="notices_lines",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="member",
            name="notices_review",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="member",
            name="notices_sound",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="member",
            name="notices_when",
            field=models.CharField(
                choices=[
                    ("always", "Always"),
                    ("here", "Here"),
                    ("open", "Open"),
                    ("never", "Never"),
                ],
                db_default="always",
                default="always",
                max_length=10,
            ),
        ),
    ]
