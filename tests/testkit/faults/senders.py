"""Some of a fault's visitors send pictures: uploads are under way while it strikes.

    send_files() ─> upload, until it is stored ─> say, with its id in the body ─> … ─> judge_files

What a message is to carry stands in its body, so whoever shows it can tell whether it does.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence

import httpx

from tests.testkit import files
from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.http_call import FAILED, Call
from tests.testkit.faults.stage import Stage
from tests.testkit.faults.truth import StoredFiles
from tests.testkit.faults.visitor import SHOWS, Visitor

EVERY_SECONDS = 1.5
# The server draws each picture anew, one at a time.
ANSWER_SECONDS = 30.0
FINISH_SECONDS = 60.0
AGAIN_SECONDS = (0.3, 1.0)
PICTURE = files.picture(size=(64, 40))


class Senders:
    """`sent`: which file each message is to have, by its `cid`. `again`: uploads that had to be
    repeated, of which nobody knows whether the first was stored.
    """

    def __init__(self, stage: Stage, visitors: Sequence[Visitor], dice: random.Random) -> None:
        self.sent: dict[str, str] = {}
        self.again = 0
        self.problems: list[str] = []
        self.stage = stage
        self._visitors = visitors
        self._dice = dice
        self._is_over = False
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._tasks = [asyncio.ensure_future(self._send_as(one)) for one in self._visitors]

    async def finish(self) -> None:
        """Nobody begins another one; what is under way comes to its end."""
        self._is_over = True
        async with asyncio.timeout(FINISH_SECONDS):
            await asyncio.gather(*self._tasks)

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_as(self, visitor: Visitor) -> None:
        while not self._is_over:
            (room,) = visitor.views
            file = await self._upload(visitor, room)
            if file:
                cid = visitor.say(room, f"{SHOWS}{file}", [file])
                self.sent[cid] = file
            await asyncio.sleep(self._dice.uniform(0, EVERY_SECONDS))

    async def _upload(self, visitor: Visitor, room: str) -> str:
        """The id of a stored picture; empty where it was refused for good."""
        path = f"/api/v1/{self.stage.key}/rooms/{room}/attachments"
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    call = await Call.open(
                        visitor.port, "POST", path, visitor.token, body=files.form(PICTURE)
                    )
                    try:
                        answer = await call.json()
                    finally:
                        call.cut()
            except FAILED:
                answer, status = {}, 0
            else:
                status = call.status
            if status == 201:
                return str(answer["id"])
            if 400 <= status < 500 and status != 429:
                self.problems.append(f"an upload was refused: {answer}")
                return ""
            self.again += 1
            await asyncio.sleep(self._dice.uniform(*AGAIN_SECONDS))


async def judge_files(
    verdict: Verdict, senders: Senders, visitors: Sequence[Visitor], stored: StoredFiles
) -> None:
    """No message lacks its file or has another's, none is in two, all can be had, and nobody was
    shown anything else.
    """
    for cid, file in senders.sent.items():
        if stored.messages.get(cid, [file]) != [file]:
            verdict.lost += 1
            verdict.tell(f"{cid} is to have {file}, and has {stored.messages[cid]}")
    for file, count in Counter(f for one in stored.messages.values() for f in one).items():
        if count > 1:
            verdict.duplicated += 1
            verdict.tell(f"{file} is in {count} messages")
    for cid in senders.sent.keys() & stored.messages.keys():
        if stored.places.get(senders.sent[cid]) != stored.seqs[cid]:
            verdict.lost += 1
            verdict.tell(f"{senders.sent[cid]} does not belong to its message")
    for problem in (*senders.problems, *(bad for one in visitors for bad in one.without_file)):
        verdict.lost += 1
        verdict.tell(problem)
    base_url = senders.stage.servers[-1].base_url
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        for file in (senders.sent[cid] for cid in senders.sent if cid in stored.messages):
            if (await http.get(f"/files/{file}?width=320")).status_code != 200:
                verdict.lost += 1
                verdict.tell(f"{file} cannot be had")
