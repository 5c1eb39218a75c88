"""A simulated client that keeps all rules of the wire:
outbox, cursor, repair, liveness, coming back.

live() ── connect, hello, frames … ended ── wait as `Backoff` says ──╮
   ╰───────────────────────────────────────────────────────────────╯
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.testkit.faults.coming_back import STOPS, Backoff
from tests.testkit.faults.frame_socket import FrameSocket, Refused
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.view import Frame, Pending, View
from tests.testkit.wire import ORIGIN

ACK_SECONDS = 10.0
HOLE_SECONDS = 0.15
SILENCE_SECONDS = 10.0  # beyond `ping_s`
# What waits for the team says so, with a word of its own: who sees it is noted.
MARK = b"for the team: "
_MARKED = re.compile(MARK + rb"(\w+)")
# What carries a file says so, and which.
SHOWS = "shows "
UNANSWERED = 0  # in place of a close code: nothing was open that could be closed
_decode = msgspec.json.Decoder().decode


class Visitor:
    """By WebSocket. `port` says where to connect now;
    `server` is the number of that process for the journal.

    `is_pushed`: what is new comes by itself, so how soon it comes tells of the server.
    """

    transport = "WebSocket"
    is_pushed = True

    def __init__(
        self,
        *,
        key: str,
        token: str,
        me: str,
        rooms: list[str],
        port: Callable[[], int],
        server: int,
        journal: Journal,
        dice: random.Random,
    ) -> None:
        self.me = me
        self.server = server
        self.views = {slug: View(slug, me, self._shown) for slug in rooms}
        self.is_online = False
        self.online_at = 0.0
        self.stopped_with: int | None = None
        self.sighted: set[str] = set()
        self.without_file: list[str] = []
        self._key = key
        self._token = token
        self._port = port
        self._journal = journal
        self._dice = dice
        self._backoff = Backoff(dice)
        self._socket: FrameSocket | None = None
        self._window: tuple[float, float] | None = None
        self._received_at = 0.0
        self._ping_s = 25.0
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}  # (what for, room)
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()

    @property
    def is_in_step(self) -> bool:
        return self.is_online and not any(v.is_behind or v.is_syncing for v in self.views.values())

    @property
    def port(self) -> int:
        """Where to call now."""
        return self._port()

    @property
    def token(self) -> str:
        return self._token

    @property
    def waiting(self) -> int:
        return sum(len(view.outbox) for view in self.views.values())

    # --- what the person does

    def say(self, room: str, body: str, attachments: Sequence[str] = ()) -> str:
        cid = str(uuid.uuid4())
        self._journal.say(cid, room, self.server, self.is_pushed, self.me)
        self.views[room].outbox.append(Pending(cid, body, attachments))
        self._flush(self.views[room])
        return cid

    def vanish(self) -> None:
        if self._socket is not None:
            self._socket.vanish()

    def try_now(self) -> None:
        """`online`, `pageshow`, becoming visible: no more waiting."""
        self._wake.set()

    # --- the connection

    async def live(self) -> None:
        """Runs until it is cancelled, or a close code says not to come back."""
        while True:
            code, up_s = await self._once()
            if up_s is not None:
                self._backoff.was_up(up_s)
            if code != UNANSWERED:
                self._journal.closes[code] += 1
            if code in STOPS:
                self.stopped_with = code
                return
            wait = self._backoff.wait(time.monotonic(), code, self._window)
            self._window = None
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                continue

    async def _once(self) -> tuple[int, float | None]:
        """One connection: its close code, and how long it was up if it ever was."""
        try:
            self._socket = await FrameSocket.open(
                self._port(), f"/ws/v1/{self._key}/", self._take, origin=ORIGIN
            )
        except Refused as refused:
            self._journal.refused[refused.status] += 1
            return UNANSWERED, None
        except (OSError, TimeoutError):
            return UNANSWERED, None
        began = self._received_at = time.monotonic()
        watcher = self._loop.create_task(self._watch(self._socket))
        try:
            self._send(
                {
                    "type": "hello",
                    "v": 1,
                    "token": self._token,
                    "rooms": [self._cursor(view) for view in self.views.values()],
                }
            )
            for view in self.views.values():
                view.is_syncing = True
            return await self._socket.closed, time.monotonic() - began
        finally:
            watcher.cancel()
            self._socket.vanish()
            self._socket = None
            self._rest()

    def _rest(self) -> None:
        """Nothing is under way any more."""
        self.is_online = False
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for view in self.views.values():
            view.in_flight = None

    async def leave(self) -> None:
        """After `live` was cancelled: ends what is under way beside it."""

    async def _watch(self, socket: FrameSocket) -> None:
        """A socket on which nothing comes is dead, whatever TCP believes."""
        while True:
            quiet = time.monotonic() - self._received_at
            most = self._ping_s + SILENCE_SECONDS
            if quiet > most:
                socket.vanish()
                return
            await asyncio.sleep(most - quiet + 0.05)

    def _send(self, frame: Frame) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frame).encode())

    def _cursor(self, view: View) -> Frame:
        if view.epoch is None:
            return {"room": view.slug}
        return {"room": view.slug, "epoch": view.epoch, "since": view.since}

    # --- frames

    def _take(self, text: bytes) -> None:
        self._received_at = time.monotonic()
        if MARK in text:
            self.sighted.update(found.decode() for found in _MARKED.findall(text))
        value = _decode(text)
        for frame in value if isinstance(value, list) else (value,):
            self._take_frame(frame)

    def _take_frame(self, frame: Frame) -> None:
        take = _TAKES.get(frame["type"])
        if take is not None:
            getattr(self, take)(frame)

    def _take_welcome(self, frame: Frame) -> None:
        self.is_online = True
        self.online_at = time.monotonic()
        self._ping_s = frame["ping_s"]

    def _take_change(self, frame: Frame) -> None:
        view = self.views[frame["room"]]
        view.take(frame)
        if frame["type"] == "message" and self._take_own(view, frame):
            self._flush(view)
        self._mend(view)

    def _take_own(self, view: View, message: Frame) -> bool:
        """Whether it was in the outbox: not one of somebody else, nor one that was held."""
        if message["author"]["id"] != self.me:
            return False
        self._journal.ack(message["cid"], message["seq"], dup=False)
        return view.resolve(message["cid"])

    def _take_sync(self, frame: Frame) -> None:
        view = self.views[frame["room"]]
        self._journal.syncs[frame["mode"]] += 1
        view.is_syncing = False
        if frame["mode"] == "resume" and frame["epoch"] != view.epoch:
            view.forget()
            self._ask(view)
            return
        view.take(frame)
        for message in frame["messages"]:
            self._take_own(view, message)
        for held in frame.get("held", ()):
            self._journal.hold(held["cid"], held["as_sent"])
            view.resolve(held["cid"])
        if frame["more"]:
            self._read_on(view)
            return
        self._mend(view)
        if view.in_flight is None:
            self._flush(view)

    def _take_ack(self, frame: Frame) -> None:
        view = self.views[frame["room"]]
        if frame.get("held"):
            self._journal.hold(frame["cid"], frame["as_sent"])
        else:
            self._journal.ack(frame["cid"], frame["seq"], frame["dup"])
        view.resolve(frame["cid"])
        self._flush(view)

    def _take_refused(self, frame: Frame) -> None:
        self._journal.refuse(frame["cid"])

    def _take_nack(self, frame: Frame) -> None:
        view = self.views[frame["room"]]
        self._journal.nacks[frame["code"]] += 1
        pending = view.in_flight
        if pending is None or pending.cid != frame["cid"]:
            return
        if frame["final"]:
            self._journal.fail(frame["cid"], frame["code"])
            view.resolve(frame["cid"])
            self._flush(view)
            return
        view.in_flight = None
        wait = frame.get("retry_ms") or 1000 * 2 ** min(pending.tries - 1, 4)
        self._at(view, "send", wait / 1000, lambda: self._flush(view))

    def _take_ping(self, frame: Frame) -> None:
        self._send({"type": "pong", "n": frame["n"]})
        for slug, (epoch, head) in frame["heads"].items():
            view = self.views.get(slug)
            if view is None or view.epoch is None or view.is_syncing:
                continue
            if epoch != view.epoch or head < view.since:
                view.forget()
                self._ask(view)
            elif head > view.since:
                view.received = max(view.received, head)
                self._mend(view)

    def _take_bye(self, frame: Frame) -> None:
        window = frame["retry_ms"]
        self._window = (window[0], window[1]) if window else None

    def _take_error(self, frame: Frame) -> None:
        self._journal.errors[frame["code"]] += 1
        room = frame.get("room")
        if room in self.views:
            self.views[room].is_syncing = False
            if frame.get("retry_ms") is not None:
                view = self.views[room]
                self._at(view, "join", frame["retry_ms"] / 1000, lambda: self._rejoin(view))

    # --- repair

    def _mend(self, view: View) -> None:
        """What is missing may only be late; after a moment it is asked for, once."""
        if view.is_behind and ("hole", view.slug) not in self._timers:
            self._at(view, "hole", HOLE_SECONDS, lambda: self._ask_if_behind(view))

    def _ask_if_behind(self, view: View) -> None:
        del self._timers["hole", view.slug]
        if view.is_behind:
            self._ask(view)

    def _ask(self, view: View) -> None:
        if view.is_syncing:
            return
        view.is_syncing = True
        if view.epoch is None:
            self._rejoin(view)
            return
        self._send(
            {
                "type": "sync",
                "room": view.slug,
                "epoch": view.epoch,
                "since": view.since,
                "limit": 100,
            }
        )
        self._at(view, "sync", ACK_SECONDS, lambda: self._ask_again(view))

    def _read_on(self, view: View) -> None:
        self._ask(view)

    def _ask_again(self, view: View) -> None:
        if view.is_syncing:
            view.is_syncing = False
            self._ask(view)

    def _rejoin(self, view: View) -> None:
        view.is_syncing = True
        self._send({"type": "join", **self._cursor(view)})

    # --- the outbox: one in flight a room, so order is kept

    def _flush(self, view: View) -> None:
        if not self.is_online or view.in_flight is not None or not view.outbox:
            return
        pending = view.in_flight = view.outbox[0]
        self._write(view, pending)

    def _write(self, view: View, pending: Pending) -> None:
        self._journal.resent += pending.tries > 0
        pending.tries += 1
        said = {"cid": pending.cid, "body": pending.body, "attachments": pending.attachments}
        self._send({"type": "send", "room": view.slug, **said})
        self._at(view, "send", ACK_SECONDS, lambda: self._write_again(view, pending))

    def _write_again(self, view: View, pending: Pending) -> None:
        if view.in_flight is pending and self.is_online:
            self._write(view, pending)

    # --- small things

    def _shown(self, slug: str, frame: Frame, is_fresh: bool) -> None:
        self._look_for_file(frame)
        if not is_fresh:
            self._journal.show(frame["cid"], self.server, self.is_pushed)

    def _look_for_file(self, frame: Frame) -> None:
        body: str = frame["body"]
        found = [file["id"] for file in frame["attachments"]]
        if body.startswith(SHOWS) and found != [body.removeprefix(SHOWS)]:
            self.without_file.append(f"{body} is shown with {found}")

    def _at(self, view: View, name: str, seconds: float, act: Callable[[], Any]) -> None:
        timer = self._timers.pop((name, view.slug), None)
        if timer is not None:
            timer.cancel()
        self._timers[name, view.slug] = self._loop.call_later(seconds, act)


_TAKES = {
    "welcome": "_take_welcome",
    "message": "_take_change",
    "room": "_take_change",
    "sync": "_take_sync",
    "ack": "_take_ack",
    "nack": "_take_nack",
    "refused": "_take_refused",
    "ping": "_take_ping",
    "bye": "_take_bye",
    "error": "_take_error",
}
