"""How each server under test wants to be spoken to:
a path, what to say first, when one is in, how to say a message.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.wire import client_frame, handshake

ORIGIN = "http://shop.test"


@dataclass(frozen=True)
class Dialect:
    """`opening(index)` are the texts after the handshake;
    a socket is in when `is_in` has been seen.

    Socket `index` speaks in one of `rooms`, and gets what is said there if it `subscribes`.
    It comes back with the room's `cursors` (epoch, since).
    With several `paths` each has a site of its own.
    """

    name: str = "plain"
    path: str = "/"
    is_in: bytes = b"\r\n\r\n"
    tokens: Sequence[str] = ()
    rooms: Sequence[str] = ()
    subscribes: bool = True
    cursors: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: Sequence[str] = ()
    # What an ack has, and no other frame; what a refusal has.
    acked: bytes = b'"type":"ack"'
    refused: bytes = b'"type":"nack"'

    def handshake(self, port: int, index: int) -> bytes:  # noqa: ARG002  a dialect's signature
        return handshake(port, self.path)

    def room_of(self, index: int) -> str:
        return self.rooms[index % len(self.rooms)] if self.rooms else ""

    def opening(self, index: int) -> list[bytes]:  # noqa: ARG002  a dialect's signature
        return []

    def say(self, index: int, text: str, number: int) -> bytes:  # noqa: ARG002  a dialect's signature
        return client_frame(text.encode())


class Tutorial(Dialect):
    def say(self, index: int, text: str, number: int) -> bytes:  # noqa: ARG002  a dialect's signature
        return client_frame(json.dumps({"message": text}).encode())


class SocketIo(Dialect):
    def opening(self, index: int) -> list[bytes]:  # noqa: ARG002  a dialect's signature
        return [b"40"]

    def say(self, index: int, text: str, number: int) -> bytes:  # noqa: ARG002  a dialect's signature
        return client_frame(f'42["message",{json.dumps(text)}]'.encode())


class Nats(Dialect):
    """Lines of NATS's own protocol in frames. The server answers PING once it has subscribed."""

    def opening(self, index: int) -> list[bytes]:  # noqa: ARG002  a dialect's signature
        return [b'CONNECT {"verbose":false}\r\nSUB lobby 1\r\nPING\r\n']

    def say(self, index: int, text: str, number: int) -> bytes:  # noqa: ARG002  a dialect's signature
        return client_frame(f"PUB lobby {len(text.encode())}\r\n{text}\r\n".encode())


@dataclass(frozen=True)
class NatsStream(Dialect):
    """Each message goes to a stream, which acks it to its sender. Whoever comes makes the stream,
    where it is not there yet.
    """

    acked: bytes = b'"stream":"ROOM"'
    refused: bytes = b'"error":'

    def opening(self, index: int) -> list[bytes]:
        stream = b'{"name":"ROOM","subjects":["lobby"],"storage":"file"}'
        make = b"PUB $JS.API.STREAM.CREATE.ROOM %d\r\n%s\r\n" % (len(stream), stream)
        return [b'CONNECT {"verbose":false}\r\nSUB acks.%d 1\r\n%sPING\r\n' % (index, make)]

    def say(self, index: int, text: str, number: int) -> bytes:  # noqa: ARG002  a dialect's signature
        head = f"PUB lobby acks.{index} {len(text.encode())}"
        return client_frame(f"{head}\r\n{text}\r\n".encode())


class Inglenook(Dialect):
    def handshake(self, port: int, index: int) -> bytes:
        path = self.paths[index % len(self.paths)] if self.paths else self.path
        return handshake(port, path, origin=ORIGIN, subprotocol="inglenook.v1")

    def opening(self, index: int) -> list[bytes]:
        token = self.tokens[index % len(self.tokens)]
        room = self.room_of(index)
        rooms = [{"room": room, **self.cursors.get(room, {})}] if self.subscribes else []
        hello = {"type": "hello", "v": 1, "token": token, "rooms": rooms}
        return [json.dumps(hello).encode()]

    def say(self, index: int, text: str, number: int) -> bytes:
        cid = f"bench-{number:012d}"
        frame = f'{{"type":"send","cid":"{cid}","room":"{self.room_of(index)}","body":"{text}"}}'
        return client_frame(frame.encode())


KINDS: dict[str, type[Dialect]] = {
    "plain": Dialect,
    "tutorial": Tutorial,
    "socketio": SocketIo,
    "nats": Nats,
    "nats-stream": NatsStream,
    "inglenook": Inglenook,
}


def dialect(kind: str, **words: Any) -> Dialect:
    """From what JSON can carry: `is_in` comes as text."""
    if "is_in" in words:
        words["is_in"] = words["is_in"].encode()
    return KINDS[kind](**words)
