"""`GET key`: what the key of the request is and may."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import ANY_KEY, KeyCall
from inglenook.chat.selectors import timestamp
from inglenook.sites.actors import Actor
from inglenook.sites.models import ApiKey


class KeyResponse(Struct, frozen=True, kw_only=True):
    """Times are ISO 8601 in UTC. The secret is not in it: it was shown when the key was made."""

    id: str
    name: str
    scopes: list[str]
    prefix: str
    created_at: str
    created_by: Actor
    last_used_at: str | None
    expires_at: str | None


@operation("GET", "key", ANY_KEY, "The key of this request", {200: KeyResponse})
async def get_key(call: KeyCall) -> HttpResponse:
    return json_response(key_response(call.key))


def key_response(key: ApiKey) -> KeyResponse:
    return KeyResponse(
        id=key.public_id,
        name=key.name,
        scopes=key.scopes,
        prefix=key.prefix,
        created_at=timestamp(key.created_at),
        created_by=key.created_by,
        last_used_at=_timestamp_or_none(key.last_used_at),
        expires_at=_timestamp_or_none(key.expires_at),
    )


def _timestamp_or_none(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
