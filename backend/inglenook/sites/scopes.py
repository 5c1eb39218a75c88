"""What an API key may be allowed to do: one table of scopes, and which scope contains which.

A scope that ends in `:write` contains the one of the same name that ends in `:read`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from inglenook.protocol.errors import Invalid

SCOPES: Final[dict[str, str]] = {
    "keys": "make and end API keys; the secret that signs visitors' identities",
    "team": "members of the team and invitations",
    "site:read": "settings, origins, sightings, public keys, statistics",
    "site:write": "change these",
    "rooms:read": "public rooms and rooms of pages",
    "rooms:write": "make, change and remove rooms",
    "messages:read": "messages and search",
    "messages:write": "write messages and change what keys wrote",
    "people:read": "visitors, without their addresses",
    "people:write": "change, export and erase visitors",
    "moderation": "deletion, pins, held messages, sanctions, reports, word rules",
    "audit": "who changed what",
    "inbox": "private rooms as conversations",
    "webhooks": "addresses that receive events",
    "export": "files of what the key may read",
}
ALL_SCOPES: Final = tuple(SCOPES)


def checked_scopes(wanted: Iterable[str]) -> list[str]:
    """`wanted` without doubles, in the order of the table. Raises Invalid(field scopes)."""
    asked = set(wanted)
    unknown = sorted(asked - SCOPES.keys())
    if unknown:
        known = ", ".join(SCOPES)
        raise Invalid(f"There is no scope “{unknown[0]}”. Scopes are: {known}.", field="scopes")
    if not asked:
        raise Invalid("A key without a scope can do nothing; name at least one.", field="scopes")
    return [scope for scope in SCOPES if scope in asked]


def has_scope(held: Collection[str], wanted: str) -> bool:
    """Whether whoever holds these scopes may do what needs `wanted`."""
    return wanted in held or wanted.replace(":read", ":write") in held
