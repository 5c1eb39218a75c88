"""Whether this process is about to end. The server (realtime) sets it, `/readyz` (ops) reads it.

It lives here because these two may not import each other.
"""

from __future__ import annotations

from threading import Event
from typing import Final

from inglenook.protocol.errors import Unavailable

# By then a load balancer has another process, or this one is back.
RESTART_MS: Final = 2_000
_draining = Event()


def start_draining() -> None:
    """From now on no new sockets are wanted here; a load balancer learns it from `/readyz`."""
    _draining.set()


def restarting(retry_ms: int = RESTART_MS) -> Unavailable:
    """The refusal of whoever comes meanwhile."""
    return Unavailable("The server restarts; come back in a moment.", retry_ms=retry_ms)


def stop_draining() -> None:
    _draining.clear()


def is_draining() -> bool:
    return _draining.is_set()
