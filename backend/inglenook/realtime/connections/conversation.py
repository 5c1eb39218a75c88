"""A socket's conversation: its frames are parsed and handed to services and the hub.

    receive ──> parse_client_frame ──> the handler of its type ──> services or hub ──> ack, nack …

It has no rule of its own. Plain ASGI: Channels' consumer classes would put a task and a thread hop
in front of every frame.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from msgspec import UNSET
from msgspec.structs import replace

from inglenook.chat import publish, selectors
from inglenook.chat.posting.draft import Draft
from inglenook.chat.sync import Cursor
from inglenook.limits.connection_quota import ConnectionSlot
from inglenook.limits.policy import refuse_a_flood
from inglenook.protocol import frames
from inglenook.protocol.errors import (
    BadFrame,
    Banned,
    BinaryNotSupported,
    ChatError,
    Forbidden,
    HelloRequired,
    Internal,
    Invalid,
    InvalidToken,
    NotFound,
    TokenExpired,
    Unavailable,
)
from inglenook.realtime.admission.admit import Admission
from inglenook.realtime.connections.actions import ACTION_NAMES, FREE_ACTIONS, change_stored
from inglenook.realtime.connections.connection import Connection
from inglenook.realtime.connections.frame_throttle import FrameThrottle
from inglenook.realtime.connections.read_marks import ReadMarks
from inglenook.realtime.connections.sinks import socket_sink
from inglenook.realtime.hub.hub import Hub
from inglenook.realtime.hub.rooms import Subscription
from inglenook.sites.site_concurrency import read_for, write_for
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Admit = Callable[[str | None], Awaitable[Admission]]
SUBPROTOCOL: Final = "inglenook.v1"
VERSION: Final = 1
# Clients keep a limit by their own clocks, which differ a little from ours.
TOLERANCE_SECONDS: Final = 0.2


class Conversation:
    """One accepted socket, from its handshake to its end.

    What only the handshake and the `hello` need is let go of behind them.
    """

    __slots__ = (
        *("address", "admit", "connection", "hub", "limits", "offered", "read_marks", "receive"),
        *("send", "slot", "throttle"),
    )

    def __init__(self, scope: Scope, receive: Any, send: Any, admit: Admit, hub: Hub) -> None:
        self.offered: Sequence[str] = scope.get("subprotocols") or ()
        self.address: str | None = scope.get("address")
        self.receive = receive
        self.send: Any = send
        self.admit: Admit | None = admit
        self.limits = settings.LIMITS
        self.connection = Connection(socket_sink(scope, send, self.limits), self.limits)
        self.hub = hub
        self.read_marks = ReadMarks(self.limits.seen_s)
        self.throttle = FrameThrottle(self.limits)
        self.slot: ConnectionSlot | None = scope.get("slot")

    async def run(self) -> None:
        connection = self.connection
        try:
            await self._accept()
            while (message := await self.receive())["type"] != "websocket.disconnect":
                if not connection.is_closing:
                    await self._take(message.get("text"))
                del message  # it would stay until the next comes
        finally:
            self.hub.remove(connection)
            if self.slot is not None:
                # Now, not when the sink has finished: the next tab may be waiting.
                self.slot.leave()
            await self.read_marks.flush()
            await connection.finish()

    async def _accept(self) -> None:
        speaks = SUBPROTOCOL in self.offered
        # RFC 6455 11.3.4: names are tokens. No server could send back one that is not ASCII.
        chosen = SUBPROTOCOL if speaks else next(filter(str.isascii, self.offered), None)
        await self.receive()  # websocket.connect
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        self.offered, self.send = (), None
        self.connection.start()
        if speaks:
            self.connection.close_without_hello()
        else:
            self.connection.bye("unsupported_version", f"offer the subprotocol {SUBPROTOCOL}")

    async def _take(self, text: str | None) -> None:
        """`text` None: a binary message."""
        connection = self.connection
        connection.is_busy = True
        connection.frames_taken += 1
        try:
            if text is None:
                raise frames.FrameRefused(BinaryNotSupported())
            if (rest := self.throttle.rest_seconds()) is not None:
                await asyncio.sleep(rest)
            frame = frames.parse_client_frame(text, self.limits)
            await self._handle(frame)
        except frames.FrameRefused as refused:
            self._answer(refused.error, refused.re, refused.cid, refused.room)
        finally:
            connection.is_busy = False

    async def _handle(self, frame: frames.ClientFrame) -> None:
        kind = str(frame.__struct_config__.tag)
        try:
            if self.connection.participant is None:
                if not isinstance(frame, frames.Hello):
                    raise HelloRequired()
                await self._hello(frame)
            else:
                await HANDLERS[type(frame)](self, frame, self.connection.participant)
        except ChatError as error:
            self._answer(error, kind, getattr(frame, "cid", None), getattr(frame, "room", None))
        except Exception:
            logger.exception("a frame failed", extra={"type": kind, "conn": self.connection.id})
            self._answer(
                Internal(retry_ms=2000),
                kind,
                getattr(frame, "cid", None),
                getattr(frame, "room", None),
            )

    def _answer(self, error: ChatError, re: str | None, cid: str | None, room: str | None) -> None:
        """Sends a `nack` where an action's `cid` is known, else an `error`. Counts strikes."""
        cid, room = frames.readable(cid, 64), frames.readable(room, 200)
        optional: dict[str, Any] = {
            name: value
            for name, value in (("field", error.field), ("retry_ms", error.retry_ms))
            if value is not None
        }
        if cid is not None and re in ACTION_NAMES:
            nack = frames.Nack(
                cid=cid,
                room=room,
                code=error.code,
                message=error.message,
                final=error.is_final,
                until=error.until if error.may_end else UNSET,
                **optional,
            )
            self.hub.send_to(self.connection, room, nack)
        else:
            named = {"re": re, "room": room, "cid": cid}
            optional |= {name: value for name, value in named.items() if value is not None}
            response = frames.Error(code=error.code, message=error.message, **optional)
            self.hub.send_to(self.connection, room, response)
        self.connection.strike(error.code)
        if re in ACTION_NAMES and self.throttle.is_flood(error.code):
            self.connection.bye("flood", "too many messages too fast")
            if (who := self.connection.participant) is not None:
                self.hub.flood_cool_down.note(who.site_id, who.id)

    # --- opening

    async def _hello(self, hello: frames.Hello) -> None:
        connection, admit = self.connection, self.admit
        if admit is None:
            raise BadFrame("A socket says hello once.")
        if hello.v != VERSION:
            connection.bye("unsupported_version", "this server speaks version 1")
            return
        if len(hello.rooms) > self.limits.rooms:
            raise Invalid(f"At most {self.limits.rooms} rooms a socket.", field="rooms")
        try:
            admission = await admit(hello.token)
        except (InvalidToken, TokenExpired, Unavailable, Banned, Forbidden) as error:
            connection.bye(error.code, error.message)
            return
        participant = replace(admission.participant, address=self.address)
        if self.slot is not None and not await self.slot.claim(participant):
            connection.bye("connection_limit", "too many open tabs of this chat")
            return
        if connection.is_closing:
            return
        self.hub.people.add(
            connection, participant, admission.credentials, admission.access_version
        )
        self.admit = None
        connection.keep_alive()
        connection.send(
            frames.Welcome(
                connection.id,
                selectors.timestamp(timezone.now()),
                self.limits.ping_s,
                {"id": participant.id, "name": participant.name, "role": participant.role},
                self.limits.for_clients(),
            )
        )
        for wanted in {room.room: room for room in hello.rooms}.values():
            try:
                await self._subscribe(participant, wanted.room, Cursor(wanted.epoch, wanted.since))
            except ChatError as error:
                self._answer(error, "hello", None, wanted.room)

    async def _subscribe(self, participant: Participant, slug: str, cursor: Cursor) -> None:
        subscriptions = self.connection.subscriptions
        if slug not in subscriptions and len(subscriptions) >= self.limits.rooms:
            raise Invalid(f"At most {self.limits.rooms} rooms a socket.", field="room")
        await self.hub.rooms.subscribe(self.connection, participant, slug, cursor)

    # --- rooms

    def _subscription(self, slug: str) -> Subscription:
        """Raises NotFound, the same for a room that was not joined and one that is not there."""
        subscription = self.connection.subscriptions.get(slug)
        if subscription is None:
            raise NotFound("Join the room first.")
        return subscription

    async def join(self, frame: frames.Join, participant: Participant) -> None:
        await self._subscribe(participant, frame.room, Cursor(frame.epoch, frame.since))

    async def leave(self, frame: frames.Leave, _participant: Participant) -> None:
        self.hub.rooms.unsubscribe(self.connection, frame.room)

    async def sync(self, frame: frames.SyncRequest, participant: Participant) -> None:
        self._subscription(frame.room)  # raises
        await self._subscribe(
            participant, frame.room, Cursor(frame.epoch, frame.since, frame.limit)
        )

    async def history(self, frame: frames.HistoryRequest, participant: Participant) -> None:
        limit = min(frame.limit, 100)
        page = await read_for(
            participant.site_id, _history, participant, frame.room, frame.before, limit
        )
        self.hub.send_to(self.connection, frame.room, page)

    # --- actions

    async def post(self, frame: frames.Send, participant: Participant) -> None:
        draft = Draft(
            slug=frame.room,
            author=participant,
            cid=frame.cid,
            body=frame.body,
            reply_to=frame.reply_to,
            attachments=frame.attachments,
        )
        ack = await self.hub.batcher.post(draft)
        self.hub.send_to(self.connection, frame.room, ack)

    async def change(self, frame: Any, participant: Participant) -> None:
        if not isinstance(frame, FREE_ACTIONS):
            refuse_a_flood(participant, frame.room)
        ack = await write_for(participant.site_id, change_stored, participant, frame)
        self.hub.send_to(self.connection, frame.room, ack)

    # --- best effort

    async def typing(self, frame: frames.TypingSignal, participant: Participant) -> None:
        subscription = self._subscription(frame.room)
        now = time.monotonic()
        if now - subscription.typed_at < self.limits.typing_s - TOLERANCE_SECONDS:
            return
        subscription.typed_at = now
        if subscription.own is not None and not subscription.own.is_audible:
            return
        publish.typing_started(participant, frame.room)

    async def seen(self, frame: frames.SeenSignal, participant: Participant) -> None:
        subscription = self._subscription(frame.room)
        rev = min(frame.rev, max(subscription.room.received, subscription.sent))
        if rev <= subscription.seen:
            return
        subscription.seen = rev
        self.read_marks.note(subscription, participant)

    async def pong(self, frame: frames.Pong, _participant: Participant) -> None:
        if not self.connection.pong(frame.n):
            raise Invalid("No ping had that number.", field="n")

    async def second_hello(self, _frame: frames.Hello, _participant: Participant) -> None:
        raise BadFrame("A socket says hello once.")


Handler = Callable[[Conversation, Any, Participant], Awaitable[None]]
HANDLERS: Final[dict[type[frames.ClientFrame], Handler]] = {
    frames.Hello: Conversation.second_hello,
    frames.Join: Conversation.join,
    frames.Leave: Conversation.leave,
    frames.Send: Conversation.post,
    frames.Edit: Conversation.change,
    frames.Delete: Conversation.change,
    frames.React: Conversation.change,
    frames.Pin: Conversation.change,
    frames.SyncRequest: Conversation.sync,
    frames.HistoryRequest: Conversation.history,
    frames.TypingSignal: Conversation.typing,
    frames.SeenSignal: Conversation.seen,
    frames.Pong: Conversation.pong,
}


def _history(participant: Participant, slug: str, before: int | None, limit: int) -> frames.History:
    room = selectors.room_by_slug(participant.site_id, slug, participant)
    return selectors.history_page(room, before, limit, participant.id)
