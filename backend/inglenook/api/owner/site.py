"""The site itself: everything an owner sets about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.etags import etag_of, refuse_stale, with_etag
from inglenook.chat.models import Room
from inglenook.chat.selectors import timestamp
from inglenook.protocol.errors import Invalid
from inglenook.sites.database import read
from inglenook.sites.models import Site
from inglenook.sites.opening_hours import AWAY_CHARS, MOST_TIMES
from inglenook.sites.site_settings import MOST_PATTERNS, TRUST, change_settings

Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Address = Annotated[str, Meta(max_length=2000)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Offset = Annotated[int, Meta(ge=0, le=1000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
TimeOfDay = Annotated[str, Meta(pattern="^(?:[01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)|^24:00$(?!\n)")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Times = Annotated[list[tuple[TimeOfDay, TimeOfDay]], Meta(max_length=MOST_TIMES)]
Hours = dict[Day, Times]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$(?!\n)")]
Presence = Literal["off", "optional", "required"]


class Show(OwnerBody, frozen=True, kw_only=True, omit_defaults=True):
    paths: Annotated[list[Line], Meta(max_length=100)] | UnsetType = UNSET
    devices: Annotated[list[Line], Meta(max_length=10)] | UnsetType = UNSET


class Theme(OwnerBody, frozen=True, kw_only=True, omit_defaults=True):
    """How the widget looks. All may be left out."""

    accent: Line | UnsetType = UNSET
    logo: Address | UnsetType = UNSET
    side: Literal["left", "right"] | UnsetType = UNSET
    offset_x: Offset | UnsetType = UNSET
    offset_y: Offset | UnsetType = UNSET
    icon: Address | UnsetType = UNSET
    label: Line | UnsetType = UNSET
    title: Line | UnsetType = UNSET
    welcome: Text | UnsetType = UNSET
    starters: Annotated[list[Line], Meta(max_length=3)] | UnsetType = UNSET
    css: Annotated[str, Meta(max_length=20_000)] | UnsetType = UNSET
    show: Show | UnsetType = UNSET


class Consent(OwnerBody, frozen=True, kw_only=True):
    text: Text
    version: Line


class PrechatField(OwnerBody, frozen=True, kw_only=True):
    key: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$(?!\n)")]
    label: Line
    required: bool = False


class Prechat(OwnerBody, frozen=True, kw_only=True):
    """What is asked before the first message."""

    name: Presence = "off"
    email: Presence = "off"
    fields: Annotated[list[PrechatField], Meta(max_length=5)] = []


class Trust(OwnerBody, frozen=True, kw_only=True):
    known_minutes: Count
    known_messages: Count
    trusted_days: Count
    trusted_messages: Count


class TrustPatch(OwnerBody, frozen=True, kw_only=True):
    known_minutes: Count | UnsetType = UNSET
    known_messages: Count | UnsetType = UNSET
    trusted_days: Count | UnsetType = UNSET
    trusted_messages: Count | UnsetType = UNSET


class SitePatch(OwnerBody, frozen=True, kw_only=True):
    """What is left out stays. `theme`, `texts` and `prechat` replace what there was."""

    name: str | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    default_room: Line | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    texts: dict[Language, dict[Line, Text]] | UnsetType = UNSET
    consent: Consent | UnsetType | None = UNSET
    time_zone: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    opening_hours: Hours | UnsetType | None = UNSET
    away_text: Annotated[str, Meta(max_length=AWAY_CHARS)] | UnsetType = UNSET
    prechat: Prechat | UnsetType = UNSET
    track_page: bool | UnsetType = UNSET
    previews: bool | UnsetType = UNSET
    null_origin: bool | UnsetType = UNSET
    retention_days: Days | UnsetType | None = UNSET
    archive: Literal["public", "link", "none"] | UnsetType = UNSET
    repeat_s: Count | UnsetType = UNSET
    new_visitors_per_hour: Count | UnsetType = UNSET
    trust: TrustPatch | UnsetType = UNSET
    page_patterns: Annotated[list[Line], Meta(max_length=MOST_PATTERNS)] | UnsetType = UNSET


class SiteSettingsResponse(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    disabled: bool
    default_room: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
    time_zone: str
    opening_hours: dict[str, Any] | None
    away_text: str
    prechat: Prechat
    track_page: bool
    previews: bool
    null_origin: bool
    retention_days: int | None
    archive: str
    repeat_s: int
    new_visitors_per_hour: int
    trust: Trust
    page_patterns: list[str]
    created_at: str


@owner_call("GET", "site", "site:read", "The site", {200: SiteSettingsResponse}, has_etag=True)
async def get_site(call: KeyCall) -> HttpResponse:
    body = site_response(await read(Site.objects.get, pk=call.site.pk))
    return with_etag(body, etag_of(body))


@owner_call(
    "PATCH",
    "site",
    "site:write",
    "Changes what is given",
    {200: SiteSettingsResponse},
    body=SitePatch,
    has_etag=True,
)
async def patch_site(call: KeyCall) -> HttpResponse:
    changes: dict[str, Any] = msgspec.to_builtins(call.body(SitePatch))

    def change() -> HttpResponse:
        site = Site.objects.select_for_update().get(pk=call.site.pk)
        refuse_stale(call.request, etag_of(site_response(site)))
        _refuse_unknown_room(site, changes)
        body = site_response(change_settings(site=site, changes=changes, by=call.actor))
        return with_etag(body, etag_of(body))

    return await call.write(change)


def site_response(site: Site) -> SiteSettingsResponse:
    return SiteSettingsResponse(
        id=str(site.pk),
        name=site.name,
        disabled=not site.is_enabled,
        default_room=site.default_room,
        theme=site.theme,
        texts=site.texts,
        consent=site.consent,
        time_zone=site.time_zone,
        opening_hours=site.opening_hours,
        away_text=site.away_text,
        prechat=msgspec.convert(site.prechat or {}, Prechat),
        track_page=site.track_page,
        previews=site.previews,
        null_origin=site.allows_null_origin,
        retention_days=site.retention_days,
        archive=site.archive,
        repeat_s=site.repeat_s,
        new_visitors_per_hour=site.new_visitors_per_hour,
        trust=Trust(**{name: getattr(site, name) for name in TRUST}),
        page_patterns=site.page_patterns or [],
        created_at=timestamp(site.created_at),
    )


def _refuse_unknown_room(site: Site, changes: dict[str, Any]) -> None:
    slug = changes.get("default_room")
    rooms = Room.objects.filter(site=site, kind=Room.Kind.PUBLIC, gone=False)
    if slug is not None and not (slug.isprintable() and rooms.filter(slug=slug).exists()):
        raise Invalid("This site has no such public room.", field="default_room")
