"""Three foreign keys lose the index of their own: a constraint of the same table begins with the same column.

Dropped by name: SQLite would otherwise write every message of an installation anew.
"""

import django.db.models.deletion
from django.db import migrations, models

# Each with its table and column.
INDEXES = (
    ("chat_message", "room_id", "chat_message_room_id_5e7d8d78"),
    ("chat_reaction", "message_id", "chat_reaction_message_id_e8fe8671"),
    ("chat_readmark", "room_id", "chat_readmark_room_id_48b0540b"),
)


def _key(to: str, related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {index}",
                    f"CREATE INDEX IF NOT EXISTS {index} ON {table} ({column})",
                )
                for table, column, index in INDEXES
            ],
            state_operations=[
                migrations.AlterField("message", "room", _key("chat.room", "messages")),
                migrations.AlterField("reaction", "message", _key("chat.message", "reaction_rows")),
                migrations.AlterField("readmark", "room", _key("chat.room", "read_marks")),
            ],
        ),
    ]
