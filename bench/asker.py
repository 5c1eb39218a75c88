"""One client that asks and waits: pages by HTTP over one connection, frames by one socket."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

from bench.dialects import ORIGIN
from bench.wire import client_frame, handshake

SECONDS = 30.0
Frame = dict[str, Any]


class Asker:
    def __init__(self, port: int, key: str, token: str) -> None:
        self.key = key
        self.token = token
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.http.connect()
        self.http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.raw = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        path = f"/ws/v1/{key}/"
        self.raw.sendall(handshake(port, path, origin=ORIGIN, subprotocol="inglenook.v1"))
        self._rest = b""
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        self._rest = self._rest.partition(b"\r\n\r\n")[2]
        self._waiting: list[Frame] = []
        self.bytes_read = 0

    def close(self) -> None:
        self.http.close()
        self.raw.close()

    def get(self, path: str, **headers: str) -> bytes:
        """The body of a page; raises where it is no 200."""
        try:
            answer = self._get(path, headers)
        except ConnectionError:  # it was not used for some seconds
            self.http.close()
            answer = self._get(path, headers)
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"GET {path} was answered with {answer.status}: {body[:200]!r}")
        return body

    def _get(self, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.http.request("GET", path, headers={"Origin": ORIGIN, **headers})
        return self.http.getresponse()

    def api(self, path: str) -> bytes:
        return self.get(f"/api/v1/{self.key}{path}", Authorization=f"Bearer {self.token}")

    def say(self, **frame: Any) -> None:
        self.raw.sendall(client_frame(json.dumps(frame).encode()))

    def ask(self, kind: str, **frame: Any) -> Frame:
        """Says a frame, and answers with the next of that kind."""
        self.say(**frame)
        return self.next(kind)

    def next(self, kind: str) -> Frame:
        while True:
            while self._waiting:
                frame = self._waiting.pop(0)
                if frame["type"] == "ping":
                    self.say(type="pong", n=frame["n"])
                elif frame["type"] == kind:
                    return frame
                elif frame["type"] in ("error", "bye"):
                    raise AssertionError(f"the server said {frame}")
            value = json.loads(self._message())
            self._waiting += value if isinstance(value, list) else [value]

    def _message(self) -> bytes:
        while True:
            length, start = self._need(2)[1] & 0x7F, 2
            if length == 126:
                length, start = int.from_bytes(self._need(4)[2:4], "big"), 4
            elif length == 127:
                length, start = int.from_bytes(self._need(10)[2:10], "big"), 10
            whole = self._need(start + length)
            opcode, text = whole[0] & 0x0F, whole[start : start + length]
            self._rest = whole[start + length :]
            if opcode == 0x8:
                raise AssertionError(f"the server closed with {int.from_bytes(text[:2], 'big')}")
            if opcode == 0x1:
                return text

    def _need(self, length: int) -> bytes:
        while len(self._rest) < length:
            self._receive()
        return self._rest

    def _receive(self) -> None:
        data = self.raw.recv(262_144)
        if not data:
            raise AssertionError("the server closed the connection")
        self.bytes_read = getattr(self, "bytes_read", 0) + len(data)
        self._rest += data
