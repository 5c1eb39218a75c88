from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0005_i10_acts"),
        ("visitors", "0002_moderation"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="visitor",
            index=models.Index(fields=["site", "-id"], name="visitors_newest_first"),
        ),
    ]
