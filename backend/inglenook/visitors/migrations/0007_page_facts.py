from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visitors", "0006_login_digests"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="page",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="attributes",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
