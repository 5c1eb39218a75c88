import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0007_accounts_and_team"),
        ("visitors", "0003_folded_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageLogin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=300)),
                ("login", models.CharField(max_length=40)),
                (
                    "code_digest",
                    models.CharField(blank=True, max_length=64, null=True, unique=True),
                ),
                (
                    "token_digest",
                    models.CharField(blank=True, max_length=64, null=True, unique=True),
                ),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="page_logins",
                        to="sites.member",
                    ),
                ),
            ],
        ),
    ]
