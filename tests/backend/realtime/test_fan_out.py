"""A room's frames leave in one order: alone at once, together as one array, one's own behind what it follows."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any, cast

from inglenook.protocol import frames
from inglenook.protocol.limits import MESSAGE_BYTES
from inglenook.realtime import fan_out
from inglenook.realtime.connection import Connection
from inglenook.realtime.fan_out import BATCH_BYTES, BATCH_SECONDS, FanOut
from inglenook.realtime.wire import Wire, packed, wire_of


def change(rev: int, length: int = 0) -> Wire:
    text = json.dumps({"type": "message", "rev": rev, "body": "x" * length}).encode()
    return Wire(text, "epoch", rev)


def ack(rev: int) -> Wire:
    return wire_of(frames.Ack(cid="c", room="lobby", seq=rev, rev=rev, at=""))


class Socket:
    """Takes messages as a client gets them."""

    def __init__(self) -> None:
        self.is_closing = False
        self.messages: list[Any] = []
        self.sizes: list[int] = []

    def write(self, wire: Wire) -> None:
        self.messages.append(json.loads(wire.text))
        self.sizes.append(len(wire.text))

    @property
    def frames(self) -> list[Any]:
        return [
            frame
            for message in self.messages
            for frame in (message if isinstance(message, list) else [message])
        ]

    @property
    def order(self) -> list[str]:
        return [f"{frame['type']} {frame['rev']}" for frame in self.frames]


class Room:
    """A fan-out with sockets; `steps` is what was told before each batch."""

    def __init__(self, number: int = 1) -> None:
        self.steps: list[list[int]] = []
        self.out = FanOut(lambda wires: self.steps.append([wire.number for wire in wires]))
        self.sockets = [Socket() for _ in range(number)]
        for socket in self.sockets:
            self.out.enter(as_connection(socket))

    def say(self, *wires: Wire) -> None:
        for wire in wires:
            self.out.say(wire)
        self.out.release()


def as_connection(socket: Socket) -> Connection:
    return cast("Connection", socket)


async def a_window() -> None:
    await asyncio.sleep(BATCH_SECONDS * 4)


async def test_a_message_that_comes_alone_goes_at_once_and_as_a_plain_object() -> None:
    room = Room(2)
    for rev in (1, 2):
        room.say(change(rev))
        # Nothing was awaited in between: it is there already.
        assert [socket.messages[-1]["rev"] for socket in room.sockets] == [rev, rev]
        await a_window()
    assert all(isinstance(message, dict) for message in room.sockets[0].messages)


async def test_what_comes_together_goes_as_one_array_at_once() -> None:
    room = Room()
    room.say(change(1), change(2), change(3))
    assert [[frame["rev"] for frame in message] for message in room.sockets[0].messages] == [
        [1, 2, 3]
    ]


async def test_what_comes_soon_after_waits_for_the_window_and_goes_together() -> None:
    room = Room()
    room.say(change(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    room.say(change(2))
    room.say(change(3))
    assert room.sockets[0].order == ["message 1"]
    await a_window()
    assert [type(message) for message in room.sockets[0].messages] == [dict, list]
    assert room.sockets[0].order == ["message 1", "message 2", "message 3"]
    assert room.steps == [[1], [2, 3]]


async def test_the_array_is_made_once_for_all() -> None:
    room = Room(0)
    made: list[bytes] = []

    class Reader(Socket):
        def write(self, wire: Wire) -> None:
            made.append(wire.raw)

    for _ in range(3):
        room.out.enter(as_connection(Reader()))
    room.say(change(1), change(2))
    assert len(made) == 3
    assert len({id(raw) for raw in made}) == 1


async def test_an_ack_does_not_overtake_what_it_follows() -> None:
    room = Room(2)
    one, other = room.sockets
    room.say(change(1))
    room.out.tell(as_connection(one), ack(1))
    assert one.order == ["message 1", "ack 1"]
    room.say(change(2))
    room.out.tell(as_connection(one), ack(2))
    room.say(change(3))
    await a_window()
    assert one.order == ["message 1", "ack 1", "message 2", "message 3", "ack 2"]
    assert other.order == ["message 1", "message 2", "message 3"]


async def test_who_leaves_is_given_what_it_has_coming_and_nothing_after() -> None:
    room = Room(2)
    one, other = room.sockets
    room.say(change(1))
    room.say(change(2))
    room.out.tell(as_connection(one), ack(2))
    room.out.leave(as_connection(one))
    assert one.order == ["message 1", "message 2", "ack 2"]
    room.say(change(3))
    await a_window()
    assert one.order == ["message 1", "message 2", "ack 2"]
    assert other.order == ["message 1", "message 2", "message 3"]


async def test_who_enters_gets_what_goes_out_from_then_on() -> None:
    room = Room(1)
    room.say(change(1))
    newcomer = Socket()
    room.out.enter(as_connection(newcomer))
    room.say(change(2))
    await a_window()
    assert newcomer.order == ["message 2"]


async def test_who_is_here_and_who_types_makes_no_message_wait() -> None:
    room = Room()
    room.say(wire_of(frames.Seen("lobby", 1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    room.say(change(2))
    assert room.sockets[0].order == ["seen 1", "message 2"]


async def test_a_large_room_lets_the_loop_breathe_and_keeps_the_order() -> None:
    room = Room(fan_out.AT_ONCE * 3 + 1)
    room.say(change(1))
    reached = [socket for socket in room.sockets if socket.messages]
    assert len(reached) == fan_out.AT_ONCE
    # Meanwhile: more comes, one who has it and one who lacks it are told something, and two leave.
    room.say(change(2))
    lacking = [socket for socket in room.sockets if not socket.messages]
    for socket in (reached[0], lacking[0]):
        room.out.tell(as_connection(socket), ack(2))
    for socket in (reached[1], lacking[1]):
        room.out.leave(as_connection(socket))
    await a_window()
    await a_window()
    told = ["message 1", "message 2", "ack 2"]
    assert reached[0].order == told
    assert lacking[0].order == told
    assert all(socket.order[:2] == ["message 1", "message 2"] for socket in room.sockets)


async def test_finish_now_leaves_nobody_lacking_anything() -> None:
    room = Room(fan_out.AT_ONCE * 2)
    room.say(change(1))
    room.say(change(2))
    room.out.finish_now()
    assert {tuple(socket.order) for socket in room.sockets} == {("message 1", "message 2")}
    room.say(change(3))
    await a_window()
    await a_window()
    assert {tuple(socket.order[2:]) for socket in room.sockets} == {("message 3",)}


async def test_a_burst_goes_out_in_batches_that_a_reader_can_take() -> None:
    room = Room()
    room.say(*(change(rev, 4000) for rev in range(1, 301)))
    room.out.tell(as_connection(room.sockets[0]), ack(300))
    room.say(change(301))
    assert sum(room.sockets[0].sizes) <= BATCH_BYTES + 100
    for _ in range(30):
        await a_window()
    order = room.sockets[0].order
    assert order.index("ack 300") > order.index("message 300")
    order.remove("ack 300")
    assert order == [f"message {rev}" for rev in range(1, 302)]
    assert max(room.sockets[0].sizes) <= MESSAGE_BYTES


def test_frames_are_packed_in_order_and_below_the_limit() -> None:
    wires = [change(rev, 977 * rev % 9000) for rev in range(1, 200)]
    wires[57] = change(58, MESSAGE_BYTES - 60)
    messages = packed(wires)
    revs: list[int] = []
    for message in messages:
        value = json.loads(message.text)
        revs += [frame["rev"] for frame in (value if isinstance(value, list) else [value])]
        assert len(message.text) <= MESSAGE_BYTES
        assert message.raw.endswith(message.text)
        assert (message.epoch, message.number) == ("epoch", revs[-1])
    assert revs == list(range(1, 200))
    # None could have taken in the first frame of the next.
    for message, following in itertools.pairwise(messages):
        first = json.loads(following.text)
        first = first[0] if isinstance(first, list) else first
        more = len(json.dumps(first)) + 1
        is_array = message.text.startswith(b"[")
        assert len(message.text) + more + (0 if is_array else 2) > MESSAGE_BYTES


def test_an_array_is_as_many_events_on_a_stream() -> None:
    (parcel,) = packed([change(1), wire_of(frames.Seen("lobby", 1)), change(2)])
    assert (
        parcel.event == change(1).event + wire_of(frames.Seen("lobby", 1)).event + change(2).event
    )
    assert (parcel.epoch, parcel.number) == ("epoch", 2)
