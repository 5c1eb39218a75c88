"""Every connection of an address counts, from accept to its end, whatever becomes of it."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest

from inglenook.realtime import bounded_http, protocol
from inglenook.realtime.crowd import Crowd, Crowded
from tests.backend.realtime.http_door import Door, RawClient, http_door
from tests.backend.realtime.test_request_heads import GET, UPGRADE

STRANGER = "203.0.113.9"
PROXY = "10.0.0.7"


class Countable(Crowd):
    """Counts loopback too: the tests have no other address."""

    def _key_of(self, peer: str | None) -> str | None:
        return peer


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Countable:
    crowd = Countable(3, [])
    for module in (bounded_http, protocol):
        monkeypatch.setattr(module, "crowd_of_this_process", lambda: crowd)
    return crowd


def crowd_of(most: int) -> Crowd:
    return Crowd(most, [ipaddress.ip_network("10.0.0.0/8")])


def test_an_address_has_so_many_and_another_its_own() -> None:
    crowd = crowd_of(2)
    keys = [crowd.enter(STRANGER), crowd.enter(STRANGER)]
    with pytest.raises(Crowded):
        crowd.enter(STRANGER)
    assert crowd.enter("203.0.113.10") is not None
    crowd.leave(keys[0])
    assert crowd.enter(STRANGER) == keys[0]


def test_an_ipv6_network_is_one_address() -> None:
    crowd = crowd_of(1)
    crowd.enter("2001:db8::1")
    with pytest.raises(Crowded):
        crowd.enter("2001:db8::2")


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}", "127.0.0.1", "::1", None])
def test_proxies_of_ours_and_loopback_do_not_count(peer: str | None) -> None:
    crowd = crowd_of(1)
    assert [crowd.enter(peer) for _ in range(5)] == [None] * 5


def test_none_is_no_limit() -> None:
    crowd = crowd_of(0)
    assert [crowd.enter(STRANGER) for _ in range(500)] == [None] * 500


async def refused(door: Door) -> bool:
    answer = await door.ask()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 429 ")
    return answer != b""


async def free_again(door: Door) -> None:
    async with asyncio.timeout(10):
        while await refused(door):  # noqa: ASYNC110  it is the server's
            await asyncio.sleep(0.02)


async def test_who_has_too_many_is_told_so_at_once(crowd: Countable) -> None:
    async with http_door() as door:
        held = [await door.client() for _ in range(3)]
        for client in held:
            await client.write(GET + b"\r\n")
            assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
        assert await refused(door)
        held[0].writer.transport.abort()
        await free_again(door)


async def test_a_connection_that_became_a_socket_counts_until_it_ends(crowd: Countable) -> None:
    async with http_door() as door:
        sockets = [await _socket(door) for _ in range(3)]
        assert await refused(door)
        sockets[0].writer.transport.abort()
        await free_again(door)


@pytest.mark.parametrize("rest", [b"Content-Length: 5\r\n", b"X: " + b"x" * 20_000 + b"\r\n"])
async def test_a_refused_handshake_gives_its_place_back(crowd: Countable, rest: bytes) -> None:
    async with http_door() as door:
        for _ in range(3):
            assert (await door.ask(UPGRADE + rest + b"\r\n")).startswith(b"HTTP/1.1 400 ")
        await free_again(door)


async def _socket(door: Door) -> RawClient:
    client = await door.client()
    await client.write(UPGRADE + b"\r\n")
    assert (await client.reader.readline()).startswith(b"HTTP/1.1 101 ")
    return client
