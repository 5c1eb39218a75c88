import unicodedata

from django.db import migrations, models


def fold_names(apps, _schema_editor):
    visitors = apps.get_model("visitors", "Visitor").objects.exclude(name="")
    for pk, name in visitors.values_list("pk", "name").iterator():
        folded = unicodedata.normalize("NFKC", name).casefold()
        visitors.filter(pk=pk).update(name_folded=folded)


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0005_audit_of_every_act"),
        ("visitors", "0002_moderation"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitor",
            name="name_folded",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddIndex(
            model_name="visitor",
            index=models.Index(fields=["site", "-id"], name="visitors_newest_first"),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
