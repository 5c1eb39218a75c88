import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_ALLOWED = "EXISTS (SELECT 1 FROM sites_auditremoval AS r WHERE OLD.at < r.before)"
_WORDS = "the audit is append only"

SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON sites_auditentry "
    f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON sites_auditentry WHEN NOT {_ALLOWED} "
    f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
)
POSTGRESQL = (
    f"""CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND {_ALLOWED} THEN RETURN OLD; END IF;
    RAISE EXCEPTION '{_WORDS}';
    END $$""",
    f"""CREATE FUNCTION audit_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM sites_auditentry) THEN RAISE EXCEPTION '{_WORDS}'; END IF;
    RETURN NULL;
    END $$""",  # noqa: S608  only constants are put in
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON sites_auditentry "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON sites_auditentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_no_truncate()",
)
UNDONE = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": (
        "DROP FUNCTION audit_append_only CASCADE",
        "DROP FUNCTION audit_no_truncate CASCADE",
    ),
}


def make_triggers(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def drop_triggers(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDONE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("sites", "0004_identity_secret")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="room_order",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="AuditRemoval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=40)),
                ("actor_name", models.CharField(max_length=80)),
                ("action", models.CharField(max_length=40)),
                ("target_kind", models.CharField(max_length=20)),
                ("target_id", models.CharField(max_length=100)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audit_entries",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "-id"], name="audit_of_site"),
                    models.Index(fields=["at"], name="audit_by_age"),
                    models.Index(
                        fields=["site", "target_kind", "target_id"], name="audit_of_target"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
