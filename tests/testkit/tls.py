"""One TLS context for all HTTP clients of a test run.

httpx reads the list of authorities anew for each client: 55 ms of the processor. The tests make
thousands of clients, some to ask once, and nearly all of them talk plainly to loopback.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from httpx._transports import default

MAKE = "create_ssl_context"
# What else says whom a client trusts; tests of front servers set it.
TRUSTED = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def share_one_context() -> None:
    """From now on clients that trust the same have the same context."""
    make: Any = getattr(default, MAKE)
    if hasattr(make, "shared"):
        return

    @cache
    def of(_trusted: tuple[str | None, ...], **options: Any) -> Any:
        return make(**options)

    def shared(**options: Any) -> Any:
        return of(tuple(os.environ.get(name) for name in TRUSTED), **options)

    shared.shared = True  # type: ignore[attr-defined]  # marks the function
    setattr(default, MAKE, shared)
