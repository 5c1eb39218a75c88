"""Two more ways to follow a room, on the seat and the order of a socket: a stream of events, and one answer at the first news.

    hub ── write(wire) ──> Stream: queue ── as fast as the reader takes it ──> `id:` and `data:` lines
                      └──> Poll: remembers that there is news ── read again from the client's cursor ──> one `sync`

Neither can answer a `ping`: the stream's comments, and TCP under them, find out who is gone.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from typing import Any, Protocol

from django.conf import settings

from inglenook.chat.follow_request import FollowRequest
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
    Unavailable,
)
from inglenook.realtime.connection import Connection
from inglenook.realtime.hub import Hub
from inglenook.realtime.lines import Line
from inglenook.realtime.outlets import Outlet
from inglenook.realtime.rooms import Mode
from inglenook.realtime.standing import Door
from inglenook.realtime.wire import Wire, wire_of
from inglenook.sites.database import read

COMMENT_SECONDS = 15.0
COMMENT = b":\n\n"
# What is handed to the server at once; it has a buffer of about the same size.
CHUNK_BYTES = 64 * 1024
# What a reader that stopped is given to take its last events; after this it is cut.
LINGER_SECONDS = 10.0
CLOSED_WITH: dict[str, type[ChatError]] = {
    "banned": Banned,
    "invalid_token": InvalidToken,
    "key_revoked": OriginNotAllowed,
    "origin_revoked": OriginNotAllowed,
    "site_disabled": SiteDisabled,
    "forbidden": Forbidden,
}


class Sender(Protocol):
    """What is answered: see events.Answer."""

    async def begin_events(self) -> None: ...

    async def write(self, chunk: bytes, *, more: bool = True) -> None: ...

    async def tell(self, body: bytes, status: int = 200, retry_ms: int | None = None) -> None: ...

    async def refuse(self, error: ChatError) -> None: ...


class Follower(Outlet):
    """A visitor's seat in one room for the length of one request; counted, judged and drained as a socket is."""

    def __init__(
        self, hub: Hub, follow_request: FollowRequest, answer: Sender, slot: ConnectionSlot
    ) -> None:
        self.hub = hub
        self.slot = slot
        self.follow_request = follow_request
        self.answer = answer
        self.limits = settings.LIMITS
        self.connection = Connection(self, self.limits)

    async def sit(self, cursor: Cursor) -> None:
        """Raises NotFound, Unavailable."""
        await self.hub.sit(
            self.connection, self.follow_request.participant, self.follow_request.slug, cursor
        )

    async def come_in(self) -> bool:
        """False when the visitor has as many connections as anybody may."""
        wanted = self.follow_request
        person = wanted.participant
        if not await self.slot.claim(person):
            return False
        door = Door(
            site_id=wanted.site_id, key=wanted.key, origin=wanted.origin, version=wanted.version
        )
        self.hub.people.add(self.connection, person, door, wanted.access_version)
        return True

    async def run(self) -> None:
        try:
            await self.follow()
        except ChatError as error:
            await self.answer.refuse(error)
        finally:
            self.hub.remove(self.connection)
            await self.connection.finish()

    async def follow(self) -> None:
        raise NotImplementedError


class Stream(Follower):
    """Every frame of the room as one event, until somebody leaves; what the reader does not take is bounded."""

    def __init__(
        self,
        hub: Hub,
        follow_request: FollowRequest,
        answer: Sender,
        slot: ConnectionSlot,
        line: Line | None,
    ) -> None:
        super().__init__(hub, follow_request, answer, slot)
        self._line = line
        self._events: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._is_ended = False
        self._cutting: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        # A client takes silence for `ping_s` and some as the end, whatever the transport.
        self._comment_seconds = min(COMMENT_SECONDS, self.limits.ping_s)

    # --- what the hub sees

    def write(self, wire: Wire) -> bool:
        if self._bytes + len(wire.event) > self.limits.unproven_bytes:
            return False
        self._put(wire.event)
        return True

    def end(self, name: str, bye: frames.Bye) -> None:
        if name == "slow_consumer":
            self._events.clear()
        self._put(wire_of(bye).event)
        self._is_ended = True
        loop = asyncio.get_running_loop()
        # Not at once: the hub may be going through the seats just now.
        loop.call_soon(self.hub.stand_up, self.connection, self.follow_request.slug)
        self._cutting = loop.call_later(LINGER_SECONDS, self._cut)

    async def finish(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()

    def _put(self, event: bytes) -> None:
        self._events.append(event)
        self._bytes += len(event)
        self._news.set()

    def _cut(self) -> None:
        if self._line is not None:
            self._line.cut()
        elif self._task is not None:
            self._task.cancel()

    # --- what the reader sees

    async def follow(self) -> None:
        self._task = asyncio.current_task()
        if await self.come_in():
            await self.sit(self.follow_request.cursor)
        else:
            self.connection.bye("connection_limit", "too many open tabs of this chat")
        if self._line is not None:
            self._line.hold()
        await self.answer.begin_events()
        loop = asyncio.get_running_loop()
        comment_at = loop.time() + self._comment_seconds
        while await self._write_events():
            if loop.time() >= comment_at:
                self._put(COMMENT)
                comment_at += self._comment_seconds
            elif not await self._read_on():
                self._news.clear()
                await self._news_until(comment_at)
        if self._line is not None:
            self._line.let_go()
        await self.answer.write(b"", more=False)

    async def _write_events(self) -> bool:
        """Hands over all there is, as fast as it is taken. False after the last event."""
        while self._events:
            chunk = self._take()
            if self._line is not None:
                await self._line.ready()
            await self.answer.write(chunk)
            self._bytes -= len(chunk)
        return not self._is_ended

    def _take(self) -> bytes:
        taken = [self._events.popleft()]
        length = len(taken[0])
        while self._events and length + len(self._events[0]) <= CHUNK_BYTES:
            taken.append(self._events.popleft())
            length += len(taken[-1])
        return b"".join(taken)

    async def _read_on(self) -> bool:
        """A page that says `more` is followed by the next one: who reads a stream cannot ask."""
        seat = self.connection.seats.get(self.follow_request.slug)
        if seat is None or seat.mode is not Mode.BEHIND:
            return False
        epoch, _ = seat.told()
        try:
            await self.sit(Cursor(epoch, seat.sent))
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
    """One `sync`: at once where there is something new, else at the first change, else when the time is up."""

    def __init__(
        self, hub: Hub, follow_request: FollowRequest, answer: Sender, slot: ConnectionSlot
    ) -> None:
        super().__init__(hub, follow_request, answer, slot)
        self._is_told = False
        self._sync: Wire | None = None
        self._has_news = asyncio.Event()
        self._closed: tuple[str, frames.Bye] | None = None

    def write(self, wire: Wire) -> bool:
        """Who is here and who types is no news: nothing in a `sync` tells it."""
        if not wire.epoch:
            return True
        cursor = self.follow_request.cursor
        if self._is_told or (wire.epoch, wire.number) != (cursor.epoch, cursor.since):
            self._has_news.set()
        self._sync = None if self._is_told else wire
        self._is_told = True
        return True

    def end(self, name: str, bye: frames.Bye) -> None:
        self._closed = (name, bye)
        self._has_news.set()

    async def follow(self) -> None:
        if not await self.come_in():
            raise Rate("Too many open tabs of this chat.", retry_ms=AGAIN_MS)
        await self.sit(self.follow_request.cursor)
        try:
            async with asyncio.timeout(self.follow_request.wait_s):
                await self._has_news.wait()
        except TimeoutError:
            pass
        if self._closed is not None:
            raise _error_for(*self._closed)
        await self.answer.tell(self._sync.text if self._sync else await self._read_again())

    async def _read_again(self) -> bytes:
        """From where the client stands: a live frame alone would not say what is its own."""
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
    """What a closed socket would have been told, as a refusal."""
    refused = CLOSED_WITH.get(name)
    if refused is not None:
        return refused()
    low, high = bye.retry_ms or (AGAIN_MS, AGAIN_MS)
    again_ms = random.randint(low, high)  # noqa: S311  it spreads those who come back
    return Unavailable("The chat is about to start anew.", retry_ms=again_ms)
