"""Compares what every client shows with what is stored:
lost, duplicated, out of order, and what must never be in a log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.testkit.faults.journal import Journal
from tests.testkit.faults.truth import StoredRoom
from tests.testkit.faults.view import View
from tests.testkit.faults.visitor import Visitor

MOST_DETAILS = 12


@dataclass
class Verdict:
    """`leaked`: somebody saw what is not for them. `undone`: a decision or a sanction that was
    answered, and does not stand.
    """

    said: int = 0
    acked: int = 0
    stored: int = 0
    shown: int = 0
    lost: int = 0
    duplicated: int = 0
    disordered: int = 0
    unresolved: int = 0
    failed: int = 0
    leaked: int = 0
    undone: int = 0
    code_1011: int = 0
    exceptions: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.said > 0 and not (
            self.lost
            or self.duplicated
            or self.disordered
            or self.unresolved
            or self.failed
            or self.leaked
            or self.undone
            or self.code_1011
            or self.exceptions
        )

    def tell(self, detail: str) -> None:
        if len(self.details) < MOST_DETAILS:
            self.details.append(detail)


def judge(
    visitors: Iterable[Visitor],
    journal: Journal,
    rooms: dict[str, StoredRoom],
    defects: list[str],
    *,
    has_only_new: bool = True,
) -> Verdict:
    """`has_only_new`: nothing was edited, so that every number is a message's
    and none may be missing.
    """
    verdict = Verdict(said=len(journal.said))
    _judge_numbers(verdict, rooms, has_only_new)
    _judge_acks(verdict, journal, rooms)
    for visitor in visitors:
        for view in visitor.views.values():
            _judge_view(verdict, view, rooms[view.slug], visitor.me)
    verdict.code_1011 = journal.closes[1011]
    verdict.exceptions = sum("Traceback" in line for line in defects)
    for line in defects:
        verdict.tell(line[:2000])
    return verdict


def _judge_numbers(verdict: Verdict, rooms: dict[str, StoredRoom], has_only_new: bool) -> None:
    for room in rooms.values():
        verdict.stored += len(room.messages)
        for cid, seqs in room.cids.items():
            if len(seqs) > 1:
                verdict.duplicated += len(seqs) - 1
                verdict.tell(f"{room.slug}: {cid} is stored {len(seqs)} times, at {seqs}")
        if has_only_new and list(room.messages) != list(range(1, room.head + 1)):
            verdict.disordered += 1
            verdict.tell(f"{room.slug}: head {room.head}, but {len(room.messages)} messages")


def _judge_acks(verdict: Verdict, journal: Journal, rooms: dict[str, StoredRoom]) -> None:
    for cid, said in journal.said.items():
        stored = rooms[said.room].cids.get(cid, [])
        if said.acked_at is not None:
            verdict.acked += 1
            if said.seq not in stored:
                verdict.lost += 1
                verdict.tell(
                    f"{said.room}: {cid} was acked as {said.seq} and is stored at {stored}"
                )
        elif said.failed:
            verdict.failed += 1
            verdict.tell(f"{said.room}: {cid} failed with {said.failed}")
        else:
            verdict.unresolved += 1
            verdict.tell(f"{said.room}: {cid} was never answered; stored at {stored}")


def _judge_view(verdict: Verdict, view: View, room: StoredRoom, me: str) -> None:
    expected = {seq: kept for seq, kept in room.messages.items() if seq >= view.floor}
    verdict.shown += len(view.messages)
    verdict.disordered += view.inversions
    if view.messages == expected:
        return
    missing = expected.keys() - view.messages.keys()
    surplus = view.messages.keys() - expected.keys()
    differing = [
        seq for seq in expected.keys() & view.messages.keys() if expected[seq] != view.messages[seq]
    ]
    verdict.lost += len(missing)
    verdict.duplicated += len(surplus)
    verdict.disordered += len(differing)
    verdict.tell(
        f"{me} in {view.slug} (since {view.since}, head {room.head}): "
        f"{len(missing)} missing {sorted(missing)[:5]}, {len(surplus)} too many, {len(differing)} "
        "differ"
    )
