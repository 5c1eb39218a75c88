"""Rooms followed over HTTP: Django judges the request, then hands it off to this module.

    GET rooms/<slug>/events ──> Django: host, origin, token, query, CORS headers
        ├─> refused, or nothing to wait for: Django's own response
        └─> FollowRequest ──> a slot of the address ──> Stream or Poll (followers.py)

Not Django's StreamingHttpResponse: its request keeps a thread and every middleware until the last
byte, for as long as a tab is open, and the end of a client reaches the iterator as a cancellation
below all that. Here `http.disconnect` ends the one task that holds the subscription, on uvicorn and
daphne alike. And there is one set of rules: Django refuses what it refuses, and the headers of its
response are those that are sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from inglenook.chat.follow_request import EXTENSION, FollowHandOff, FollowRequest
from inglenook.limits.connection_quota import ConnectionSlot
from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import encode
from inglenook.protocol.refusals import error_response, raw_retry_headers
from inglenook.realtime.admission.addresses import address_of
from inglenook.realtime.connections.followers import Poll, Stream
from inglenook.realtime.connections.http_stream import http_stream_of
from inglenook.realtime.hub.hub import hub_of_this_loop
from inglenook.sites.draining import restarting

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# These headers describe a body that is not sent.
REPLACED = frozenset({b"content-length", b"content-type"})


class FollowRequestsApplication:
    """Django's application, and the requests that it hands off."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].endswith("/events"):
            await self.app(scope, receive, send)
            return
        hand_off = FollowHandOff()
        response = HeldResponse(hand_off, receive, send)
        own = {**scope, "extensions": {**scope.get("extensions", {}), EXTENSION: hand_off}}
        await self.app(own, response.receive, response.take_over)
        if hand_off.follow_request is not None and response.is_ours and not response.is_gone:
            await _follow(scope, hand_off.follow_request, response)


class HeldResponse:
    """Django's response, held back: its headers go with the response that is sent instead."""

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

    async def respond(
        self, body: bytes, status: int = 200, more: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Sends a whole response of JSON, with `more` headers."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *more,
        ]
        await self._begin(status, headers)
        await self.write(body, more=False)

    async def refuse(self, error: ChatError) -> None:
        body = encode(error_response(error))
        await self.respond(body, error.status, raw_retry_headers(error))

    async def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await self._send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*self._headers, *headers],
            }
        )


async def _follow(scope: Scope, follow_request: FollowRequest, response: HeldResponse) -> None:
    hub = hub_of_this_loop()
    slot = ConnectionSlot(follow_request.site_id, address_of(scope))
    try:
        if hub.is_draining:
            raise restarting()
        await slot.enter()
    except ChatError as error:
        await response.refuse(error)
        return
    try:
        if follow_request.wait_s is None:
            await _until_gone(
                response, Stream(hub, follow_request, response, slot, http_stream_of(scope)).run()
            )
        else:
            await _until_gone(response, Poll(hub, follow_request, response, slot).run())
    finally:
        slot.leave()


async def _until_gone(response: HeldResponse, work: Coroutine[Any, Any, None]) -> None:
    """Runs `work` until it ends or the client leaves, whichever comes first."""
    tasks = [asyncio.ensure_future(work), asyncio.ensure_future(response.gone())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
