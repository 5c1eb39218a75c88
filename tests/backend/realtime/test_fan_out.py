"""A room's frames go out in one order: alone at once, together as one array, own frames behind."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from inglenook.protocol import frames
from inglenook.protocol.limits import MESSAGE_BYTES
from inglenook.realtime.hub import fan_out
from inglenook.realtime.hub.encoded_frames import EncodedFrame, batch_frames, encode_frame
from inglenook.realtime.hub.fan_out import BATCH_BYTES, WINDOW_SECONDS_LEAST, FanOut


def change(rev: int, length: int = 0) -> EncodedFrame:
    text = json.dumps({"type": "message", "rev": rev, "body": "x" * length}).encode()
    return EncodedFrame(text, "epoch", rev)


def ack(rev: int) -> EncodedFrame:
    return encode_frame(frames.Ack(cid="c", room="lobby", seq=rev, rev=rev, at=""))


class Socket:
    """Takes messages as a client gets them."""

    def __init__(self) -> None:
        self.is_closing = False
        self.messages: list[Any] = []
        self.sizes: list[int] = []

    def write(self, frame: EncodedFrame) -> None:
        self.messages.append(json.loads(frame.text))
        self.sizes.append(len(frame.text))

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
    """A fan-out with sockets; `batches` has the numbers of each batch."""

    def __init__(self, number: int = 1) -> None:
        self.batches: list[list[int]] = []
        self.out = FanOut(lambda frames: self.batches.append([frame.number for frame in frames]))
        self.sockets = [Socket() for _ in range(number)]
        for socket in self.sockets:
            self.out.add(socket)

    def broadcast(self, *frames: EncodedFrame) -> None:
        for frame in frames:
            self.out.broadcast(frame)
        self.out.release()


async def a_window() -> None:
    await asyncio.sleep(WINDOW_SECONDS_LEAST * 4)


async def test_a_message_that_comes_alone_goes_at_once_and_as_a_plain_object() -> None:
    room = Room(2)
    for rev in (1, 2):
        room.broadcast(change(rev))
        # Nothing was awaited in between: the message is there already.
        assert [socket.messages[-1]["rev"] for socket in room.sockets] == [rev, rev]
        await a_window()
    assert all(isinstance(message, dict) for message in room.sockets[0].messages)


async def test_frames_that_come_together_go_as_one_array_at_once() -> None:
    room = Room()
    room.broadcast(change(1), change(2), change(3))
    assert [[frame["rev"] for frame in message] for message in room.sockets[0].messages] == [
        [1, 2, 3]
    ]


async def test_frames_that_come_soon_after_wait_for_the_window_and_go_together() -> None:
    room = Room()
    room.broadcast(change(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    room.broadcast(change(2))
    room.broadcast(change(3))
    assert room.sockets[0].order == ["message 1"]
    await a_window()
    assert [type(message) for message in room.sockets[0].messages] == [dict, list]
    assert room.sockets[0].order == ["message 1", "message 2", "message 3"]
    assert room.batches == [[1], [2, 3]]


async def test_the_window_grows_with_the_room() -> None:
    windows = {number: Room(number).out.window_seconds for number in (0, 250, 500, 1_000, 5_000)}
    assert windows == {0: 0.005, 250: 0.005, 500: 0.010, 1_000: 0.020, 5_000: 0.020}


async def test_the_array_is_encoded_once_for_all() -> None:
    room = Room(0)
    made: list[bytes] = []

    class Reader(Socket):
        def write(self, frame: EncodedFrame) -> None:
            made.append(frame.raw)

    for _ in range(3):
        room.out.add(Reader())
    room.broadcast(change(1), change(2))
    assert len(made) == 3
    assert len({id(raw) for raw in made}) == 1


async def test_an_ack_does_not_overtake_a_message_before_it() -> None:
    room = Room(2)
    one, other = room.sockets
    room.broadcast(change(1))
    room.out.send_to(one, ack(1))
    assert one.order == ["message 1", "ack 1"]
    room.broadcast(change(2))
    room.out.send_to(one, ack(2))
    room.broadcast(change(3))
    await a_window()
    assert one.order == ["message 1", "ack 1", "message 2", "message 3", "ack 2"]
    assert other.order == ["message 1", "message 2", "message 3"]


async def test_who_is_removed_gets_what_was_broadcast_before_and_nothing_after() -> None:
    room = Room(2)
    one, other = room.sockets
    room.broadcast(change(1))
    room.broadcast(change(2))
    room.out.send_to(one, ack(2))
    room.out.remove(one)
    assert one.order == ["message 1", "message 2", "ack 2"]
    room.broadcast(change(3))
    await a_window()
    assert one.order == ["message 1", "message 2", "ack 2"]
    assert other.order == ["message 1", "message 2", "message 3"]


async def test_who_is_added_gets_what_is_broadcast_from_then_on() -> None:
    room = Room(1)
    room.broadcast(change(1))
    newcomer = Socket()
    room.out.add(newcomer)
    room.broadcast(change(2))
    await a_window()
    assert newcomer.order == ["message 2"]


async def test_a_frame_without_a_number_makes_no_message_wait() -> None:
    room = Room()
    room.broadcast(encode_frame(frames.Seen("lobby", 1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    room.broadcast(change(2))
    assert room.sockets[0].order == ["seen 1", "message 2"]


async def test_a_large_room_gives_the_loop_turns_and_keeps_the_order() -> None:
    room = Room(fan_out.WRITES_AT_ONCE * 3 + 1)
    room.broadcast(change(1))
    reached = [socket for socket in room.sockets if socket.messages]
    assert len(reached) == fan_out.WRITES_AT_ONCE
    # Meanwhile: one more change, a frame for one socket that has the batch and for one that has
    # not, and two leave.
    room.broadcast(change(2))
    lacking = [socket for socket in room.sockets if not socket.messages]
    for socket in (reached[0], lacking[0]):
        room.out.send_to(socket, ack(2))
    for socket in (reached[1], lacking[1]):
        room.out.remove(socket)
    await a_window()
    await a_window()
    expected = ["message 1", "message 2", "ack 2"]
    assert reached[0].order == expected
    assert lacking[0].order == expected
    assert all(socket.order[:2] == ["message 1", "message 2"] for socket in room.sockets)


async def test_flush_writes_everything_to_everybody() -> None:
    room = Room(fan_out.WRITES_AT_ONCE * 2)
    room.broadcast(change(1))
    room.broadcast(change(2))
    room.out.flush()
    assert {tuple(socket.order) for socket in room.sockets} == {("message 1", "message 2")}
    room.broadcast(change(3))
    await a_window()
    await a_window()
    assert {tuple(socket.order[2:]) for socket in room.sockets} == {("message 3",)}


async def test_a_burst_goes_out_in_batches_that_a_reader_can_take() -> None:
    room = Room()
    room.broadcast(*(change(rev, 4000) for rev in range(1, 301)))
    room.out.send_to(room.sockets[0], ack(300))
    room.broadcast(change(301))
    assert sum(room.sockets[0].sizes) <= BATCH_BYTES + 100
    for _ in range(30):
        await a_window()
    order = room.sockets[0].order
    assert order.index("ack 300") > order.index("message 300")
    order.remove("ack 300")
    assert order == [f"message {rev}" for rev in range(1, 302)]
    assert max(room.sockets[0].sizes) <= MESSAGE_BYTES


def test_frames_are_batched_in_order_and_below_the_limit() -> None:
    frames = [change(rev, 977 * rev % 9000) for rev in range(1, 200)]
    frames[57] = change(58, MESSAGE_BYTES - 60)
    messages = batch_frames(frames)
    revs: list[int] = []
    for message in messages:
        value = json.loads(message.text)
        revs += [frame["rev"] for frame in (value if isinstance(value, list) else [value])]
        assert len(message.text) <= MESSAGE_BYTES
        assert message.raw.endswith(message.text)
        assert (message.epoch, message.number) == ("epoch", revs[-1])
    assert revs == list(range(1, 200))
    # No message had space for the first frame of the next.
    for message, following in itertools.pairwise(messages):
        first = json.loads(following.text)
        first = first[0] if isinstance(first, list) else first
        more = len(json.dumps(first)) + 1
        is_array = message.text.startswith(b"[")
        assert len(message.text) + more + (0 if is_array else 2) > MESSAGE_BYTES


def test_an_array_is_as_many_events_on_a_stream() -> None:
    (batch,) = batch_frames([change(1), encode_frame(frames.Seen("lobby", 1)), change(2)])
    assert (
        batch.event
        == change(1).event + encode_frame(frames.Seen("lobby", 1)).event + change(2).event
    )
    assert (batch.epoch, batch.number) == ("epoch", 2)
