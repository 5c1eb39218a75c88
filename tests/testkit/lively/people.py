"""The people of the room: wire clients of one process, by sockets and by the API.

    Crowd (a thread with a loop of its own) ── Person ── socket ──> the product
                                            └─ uploads, names ────> its API

What the room holds they learn from its frames, so they answer and react to what is there.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import Coroutine
from typing import Any

import httpx
import msgspec

from tests.testkit import files
from tests.testkit.faults.frame_socket import FrameSocket, Refused
from tests.testkit.lively.words import EMOJI, HELD, name, sentence
from tests.testkit.wire import ORIGIN, new_cid

Frame = dict[str, Any]
ROOM = "lobby"
# What people react to and answer is among so many newest.
IN_SIGHT = 40
AWAY_SECONDS = (0.2, 6.0)
AGAIN_SECONDS = 0.5
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 60.0
# What a lively room says to people now and then; all other codes are defects.
EXPECTED = {
    "muted",
    "slow_mode",
    "room_locked",
    "rate",
    "too_late",
    "not_found",
    "forbidden",
    "reserved",
    # Of a machine that is too busy for so much at once.
    "unavailable",
    "4000",
    "4001",
}
_decode = msgspec.json.Decoder().decode


class Room:
    """What everybody may know of it: taken once, from whichever socket brings it first."""

    def __init__(self) -> None:
        self.rev = 0
        self.messages: dict[int, Frame] = {}

    def take(self, frame: Frame) -> None:
        if frame["rev"] <= self.rev:
            return
        self.rev = frame["rev"]
        if frame["type"] == "message":
            self.messages[frame["seq"]] = frame

    def newest(self, *, author: str | None = None) -> list[Frame]:
        """What stands; of one author, or of the newest of all."""
        found = [
            one
            for one in self.messages.values()
            if not one["deleted"] and author in (None, one["author"]["id"])
        ]
        return sorted(found, key=lambda one: one["seq"])[-IN_SIGHT:]


class Person:
    """Has one message under way, as every client has."""

    def __init__(self, crowd: Crowd, session: Frame) -> None:
        self.id: str = session["visitor"]["id"]
        self._crowd = crowd
        self._token: str = session["token"]
        self._socket: FrameSocket | None = None
        self._waiting: deque[Frame] = deque()
        self._is_sending = False

    async def come(self) -> None:
        """Connects, and takes up what was under way."""
        crowd = self._crowd
        while self._socket is None:
            try:
                self._socket = await FrameSocket.open(
                    crowd.port, f"/ws/v1/{crowd.key}/", self._take, origin=ORIGIN
                )
            except (OSError, TimeoutError, Refused):
                await asyncio.sleep(AGAIN_SECONDS)
        crowd.spawn(self._come_again(self._socket))
        rooms = [{"room": ROOM}]
        self._write({"type": "hello", "v": 1, "token": self._token, "rooms": rooms})

    async def _come_again(self, socket: FrameSocket) -> None:
        """Where it was not this person who hung up: a busy machine makes slow readers."""
        await socket.closed
        if self._socket is socket:
            self.go()
            await asyncio.sleep(AGAIN_SECONDS)
            await self.come()

    def go(self) -> None:
        if self._socket is not None:
            self._socket.vanish()
        self._socket = None
        self._is_sending = False

    async def act(self, kind: str, dice: random.Random) -> None:
        await getattr(self, f"_{kind}")(dice)

    # --- what a person does

    async def _say(self, dice: random.Random) -> None:
        self._send(sentence(dice))

    async def _answer(self, dice: random.Random) -> None:
        if to := self._crowd.room.newest():
            aim = dice.choice(to)
            body = f"@{aim['author']['name']} {sentence(dice)}" if dice.random() < 0.4 else None
            self._send(body or sentence(dice), reply_to=aim["seq"])

    async def _ask(self, dice: random.Random) -> None:
        self._send(f"{sentence(dice)} Is there a {HELD}?")

    async def _react(self, dice: random.Random) -> None:
        if found := self._crowd.room.newest():
            seq, on = dice.choice(found)["seq"], dice.random() < 0.85
            emoji = dice.choice(EMOJI)
            self._write({**self._of("react", seq), "emoji": emoji, "on": on})

    async def _edit(self, dice: random.Random) -> None:
        if mine := self._crowd.room.newest(author=self.id):
            self._write({**self._of("edit", dice.choice(mine)["seq"]), "body": sentence(dice)})

    async def _delete(self, dice: random.Random) -> None:
        if mine := self._crowd.room.newest(author=self.id):
            self._write(self._of("delete", dice.choice(mine)["seq"]))

    async def _type(self, dice: random.Random) -> None:
        self._write({"type": "typing", "room": ROOM})

    async def _picture(self, dice: random.Random) -> None:
        crowd = self._crowd
        number = dice.randrange(len(crowd.pictures))
        alt = dice.choice(("", "The harbour at night", "A queue in the rain"))
        form = files.form(crowd.pictures[number], name=f"picture-{number}.png", alt=alt)
        answer = await crowd.http.post(
            f"/rooms/{ROOM}/attachments",
            content=form,
            headers=self._by_token | {"Content-Type": files.FORM_TYPE},
        )
        if answer.status_code != httpx.codes.CREATED:
            crowd.note(answer.json()["error"], f"an upload: {answer.text[:200]}")
            return
        self._send(dice.choice(("", sentence(dice))), attachments=[answer.json()["id"]])

    async def _rename(self, dice: random.Random) -> None:
        answer = await self._crowd.http.patch(
            "/me", json={"name": name(dice)}, headers=self._by_token
        )
        if answer.status_code != httpx.codes.OK:
            self._crowd.note(answer.json()["error"], f"a name: {answer.text[:200]}")

    async def _leave(self, dice: random.Random) -> None:
        if self._socket is None:
            return
        self.go()
        await asyncio.sleep(dice.uniform(*AWAY_SECONDS))
        await self.come()

    # --- the wire

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    @property
    def _by_token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _of(self, kind: str, seq: int) -> Frame:
        return {"type": kind, "cid": new_cid(), "room": ROOM, "seq": seq}

    def _send(self, body: str, **more: Any) -> None:
        frame = {"type": "send", "cid": new_cid(), "room": ROOM, "body": body, **more}
        self._waiting.append(frame)
        self._flush()

    def _flush(self) -> None:
        if self._waiting and not self._is_sending and self._socket is not None:
            self._is_sending = True
            self._write(self._waiting[0])

    def _write(self, frame: Frame) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frame).encode())

    def _take(self, text: bytes) -> None:
        value = _decode(text)
        for frame in value if isinstance(value, list) else (value,):
            self._take_frame(frame)

    def _take_frame(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind in ("message", "room"):
            self._crowd.room.take(frame)
        elif kind == "ping":
            self._write({"type": "pong", "n": frame["n"]})
        elif kind == "sync":
            for message in frame["messages"]:
                self._crowd.room.messages.setdefault(message["seq"], message)
            self._flush()
        elif kind == "ack":
            self._crowd.acks += 1
            self._resolve(frame["cid"])
        elif kind == "nack":
            self._crowd.note(frame["code"], f"{frame}")
            if frame["final"]:
                self._resolve(frame["cid"])
            else:
                self._again_after(frame.get("retry_ms") or 1_000)
        elif kind in ("error", "bye"):
            self._crowd.note(str(frame["code"]), f"{frame}")

    def _again_after(self, ms: float) -> None:
        def again() -> None:
            self._is_sending = False
            self._flush()

        asyncio.get_running_loop().call_later(ms / 1000, again)

    def _resolve(self, cid: str) -> None:
        """A refusal is an answer, too: people shrug and go on."""
        if self._waiting and self._waiting[0]["cid"] == cid:
            self._waiting.popleft()
            self._is_sending = False
            self._flush()


class Crowd:
    """`answers` counts refusals by code; `defects` are those that no rule of the room explains."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key
        self.room = Room()
        self.people: list[Person] = []
        self.acks = 0
        self.answers: Counter[str] = Counter()
        self.defects: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.pictures = [
            files.picture(size=(64, 40)),
            files.picture("PNG", (1200, 300)),
            files.photograph((480, 320)),
            files.photograph((900, 1200)),
        ]
        self.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}/api/v1/{key}",
            headers={"Origin": ORIGIN},
            timeout=60,
        )

    def note(self, code: str, words: str) -> None:
        self.answers[code] += 1
        if code not in EXPECTED:
            self.defects.append(words)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def gather(self, count: int) -> None:
        """So many new people come in, some at a time."""
        for _ in range(count):
            answer = await self.http.post("/session", json={"token": None, "room": ROOM})
            answer.raise_for_status()
            person = Person(self, answer.json())
            await person.come()
            self.people.append(person)

    async def answered(self) -> None:
        """Until nobody waits for an answer; who never gets one is a defect."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                # ASYNC110 wants one event; each person's answers come by their own.
                while any(person.is_waiting for person in self.people):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            lost = [person.id for person in self.people if person.is_waiting]
            self.defects.append(f"no answer for {lost}")

    async def part(self) -> None:
        for task in self._tasks:
            task.cancel()
        for person in self.people:
            person.go()
        await self.http.aclose()
