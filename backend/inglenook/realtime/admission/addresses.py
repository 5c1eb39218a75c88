"""The address of a connection, for the limits that go by address."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from inglenook.sites.addresses import address_key


def address_of(scope: dict[str, Any]) -> str | None:
    """The key of the client's address.

    None for loopback, unless a proxy of ours names the client.
    """
    client = scope.get("client")
    named = [value for key, value in scope["headers"] if key.lower() == b"x-forwarded-for"]
    forwarded = b",".join(named).decode("latin-1") if named else None
    return address_key(client[0] if client else None, forwarded, settings.TRUSTED_PROXIES)
