"""`inglenook key …`: the API keys of a site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.utils import timezone

from inglenook.api.owner.key import key_response
from inglenook.cli.output import Answer, table
from inglenook.cli.sites import site_by_key
from inglenook.sites import api_keys
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import ApiKey
from inglenook.sites.scopes import ALL_SCOPES


def create(*, site_key: str, name: str, scopes: Sequence[str], days: float | None) -> Answer:
    site = site_by_key(site_key)
    wanted = ALL_SCOPES if "all" in scopes else scopes
    expires_at = None if days is None else timezone.now() + timedelta(days=days)
    key, secret = api_keys.create_api_key(
        site=site, name=name, scopes=wanted, created_by=SYSTEM, expires_at=expires_at
    )
    lines = [
        f"{key.name} may use {site.name}: {', '.join(key.scopes)}.",
        f"key  {secret}   (shown this once; never for a page)",
        f"id   {key.public_id}",
    ]
    return Answer({**describe(key), "key": secret}, lines)


def list_keys(*, site_key: str) -> Answer:
    site = site_by_key(site_key)
    keys = [describe(key) for key in api_keys.api_keys_of_site(site)]
    rows = [
        [
            key["id"],
            f"{key['prefix']}…",
            key["name"],
            key["last_used_at"] or "never",
            key["expires_at"] or "-",
            ", ".join(key["scopes"]),
        ]
        for key in keys
    ]
    head = ["id", "key", "name", "last used", "ends", "scopes"]
    none = f"{site.name} has no API key. Make one: inglenook key create --help"
    return Answer({"keys": keys}, table(head, rows) if rows else [none])


def revoke(*, site_key: str, key_id: str) -> Answer:
    site = site_by_key(site_key)
    api_keys.revoke_api_key(site=site, key_id=key_id)
    return Answer({"id": key_id, "revoked": True}, [f"{key_id} has ended."])


def describe(key: ApiKey) -> dict[str, Any]:
    """What --json prints of a key: the same as the owners' API."""
    found: dict[str, Any] = msgspec.to_builtins(key_response(key))
    return found
