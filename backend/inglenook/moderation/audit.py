"""The record of what the team, keys and the command line did: written and read, never changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from inglenook.moderation.models import AuditEntry
from inglenook.sites.actors import Actor


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
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an act and its record are one transaction")
    kind, target_id = target
    return AuditEntry.objects.create(
        site_id=site_id,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        action=action,
        target_kind=kind,
        target_id=target_id,
        before=before,
        after=after,
    )
