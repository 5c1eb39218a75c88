"""When the look of a site changed last, counted by its access version; and which origins have pages
whose tag carries an older one.
"""

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
    ]
