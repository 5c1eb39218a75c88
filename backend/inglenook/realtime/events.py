"""Rooms followed over HTTP: Django judges the request, then lets go of it; what is held open is held here.

    GET rooms/<slug>/events ──> Django: host, origin, token, query, CORS headers ──> nothing to wait for: its own answer
                                   └─ FollowRequest ──> a slot of the address ──> Stream or Poll (stream.py)

Not Django's StreamingHttpResponse: its request keeps a thread and every middleware until the last byte, for as long as a
tab is open, and the end of a client reaches the iterator as a cancellation somewhere below all that. Here `receive` is
ours: `http.disconnect` ends the one task that holds the seat, on uvicorn and daphne alike. Not a second set of rules
either: whatever Django would have refused it refuses, and the headers that it made are those that are sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from inglenook.chat.follow_request import EXTENSION, FollowHandOff, FollowRequest
from inglenook.limits.connection_quota import ConnectionSlot
from inglenook.protocol.errors import ChatError, Unavailable
from inglenook.protocol.frames import encode
from inglenook.protocol.refusals import error_response, retry_after
from inglenook.realtime.addresses import address_of
from inglenook.realtime.hub import hub_of_this_loop
from inglenook.realtime.lines import line_of
from inglenook.realtime.stream import Poll, Stream

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# They are about a body that is not sent.
REPLACED = frozenset({b"content-length", b"content-type"})
DRAIN_MS = 2_000


class EventsApplication:
    """Django's application, with the requests that it gives away."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].endswith("/events"):
            await self.app(scope, receive, send)
            return
        hand_off = FollowHandOff()
        answer = Answer(hand_off, receive, send)
        own = {**scope, "extensions": {**scope.get("extensions", {}), EXTENSION: hand_off}}
        await self.app(own, answer.receive, answer.take_over)
        if hand_off.follow_request is not None and answer.is_ours and not answer.is_gone:
            await _follow(scope, hand_off.follow_request, answer)


class Answer:
    """Django's answer, kept back: its headers go with whatever is answered instead."""

    def __init__(self, hand_off: FollowHandOff, receive: Receive, send: Send) -> None:
        self.is_ours = False
        self.is_gone = False
        self._hand_off = hand_off
        self._receive = receive
        self._send = send
        self._headers: list[tuple[bytes, bytes]] = []

    # --- while Django has it

    async def receive(self) -> Message:
        message = await self._receive()
        self.is_gone = self.is_gone or message["type"] == "http.disconnect"
        return message

    async def take_over(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_ours = self._hand_off.follow_request is not None and message["status"] == 200
            self._headers = [
                (key, value) for key, value in message["headers"] if key.lower() not in REPLACED
            ]
        if not self.is_ours:
            await self._send(message)

    # --- while it is ours

    async def gone(self) -> None:
        """Returns when the client has left."""
        while not self.is_gone:
            await self.receive()

    async def begin_events(self) -> None:
        await self._begin(200, [(b"content-type", b"text/event-stream")])

    async def write(self, chunk: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def tell(self, body: bytes, status: int = 200, retry_ms: int | None = None) -> None:
        """A whole answer of JSON."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        if retry_ms is not None:
            headers.append((b"retry-after", retry_after(retry_ms).encode()))
        await self._begin(status, headers)
        await self.write(body, more=False)

    async def refuse(self, error: ChatError) -> None:
        await self.tell(encode(error_response(error)), error.status, error.retry_ms)

    async def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await self._send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*self._headers, *headers],
            }
        )


async def _follow(scope: Scope, follow_request: FollowRequest, answer: Answer) -> None:
    hub = hub_of_this_loop()
    slot = ConnectionSlot(follow_request.site_id, address_of(scope))
    try:
        if hub.is_draining:
            raise Unavailable("The server restarts; come back in a moment.", retry_ms=DRAIN_MS)
        await slot.enter()
    except ChatError as error:
        await answer.refuse(error)
        return
    try:
        if follow_request.wait_s is None:
            await _until_gone(
                answer, Stream(hub, follow_request, answer, slot, line_of(scope)).run()
            )
        else:
            await _until_gone(answer, Poll(hub, follow_request, answer, slot).run())
    finally:
        slot.leave()


async def _until_gone(answer: Answer, work: Coroutine[Any, Any, None]) -> None:
    """Runs `work` to its end, or to the client's, whichever comes first."""
    tasks = [asyncio.ensure_future(work), asyncio.ensure_future(answer.gone())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
