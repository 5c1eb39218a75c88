"""Whether this process is about to end. The server (realtime) sets it, `/readyz` (ops) reads it.

It lives here because these two may not import each other.
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
