"""The product behind PgBouncer, in session and in transaction mode, with the file of
deploy/pgbouncer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import Serve
from tests.testkit import blank, services
from tests.testkit.fronts.pgbouncer import PgBouncer
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, new_cid

NAMES = ("lock_timeout", "idle_in_transaction_session_timeout")
ASK = f"SELECT {', '.join(f'current_setting($${name}$$)' for name in NAMES)}"


# Session mode holds a connection for each of the product's;
# in transaction mode three have to do for all.
@pytest.fixture(params=[("session", 40), ("transaction", 3)], ids=["session", "transaction"])
def bouncer(request: pytest.FixtureRequest) -> Iterator[PgBouncer]:
    mode, pool_size = request.param
    started = PgBouncer(blank.new_postgres(), mode=mode, pool_size=pool_size).start()
    yield started
    started.stop()


@pytest.fixture
def server(bouncer: PgBouncer, serve: Serve) -> Server:
    return serve(DATABASE_URL=bouncer.url)


def site_of(server: Server) -> str:
    found: dict[str, Any] = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
    return str(found["site_key"])


async def test_every_message_is_stored_once_and_in_order(server: Server, serve: Serve) -> None:
    """Two processes write into one room at once; each batch, page and snapshot
    meets another connection.
    """
    key = site_of(server)
    other = serve(beside=server)
    people = [await Client.greet(side, key, "lobby") for side in (server, other) * 4]

    async def talk(person: Client) -> list[int]:
        return [(await person.ack(await person.say(f"word {n}")))["seq"] for n in range(5)]

    stored = await asyncio.gather(*(talk(person) for person in people))
    assert sorted(seq for seqs in stored for seq in seqs) == list(range(1, 41))
    await people[0].send(
        {"type": "edit", "cid": new_cid(), "room": "lobby", "seq": stored[0][0], "body": "changed"}
    )
    await people[0].expect("ack", rev=41)
    late = await Client.greet(other, key, "lobby")
    (snapshot,) = late.of("sync")
    assert [message["seq"] for message in snapshot["messages"]] == list(range(1, 41))
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        assert (await http.get("/readyz")).json()["status"] == "ready"


async def test_a_lock_is_not_waited_for_longer_than_without_it(
    server: Server, bouncer: PgBouncer
) -> None:
    key = site_of(server)
    person = await Client.greet(server, key, "lobby")
    await person.ack(await person.say("before"))
    direct = bouncer.database.geturl()
    with psycopg.connect(direct) as holder:
        holder.execute("SELECT id FROM chat_room FOR UPDATE")
        refused = await person.expect("nack", cid=await person.say("meanwhile"), seconds=9)
        assert refused["code"] == "unavailable"
    await person.ack(await person.say("after"))


def test_every_connection_knows_how_long_to_wait(server: Server, bouncer: PgBouncer) -> None:
    """Also those that PgBouncer opens for somebody else's statement."""
    ask = (
        f"from django.db import connection as c; k = c.cursor(); k.execute({ASK!r}); "
        "print(k.fetchone())"
    )
    assert server.run("shell", "--no-imports", "-c", ask).stdout == "('2s', '10s')\n"
    if (
        "transaction"
        in (bouncer.folder / "pgbouncer.ini").read_text().split("pool_mode = ")[1][:12]
    ):
        opened = [psycopg.connect(bouncer.url) for _ in range(3)]
        try:
            assert {one.execute(ASK.encode()).fetchone() for one in opened} == {("2s", "10s")}
        finally:
            for one in opened:
                one.close()


def test_commands_that_read_much_work(server: Server) -> None:
    """A cursor of the server would be lost between two statements in transaction mode."""
    site_of(server)
    server.run("dumpdata", "chat", "sites")
    epochs = "from inglenook.chat.models import Room; print(len(list(Room.objects.iterator())))"
    assert server.run("shell", "--no-imports", "-c", epochs).stdout == "1\n"


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_tables_are_made_behind_it(mode: str, tmp_path: Path) -> None:
    bouncer = PgBouncer(services.postgres().new_database(), mode=mode, pool_size=3).start()
    try:
        installation = Server(tmp_path, env={"DATABASE_URL": bouncer.url})
        installation.run("migrate")
        assert installation.ask("site", "list") == {"sites": []}
    finally:
        bouncer.stop()
