from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0004_moderation")]

    operations = [
        migrations.AddField(
            model_name="room",
            name="moved",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="room",
            name="moves",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AlterField(
            model_name="message",
            name="change",
            field=models.CharField(
                choices=[
                    ("n", "New"),
                    ("e", "Edit"),
                    ("d", "Delete"),
                    ("r", "Reaction"),
                    ("s", "Restore"),
                ],
                default="n",
                max_length=1,
            ),
        ),
    ]
