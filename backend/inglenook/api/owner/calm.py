"""Calm: one switch with an end, for all public rooms of the site."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct

from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.chat import calm
from inglenook.chat.selectors import timestamp
from inglenook.sites.database import read


class CalmBody(OwnerBody, frozen=True, kw_only=True):
    minutes: Annotated[int, Meta(ge=1, le=calm.MOST_MINUTES)]


class CalmResponse(Struct, frozen=True):
    until: str | None


@owner_call("GET", "calm", "moderation", "When the calm ends", {200: CalmResponse})
async def get_calm(call: KeyCall) -> HttpResponse:
    return _answer(await read(calm.calm_until, call.site.pk))


@owner_call(
    "PUT",
    "calm",
    "moderation",
    "Calms the site for some minutes from now",
    {200: CalmResponse},
    body=CalmBody,
)
async def put_calm(call: KeyCall) -> HttpResponse:
    minutes = call.body(CalmBody).minutes
    return await call.write(
        lambda: _answer(calm.begin_calm(site=call.site, minutes=minutes, by=call.actor))
    )


@owner_call("DELETE", "calm", "moderation", "Ends the calm", {204: None}, codes=("not_found",))
async def delete_calm(call: KeyCall) -> HttpResponse:
    def end() -> HttpResponse:
        calm.end_calm(site=call.site, by=call.actor)
        return no_content()

    return await call.write(end)


def _answer(until: datetime | None) -> HttpResponse:
    return json_response(CalmResponse(timestamp(until) if until else None))
