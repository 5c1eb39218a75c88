"""Whether this process is about to end: said by the server (realtime), told by `/readyz` (ops).

They may not know each other.
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
