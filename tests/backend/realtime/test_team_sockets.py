"""The team's sockets: from our own pages alone, and for no longer than their login."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from websockets.exceptions import InvalidStatus

from tests.backend.realtime.team import PASSWORD, Member, new_site
from tests.testkit.server import Server
from tests.testkit.wire import Client

# The promise is 2.5 s; the rest is for a busy machine.
SECONDS = 4.0
FOREIGN = (
    "http://127.0.0.1:8555",
    "http://127.0.0.1",
    "https://127.0.0.1:{port}",
    "ftp://127.0.0.1:{port}",
    "http://localhost:{port}",
    "http://[::1]:{port}",
    "http://127.0.0.1.evil.test:{port}",
    "http://evil@127.0.0.1:{port}",
    "http://127.0.0.1:{port}/",
    "null",
    "http://shop.test",
)


@pytest.fixture
def site(server: Server) -> dict[str, Any]:
    return new_site(server)


async def test_it_opens_to_a_page_of_the_base_url(server: Server, key: str) -> None:
    await Member(server).sign_in(key).greet(server, key)


async def test_it_refuses_every_other_page_with_the_owners_cookie(server: Server, key: str) -> None:
    member = Member(server).sign_in(key)
    for foreign in FOREIGN:
        with pytest.raises(InvalidStatus) as caught:
            await member.open(server, key, origin=foreign.format(port=server.port))
        assert caught.value.response.status_code == 403, foreign


def signs_out(member: Member) -> None:
    member.send("/accounts/logout/")
    assert member.get("/dashboard/").url.path == "/accounts/login/"


def changes_the_password(member: Member) -> None:
    """In another browser: the login of this one is not touched, but signed for the old password."""
    sent = {"password1": PASSWORD, "password2": PASSWORD}
    member.another_browser().send("/accounts/password/set/", **sent)


def is_switched_off(member: Member) -> None:
    """Past the product, so that nothing is announced."""
    execute(
        member.server, "UPDATE sites_account SET is_active = {false} WHERE email = {email}", member
    )


def leaves_the_team(member: Member) -> None:
    execute(
        member.server,
        "DELETE FROM sites_member WHERE account_id ="
        " (SELECT id FROM sites_account WHERE email = {email})",
        member,
    )


def is_forgotten(member: Member) -> None:
    """Every session ends, as an operator may end them."""
    execute(member.server, "DELETE FROM django_session", member)


@pytest.mark.parametrize(
    "ends", [signs_out, changes_the_password, is_switched_off, leaves_the_team, is_forgotten]
)
async def test_it_is_closed_in_every_process_when_the_login_ends(
    pair: tuple[Server, Server], ends: Callable[[Member], None]
) -> None:
    key = str(new_site(pair[0])["site_key"])
    member = Member(pair[0]).sign_in(key)
    sockets = [await member.greet(server, key) for server in pair]
    ends(member)
    for socket in sockets:
        assert await socket.closed(SECONDS) == 4508
        assert socket.of("bye")[0]["code"] == 4508


async def test_one_login_that_ends_leaves_the_others(server: Server, key: str) -> None:
    member = Member(server).sign_in(key)
    other = member.another_browser()
    goes, stays = await member.greet(server, key), await other.greet(server, key)
    signs_out(member)
    assert await goes.closed(SECONDS) == 4508
    await stays.ack(await stays.say("still here"))


async def test_a_login_that_ends_between_the_handshake_and_hello_is_none(
    server: Server, key: str
) -> None:
    member = Member(server).sign_in(key)
    socket: Client = await member.open(server, key)
    signs_out(member)
    await socket.send({"type": "hello", "v": 1, "rooms": [{"room": "lobby"}]})
    assert await socket.closed(SECONDS) == 4508
    assert not socket.of("welcome")


def execute(server: Server, statement: str, member: Member) -> None:
    if url := server.env.get("DATABASE_URL"):
        with psycopg.connect(url) as database:
            database.execute(
                statement.format(false="FALSE", email="%(email)s"), {"email": member.email}
            )
        return
    (file,) = server.folder.glob("data/*.sqlite3")
    database = sqlite3.connect(file, timeout=10, isolation_level=None)
    database.execute(statement.format(false="0", email=":email"), {"email": member.email})
    database.close()
