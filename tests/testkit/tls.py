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
_make: Any = getattr(default, MAKE)


@cache
def _made(_trusted: tuple[str | None, ...], **options: Any) -> Any:
    return _make(**options)


def _shared(**options: Any) -> Any:
    return _made(tuple(os.environ.get(name) for name in TRUSTED), **options)


def share_one_context() -> None:
    """From now on clients that trust the same have the same context."""
    setattr(default, MAKE, _shared)
