"""A client that does not read or answer is closed, and every close says when to come back."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, open_session


@pytest.fixture(params=["uvicorn", "daphne"])
def hasty(request: pytest.FixtureRequest, serve: Serve) -> Server:
    """Pings every second, waits two for a pong, and lets nobody be more than 128 KiB behind."""
    return serve(
        server=request.param,
        INGLENOOK_PING_S="1",
        INGLENOOK_PONG_S="2",
        INGLENOOK_UNPROVEN_BYTES=str(128 * 1024),
        INGLENOOK_BURST="5000",
        INGLENOOK_SENDS_PER_10S="5000",
    )


def new_key(server: Server) -> str:
    return str(server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)["site_key"])


async def test_a_ping_names_every_room_s_head_and_no_pong_ends_the_socket(hasty: Server) -> None:
    key = new_key(hasty)
    amber = await Client.greet(hasty, key, "lobby")
    await amber.ack(await amber.say("Hello"))
    epoch = amber.of("sync")[0]["epoch"]
    await amber.expect("ping", heads={"lobby": [epoch, 1]})
    await amber.expect("ping")
    amber.answers_pings = False
    # Whatever else it sends: only a pong proves that it reads.
    for _ in range(6):
        if amber.of("bye"):
            break
        await amber.send({"type": "history", "room": "lobby", "limit": 1})
        await asyncio.sleep(1)
    assert await amber.closed() == 4000
    assert amber.of("bye")[0]["code"] == 4000


async def test_a_reader_that_stops_slows_nobody_and_gets_4001(hasty: Server) -> None:
    key = new_key(hasty)
    amber = await Client.greet(hasty, key, "lobby")
    witness = await Client.greet(hasty, key, "lobby")
    token = (await open_session(hasty.base_url, key))["token"]
    stalled = Stalled(hasty.port, key, token)
    memory = resident_kib(hasty)
    body = "x" * 2000
    for _ in range(700):
        cid = await amber.say(body)
        await witness.expect("message", cid=cid)
        if len(amber.frames) > 600:
            break
    assert resident_kib(hasty) - memory < 40 * 1024
    codes = await asyncio.get_running_loop().run_in_executor(None, stalled.read_to_the_end)
    # It finds the reason behind what it had not read; or it was cut while it still did not read.
    assert codes in ([4001], [])
    assert not witness.of("bye")


async def test_sigterm_tells_everybody_when_to_come_back(hasty: Server) -> None:
    key = new_key(hasty)
    clients = [await Client.greet(hasty, key, "lobby") for _ in range(3)]
    await asyncio.get_running_loop().run_in_executor(None, hasty.stop)
    for client in clients:
        assert await client.closed() == 1012
        (bye,) = client.of("bye")
        low, high = bye["retry_ms"]
        assert bye["code"] == 1012
        assert 0 < low < high


class Stalled:
    """A visitor whose kernel takes 4 KiB and who reads nothing, as a phone in a tunnel."""

    def __init__(self, port: int, key: str, token: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(
            f"GET /ws/v1/{key}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: inglenook.v1\r\n"
            f"Origin: {ORIGIN}\r\n\r\n".encode()
        )
        hello = json.dumps({"type": "hello", "v": 1, "token": token, "rooms": [{"room": "lobby"}]})
        payload = hello.encode()
        head = bytes([0x81, 0x80 | 126]) + struct.pack("!H", len(payload)) + b"\0\0\0\0"
        self.socket.sendall(head + payload)

    def read_to_the_end(self) -> list[int]:
        """The close codes among what is still there."""
        self.socket.settimeout(10)
        data = b""
        try:
            while chunk := self.socket.recv(65536):
                data += chunk
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self.socket.close()
        index = data.rfind(b"\x88")
        if index < 0 or len(data) < index + 4 or b'"code":4001' not in data[index - 400 : index]:
            return []
        return [int.from_bytes(data[index + 2 : index + 4], "big")]


def resident_kib(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])
