"""API keys: listed, made by other keys, ended. And the secret that signs visitors' identities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct

from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.idempotency import SecretResponse
from inglenook.api.owner.key import KeyResponse, key_response
from inglenook.api.owner.lists import list_answer
from inglenook.protocol.errors import Invalid, Scope
from inglenook.sites.api_keys import create_api_key, revoke_api_key
from inglenook.sites.database import write
from inglenook.sites.identity_secrets import identity_secret_of, rotate_identity_secret
from inglenook.sites.models import ApiKey
from inglenook.sites.scopes import checked_scopes

Time = Annotated[datetime, Meta(tz=True)]


class KeyBody(OwnerBody, frozen=True, kw_only=True):
    name: str
    scopes: list[str]
    expires_at: Time | None = None


class KeysResponse(Struct, frozen=True, kw_only=True):
    items: list[KeyResponse]
    next: str | None


class NewKeyResponse(KeyResponse, frozen=True, kw_only=True):
    """`key` is the secret, in this answer alone; null where the answer is given again."""

    key: str | None


class OverlapBody(OwnerBody, frozen=True, kw_only=True):
    overlap_hours: Annotated[int, Meta(ge=0, le=8760)] = 24


class IdentitySecretResponse(Struct, frozen=True, kw_only=True):
    """null where the answer to a rotation is given again."""

    identity_secret: str | None


@owner_call("GET", "keys", "keys", "The API keys of the site", {200: KeysResponse}, is_list=True)
async def get_keys(call: KeyCall) -> HttpResponse:
    rows = ApiKey.objects.filter(site=call.site)
    return await list_answer(call, "keys", rows, KeysResponse, key_response)


@owner_call(
    "POST",
    "keys",
    "keys",
    "Makes an API key, of scopes that the calling key has",
    {201: NewKeyResponse},
    codes=("quota",),
    body=KeyBody,
)
async def post_key(call: KeyCall) -> HttpResponse:
    body = call.body(KeyBody)
    wanted = checked_scopes(body.scopes)
    for scope in wanted:
        if not call.may(scope):
            raise Scope(
                f"This API key lacks the scope `{scope}`, so it cannot give it.", field=scope
            )
    expires_at = in_utc(body.expires_at, "expires_at")

    def make() -> HttpResponse:
        key, secret = create_api_key(
            site=call.site,
            name=body.name,
            scopes=wanted,
            created_by=call.actor,
            expires_at=expires_at,
        )
        shown = {name: getattr(key_response(key), name) for name in KeyResponse.__struct_fields__}
        return SecretResponse(NewKeyResponse(**shown, key=secret), "key", 201)

    return await call.write(make)


@owner_call("DELETE", "keys/{key_id}", "keys", "Ends an API key at once", {204: None})
async def delete_key(call: KeyCall, key_id: str) -> HttpResponse:
    await write(revoke_api_key, site=call.site, key_id=key_id, by=call.actor)
    return no_content()


@owner_call(
    "GET",
    "identity-secret",
    "keys",
    "The secret that signs visitors' identities",
    {200: IdentitySecretResponse},
)
async def get_identity_secret(call: KeyCall) -> HttpResponse:
    secret = await write(identity_secret_of, site=call.site, by=call.actor)
    return json_response(IdentitySecretResponse(identity_secret=secret))


@owner_call(
    "POST",
    "identity-secret/rotate",
    "keys",
    "A new secret; the old one holds for `overlap_hours`",
    {201: IdentitySecretResponse},
    body=OverlapBody,
)
async def rotate(call: KeyCall) -> HttpResponse:
    overlap = timedelta(hours=call.body(OverlapBody).overlap_hours)

    def rotated() -> HttpResponse:
        secret = rotate_identity_secret(site=call.site, overlap=overlap, by=call.actor)
        return SecretResponse(
            IdentitySecretResponse(identity_secret=secret), "identity_secret", 201
        )

    return await call.write(rotated)


def in_utc(moment: datetime | None, field: str) -> datetime | None:
    """The moment as databases take it. Raises Invalid for one that no calendar has in UTC."""
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        raise Invalid(f"`{field}` is out of range.", field=field) from None
