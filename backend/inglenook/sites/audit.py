"""The record of what the team, keys and the command line did: written, read, never changed.

    a service ─> record, in the transaction of the act ─> AuditEntry
    retention ─> remove_entries; a site's end ─> removal_allowed: triggers refuse every other
                way in which rows would go

Messages that somebody writes are no entries: they are their own record. What a key writes is one,
because a key may write as a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection, models, transaction

from inglenook.sites.actors import Actor, actor_columns
from inglenook.sites.models import AuditEntry, AuditRemoval

KEPT_DAYS: Final = 365
# An old record goes in pieces, so that nobody waits for it.
REMOVED_AT_ONCE: Final = 1000
TARGET_CHARS: Final = 100


def record(
    *,
    site_id: int,
    by: Actor,
    action: str,
    target: tuple[str, str],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Notes an act inside the transaction of the act, so that neither is stored without the other.

    `target` is a kind and an id. `before` and `after` hold settings and ids: no message text, no
    secret, no visitor's name.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an act and its record are one transaction")
    kind, target_id = target
    return AuditEntry.objects.create(
        site_id=site_id,
        **actor_columns("actor", by),
        action=action,
        target_kind=kind,
        target_id=target_id[:TARGET_CHARS],
        before=before,
        after=after,
    )


def entries_about(kind: str, target_id: str, *, site_id: int) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(site_id=site_id, target_kind=kind, target_id=target_id)


def facts(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The fields of a row as JSON has them, for `before` and `after`."""
    found: dict[str, Any] = msgspec.to_builtins({name: getattr(row, name) for name in fields})
    return found


@contextmanager
def removal_allowed(*, before: datetime) -> Iterator[None]:
    """Inside a transaction: entries older than `before` can be deleted here."""
    allowed = AuditRemoval.objects.create(before=before)
    yield
    allowed.delete()


def remove_entries(*, before: datetime) -> int:
    """Removes what is older than `before`, a piece at a time. Returns how many entries went."""
    removed = 0
    while True:
        with transaction.atomic(), removal_allowed(before=before):
            old = AuditEntry.objects.filter(at__lt=before).order_by("at")
            pks = list(old.values_list("pk", flat=True)[:REMOVED_AT_ONCE])
            count, _ = AuditEntry.objects.filter(pk__in=pks).delete()
        removed += count
        if count < REMOVED_AT_ONCE:
            return removed
