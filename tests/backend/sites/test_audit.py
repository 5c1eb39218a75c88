"""The record is append only for whoever reaches the database, but for retention's one path."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.models import AuditEntry, AuditRemoval, Site

pytestmark = pytest.mark.django_db
MORRIS = Actor(kind="member", id="m_morris", name="Morris")


@pytest.fixture
def entry(site: Site) -> AuditEntry:
    return audit.record(
        site_id=site.pk, by=MORRIS, action="room.update", target=("room", "lobby"), after={"a": 1}
    )


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.check_constraints()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sites_auditentry SET actor_name = 'Somebody else'",
        "DELETE FROM sites_auditentry",
        "DELETE FROM sites_site",
    ],
)
def test_no_statement_changes_or_removes_an_entry(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        run(statement)
    entry.refresh_from_db()
    assert entry.actor == MORRIS


def test_no_code_changes_or_removes_an_entry(entry: AuditEntry) -> None:
    entry.action = "nothing"
    for act in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            act()
    assert AuditEntry.objects.get().action == "room.update"


def test_retention_removes_what_is_old_and_leaves_no_way_open(
    site: Site, entry: AuditEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for days in (364, 366, 400, 500, 600):
        AuditEntry.objects.create(
            site=site,
            at=now - timedelta(days=days),
            action="x",
            actor_kind="key",
            actor_id="k",
            actor_name="K",
        )
    monkeypatch.setattr(audit, "REMOVED_AT_ONCE", 2)
    assert audit.remove_entries(before=now - timedelta(days=audit.KEPT_DAYS)) == 4
    ages = [(now - at).days for at in AuditEntry.objects.values_list("at", flat=True)]
    assert sorted(ages)[1:] == [364]
    assert not AuditRemoval.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
