"""The only place that announces anything: one bell a change, rung after COMMIT.

    service ── on_commit ──> ring(bell) ──> the hub of this process (it passes the bell on to the layer)
                                        └─> the layer directly, in a process that serves nobody (a command)

The database is the truth. A bell that is lost costs time, never a message: the hub compares heads by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.dispatch import receiver
from msgspec import Struct

from inglenook.sites.signals import standing_changed
from inglenook.visitors.signals import visitor_renamed

logger = logging.getLogger(__name__)

SEND_SECONDS = 2.0


class Bell(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened. `change`: the ready frame of `rev`. `head`: look in the database up to `rev` (bulk, epoch).

    `process` and `conn` say where it came from, so that it is not answered there.
    `standing`: keys, origins, bans or roles of the site changed. `typing`, `seen`, `presence`, `identity`: best effort.
    """

    kind: Literal["change", "head", "standing", "typing", "seen", "presence", "identity"]
    site_id: int
    slug: str = ""
    epoch: str = ""
    rev: int = 0
    frame: bytes = b""
    author_id: str = ""
    author_name: str = ""
    process: str = ""
    conn: str = ""
    people: list[tuple[str, str]] = []
    asks: bool = False


Listener = Callable[[Bell], None]
_listeners: list[Listener] = []
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Bell])


def listen(listener: Listener) -> Callable[[], None]:
    """`listener` hears every bell rung in this process, in the thread that rang it. Returns how to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring(bell: Bell) -> None:
    """Never raises and never waits for anybody: what was committed stays committed."""
    for listener in _listeners:
        listener(bell)
    if not _listeners and settings.REDIS_URL:
        try:
            async_to_sync(_send_once)(bell)
        except Exception as error:  # noqa: BLE001  whatever the layer raises, the change is stored
            logger.warning(
                "the layer did not take a bell", extra={"kind": bell.kind, "why": repr(error)}
            )


def ring_all(bells: Iterable[Bell]) -> None:
    """Bells of one COMMIT, in order."""
    for bell in bells:
        ring(bell)


def group_name(site_id: int, slug: str = "") -> str:
    """The layer's group of a room, or of a site's standing. Slugs are ASCII by rule."""
    return f"room.{site_id}.{slug}" if slug else f"site.{site_id}"


def group_of(bell: Bell) -> str:
    return group_name(bell.site_id, bell.slug)


def to_layer(bells: Sequence[Bell]) -> dict[str, object]:
    """Bells of one group, in order."""
    return {"type": "bells", "data": _encoder.encode(bells)}


def from_layer(event: dict[str, object]) -> list[Bell]:
    """None of what is not ours: another version of the program may share the layer."""
    data = event.get("data")
    try:
        return _decoder.decode(data) if isinstance(data, bytes) else []
    except msgspec.MsgspecError:
        return []


async def send(bell: Bell) -> None:
    """Hands the bell to the other processes. Raises when the layer is away."""
    layer: Any = get_channel_layer()
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(group_of(bell), to_layer([bell]))


async def _send_once(bell: Bell) -> None:
    layer: Any = get_channel_layer()
    await send(bell)
    await layer.flush()


@receiver(standing_changed, dispatch_uid="inglenook.chat.doorbell")
def _standing_changed(site_id: int, **_: object) -> None:
    ring(Bell(kind="standing", site_id=site_id))


@receiver(visitor_renamed, dispatch_uid="inglenook.chat.doorbell")
def _visitor_renamed(site_id: int, visitor_id: str, name: str, **_: object) -> None:
    ring(Bell(kind="identity", site_id=site_id, author_id=visitor_id, author_name=name))
