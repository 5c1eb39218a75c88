"""When the look of a site changed last, counted by its access version; and which origins have pages
whose tag carries an older one. What kept pages from the chat, for Install.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0008_site_deletion")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="look_version",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="originsighting",
            name="older_look_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="InstallTrouble",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("old_key", "Old Key"),
                            ("unknown_key", "Unknown Key"),
                            ("policy", "Policy"),
                            ("socket_policy", "Socket Policy"),
                            ("no_upgrade", "No Upgrade"),
                            ("socket", "Socket"),
                            ("call", "Call"),
                        ],
                        max_length=20,
                    ),
                ),
                ("count", models.PositiveBigIntegerField(default=1)),
                ("first_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="troubles",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "origin", "kind"), name="one_trouble_an_origin_and_kind"
                    )
                ],
            },
        ),
    ]
