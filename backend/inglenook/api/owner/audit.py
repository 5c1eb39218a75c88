"""The record of who changed what. It is read alone: no call changes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.parameters import MOMENT, moment_parameter, word_parameter
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import owner_call
from inglenook.api.owner.lists import list_answer
from inglenook.chat.selectors import timestamp
from inglenook.sites.actors import Actor
from inglenook.sites.models import AuditEntry

WORD = {"type": "string"}


class TargetResponse(Struct, frozen=True):
    kind: str
    id: str


class AuditEntryResponse(Struct, frozen=True, kw_only=True):
    """`before` and `after` hold what the act changed; null where there was nothing."""

    id: str
    at: str
    actor: Actor
    action: str
    target: TargetResponse
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditResponse(Struct, frozen=True, kw_only=True):
    items: list[AuditEntryResponse]
    next: str | None


@owner_call(
    "GET",
    "audit",
    "audit",
    "Who changed what: acts of the team, of keys and of the command line",
    {200: AuditResponse},
    query={"actor": WORD, "action": WORD, "target": WORD, "from": MOMENT, "to": MOMENT},
    is_list=True,
)
async def get_audit(call: KeyCall) -> HttpResponse:
    """`actor` and `target` are ids, `from` is in the list and `to` is not."""
    words = {name: word_parameter(call.request, name) for name in ("actor", "action", "target")}
    since, until = (moment_parameter(call.request, name) for name in ("from", "to"))
    wanted = {
        "actor_id": words["actor"],
        "action": words["action"],
        "target_id": words["target"],
        "at__gte": since,
        "at__lt": until,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    filters = {name: str(value) for name, value in given.items()}
    rows = AuditEntry.objects.filter(site=call.site, **given)
    return await list_answer(call, "audit", rows, AuditResponse, _entry, **filters)


def _entry(row: AuditEntry) -> AuditEntryResponse:
    return AuditEntryResponse(
        id=str(row.pk),
        at=timestamp(row.at),
        actor=row.actor,
        action=row.action,
        target=TargetResponse(row.target_kind, row.target_id),
        before=row.before,
        after=row.after,
    )
