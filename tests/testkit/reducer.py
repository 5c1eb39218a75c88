"""The rules of docs/protocol.md, "What a client does with numbers", in Python:
what a careful client holds after any row of frames.
"""

from __future__ import annotations

import copy
from typing import Any

Frame = dict[str, Any]
MOST_HELD = 200


class Client:
    """`asks` collects what it would send; the test answers."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.epoch: str | None = None
        self.since = 0
        self.floor = 0
        self.room: Frame = {}
        self.messages: dict[int, Any] = {}
        self.held: dict[int, Frame] = {}
        # What of mine nobody else sees, by `cid`: is it shown as sent?
        self.waiting: dict[str, bool] = {}
        # What I may do here, as the last `sync` said it.
        self.may: Frame | None = None
        self.needs_sync = False

    def take(self, frame: Frame) -> None:
        if frame["type"] == "sync":
            self._sync(frame)
        else:
            self._live(frame)

    def view(self) -> Frame:
        """What is shown, from `floor` up, without what only a live frame says."""
        shown = {}
        for seq, message in sorted(self.messages.items()):
            kept = {key: value for key, value in message.items() if key not in ("reacted", "mine")}
            kept["mine"] = sorted(message.get("mine", []))
            shown[seq] = kept
        room, since = dict(self.room), self.since
        return {"room": room, "messages": shown, "since": since, "waiting": self.waiting}

    def _live(self, frame: Frame) -> None:
        rev = frame["rev"]
        if rev <= self.since:
            return
        if rev > self.since + 1:
            self.held[rev] = frame
            if len(self.held) > MOST_HELD:
                self.held.clear()
            self.needs_sync = True
            return
        self.since = rev
        self._apply(frame)
        self._take_held()

    def _take_held(self) -> None:
        while (frame := self.held.pop(self.since + 1, None)) is not None:
            self.since += 1
            self._apply(frame)
        self.held = {rev: frame for rev, frame in self.held.items() if rev > self.since}

    def _apply(self, frame: Frame) -> None:
        if frame["type"] == "room":
            if frame["rev"] >= self.room.get("rev", 0):
                self.room = frame
                self._expire()
            return
        seq = frame["seq"]
        if seq < self.floor:
            return
        if frame["author"]["id"] == self.me:
            self.waiting.pop(frame["cid"], None)
        known = self.messages.get(seq)
        if known is not None and known["rev"] > frame["rev"]:
            return
        merged = copy.deepcopy(frame)
        if "mine" not in merged:
            mine = set((known or {}).get("mine", [])) if not merged["deleted"] else set()
            reacted = merged.get("reacted")
            if reacted and reacted["by"] == self.me:
                (mine.add if reacted["on"] else mine.discard)(reacted["emoji"])
            merged["mine"] = sorted(mine)
        self.messages[seq] = merged

    def _expire(self) -> None:
        first = self.room.get("first_seq", 1)
        self.messages = {seq: m for seq, m in self.messages.items() if seq >= first}

    def _sync(self, frame: Frame) -> None:
        if frame["mode"] == "snapshot":
            self.messages = {}
            self.room = {}
            if self.epoch != frame["epoch"]:
                self.held.clear()  # numbers of another epoch
            self.epoch = frame["epoch"]
            seqs = [message["seq"] for message in frame["messages"]]
            self.floor = seqs[0] if frame["older"] and seqs else 0
        elif frame["since"] > self.since:
            self.needs_sync = True
            return
        for message in frame["messages"]:
            self._apply({**message, "mine": message.get("mine", [])})
        self._apply(frame["state"])
        self.may = frame.get("may")
        self.since = frame["upto"]
        self.waiting = {held["cid"]: held["as_sent"] for held in frame.get("held", [])}
        self.needs_sync = frame["more"]
        self._take_held()
