"""The team's sockets and polls from the site's own pages: of one origin, and for no longer than the
login in the workspace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.backend.realtime.team import Member, new_site
from tests.backend.realtime.test_team_sockets import (
    SECONDS,
    changes_the_password,
    execute,
    is_forgotten,
    is_switched_off,
    leaves_the_team,
    signs_out,
)
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client

OTHER_ORIGIN = "http://blog.test"


@pytest.fixture
def site(server: Server) -> dict[str, Any]:
    return new_site(server)


def is_removed(member: Member) -> None:
    """As the product removes somebody: what hangs on the membership goes with it."""
    execute(member.server, "DELETE FROM visitors_pagelogin", member)
    leaves_the_team(member)


ENDS = [signs_out, changes_the_password, is_switched_off, is_removed, is_forgotten]


def page_token(member: Member, server: Server, key: str) -> str:
    """By the form of the workspace, and the code that it shows."""
    site = re.search(r"/dashboard/sites/(\d+)/", member.get("/dashboard/").text)
    assert site is not None
    opening = member.send(f"/dashboard/sites/{site[1]}/on-my-pages/", origin=ORIGIN)
    code = re.search(r"#ing-(\w+)", opening.text)
    assert code is not None, opening.text
    answer = httpx.post(
        f"{server.base_url}/api/v1/{key}/session",
        json={"code": code[1]},
        headers={"Origin": ORIGIN},
        timeout=20,
    )
    return str(answer.raise_for_status().json()["token"])


async def greet(server: Server, key: str, token: str, origin: str = ORIGIN) -> Client:
    client = await Client.open(server.ws_url, key, origin=origin)
    await client.send({"type": "hello", "v": 1, "token": token, "rooms": [{"room": "lobby"}]})
    return client


async def test_a_member_has_the_powers_of_the_workspace(server: Server, key: str) -> None:
    member = Member(server).sign_in(key)
    client = await greet(server, key, page_token(member, server, key))
    welcome = await client.expect("welcome")
    assert welcome["visitor"]["role"] == "owner"
    await client.expect("sync")
    ack = await client.ack(await client.say("Welcome"))
    pin = {"type": "pin", "cid": "00000001", "room": "lobby", "seq": ack["seq"], "on": True}
    await client.send(pin)
    assert (await client.expect("ack", cid="00000001"))["dup"] is False


async def test_it_works_from_its_origin_alone(server: Server, key: str) -> None:
    server.run("site", "origins", "--site", key, "--add", OTHER_ORIGIN)
    token = page_token(Member(server).sign_in(key), server, key)
    client = await greet(server, key, token, OTHER_ORIGIN)
    assert await client.closed(SECONDS) == 4502
    assert not client.of("welcome")


@pytest.mark.parametrize("ends", ENDS)
async def test_it_is_closed_in_every_process_when_the_login_ends(
    pair: tuple[Server, Server], ends: Callable[[Member], None]
) -> None:
    key = str(new_site(pair[0])["site_key"])
    member = Member(pair[0]).sign_in(key)
    token = page_token(member, pair[0], key)
    sockets = [await greet(server, key, token) for server in pair]
    for socket in sockets:
        await socket.expect("welcome")
    ends(member)
    for socket in sockets:
        assert await socket.closed(SECONDS) == 4502
        assert socket.of("bye")[0]["code"] == 4502


def test_a_poll_ends_with_the_login(server: Server, key: str) -> None:
    member = Member(server).sign_in(key)
    token = page_token(member, server, key)
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {token}"}
    url = f"{server.base_url}/api/v1/{key}/rooms/lobby/events"
    first = httpx.get(url, headers=headers, timeout=20).json()
    signs_out(member)
    asked = {"epoch": first["epoch"], "since": first["upto"], "wait": 25}
    answer = httpx.get(url, params=asked, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
