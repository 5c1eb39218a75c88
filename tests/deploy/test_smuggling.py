"""What a stranger hides in a request does not get past the front as something else."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from tests.deploy.conftest import House
from tests.testkit.wire import hang_up


@pytest.fixture(params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest, house: House, house_of_caddy: House) -> House:
    return house if request.param == "nginx" else house_of_caddy


async def test_a_name_with_underscores_is_not_the_name_with_hyphens(front: House) -> None:
    """Python's servers once took one for the other: whoever wrote the former
    could speak as the proxy.
    """
    async with httpx.AsyncClient() as http:
        page = await http.get(
            f"{front.base_url}/accounts/login/",
            headers={"X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example"},
        )
    assert page.status_code == 200
    assert "secure" in page.headers["set-cookie"].lower()
    assert "evil.example" not in page.text


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 4\r\nContent-Length: 40\r\n",
        "Content-Length: +4\r\n",
        "X: y\r\n Content-Length: 40\r\n",
    ],
)
async def test_a_request_inside_a_request_is_never_answered(front: House, framing: str) -> None:
    inner = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    outer = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{front.front.port}\r\n{framing}"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    )
    answer = await ask(front, f"{outer}0\r\n\r\n{inner}")
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert b'"database"' not in answer
    assert answer.split()[1] in (b"400", b"403", b"501"), answer[:200]


@pytest.mark.parametrize(
    "upgrade", ["Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n", "Upgrade: x\r\n"]
)
async def test_only_sockets_are_upgraded(front: House, upgrade: str) -> None:
    answer = await ask(
        front,
        f"GET /embed.js HTTP/1.1\r\nHost: localhost:{front.front.port}\r\n{upgrade}"
        "Connection: Upgrade, HTTP2-Settings\r\n\r\n",
        end=b"\r\n",
    )
    assert b" 101 " not in answer


async def ask(front: House, text: str, *, end: bytes | None = None) -> bytes:
    """What comes back for these very bytes, up to `end` or to the end of the connection."""
    context = ssl.create_default_context()
    reader, writer = await asyncio.open_connection("localhost", front.front.port, ssl=context)
    try:
        writer.write(text.encode())
        async with asyncio.timeout(15):
            return await (reader.readuntil(end) if end else reader.read())
    finally:
        await hang_up(writer)
