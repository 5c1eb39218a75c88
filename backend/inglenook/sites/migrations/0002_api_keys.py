"""A site's secret key becomes the first of its API keys, stored as a hash.

Going back gives every site a new secret: the old one cannot be read from its hash.
"""

import hashlib

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import inglenook.sites.models

SCOPES = [
    "keys",
    "team",
    "site:read",
    "site:write",
    "rooms:read",
    "rooms:write",
    "messages:read",
    "messages:write",
    "people:read",
    "people:write",
    "moderation",
    "audit",
    "inbox",
    "webhooks",
    "export",
]


def hash_secret_keys(apps, _schema_editor):
    Site, ApiKey = apps.get_model("sites", "Site"), apps.get_model("sites", "ApiKey")
    ApiKey.objects.bulk_create(
        [
            ApiKey(
                site_id=site.pk,
                name="First key",
                digest=hashlib.sha256(site.secret_key.encode()).hexdigest(),
                prefix=site.secret_key[:12],
                scopes=SCOPES,
                created_at=site.created_at,
                created_by_kind="system",
                created_by_id="system",
                created_by_name="Inglenook",
            )
            for site in Site.objects.order_by("pk").iterator()
        ],
        batch_size=500,
    )


def renew_secret_keys(apps, _schema_editor):
    # The column came back with one default for all rows.
    for site in apps.get_model("sites", "Site").objects.iterator():
        site.secret_key = inglenook.sites.models.new_secret_key()
        site.save(update_fields=["secret_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=inglenook.sites.models.new_api_key_id, max_length=40, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("prefix", models.CharField(max_length=12)),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_by_kind", models.CharField(max_length=10)),
                ("created_by_id", models.CharField(max_length=40)),
                ("created_by_name", models.CharField(max_length=80)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to="sites.site",
                    ),
                ),
            ],
        ),
        migrations.RunPython(hash_secret_keys, renew_secret_keys),
        migrations.RemoveField(model_name="site", name="secret_key"),
    ]
