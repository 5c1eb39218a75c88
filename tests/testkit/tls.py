"""One TLS context for all HTTP clients of a test run.

httpx reads the list of authorities anew for each client: 55 ms of the processor. The tests make
thousands of clients, some to ask once, and all of them talk plainly to loopback.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from httpx._transports import default

MAKE = "create_ssl_context"


def share_one_context() -> None:
    """From now on clients with the same certificates have the same context."""
    make: Any = getattr(default, MAKE)
    if not hasattr(make, "cache_info"):
        setattr(default, MAKE, cache(make))
