"""One message goes through exactly the steps that ARCHITECTURE.md names, in that order."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import inglenook
from inglenook.chat.models import Room
from inglenook.chat.posting import pipeline
from inglenook.realtime.connections.consumers import visitor_consumer
from inglenook.realtime.connections.conversation import SUBPROTOCOL
from inglenook.realtime.hub.hub import hub_of_this_loop
from inglenook.sites import database
from inglenook.sites.selectors import SiteCard
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.conftest import ORIGIN
from tests.testkit.wire import SECONDS, new_cid

PACKAGE = Path(inglenook.__file__).parent
PAPER = (Path(__file__).parents[3] / "ARCHITECTURE.md").read_text()
SECTION = PAPER.partition("## A message's way")[2].partition("\n## ")[0]
STEPS = re.findall(r"^\d+\. `([\w/]+)\.py` `([\w.]+)`", SECTION, re.MULTILINE)
MOST_STEPS = 9

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(module: str, function: str) -> CodeType:
    found: Any = import_module("inglenook." + module.replace("/", "."))
    for name in function.split("."):
        found = getattr(found, name)
    code: CodeType = found.__code__
    return code


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[CodeType]:
    """Every function that is called while `traced`, in the loop and in the database's threads."""
    called: list[CodeType] = []
    guarded = database._guarded

    def traced_work(try_first: Callable[[], None], work: Callable[[], Any]) -> Any:
        with traced(called):
            return guarded(try_first, work)

    monkeypatch.setattr(database, "_guarded", traced_work)
    return called


@contextmanager
def traced(called: list[CodeType]) -> Iterator[None]:
    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.append(frame.f_code)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


class Socket:
    """A visitor's socket without a server: what the application is given and what it sends."""

    def __init__(self, card: SiteCard) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "site": card,
            "origin": ORIGIN,
            "subprotocols": [SUBPROTOCOL],
        }
        self.task = asyncio.ensure_future(
            visitor_consumer(scope, self.incoming.get, self.outgoing.put)
        )

    def send(self, **frame: Any) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(SECONDS):
            while True:
                text = (await self.outgoing.get()).get("text") or "[]"
                found = json.loads(text)
                for frame in found if isinstance(found, list) else [found]:
                    if frame["type"] == kind:
                        return dict(frame)


@pytest.fixture
async def socket(card: SiteCard, visitor: Visitor, room: Room) -> AsyncIterator[Socket]:
    """One that has joined the room and was told who is there."""
    made = Socket(card)
    made.send(type="hello", v=1, token=make_token(visitor), rooms=[{"room": room.slug}])
    await made.until("presence")
    yield made
    await hub_of_this_loop().drain(1)
    made.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await made.task


def test_the_paper_names_at_most_nine_steps() -> None:
    assert 0 < len(STEPS) <= MOST_STEPS
    assert len(STEPS) == len(re.findall(r"^\d+\. ", SECTION, re.MULTILINE))
    for module, _ in STEPS:
        assert (PACKAGE / f"{module}.py").is_file()


async def test_one_message_takes_exactly_the_steps_of_the_paper(
    socket: Socket, room: Room, calls: list[CodeType]
) -> None:
    named = {code_of(*step): step for step in STEPS}
    calls.clear()
    with traced(calls):
        socket.send(type="send", room=room.slug, cid=new_cid(), body="Hello")
        message, ack = await socket.until("message"), await socket.until("ack")
    assert (message["rev"], ack["rev"]) == (1, 1)
    taken = dict.fromkeys(named[code] for code in calls if code in named)
    assert list(taken) == STEPS


async def test_the_pipeline_takes_its_own_steps_in_their_order(
    socket: Socket, room: Room, calls: list[CodeType]
) -> None:
    steps = ("resolve", "judge", "rate", "parse", "attach", "decide", "store")
    named = {getattr(pipeline, name).__code__: name for name in steps}
    calls.clear()
    socket.send(type="send", room=room.slug, cid=new_cid(), body="Hello")
    await socket.until("ack")
    assert [named[code] for code in calls if code in named] == list(steps)


async def test_no_other_function_of_the_chat_has_a_part_in_it(
    socket: Socket, room: Room, calls: list[CodeType]
) -> None:
    """A step that the paper does not name would be a public function of a module that it names."""
    modules = {str(PACKAGE / f"{module}.py") for module, _ in STEPS if module.startswith("chat/")}
    calls.clear()
    with traced(calls):
        socket.send(type="send", room=room.slug, cid=new_cid(), body="Hello")
        await socket.until("ack")
    public = {
        code.co_name
        for code in calls
        if code.co_filename in modules and not code.co_name.startswith(("_", "<"))
    }
    steps = {function.rpartition(".")[2] for _, function in STEPS}
    parts_of_a_step = {"resolve", "judge", "rate", "parse", "attach", "decide", "after_commit"}
    reads_and_forms = {"look_up", "is_one_statement", "values", "frame", "ack"}
    assert public == steps & public | parts_of_a_step | reads_and_forms & public
