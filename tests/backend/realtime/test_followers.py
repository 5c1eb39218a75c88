"""Streams and long polls in one event loop with their hub: whatever ends them, nothing of them
stays behind.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from inglenook.chat.events import RoomChanged
from inglenook.chat.follow_request import EXTENSION, FollowRequest
from inglenook.chat.models import Room
from inglenook.chat.sync import Cursor
from inglenook.limits.connection_quota import connection_quota
from inglenook.realtime.connections import followers, http_stream
from inglenook.realtime.connections.follow_requests import FollowRequestsApplication
from inglenook.realtime.hub.hub import Hub, hub_of_this_loop
from inglenook.sites import services
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 5.0


@pytest.fixture
def lobby() -> Room:
    site = services.create_site(name="Shop", origins=["https://shop.example"], owner=None)
    return Room.objects.create(site=site, slug="lobby", name="Lobby")


@pytest.fixture
def follow_requests(lobby: Room) -> list[FollowRequest]:
    """Ten visitors of the lobby, each with a stream in mind."""
    site = Site.objects.get(pk=lobby.site_id)
    people = [Visitor.objects.create(site=site, name=f"Otter {n}") for n in range(10)]
    return [
        FollowRequest(
            participant=participant_from_visitor(visitor),
            site_id=site.pk,
            key=site.keys.get().key,
            origin="https://shop.example",
            version=visitor.token_version,
            access_version=site.access_version,
            slug="lobby",
            cursor=Cursor(lobby.epoch, 0),
            wait_s=None,
        )
        for visitor in people
    ]


@pytest.fixture
async def served() -> AsyncIterator[Hub]:
    served = hub_of_this_loop()
    yield served
    await served.drain(1)


@dataclass
class ReaderStream:
    """The HttpStream of a connection whose reader may stop, and which may be aborted."""

    is_taken: asyncio.Event = field(default_factory=asyncio.Event)
    is_aborted: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        self.is_taken.set()

    async def writable(self) -> None:
        await self.is_taken.wait()

    def end(self) -> None:
        pass

    def abort(self) -> None:
        self.is_aborted.set()


class Request:
    """One request as a server gives it to the application; Django is played by three lines."""

    def __init__(self, follow_request: FollowRequest, address: str = "203.0.113.7") -> None:
        self.follow_request = follow_request
        self.stream = ReaderStream()
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.scope = {
            "type": "http",
            "path": "/api/v1/pk/rooms/lobby/events",
            "headers": [],
            "client": (address, 1),
            "extensions": {http_stream.EXTENSION: self.stream},
        }
        self.task = asyncio.ensure_future(
            FollowRequestsApplication(self._judge)(self.scope, self.incoming.get, self._send)
        )

    async def _judge(self, scope: dict[str, Any], _receive: Any, send: Any) -> None:
        scope["extensions"][EXTENSION].follow_request = self.follow_request
        headers = [(b"content-length", b"0"), (b"x-kept", b"yes")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    def frames(self) -> list[dict[str, Any]]:
        starts = [line for line in self.text.split("\n") if line.startswith("data: ")]
        return [json.loads(line.removeprefix("data: ")) for line in starts]


async def until(holds: Callable[[], object]) -> None:
    """Returns when it holds. It polls, so that nothing under test has to say so."""
    for _ in range(int(SECONDS / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be")


def nothing_is_left(served: Hub) -> bool:
    return not (
        served.rooms.by_key or served.people.connections or not connection_quota().store.is_empty
    )


@pytest.mark.parametrize("how", ["they leave", "the server cancels them"])
async def test_sixty_at_once_leave_no_task_and_no_subscription_behind(
    served: Hub, follow_requests: list[FollowRequest], how: str
) -> None:
    await asyncio.sleep(0)
    before = asyncio.all_tasks()
    polls = [replaced(follow_request, wait_s=25) for follow_request in follow_requests]
    requests = [
        Request(follow_request, f"203.0.113.{number}")
        for number, follow_request in enumerate(follow_requests * 5 + polls)
    ]
    await until(lambda: [len(room.fan_out) for room in served.rooms.by_key.values()] == [60])
    assert len(served.people.connections) == 60
    for request in requests:
        if how == "they leave":
            request.leave()
        else:
            request.task.cancel()
    await asyncio.wait([request.task for request in requests], timeout=SECONDS)
    await until(lambda: nothing_is_left(served))
    await until(lambda: asyncio.all_tasks() - before == set())


def replaced(follow_request: FollowRequest, **fields: Any) -> FollowRequest:
    named = {name: getattr(follow_request, name) for name in follow_request.__struct_fields__}
    return FollowRequest(**{**named, **fields})


async def changes(room: Room, count: int, size: int) -> None:
    """Live frames of the room, as events bring them."""
    for rev in range(1, count + 1):
        frame = json.dumps({"type": "message", "rev": rev, "body": "x" * size}).encode()
        hub_of_this_loop().on_event(
            RoomChanged(
                site_id=room.site_id, slug=room.slug, epoch=room.epoch, rev=rev, frame=frame
            )
        )
        await asyncio.sleep(0)


@pytest.mark.parametrize("reads_again", [True, False])
async def test_a_reader_that_stops_is_bounded_then_aborted(
    served: Hub,
    lobby: Room,
    follow_requests: list[FollowRequest],
    monkeypatch: pytest.MonkeyPatch,
    reads_again: bool,
) -> None:
    monkeypatch.setattr(followers, "LINGER_SECONDS", 0.3)
    stalled, witness = Request(follow_requests[0]), Request(follow_requests[1])
    await until(lambda: stalled.frames() and witness.frames())
    stalled.stream.is_taken.clear()
    connection = next(iter(served.people.of(lobby.site_id, follow_requests[0].participant.id)))
    await changes(lobby, 300, 4000)
    await until(lambda: len([f for f in witness.frames() if f["type"] == "message"]) == 300)
    waits = connection._sink._bytes
    assert 0 < waits <= connection.limits.unproven_bytes + 1000
    assert connection.is_closing
    (room,) = served.rooms.by_key.values()
    assert connection not in room.subscriptions
    if reads_again:
        stalled.stream.is_taken.set()
        await asyncio.wait_for(stalled.task, SECONDS)
        assert stalled.frames()[-1]["code"] == 4001
        revs = [frame["rev"] for frame in stalled.frames() if frame["type"] == "message"]
        assert revs == list(range(1, len(revs) + 1))
        assert stalled.sent[-1]["more_body"] is False
        assert not stalled.stream.is_aborted.is_set()
    else:
        await asyncio.wait_for(stalled.stream.is_aborted.wait(), SECONDS)
        stalled.leave()
        await asyncio.wait_for(stalled.task, SECONDS)
    witness.leave()
    await until(lambda: nothing_is_left(served))


async def test_django_s_headers_stay_and_its_body_does_not(
    served: Hub, follow_requests: list[FollowRequest]
) -> None:
    poll = Request(replaced(follow_requests[0], wait_s=1, cursor=Cursor()))
    await asyncio.wait_for(poll.task, SECONDS)
    start, body = poll.sent
    headers = dict(start["headers"])
    assert headers[b"x-kept"] == b"yes"
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert json.loads(body["body"])["type"] == "sync"


async def test_who_left_while_django_judged_is_not_let_in(
    served: Hub, follow_requests: list[FollowRequest]
) -> None:
    request = Request(follow_requests[0])

    async def judge(scope: dict[str, Any], receive: Any, send: Any) -> None:
        scope["extensions"][EXTENSION].follow_request = follow_requests[1]
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    late = Request(follow_requests[1])
    late.task.cancel()
    late.leave()
    application = FollowRequestsApplication(judge)
    await asyncio.wait_for(application(late.scope, late.incoming.get, late._send), SECONDS)
    assert late.sent == []
    assert not served.people.of(follow_requests[1].site_id, follow_requests[1].participant.id)
    request.leave()
    await until(lambda: nothing_is_left(served))


async def test_a_refusal_of_django_s_passes_as_it_is(
    served: Hub, follow_requests: list[FollowRequest]
) -> None:
    sent: list[dict[str, Any]] = []

    async def refuse(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        scope["extensions"][EXTENSION].follow_request = follow_requests[0]
        await send({"type": "http.response.start", "status": 403, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b"no"})

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "http", "path": "/x/events", "headers": [], "client": ("203.0.113.7", 1)}
    await FollowRequestsApplication(refuse)(scope, incoming.get, keep)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 403
    assert not served.people.connections
