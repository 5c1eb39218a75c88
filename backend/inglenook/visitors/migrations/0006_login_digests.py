import hashlib
from typing import Any

from django.db import migrations, models


def digest(apps: Any, _schema: Any) -> None:
    """Of each key that is stored, so that who moderates on a page goes on."""
    for row in apps.get_model("visitors", "PageLogin").objects.all():
        row.login_digest = hashlib.sha256(row.login_digest.encode()).hexdigest()
        row.save(update_fields=["login_digest"])


def forget(apps: Any, _schema: Any) -> None:
    """No key comes back from a digest: the team presses "Moderate on my pages" again."""
    apps.get_model("visitors", "PageLogin").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("visitors", "0005_what_visitors_say"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pagelogin",
            name="login",
            field=models.CharField(max_length=64, db_column="login"),
        ),
        migrations.RenameField(
            model_name="pagelogin",
            old_name="login",
            new_name="login_digest",
        ),
        migrations.RunPython(digest, forget),
    ]
