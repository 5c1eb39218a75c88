"""A socket's hello notes where its visitor is now, as a hash and behind the handshake."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing

from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, SECONDS, Client, open_session


def hash_in(server: Server, visitor_id: str) -> str:
    with closing(sqlite3.connect(server.folder / "data" / "inglenook.sqlite3")) as database:
        rows = database.execute(
            "SELECT address_hash FROM visitors_visitor WHERE public_id = ?", [visitor_id]
        )
        return str(rows.fetchone()[0])


async def hello_from(server: Server, key: str, token: str, address: str) -> None:
    client = await Client.open(server.ws_url, key, headers={"X-Forwarded-For": address})
    await client.send({"type": "hello", "v": 1, "token": token, "rooms": []})
    await client.expect("welcome")
    await client.close()


async def test_a_hello_from_elsewhere_is_noted_by_its_hash(serve: Serve) -> None:
    server = serve(INGLENOOK_TRUSTED_PROXIES="127.0.0.1")
    key = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)["site_key"]
    session = await open_session(server.base_url, key)
    who = session["visitor"]["id"]
    assert hash_in(server, who) == ""  # loopback is no address

    async def noted_after(before: str, address: str) -> str:
        await hello_from(server, key, session["token"], address)
        deadline = time.monotonic() + SECONDS
        while (found := hash_in(server, who)) == before:
            assert time.monotonic() < deadline, f"{address} was not noted"
            await asyncio.sleep(0.05)
        return found

    first = await noted_after("", "203.0.113.7")
    second = await noted_after(first, "2001:db8:1:2::9")
    assert await noted_after(second, "::ffff:203.0.113.7") == first
    assert len({first, second}) == 2
    for file in (server.folder / "data").glob("inglenook.sqlite3*"):
        assert b"203.0.113." not in file.read_bytes()
