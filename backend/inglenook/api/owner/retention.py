"""How many messages a retention of so many days would take: asked before it is set."""

from __future__ import annotations

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.operations import Schema
from inglenook.api.http.parameters import number_parameter
from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import owner_call
from inglenook.api.owner.rooms import room_of_call
from inglenook.chat.models import Room
from inglenook.chat.room_settings import MOST_DAYS
from inglenook.jobs.retention import count_below
from inglenook.protocol.errors import Invalid
from inglenook.sites.database import read

DAYS_QUERY: dict[str, Schema] = {"days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}}


class RetentionPreviewResponse(Struct, frozen=True, kw_only=True):
    """So many messages are older than `days`."""

    days: int
    messages: int


@owner_call(
    "GET",
    "site/retention",
    "site:read",
    "What `retention_days` of the site would take from the rooms that have none of their own",
    {200: RetentionPreviewResponse},
    query=DAYS_QUERY,
)
async def get_site_retention(call: KeyCall) -> HttpResponse:
    return await _preview(call, None)


@owner_call(
    "GET",
    "rooms/{slug}/retention",
    "rooms:read",
    "What `retention_days` of the room would take",
    {200: RetentionPreviewResponse},
    query=DAYS_QUERY,
)
async def get_room_retention(call: KeyCall, slug: str) -> HttpResponse:
    return await _preview(call, await read(room_of_call, call, slug))


async def _preview(call: KeyCall, room: Room | None) -> HttpResponse:
    days = number_parameter(call.request, "days", least=1)
    if days is None or days > MOST_DAYS:
        raise Invalid(f"`days` is a number from 1 to {MOST_DAYS}.", field="days")
    found = await read(count_below, site=call.site, room=room, days=days)
    return json_response(RetentionPreviewResponse(days=days, messages=found))
