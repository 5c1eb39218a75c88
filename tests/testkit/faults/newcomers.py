"""New people in a fault: what they write waits, a moderator decides about it meanwhile, one of them
is muted and one banned midway, one is shadow banned from the beginning.

    fleet.moderate() ─> shadow ─> all talk ─> mute, ban ─> … ─> finish() ─> judge_newcomers(…)

They have a journal of their own: figures of the others do not depend on who is held.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Sequence

from tests.testkit.faults.http_call import FAILED, Call
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.moderator import Moderator
from tests.testkit.faults.stage import Stage, until
from tests.testkit.faults.visitor import MARK, Visitor

EVERY_SECONDS = 3.0
# Behind this the faults break something, and have not mended it.
MIDWAY_SECONDS = 2.5
QUIET_SECONDS = 30.0
BANNED = 4504
# So many are sanctioned: they come first.
SANCTIONED = 3


class Newcomers:
    """`words` leads from the word in a body to its `cid`; `since` says when the server answered
    that somebody is sanctioned.
    """

    def __init__(
        self, stage: Stage, visitors: Sequence[Visitor], journal: Journal, dice: random.Random
    ) -> None:
        self.visitors = visitors
        self.shadow, self.muted, self.banned = visitors[:SANCTIONED]
        self.journal = journal
        self.moderator = Moderator(stage, random.Random(dice.getrandbits(64)))
        self.words: dict[str, str] = {}
        self.since: dict[str, float] = {}
        self.problems: list[str] = []
        self._stage = stage
        self._dice = dice
        self._talking: asyncio.Task[None] | None = None
        self._deciding: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._talking = asyncio.ensure_future(self._talk())
        self._deciding = asyncio.ensure_future(self.moderator.work())

    async def finish(self) -> None:
        """All are silent, all that waits is decided, and each sanction still holds."""
        assert await until(lambda: len(self.since) == SANCTIONED, QUIET_SECONDS), "no sanction"
        await _end(self._talking)
        assert await until(lambda: self.banned.stopped_with is not None, QUIET_SECONDS)
        for view in self.banned.views.values():
            view.outbox.clear()
        # Meanwhile the moderator goes on: who has many waiting may send no more.
        await until(self._is_quiet, QUIET_SECONDS)
        self.moderator.stop()
        if self._deciding is not None:
            await self._deciding
        while await self.moderator.decide_all():
            pass
        muted, shadow = self.say(self.muted), self.say(self.shadow)
        said = self.journal.said
        await until(lambda: said[muted].failed != "" and said[shadow].held_at is not None, 20)
        if self.banned.stopped_with != BANNED:
            self.problems.append(f"the banned one was closed with {self.banned.stopped_with}")
        if (code := await self._code_for_the_banned()) != "banned":
            self.problems.append(f"the banned one may come back: {code or 'a session'}")

    def say(self, visitor: Visitor) -> str:
        """The `cid` of a message with a word that no message has, of this fault or of another.

        The dice give another fault of the same seed the same words. Where both share an
        installation, visitors read in its history what the earlier fault said.
        """
        word = uuid.uuid4().hex
        (room,) = visitor.views
        self.words[word] = cid = visitor.say(room, MARK.decode() + word)
        return cid

    async def leave(self) -> None:
        await _end(self._talking)
        await _end(self._deciding)
        await self.moderator.close()

    async def _talk(self) -> None:
        await self._sanction(self.shadow, "shadow")
        async with asyncio.TaskGroup() as group:
            for visitor in self.visitors:
                group.create_task(self._talk_as(visitor))
            await asyncio.sleep(MIDWAY_SECONDS)
            await self._sanction(self.muted, "mute")
            await self._sanction(self.banned, "ban")

    async def _sanction(self, visitor: Visitor, kind: str) -> None:
        self.since[visitor.me] = await self.moderator.sanction(visitor.me, kind)

    async def _talk_as(self, visitor: Visitor) -> None:
        while True:
            await asyncio.sleep(self._dice.uniform(0, 2 * EVERY_SECONDS))
            if visitor.stopped_with is None:
                self.say(visitor)

    def _is_quiet(self) -> bool:
        return all(not it.waiting and (it.is_in_step or it is self.banned) for it in self.visitors)

    async def _code_for_the_banned(self) -> str:
        """What a session of theirs is refused with; nothing where it is not."""
        path = f"/api/v1/{self._stage.key}/session"
        token = self._stage.cast.newcomers[self.visitors.index(self.banned)]["token"]
        body = {"token": token, "room": None}
        try:
            call = await Call.open(self._stage.balancer.port, "POST", path, "", body=body)
            try:
                return str((await call.json()).get("error", ""))
            finally:
                call.cut()
        except FAILED as error:
            return repr(error)


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is None or task.cancelled():
        return
    if task.done():
        task.result()  # it never ends by itself: raises what broke it
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
