"""A body is judged by its path before it is read, on both servers; no body becomes a file."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from inglenook.protocol.limits import API_BODY_BYTES, FORM_BODY_BYTES
from inglenook.realtime.servers.body_limits import most_body_bytes
from tests.testkit.server import Server

MANY = 60_000_000
SECONDS = 20.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FILE = {"Content-Type": "multipart/form-data; boundary=x"}
PATHS = [
    "/api/v1/KEY/session",
    "/api/v1/nobody/nothing",
    "/accounts/login/",
    "/nowhere",
    "/embed.js",
]


def test_the_api_takes_what_a_message_needs_and_all_else_what_a_form_needs() -> None:
    assert most_body_bytes("/api/v1/key/rooms/lobby/messages") == 64 * 1024
    assert most_body_bytes("/api/") == 64 * 1024
    assert most_body_bytes("/accounts/login/") == 1024 * 1024
    assert most_body_bytes("/apis") == 1024 * 1024


@pytest.mark.parametrize("path", PATHS)
async def test_a_declared_length_above_it_is_refused_before_a_byte_of_it(
    server: Server, key: str, path: str
) -> None:
    head = f"POST {path.replace('KEY', key)} HTTP/1.1\r\nHost: localhost\r\n"
    answer = await ask(server, head.encode() + b"Content-Length: %d\r\n\r\n" % MANY)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nconnection: close\r\n" in answer.lower()
    expects = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % MANY
    assert (await ask(server, head.encode() + expects)).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", [FORM, FILE])
def test_who_sends_on_gets_the_answer_too(
    server: Server, key: str, path: str, kind: dict[str, str]
) -> None:
    url = server.base_url + path.replace("KEY", key)
    declared = httpx.post(url, content=b"x" * 8_000_000, headers=kind, timeout=SECONDS)
    pieces = (b"x" * 50_000 for _ in range(160))
    undeclared = httpx.post(url, content=pieces, headers=kind, timeout=SECONDS)
    assert (declared.status_code, undeclared.status_code) == (413, 413)


def test_the_limit_itself_passes(server: Server, key: str) -> None:
    for path, most in (
        (f"/api/v1/{key}/session", API_BODY_BYTES),
        ("/nowhere", FORM_BODY_BYTES),
    ):
        for content in (b"x" * most, iter([b"x" * (most - 1), b"x"])):
            answer = httpx.post(server.base_url + path, content=content, timeout=SECONDS)
            assert answer.status_code not in (413, 500)


def test_the_api_says_so_in_json_that_every_page_may_read(server: Server, key: str) -> None:
    url = f"{server.base_url}/api/v1/{key}/session"
    answer = httpx.post(url, content=b"x" * 100_000, headers={"Origin": "null"}, timeout=SECONDS)
    assert answer.json()["error"] == "too_large"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_no_page_reads_what_the_owners_api_says(server: Server) -> None:
    url = f"{server.base_url}/api/v1/manage/key"
    answer = httpx.post(url, content=b"x" * (API_BODY_BYTES + 1), timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert "access-control-allow-origin" not in answer.headers


def test_nothing_of_it_is_in_a_file(server: Server) -> None:
    """A client that stops just below the limit leaves what the server holds as it is."""
    for path, most in (("/nowhere", FORM_BODY_BYTES), ("/api/v1/x/session", API_BODY_BYTES)):
        with httpx.stream("POST", server.base_url + path, content=_looking(server, most)) as answer:
            assert answer.status_code < 500


def _looking(server: Server, most: int) -> Iterator[bytes]:
    yield b"x" * (most - 1)
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        assert _deleted_files(server) == []
        time.sleep(0.05)
    yield b"x"


def _deleted_files(server: Server) -> list[str]:
    """Temporary files have no name; /proc calls them deleted."""
    found = []
    temporary = str(Path(tempfile.gettempdir()) / tempfile.gettempprefix())
    for link in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.endswith("(deleted)") or target.startswith(temporary):
            found.append(target)
    return found


async def ask(server: Server, head: bytes) -> bytes:
    """All that is answered to a head without a body, until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(head)
        async with asyncio.timeout(SECONDS):
            return await reader.read()
    finally:
        writer.transport.abort()
