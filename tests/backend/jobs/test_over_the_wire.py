"""A served installation: an erasure closes sockets, survives `kill -9`, and is done once by two."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, SECONDS, Client, new_cid, open_session

MANY = 6000
WORD = "Wxunmistakable"


def sql(server: Server, statement: str, *parameters: Any) -> list[Any]:
    path = server.folder / "data" / "inglenook.sqlite3"
    with closing(sqlite3.connect(path, timeout=30)) as database, database:
        return database.execute(statement, parameters).fetchall()


def left(server: Server) -> int:
    return int(sql(server, "SELECT count(*) FROM chat_message WHERE author_id IS NOT NULL")[0][0])


def holds_word(server: Server) -> list[str]:
    files = (server.folder / "data").glob("inglenook.sqlite3*")
    return [path.name for path in files if WORD.encode() in path.read_bytes()]


class Shop:
    """A site, a visitor who said a great deal, and the key of its owner."""

    def __init__(self, server: Server) -> None:
        made = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
        self.key, self.secret = made["site_key"], made["secret_key"]
        self.server = server

    def erase(self, visitor_id: str, server: Server | None = None) -> int:
        address = f"{(server or self.server).base_url}/api/v1/manage/visitors/{visitor_id}"
        headers = {"Authorization": f"Bearer {self.secret}"}
        return httpx.delete(address, headers=headers, timeout=SECONDS * 3).status_code

    async def talkative(self) -> tuple[Client, str]:
        """Somebody in the lobby with MANY messages, as if written over years."""
        client = await Client.greet(self.server, self.key, "lobby")
        cid = new_cid()
        await client.send({"type": "send", "cid": cid, "room": "lobby", "body": WORD})
        await client.ack(cid)
        sql(
            self.server,
            """
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO chat_message (room_id, seq, rev, change, cid, at, author_id, author_name,
              author_role, body, entities, reactions, attachments)
            SELECT room_id, i, i, change, printf('%08d', i), at, author_id, author_name,
              author_role, body || ' ' || i, entities, reactions, attachments
            FROM chat_message, n WHERE seq = 1
            """,
            MANY,
        )
        sql(self.server, "UPDATE chat_room SET head = ? WHERE slug = 'lobby'", MANY)
        return client, client.visitor["id"]


async def test_an_erased_visitors_socket_closes_and_others_see_tombstones(serve: Serve) -> None:
    shop = Shop(serve())
    client = await Client.greet(shop.server, shop.key, "lobby")
    other = await Client.greet(shop.server, shop.key, "lobby")
    cid = new_cid()
    await client.send({"type": "send", "cid": cid, "room": "lobby", "body": WORD})
    await client.ack(cid)
    await other.expect("message", body=WORD)
    assert shop.erase(client.visitor["id"]) == 204
    assert await client.closed() == 4502
    tombstone = await other.expect("message", deleted="erased")
    assert (tombstone["seq"], tombstone["body"], tombstone["cid"]) == (1, "", None)
    assert tombstone["author"] == {"id": None, "name": "", "role": "visitor", "avatar": None}
    assert holds_word(shop.server) == []
    again = await open_session(shop.server.base_url, shop.key, token=client.token)
    assert again["visitor"]["id"] != client.visitor["id"]
    await other.close()


async def test_an_erasure_goes_on_after_kill_9(serve: Serve) -> None:
    shop = Shop(serve())
    client, who = await shop.talkative()
    await client.close()

    def ask() -> None:
        with pytest.raises(httpx.HTTPError):
            shop.erase(who)

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + SECONDS
    while left(shop.server) == MANY:
        assert time.monotonic() < deadline
    shop.server.kill()
    asking.join(SECONDS)
    assert 0 < left(shop.server) < MANY
    # Its lease ends a minute later; the test does not wait for that.
    long_ago = "2020-01-01 00:00:00"
    sql(shop.server, "UPDATE jobs_job SET leased_until = ?, enqueued_at = ?", long_ago, long_ago)
    shop.server.start()
    deadline = time.monotonic() + SECONDS * 2
    while sql(shop.server, "SELECT state FROM jobs_job WHERE target = ?", who) != [("done",)]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    assert left(shop.server) == 0
    assert holds_word(shop.server) == []
    assert shop.erase(who) == 404
    # Each message changed once, and no number of the room is missing.
    ((head,),) = sql(shop.server, "SELECT head FROM chat_room WHERE slug = 'lobby'")
    ((least, most, revs),) = sql(
        shop.server, "SELECT min(rev), max(rev), count(DISTINCT rev) FROM chat_message"
    )
    assert (head, least, most, revs) == (2 * MANY, MANY + 1, 2 * MANY, MANY)


async def test_two_processes_that_are_asked_at_once_do_it_once(serve: Serve) -> None:
    first = serve()
    second = serve(beside=first)
    shop = Shop(first)
    client, who = await shop.talkative()
    await client.close()
    answers: list[int] = []
    askers = [
        threading.Thread(target=lambda each=each: answers.append(shop.erase(who, each)))
        for each in (first, second)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(SECONDS * 3)
    # Whoever comes when it is done already finds nobody.
    assert sorted(answers) in ([204, 204], [204, 404])
    ((head,),) = sql(first, "SELECT head FROM chat_room WHERE slug = 'lobby'")
    assert head == 2 * MANY
    assert holds_word(first) == []
