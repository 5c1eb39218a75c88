"""Who may embed the site: its origins, who asked for it, and its public keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct

from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.lists import list_answer
from inglenook.chat.selectors import timestamp
from inglenook.sites import services
from inglenook.sites.database import write
from inglenook.sites.models import AllowedOrigin, OriginSighting, SiteKey


class OriginBody(OwnerBody, frozen=True, kw_only=True):
    entry: str


class OriginResponse(Struct, frozen=True, kw_only=True):
    entry: str
    created_at: str


class OriginsResponse(Struct, frozen=True, kw_only=True):
    items: list[OriginResponse]
    next: str | None


class SightingResponse(Struct, frozen=True, kw_only=True):
    """How often an origin asked for the site, and whether it was refused."""

    origin: str
    refused: bool
    count: int
    first_at: str
    last_at: str


class SightingsResponse(Struct, frozen=True, kw_only=True):
    items: list[SightingResponse]
    next: str | None


class SiteKeyBody(OwnerBody, frozen=True, kw_only=True):
    overlap_days: Annotated[int, Meta(ge=0, le=3650)] = 30


class SiteKeyResponse(Struct, frozen=True, kw_only=True):
    """A public key of the site. `expires_at`: null for one without an end."""

    key: str
    created_at: str
    expires_at: str | None


class SiteKeysResponse(Struct, frozen=True, kw_only=True):
    items: list[SiteKeyResponse]
    next: str | None


@owner_call(
    "GET",
    "origins",
    "site:read",
    "Which origins may embed it",
    {200: OriginsResponse},
    is_list=True,
)
async def get_origins(call: KeyCall) -> HttpResponse:
    rows = AllowedOrigin.objects.filter(site=call.site)
    return await list_answer(call, "origins", rows, OriginsResponse, _origin)


@owner_call(
    "POST",
    "origins",
    "site:write",
    "Lists an origin; one that is listed already stays",
    {201: OriginResponse},
    codes=("quota",),
    body=OriginBody,
)
async def post_origin(call: KeyCall) -> HttpResponse:
    entry = call.body(OriginBody).entry

    def add() -> HttpResponse:
        row = services.add_origin(site=call.site, entry=entry, field="entry", by=call.actor)
        return json_response(_origin(row), 201)

    return await call.write(add)


@owner_call("DELETE", "origins/{entry}", "site:write", "Withdraws an origin", {204: None})
async def delete_origin(call: KeyCall, entry: str) -> HttpResponse:
    await write(services.remove_origin, site=call.site, entry=entry, field="entry", by=call.actor)
    return no_content()


@owner_call(
    "GET",
    "sightings",
    "site:read",
    "Which origins asked for it",
    {200: SightingsResponse},
    is_list=True,
)
async def get_sightings(call: KeyCall) -> HttpResponse:
    # By the first request, which does not change while somebody reads the list.
    rows = OriginSighting.objects.filter(site=call.site)
    return await list_answer(call, "sightings", rows, SightingsResponse, _sighting)


@owner_call(
    "GET",
    "site-keys",
    "site:read",
    "The public keys of the site",
    {200: SiteKeysResponse},
    is_list=True,
)
async def get_site_keys(call: KeyCall) -> HttpResponse:
    rows = SiteKey.objects.filter(site=call.site)
    return await list_answer(call, "site-keys", rows, SiteKeysResponse, _site_key)


@owner_call(
    "POST",
    "site-keys",
    "site:write",
    "Makes a public key; the present ones work for `overlap_days` longer",
    {201: SiteKeyResponse},
    codes=("quota",),
    body=SiteKeyBody,
)
async def post_site_key(call: KeyCall) -> HttpResponse:
    overlap = timedelta(days=call.body(SiteKeyBody).overlap_days)

    def make() -> HttpResponse:
        key = services.rotate_key(site=call.site, overlap=overlap, by=call.actor)
        return json_response(_site_key(key), 201)

    return await call.write(make)


@owner_call(
    "DELETE",
    "site-keys/{key}",
    "site:write",
    "Ends a public key at once, but the last",
    {204: None},
    codes=("conflict",),
)
async def delete_site_key(call: KeyCall, key: str) -> HttpResponse:
    await write(services.end_site_key, site=call.site, key=key, by=call.actor)
    return no_content()


def _origin(row: AllowedOrigin) -> OriginResponse:
    return OriginResponse(entry=row.entry, created_at=timestamp(row.created_at))


def _sighting(row: OriginSighting) -> SightingResponse:
    return SightingResponse(
        origin=row.origin,
        refused=row.was_refused,
        count=row.count,
        first_at=timestamp(row.first_at),
        last_at=timestamp(row.last_at),
    )


def _site_key(row: SiteKey) -> SiteKeyResponse:
    return SiteKeyResponse(
        key=row.key,
        created_at=timestamp(row.created_at),
        expires_at=timestamp(row.expires_at) if row.expires_at else None,
    )
