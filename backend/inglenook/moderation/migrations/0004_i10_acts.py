from django.db import migrations


class Migration(migrations.Migration):
    """The record moves to `sites`, whose services write it, too. No release has this table."""

    dependencies = [("moderation", "0003_moderation")]

    operations = [migrations.DeleteModel(name="AuditEntry")]
