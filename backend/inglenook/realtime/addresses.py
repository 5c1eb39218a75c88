"""Whose connection it is, for the limits that go by address."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from inglenook.sites.addresses import address_key


def address_of(scope: dict[str, Any]) -> str | None:
    """None for an address that is none: loopback, unless a proxy of ours says whose request it is."""
    client = scope.get("client")
    named = [value for key, value in scope["headers"] if key.lower() == b"x-forwarded-for"]
    forwarded = b",".join(named).decode("latin-1") if named else None
    return address_key(client[0] if client else None, forwarded, settings.TRUSTED_PROXIES)
