"""The record of what the team, keys and the command line did: written and read, never changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from inglenook.moderation.models import AuditEntry
from inglenook.sites.actors import Actor
from inglenook.sites.models import Site


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
    entry = _entry(site_id, by, action, target, before, after)
    entry.save(force_insert=True)
    return entry


def record_on_every_site(
    *,
    by: Actor,
    action: str,
    target: tuple[str, str],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """As `record`, for an act of the command line that concerns all sites."""
    sites = Site.objects.order_by("pk").values_list("pk", flat=True)
    AuditEntry.objects.bulk_create(
        (_entry(site_id, by, action, target, before, after) for site_id in sites.iterator()),
        batch_size=500,
    )


def _entry(
    site_id: int,
    by: Actor,
    action: str,
    target: tuple[str, str],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> AuditEntry:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an act and its record are one transaction")
    kind, target_id = target
    return AuditEntry(
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
