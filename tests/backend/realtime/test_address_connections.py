"""Every connection of an address counts, from accept to its end, also as a WebSocket."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest

from inglenook.realtime.admission.address_connections import AddressConnections, TooManyConnections
from inglenook.realtime.servers import bounded_http, uvicorn_websocket
from tests.backend.realtime.http_server import HttpServer, RawClient, http_server
from tests.backend.realtime.test_request_heads import GET, UPGRADE

STRANGER = "203.0.113.9"
PROXY = "10.0.0.7"


class Countable(AddressConnections):
    """Counts loopback too: the tests have no other address."""

    def _key_of(self, peer: str | None) -> str | None:
        return peer


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Countable:
    connections = Countable(3, [])
    for module in (bounded_http, uvicorn_websocket):
        monkeypatch.setattr(module, "address_connections", lambda: connections)
    return connections


def connections_of(most: int) -> AddressConnections:
    return AddressConnections(most, [ipaddress.ip_network("10.0.0.0/8")])


def test_an_address_has_so_many_and_another_its_own() -> None:
    connections = connections_of(2)
    keys = [connections.enter(STRANGER), connections.enter(STRANGER)]
    with pytest.raises(TooManyConnections):
        connections.enter(STRANGER)
    assert connections.enter("203.0.113.10") is not None
    connections.leave(keys[0])
    assert connections.enter(STRANGER) == keys[0]


def test_an_ipv6_network_is_one_address() -> None:
    connections = connections_of(1)
    connections.enter("2001:db8::1")
    with pytest.raises(TooManyConnections):
        connections.enter("2001:db8::2")


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}", "127.0.0.1", "::1", None])
def test_proxies_of_ours_and_loopback_do_not_count(peer: str | None) -> None:
    connections = connections_of(1)
    assert [connections.enter(peer) for _ in range(5)] == [None] * 5


def test_none_is_no_limit() -> None:
    connections = connections_of(0)
    assert [connections.enter(STRANGER) for _ in range(500)] == [None] * 500


async def refused(server: HttpServer) -> bool:
    answer = await server.ask()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 429 ")
    return answer != b""


async def free_again(server: HttpServer) -> None:
    async with asyncio.timeout(10):
        while await refused(server):  # noqa: ASYNC110  it is the server's
            await asyncio.sleep(0.02)


async def test_one_connection_too_many_is_refused_at_once(connections: Countable) -> None:
    async with http_server() as server:
        held = [await server.client() for _ in range(3)]
        for client in held:
            await client.write(GET + b"\r\n")
            assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
        assert await refused(server)
        held[0].writer.transport.abort()
        await free_again(server)


async def test_a_connection_that_became_a_socket_counts_until_it_ends(
    connections: Countable,
) -> None:
    async with http_server() as server:
        sockets = [await _socket(server) for _ in range(3)]
        assert await refused(server)
        sockets[0].writer.transport.abort()
        await free_again(server)


@pytest.mark.parametrize("rest", [b"Content-Length: 5\r\n", b"X: " + b"x" * 20_000 + b"\r\n"])
async def test_a_refused_handshake_gives_its_place_back(
    connections: Countable, rest: bytes
) -> None:
    async with http_server() as server:
        for _ in range(3):
            assert (await server.ask(UPGRADE + rest + b"\r\n")).startswith(b"HTTP/1.1 400 ")
        await free_again(server)


async def _socket(server: HttpServer) -> RawClient:
    client = await server.client()
    await client.write(UPGRADE + b"\r\n")
    assert (await client.reader.readline()).startswith(b"HTTP/1.1 101 ")
    return client
