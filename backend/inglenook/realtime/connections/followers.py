"""Two ways to follow a room over HTTP, each by a subscription as a socket has it.

    hub ──> write(frame) ─┬─> Stream: queue ── as fast as the reader takes it ──> `id:`, `data:`
                          └─> Poll: the first change ── page from the client's cursor ──> one `sync`

Neither client can answer a `ping`. The stream's comments, and TCP under them, show who is gone.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from typing import Any, Protocol

from django.conf import settings

from inglenook.chat.follow_request import FollowRequest
from inglenook.chat.own_part import OwnPart
from inglenook.chat.sync import Cursor, sync_of
from inglenook.limits.connection_quota import AGAIN_MS, ConnectionSlot
from inglenook.protocol import frames
from inglenook.protocol.errors import (
    Banned,
    ChatError,
    Forbidden,
    InvalidToken,
    OriginNotAllowed,
    Rate,
    SiteDisabled,
)
from inglenook.realtime.admission.access import Credentials
from inglenook.realtime.connections.connection import Connection
from inglenook.realtime.connections.http_stream import HttpStream
from inglenook.realtime.connections.sinks import Sink
from inglenook.realtime.hub.encoded_frames import EncodedFrame, encode_frame
from inglenook.realtime.hub.hub import Hub
from inglenook.realtime.hub.rooms import Mode
from inglenook.sites.database import read
from inglenook.sites.draining import restarting

COMMENT_SECONDS = 15.0
COMMENT = b":\n\n"
LOOK_FRAME = b'{"type":"site"'
RECEIPT_FRAME = b'{"type":"receipt"'
# Handed to the server at once; its buffer has about the same size.
CHUNK_BYTES = 64 * 1024
# How long a reader that stopped may take for its last events; then its connection is cut.
LINGER_SECONDS = 10.0
REFUSAL_OF_CLOSE: dict[str, type[ChatError]] = {
    "banned": Banned,
    "invalid_token": InvalidToken,
    "key_revoked": OriginNotAllowed,
    "origin_revoked": OriginNotAllowed,
    "site_disabled": SiteDisabled,
    "forbidden": Forbidden,
}


class Response(Protocol):
    """What a follower writes to: see follow_requests.HeldResponse."""

    async def begin_events(self) -> None: ...

    async def write(self, chunk: bytes, *, more: bool = True) -> None: ...

    async def respond(self, body: bytes) -> None: ...

    async def refuse(self, error: ChatError) -> None: ...


class Follower(Sink):
    """A visitor's subscription to one room for the length of one request.

    Its connection is counted, judged and drained as a socket's is.
    """

    def __init__(
        self, hub: Hub, follow_request: FollowRequest, response: Response, slot: ConnectionSlot
    ) -> None:
        self.hub = hub
        self.slot = slot
        self.follow_request = follow_request
        self.response = response
        self.limits = settings.LIMITS
        self.connection = Connection(self, self.limits)

    async def subscribe(self, cursor: Cursor) -> None:
        """Raises NotFound, Unavailable."""
        await self.hub.rooms.subscribe(
            self.connection, self.follow_request.participant, self.follow_request.slug, cursor
        )

    async def admit(self) -> bool:
        """False when the visitor has as many connections as they may have."""
        wanted = self.follow_request
        person = wanted.participant
        if not await self.slot.claim(person):
            return False
        credentials = Credentials(
            site_id=wanted.site_id,
            key=wanted.key,
            origin=wanted.origin,
            version=wanted.version,
            login=wanted.login,
            until=wanted.until,
        )
        self.hub.people.add(self.connection, person, credentials, wanted.access_version)
        return True

    async def run(self) -> None:
        try:
            await self.follow()
        except ChatError as error:
            await self.response.refuse(error)
        finally:
            self.hub.remove(self.connection)
            await self.connection.finish()

    async def follow(self) -> None:
        raise NotImplementedError


class Stream(Follower):
    """Every frame of the room as one event, until the client leaves. Its queue is bounded."""

    def __init__(
        self,
        hub: Hub,
        follow_request: FollowRequest,
        response: Response,
        slot: ConnectionSlot,
        http_stream: HttpStream | None,
    ) -> None:
        super().__init__(hub, follow_request, response, slot)
        self._http_stream = http_stream
        self._events: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._is_ended = False
        self._abort_timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        # A client takes silence of a little more than `ping_s` for the end, on every transport.
        self._comment_seconds = min(COMMENT_SECONDS, self.limits.ping_s)

    # --- what the hub sees

    def write(self, frame: EncodedFrame) -> bool:
        if self._bytes + len(frame.event) > self.limits.unproven_bytes:
            return False
        self._put(frame.event)
        return True

    def end(self, name: str, bye: frames.Bye) -> None:
        if name == "slow_consumer":
            self._events.clear()
        self._put(encode_frame(bye).event)
        self._is_ended = True
        loop = asyncio.get_running_loop()
        # Not at once: the hub may be going through the subscriptions just now.
        loop.call_soon(self.hub.rooms.unsubscribe, self.connection, self.follow_request.slug)
        self._abort_timer = loop.call_later(LINGER_SECONDS, self._abort)

    async def finish(self) -> None:
        if self._abort_timer is not None:
            self._abort_timer.cancel()

    def _put(self, event: bytes) -> None:
        self._events.append(event)
        self._bytes += len(event)
        self._news.set()

    def _abort(self) -> None:
        if self._http_stream is not None:
            self._http_stream.abort()
        elif self._task is not None:
            self._task.cancel()

    # --- what the reader sees

    async def follow(self) -> None:
        self._task = asyncio.current_task()
        if await self.admit():
            await self.subscribe(self.follow_request.cursor)
        else:
            self.connection.bye("connection_limit", "too many open tabs of this chat")
        if self._http_stream is not None:
            self._http_stream.begin()
        await self.response.begin_events()
        loop = asyncio.get_running_loop()
        comment_at = loop.time() + self._comment_seconds
        while await self._write_events():
            if loop.time() >= comment_at:
                self._put(COMMENT)
                comment_at += self._comment_seconds
            elif not await self._read_next_page():
                self._news.clear()
                await self._news_until(comment_at)
        if self._http_stream is not None:
            self._http_stream.end()
        await self.response.write(b"", more=False)

    async def _write_events(self) -> bool:
        """Writes all queued events, as fast as the reader takes them.

        False after the last event.
        """
        while self._events:
            chunk = self._take()
            if self._http_stream is not None:
                await self._http_stream.writable()
            await self.response.write(chunk)
            self._bytes -= len(chunk)
        return not self._is_ended

    def _take(self) -> bytes:
        taken = [self._events.popleft()]
        length = len(taken[0])
        while self._events and length + len(self._events[0]) <= CHUNK_BYTES:
            taken.append(self._events.popleft())
            length += len(taken[-1])
        return b"".join(taken)

    async def _read_next_page(self) -> bool:
        """Sends the next page where the last said `more`: a stream's reader cannot ask for it."""
        subscription = self.connection.subscriptions.get(self.follow_request.slug)
        if subscription is None or subscription.mode is not Mode.BEHIND:
            return False
        epoch, _ = subscription.cursor()
        try:
            await self.subscribe(Cursor(epoch, subscription.sent))
        except ChatError as error:
            self.connection.bye("unavailable", error.message)
        return True

    async def _news_until(self, moment: float) -> None:
        try:
            async with asyncio.timeout_at(moment):
                await self._news.wait()
        except TimeoutError:
            pass


class Poll(Follower):
    """One `sync`: at once where something is new, else at the first change or after the wait."""

    def __init__(
        self, hub: Hub, follow_request: FollowRequest, response: Response, slot: ConnectionSlot
    ) -> None:
        super().__init__(hub, follow_request, response, slot)
        self._has_sync = False
        self._is_out_of_date = False
        self._sync: EncodedFrame | None = None
        self._has_news = asyncio.Event()
        self._closed: tuple[str, frames.Bye] | None = None

    def write(self, frame: EncodedFrame) -> bool:
        """A frame without a number (who is here, who types) ends no poll: no `sync` contains it.

        But for a receipt, which a `sync` that is read now contains; and for the site's look: the
        next request learns of it by the header of its answer.
        """
        if not frame.epoch:
            if frame.text.startswith(RECEIPT_FRAME):
                self._is_out_of_date = True
            if frame.text.startswith((LOOK_FRAME, RECEIPT_FRAME)):
                self._has_news.set()
            return True
        cursor = self.follow_request.cursor
        if self._has_sync or (frame.epoch, frame.number) != (cursor.epoch, cursor.since):
            self._has_news.set()
        self._sync = None if self._has_sync else frame
        self._has_sync = True
        return True

    def end(self, name: str, bye: frames.Bye) -> None:
        self._closed = (name, bye)
        self._has_news.set()

    async def follow(self) -> None:
        if not await self.admit():
            raise Rate("Too many open tabs of this chat.", retry_ms=AGAIN_MS)
        await self.subscribe(self.follow_request.cursor)
        if self._own_part_is_news():
            self._has_news.set()
        try:
            async with asyncio.timeout(self.follow_request.wait_s):
                await self._has_news.wait()
        except TimeoutError:
            pass
        if self._closed is not None:
            raise _error_for(*self._closed)
        self._remember_own_part()
        sync = None if self._is_out_of_date else self._sync
        await self.response.respond(sync.text if sync else await self._read_again())

    @property
    def _own_part(self) -> OwnPart | None:
        subscription = self.connection.subscriptions.get(self.follow_request.slug)
        return subscription.own if subscription else None

    def _own_part_is_news(self) -> bool:
        wanted, own = self.follow_request, self._own_part
        return own is not None and self.hub.polled_parts.is_news(
            wanted.participant, wanted.slug, own
        )

    def _remember_own_part(self) -> None:
        wanted, own = self.follow_request, self._own_part
        if own is not None:
            self.hub.polled_parts.remember(wanted.participant, wanted.slug, own)

    async def _read_again(self) -> bytes:
        """From the client's cursor: a live frame does not say what is the reader's own."""
        wanted = self.follow_request
        return frames.encode(
            await read(
                sync_of,
                slug=wanted.slug,
                participant=wanted.participant,
                cursor=wanted.cursor,
            )
        )


def _error_for(name: str, bye: frames.Bye) -> ChatError:
    """The refusal that means the same as a socket's close code."""
    refused = REFUSAL_OF_CLOSE.get(name)
    if refused is not None:
        return refused()
    low, high = bye.retry_ms or (AGAIN_MS, AGAIN_MS)
    again_ms = random.randint(low, high)  # noqa: S311  it spreads those who come back
    return restarting(again_ms)
