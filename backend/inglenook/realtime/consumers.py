"""A socket's conversation: each frame judged for its form here, done by a service; no rule of its own.

    receive ──> parse_client_frame ──> the handler of its type ──> services (write) / hub (seats) ──> ack, nack, sync …

Plain ASGI applications: Channels' consumer classes would put a task and a thread hop in front of every frame.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from msgspec.structs import replace

from inglenook.chat import publish, room_services, selectors, services
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
from inglenook.realtime.admission import Admission, AdmissionRequest, admit_member
from inglenook.realtime.connection import Connection
from inglenook.realtime.frame_throttle import FrameThrottle
from inglenook.realtime.handshake import refuse_with
from inglenook.realtime.hub import Hub, hub_of_this_loop
from inglenook.realtime.outlets import socket_outlet
from inglenook.realtime.read_marks import ReadMarks
from inglenook.realtime.rooms import Seat
from inglenook.sites.database import read
from inglenook.sites.turns import read_for, write_for
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Admit = Callable[[str | None], Awaitable[Admission]]
SUBPROTOCOL: Final = "inglenook.v1"
VERSION: Final = 1
# A little less than the limit that clients are told: their clocks and ours tick apart.
TOLERANCE_SECONDS: Final = 0.2


async def visitor_consumer(scope: Scope, receive: Any, send: Any) -> None:
    """The widget's socket: who it is, its `hello` says with a token."""
    site, origin = scope["site"], scope["origin"]

    async def admit(token: str | None) -> Admission:
        hub = hub_of_this_loop()
        await hub.flood_cool_down.wait(site.id, token, settings.LIMITS.hello_s)
        request = AdmissionRequest(site=site, origin=origin, token=token)
        return await hub.admissions.ask(site.id, request)

    await Conversation(scope, receive, send, admit).run()


async def staff_consumer(scope: Scope, receive: Any, send: Any) -> None:
    """Our own pages' socket: who it is, the session says; without one the handshake is refused."""
    key = scope["url_route"]["kwargs"]["site_key"]
    login = scope["session"].session_key

    async def admit(_token: str | None) -> Admission:
        return await read(admit_member, key=key, login=login)

    try:
        await admit(None)
    except ChatError as error:
        await refuse_with(scope, send, error)
        return
    await Conversation(scope, receive, send, admit).run()


class Conversation:
    """One accepted socket, from its handshake to its end."""

    def __init__(self, scope: Scope, receive: Any, send: Any, admit: Admit) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.admit = admit
        self.limits = settings.LIMITS
        self.connection = Connection(socket_outlet(scope, send, self.limits), self.limits)
        self.hub: Hub = hub_of_this_loop()
        self.read_marks = ReadMarks(self.limits.seen_s)
        self.throttle = FrameThrottle(self.limits)
        self.slot: ConnectionSlot | None = scope.get("slot")

    async def run(self) -> None:
        offered = self.scope.get("subprotocols") or []
        speaks = SUBPROTOCOL in offered
        # RFC 6455 11.3.4: names are tokens; no server could send back one that is not even ASCII.
        chosen = SUBPROTOCOL if speaks else next(filter(str.isascii, offered), None)
        await self.receive()  # websocket.connect
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        connection = self.connection
        connection.start()
        if speaks:
            connection.close_unless_greeted()
        else:
            connection.bye("unsupported_version", f"offer the subprotocol {SUBPROTOCOL}")
        try:
            while (message := await self.receive())["type"] != "websocket.disconnect":
                if not connection.is_closing:
                    await self._take(message)
        finally:
            self.hub.remove(connection)
            if self.slot is not None:
                self.slot.leave()  # now, not when the outlet has finished: the next tab may be waiting
            await self.read_marks.flush()
            await connection.finish()

    async def _take(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        connection = self.connection
        connection.is_busy = True
        connection.taken += 1
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
        """A `nack` where an act's `cid` is known, else an `error`; and a strike where it is one."""
        cid, room = frames.readable(cid, 64), frames.readable(room, 200)
        optional: dict[str, Any] = {
            name: value
            for name, value in (("field", error.field), ("retry_ms", error.retry_ms))
            if value is not None
        }
        if cid is not None and re in ACTS:
            nack = frames.Nack(
                cid=cid,
                room=room,
                code=error.code,
                message=error.message,
                final=error.is_final,
                **optional,
            )
            self.hub.tell(self.connection, room, nack)
        else:
            named = {"re": re, "room": room, "cid": cid}
            optional |= {name: value for name, value in named.items() if value is not None}
            told = frames.Error(code=error.code, message=error.message, **optional)
            self.hub.tell(self.connection, room, told)
        self.connection.strike(error.code)
        if re in ACTS and self.throttle.is_spent_by(error.code):
            self.connection.bye("flood", "too many messages too fast")
            if (who := self.connection.participant) is not None:
                self.hub.flood_cool_down.note(who.site_id, who.id)

    # --- opening

    async def _hello(self, hello: frames.Hello) -> None:
        connection = self.connection
        if hello.v != VERSION:
            connection.bye("unsupported_version", "this server speaks version 1")
            return
        if len(hello.rooms) > self.limits.rooms:
            raise Invalid(f"At most {self.limits.rooms} rooms a socket.", field="rooms")
        try:
            admission = await self.admit(hello.token)
        except (InvalidToken, TokenExpired, Unavailable, Banned, Forbidden) as error:
            connection.bye(error.code, error.message)
            return
        door = admission.door
        participant = replace(admission.participant, address=self.scope.get("address"))
        if self.slot is not None and not await self.slot.claim(participant):
            connection.bye("connection_limit", "too many open tabs of this chat")
            return
        if connection.is_closing:
            return
        self.hub.people.add(connection, participant, door, admission.access_version)
        connection.keep_alive()
        connection.send(
            frames.Welcome(
                connection.id,
                selectors.timestamp(timezone.now()),
                self.limits.ping_s,
                {"id": participant.id, "name": participant.name, "role": participant.role},
                self.limits.told(),
            )
        )
        for wanted in {room.room: room for room in hello.rooms}.values():
            try:
                await self._sit(participant, wanted.room, Cursor(wanted.epoch, wanted.since))
            except ChatError as error:
                self._answer(error, "hello", None, wanted.room)

    async def _sit(self, participant: Participant, slug: str, cursor: Cursor) -> None:
        seats = self.connection.seats
        if slug not in seats and len(seats) >= self.limits.rooms:
            raise Invalid(f"At most {self.limits.rooms} rooms a socket.", field="room")
        await self.hub.sit(self.connection, participant, slug, cursor)

    # --- rooms

    def _seat(self, slug: str) -> Seat:
        """What needs a seat says the same of a room that was not joined and of one that is not there."""
        seat = self.connection.seats.get(slug)
        if seat is None:
            raise NotFound("Join the room first.")
        return seat

    async def join(self, frame: frames.Join, participant: Participant) -> None:
        await self._sit(participant, frame.room, Cursor(frame.epoch, frame.since))

    async def leave(self, frame: frames.Leave, _participant: Participant) -> None:
        self.hub.stand_up(self.connection, frame.room)

    async def sync(self, frame: frames.SyncRequest, participant: Participant) -> None:
        self._seat(frame.room)
        await self._sit(participant, frame.room, Cursor(frame.epoch, frame.since, frame.limit))

    async def history(self, frame: frames.HistoryRequest, participant: Participant) -> None:
        limit = min(frame.limit, 100)
        page = await read_for(
            participant.site_id, _history, participant, frame.room, frame.before, limit
        )
        self.hub.tell(self.connection, frame.room, page)

    # --- acts

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
        self.hub.tell(self.connection, frame.room, ack)

    async def act(self, frame: Any, participant: Participant) -> None:
        if not isinstance(frame, FREE_ACTS):
            refuse_a_flood(participant, frame.room)
        work = _ACTS[type(frame)]
        ack = await write_for(participant.site_id, work, participant, frame)
        self.hub.tell(self.connection, frame.room, ack)

    # --- best effort

    async def typing(self, frame: frames.TypingSignal, participant: Participant) -> None:
        seat = self._seat(frame.room)
        now = time.monotonic()
        if now - seat.typed_at < self.limits.typing_s - TOLERANCE_SECONDS:
            return
        seat.typed_at = now
        publish.typing_started(participant, frame.room)

    async def seen(self, frame: frames.SeenSignal, participant: Participant) -> None:
        seat = self._seat(frame.room)
        rev = min(frame.rev, max(seat.room.received, seat.sent))
        if rev <= seat.seen:
            return
        seat.seen = rev
        self.read_marks.note(seat, participant)

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
    frames.Edit: Conversation.act,
    frames.Delete: Conversation.act,
    frames.React: Conversation.act,
    frames.Pin: Conversation.act,
    frames.SyncRequest: Conversation.sync,
    frames.HistoryRequest: Conversation.history,
    frames.TypingSignal: Conversation.typing,
    frames.SeenSignal: Conversation.seen,
    frames.Pong: Conversation.pong,
}


def _room(participant: Participant, slug: str) -> Any:
    return selectors.room_by_slug(participant.site_id, slug, participant)


def _history(participant: Participant, slug: str, before: int | None, limit: int) -> frames.History:
    return selectors.history_page(_room(participant, slug), before, limit, participant.id)


def _edit(participant: Participant, frame: frames.Edit) -> frames.Ack:
    return services.edit_message(
        room=_room(participant, frame.room),
        actor=participant,
        seq=frame.seq,
        body=frame.body,
        cid=frame.cid,
    )


def _delete(participant: Participant, frame: frames.Delete) -> frames.Ack:
    return services.delete_message(
        room=_room(participant, frame.room), actor=participant, seq=frame.seq, cid=frame.cid
    )


def _react(participant: Participant, frame: frames.React) -> frames.Ack:
    return services.react(
        room=_room(participant, frame.room),
        actor=participant,
        seq=frame.seq,
        emoji=frame.emoji,
        on=frame.on,
        cid=frame.cid,
    )


def _pin(participant: Participant, frame: frames.Pin) -> frames.Ack:
    return room_services.pin_message(
        room=_room(participant, frame.room),
        actor=participant,
        seq=frame.seq,
        on=frame.on,
        cid=frame.cid,
    )


_ACTS: Final[dict[type[frames.ClientFrame], Callable[[Participant, Any], frames.Ack]]] = {
    frames.Edit: _edit,
    frames.Delete: _delete,
    frames.React: _react,
    frames.Pin: _pin,
}
# They do not spend what sends do: one about what one wrote oneself, and the team's.
FREE_ACTS: Final = (frames.Delete, frames.Pin)
ACTS: Final = frozenset({"send", *(str(frame.__struct_config__.tag) for frame in _ACTS)})
