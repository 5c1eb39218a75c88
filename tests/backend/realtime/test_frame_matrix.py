"""Every frame of a client by everybody who may send it: the exact answer, from one table.

A frame of the protocol that has no line here fails the last test. Calls of owners have their
matrix in tests/backend/api/owner/test_matrix.py, pages in tests/backend/dashboard/test_matrix.py.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, NamedTuple

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from inglenook.protocol import frames
from tests.backend.realtime.team import Member, new_site
from tests.testkit.server import Server
from tests.testkit.wire import SECONDS, Client, Frame, new_cid, open_session

# In the order of what they may do.
PEOPLE: Final = ("visitor", "viewer", "moderator", "manager", "owner")
TEAM: Final = PEOPLE[1:]
# What somebody else's frame, coming meanwhile, is called: no answer.
FANNED_OUT: Final = {"message", "room", "typing", "presence", "seen", "ping", "welcome"}
# A room that is nobody's; its refusal comes after every answer to what was sent before.
FENCE: Final = "fence"


def each(visitor: str, viewer: str, writers: str) -> dict[str, str]:
    """What a visitor, a viewer, and the three roles that write are answered."""
    return {"visitor": visitor, "viewer": viewer, **dict.fromkeys(TEAM[1:], writers)}


def all_of(answer: str) -> dict[str, str]:
    return dict.fromkeys(PEOPLE, answer)


class Line(NamedTuple):
    """`frame` without its `cid`. A text in braces is what the scene has under that name."""

    frame: Frame
    wanted: dict[str, str]


NOT_FOUND: Final = all_of("error not_found")
NACKED: Final = all_of("nack not_found")
NOTHING: Final = all_of("nothing")
LOBBY: Final = {"room": "lobby"}
OWN: Final = {**LOBBY, "seq": "{own}"}
ANOTHERS: Final = {**LOBBY, "seq": "{anothers}"}
THUMB: Final = {"emoji": "👍", "on": True}
WHOLE: Final[dict[str, Frame]] = {
    "join": {},
    "leave": {},
    "send": {"body": "x"},
    "edit": {"seq": 1, "body": "x"},
    "delete": {"seq": 1},
    "react": {"seq": 1, **THUMB},
    "pin": {"seq": 1, "on": True},
    "sync": {},
    "history": {},
    "typing": {},
    "seen": {"rev": 1},
}
TABLE: Final[dict[str, Line]] = {
    "hello again": Line({"type": "hello", "v": 1, "token": None}, all_of("error bad_frame")),
    "join": Line({"type": "join", **LOBBY}, all_of("sync")),
    "sync": Line({"type": "sync", **LOBBY}, all_of("sync")),
    "history": Line({"type": "history", **LOBBY}, all_of("history")),
    "typing": Line({"type": "typing", **LOBBY}, NOTHING),
    "seen": Line({"type": "seen", **LOBBY, "rev": 1}, NOTHING),
    "pong unasked": Line({"type": "pong", "n": 10**9}, all_of("error invalid n")),
    "send": Line({"type": "send", **LOBBY, "body": "Hi"}, each("ack", "nack forbidden", "ack")),
    "edit own": Line({"type": "edit", **OWN, "body": "Ho"}, each("ack", "nack forbidden", "ack")),
    "edit another's": Line(
        {"type": "edit", **ANOTHERS, "body": "Ho"},
        each("nack forbidden", "nack forbidden", "nack forbidden"),
    ),
    "react": Line({"type": "react", **ANOTHERS, **THUMB}, each("ack", "nack forbidden", "ack")),
    "pin": Line(
        {"type": "pin", **ANOTHERS, "on": True},
        each("nack forbidden", "nack forbidden", "ack"),
    ),
    "delete another's": Line(
        {"type": "delete", **ANOTHERS}, each("nack forbidden", "nack forbidden", "ack")
    ),
    "delete own": Line({"type": "delete", **OWN}, each("ack", "nack forbidden", "ack")),
    # Another visitor's private room: its bytes are those of no room, but for who has the inbox.
    "join a private room": Line(
        {"type": "join", "room": "{private}"}, each("error not_found", "error not_found", "sync")
    ),
    "history of a private room": Line(
        {"type": "history", "room": "{private}"},
        each("error not_found", "error not_found", "history"),
    ),
    "send to a private room": Line(
        {"type": "send", "room": "{private}", "body": "Hi"},
        each("nack not_found", "nack not_found", "ack"),
    ),
    "react in a private room": Line(
        {"type": "react", "room": "{private}", "seq": 1, **THUMB},
        each("nack not_found", "nack not_found", "ack"),
    ),
    "pin in a private room": Line(
        {"type": "pin", "room": "{private}", "seq": 1, "on": True},
        each("nack not_found", "nack not_found", "ack"),
    ),
    "edit in a private room": Line(
        {"type": "edit", "room": "{private}", "seq": 1, "body": "x"},
        each("nack not_found", "nack not_found", "nack forbidden"),
    ),
    "delete in a private room": Line(
        {"type": "delete", "room": "{private}", "seq": 1},
        each("nack not_found", "nack not_found", "ack"),
    ),
    # Another site's room, and one that never was.
    **{
        f"{kind} in {place}": Line(
            {"type": kind, "room": f"{{{place}}}", **fields},
            NOTHING
            if kind == "leave"
            else NACKED
            if "cid" in frames.CLIENT_FRAMES[kind].__struct_fields__
            else NOT_FOUND,
        )
        for kind, fields in WHOLE.items()
        for place in ("elsewhere", "never")
    },
    "leave": Line({"type": "leave", **LOBBY}, NOTHING),
    "typing in a room that was left": Line({"type": "typing", **LOBBY}, NOT_FOUND),
}


class Scene:
    """A site with a room, somebody's message in it and somebody's private room; and another."""

    def __init__(self, server: Server, sites: list[Frame]) -> None:
        self.server = server
        (self.site, self.other) = sites
        self.names: dict[str, Any] = {"elsewhere": "backyard", "never": "never", "own": 1}

    @property
    def key(self) -> str:
        return str(self.site["site_key"])

    async def fill(self) -> None:
        yard = ("--slug", "backyard", "--name", "Backyard")
        self.server.run("room", "create", "--site", self.other["site_key"], *yard)
        amber = await Client.greet(self.server, self.key, "lobby")
        self.names["anothers"] = (await amber.ack(await amber.say("Hello")))["seq"]
        session = await open_session(
            self.server.base_url, self.key, token=amber.token, room="private"
        )
        private = next(it["slug"] for it in session["rooms"] if it["kind"] == "private")
        self.names["private"] = private
        await amber.send({"type": "join", "room": private})
        await amber.expect("sync", room=private)
        await amber.ack(await amber.say("A secret", room=private))

    async def come(self, who: str, site: Frame | None = None) -> Client:
        """A socket of this person at this site, before `hello`; of the `site`'s team."""
        if who == "visitor":
            return await Client.open(self.server.ws_url, self.key)
        team = site or self.site
        member = Member(self.server)
        if who == "owner":
            await asyncio.to_thread(member.sign_in, team["site_key"])
        else:
            await self._invite(team, member.email, who)
            await asyncio.to_thread(member.sign_in_by_link)
        return await member.open(self.server, self.key)

    async def _invite(self, team: Frame, email: str, role: str) -> None:
        async with httpx.AsyncClient(timeout=SECONDS) as http:
            answer = await http.post(
                f"{self.server.base_url}/api/v1/manage/members",
                json={"email": email, "role": role},
                headers={"Authorization": f"Bearer {team['secret_key']}"},
            )
        assert answer.status_code == 201, answer.text

    def frame_of(self, line: Line) -> Frame:
        found = {name: self._named(value) for name, value in line.frame.items()}
        if "cid" in frames.CLIENT_FRAMES[found["type"]].__struct_fields__:
            found["cid"] = new_cid()
        return found

    def _named(self, value: Any) -> Any:
        is_name = isinstance(value, str) and value.startswith("{")
        return self.names[value.strip("{}")] if is_name else value


@pytest.fixture
async def scene(server: Server) -> Scene:
    made = Scene(server, [new_site(server), new_site(server)])
    await made.fill()
    return made


async def hello(client: Client, token: str | None) -> None:
    await client.send({"type": "hello", "v": 1, "token": token, "rooms": [LOBBY]})


async def answer_to(client: Client, frame: Frame, *, is_silent: bool) -> Frame | None:
    """What the sender alone is answered; None: nothing.

    The answers of one room come in its order, so one may come behind the fence.
    """
    begin = len(client.frames)
    await client.send(frame)
    await client.send({"type": "history", "room": FENCE})
    await client.expect("error", room=FENCE)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for found in client.frames[begin:]:
            is_own = found.get("cid") == frame.get("cid") and found.get("room") != FENCE
            if is_own and found["type"] not in FANNED_OUT:
                return found
        if is_silent:
            return None
        await asyncio.sleep(0.01)
    return None


def named(answer: Frame | None) -> str:
    if answer is None:
        return "nothing"
    parts = (answer["type"], answer.get("code"), answer.get("field"))
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize("who", PEOPLE)
async def test_each_frame_is_answered_as_the_table_says(scene: Scene, who: str) -> None:
    token = None
    if who == "visitor":
        token = (await open_session(scene.server.base_url, scene.key))["token"]
    client = await scene.come(who)
    await hello(client, token)
    await client.expect("sync", room="lobby")
    # A viewer has none: what of the viewer's is refused is somebody else's.
    scene.names["own"] = scene.names["anothers"]
    found = {}
    for name, line in TABLE.items():
        is_silent = line.wanted[who] == "nothing"
        answer = await answer_to(client, scene.frame_of(line), is_silent=is_silent)
        found[name] = named(answer)
        if name == "send" and answer is not None and answer["type"] == "ack":
            scene.names["own"] = answer["seq"]
    assert found == {name: line.wanted[who] for name, line in TABLE.items()}
    assert not client.of("bye")


@pytest.mark.parametrize("who", ["nobody", "a key", "another site's visitor"])
async def test_whoever_has_no_token_of_this_site_gets_through_with_no_frame(
    scene: Scene, who: str
) -> None:
    tokens = {"nobody": None, "a key": scene.site["secret_key"]}
    if who == "another site's visitor":
        session = await open_session(scene.server.base_url, scene.other["site_key"])
        tokens[who] = session["token"]
    for name, line in TABLE.items():
        client = await scene.come("visitor")
        if line.frame["type"] != "hello":
            sent = scene.frame_of(line)
            await client.send(sent)
            answer = await client.expect("nack" if "cid" in sent else "error")
            assert answer["code"] == "hello_required", name
        await hello(client, tokens[who])
        assert (await client.expect("bye"))["code"] == 4502
        assert await client.closed() == 4502
        assert not client.of("sync")


@pytest.mark.parametrize("who", TEAM)
async def test_another_sites_team_finds_no_socket_here(scene: Scene, who: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await scene.come(who, site=scene.other)
    assert caught.value.response.status_code == 403


async def test_the_teams_socket_refuses_whoever_has_no_login(scene: Scene) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await Client.open(scene.server.ws_url, f"staff/{scene.key}", origin=scene.server.base_url)
    assert caught.value.response.status_code == 403


def test_every_frame_of_the_protocol_has_a_line() -> None:
    assert {line.frame["type"] for line in TABLE.values()} == set(frames.CLIENT_FRAMES)
    with_a_room = {
        kind for kind, struct in frames.CLIENT_FRAMES.items() if "room" in struct.__struct_fields__
    }
    assert set(WHOLE) == with_a_room
    assert all(set(line.wanted) == set(PEOPLE) for line in TABLE.values())
