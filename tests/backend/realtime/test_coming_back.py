"""Somebody comes back with cleared storage: who was banned waits, who is a shadow learns nothing.

Addresses are what a trusted proxy says. A second browser has no login, no cookie and no token.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.testkit.events import Stream, poll, visitor_headers
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, new_cid, open_session

HOME = "203.0.113.7"
SAME_RANGE = "203.0.113.99"
ELSEWHERE = "198.51.100.7"
ROOM = "rooms/lobby"


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    env = {"INGLENOOK_TRUSTED_PROXIES": "127.0.0.1"}
    folder = tmp_path_factory.mktemp(f"coming-back-{request.param}")
    served = Server(folder, server=request.param, env=env).start()
    yield served
    served.stop()
    served.assert_clean()


async def sanction(owner: httpx.AsyncClient, who: Client, kind: str, scope: str) -> None:
    body = {"visitor": who.visitor["id"], "kind": kind, "scope": scope}
    assert (await owner.post("sanctions", json=body)).status_code == 201


async def reasons(owner: httpx.AsyncClient, who: Client) -> list[str]:
    """Why what this person wrote waits."""
    found = await owner.get("held", params={"visitor": who.visitor["id"]})
    return [it["reason"] for it in found.json()["items"]]


async def come(server: Server, key: str, address: str, token: str | None = None) -> Client:
    return await Client.greet(server, key, "lobby", address=address, token=token)


@pytest.mark.parametrize(
    ("scope", "address", "waits"),
    [
        ("address", HOME, ["address"]),
        ("address", SAME_RANGE, []),
        ("range", SAME_RANGE, ["address"]),
        ("range", ELSEWHERE, []),
        ("person", HOME, []),
    ],
)
async def test_who_was_banned_and_cleared_the_storage_waits_where_the_ban_reaches(
    server: Server,
    key: str,
    owner: httpx.AsyncClient,
    scope: str,
    address: str,
    waits: list[str],
) -> None:
    amber = await come(server, key, HOME)
    neighbour = await come(server, key, HOME)
    await sanction(owner, amber, "ban", scope)
    assert await amber.closed() == 4504
    # With what the browser kept they are shut out, from wherever.
    headers = {"Origin": ORIGIN, "X-Forwarded-For": ELSEWHERE}
    async with httpx.AsyncClient(timeout=20, headers=headers) as http:
        kept = await http.post(
            f"{server.base_url}/api/v1/{key}/session", json={"token": amber.token}
        )
    assert (kept.status_code, kept.json()["error"]) == (403, "banned")
    again = await come(server, key, address)
    assert again.visitor["id"] != amber.visitor["id"]
    cid = await again.say("It is me again")
    assert (await again.ack(cid))["held"] is bool(waits)
    assert await reasons(owner, again) == waits
    # Who was there before notices nothing.
    assert (await neighbour.ack(await neighbour.say("Hello")))["held"] is False


async def test_a_ban_of_the_person_alone_and_approval_of_the_new_hold_the_next_identity(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await come(server, key, HOME)
    await sanction(owner, amber, "ban", "person")
    assert await amber.closed() == 4504
    assert (await owner.patch(ROOM, json={"approval": "new"})).status_code == 200
    olive = await come(server, key, ELSEWHERE)
    again = await come(server, key, HOME)
    cid = await again.say("It is me again")
    assert (await again.ack(cid))["held"] is True
    assert await reasons(owner, again) == ["approval"]
    assert not olive.of("message")
    # Nobody reads it until the team has approved it.
    (held,) = (await owner.get("held")).json()["items"]
    assert (await owner.post(f"held/{held['id']}/approve")).status_code == 200
    for reader in (again, olive):
        await reader.expect("message", cid=cid)


async def page_of(server: Server, key: str, token: str | None) -> str:
    """The room's page without script, as that browser gets it."""
    headers = {"X-Forwarded-For": HOME}
    if token is not None:
        headers["Cookie"] = f"inglenook_visitor={token}"
    async with httpx.AsyncClient(timeout=20, headers=headers) as http:
        answer = await http.get(f"{server.base_url}/s/{key}/r/lobby/")
    assert answer.status_code == 200
    return answer.text


async def over_http(server: Server, key: str, token: str) -> dict[str, Any]:
    """What the transports without a socket hold: a poll, and the history."""
    polled = (await poll(server, key, token)).json()
    path = f"{server.base_url}/api/v1/{key}/{ROOM}/messages"
    async with httpx.AsyncClient(timeout=20, headers=visitor_headers(token)) as http:
        history = (await http.get(path)).json()
        rooms = (await http.get(f"{server.base_url}/api/v1/{key}/rooms")).json()
    return {"poll": polled, "history": history, "rooms": rooms}


@pytest.mark.parametrize("scope", ["person", "address"])
async def test_a_shadow_sees_it_as_sent_and_a_second_browser_sees_none_of_it(
    server: Server, key: str, owner: httpx.AsyncClient, scope: str
) -> None:
    words = f"candles-{new_cid()}"
    amber = await come(server, key, HOME)
    witness = await come(server, key, HOME)
    await sanction(owner, amber, "shadow", scope)
    cid = await amber.say(words)
    ack = await amber.ack(cid)
    assert (ack["held"], ack["as_sent"], ack["seq"]) == (True, True, None)

    # The author: after a reload, on each other transport, and on the page without script.
    reloaded = await come(server, key, HOME, token=amber.token)
    stream = await Stream.open(server, key, token=amber.token)
    own = [
        reloaded.of("sync")[0],
        await stream.expect("sync"),
        (await over_http(server, key, amber.token))["poll"],
    ]
    for sync in own:
        assert [(it["cid"], it["body"], it["as_sent"]) for it in sync["held"]] == [
            (cid, words, True)
        ]
        assert sync["may"]["send"] is None
    assert words in await page_of(server, key, amber.token)

    # The same person's second browser, at the same address: somebody new, who learns nothing.
    session = await open_session(server.base_url, key, headers={"X-Forwarded-For": HOME})
    second = await come(server, key, HOME, token=session["token"])
    second_stream = await Stream.open(server, key, token=session["token"])
    await second_stream.expect("sync")
    assert second.visitor["id"] != amber.visitor["id"]
    seen = [
        session,
        second.frames,
        second_stream.frames,
        await over_http(server, key, session["token"]),
        await page_of(server, key, session["token"]),
        await page_of(server, key, None),
    ]
    again = await amber.say(f"{words} again")
    assert (await amber.ack(again))["as_sent"] is True
    # A message of somebody else comes after whatever could have come of the shadow's.
    last = await witness.say("Is anybody here?")
    for reader in (second, second_stream, witness):
        await reader.expect("message", cid=last)
    for place in (*seen, witness.frames):
        assert words not in str(place)
        assert cid not in str(place)
    heads = {frame["head"] for frame in second.of("sync")}
    assert heads == {0}
