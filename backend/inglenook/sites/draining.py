"""Whether this process is about to end: said by the server (realtime), told by `/readyz` (ops).

They may not know each other.
"""

from __future__ import annotations

from threading import Event

_draining = Event()


def start_draining() -> None:
    """From now on no new sockets are wanted here; a load balancer learns it from `/readyz`."""
    _draining.set()


def stop_draining() -> None:
    _draining.clear()


def is_draining() -> bool:
    return _draining.is_set()
