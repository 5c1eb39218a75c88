"""What became of each message of a newcomer, compared with the database: held once, in one state;
approved and shown, or seen by nobody else; and every sanction that was answered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.journal import Said
from tests.testkit.faults.newcomers import Newcomers
from tests.testkit.faults.truth import StoredHeld, StoredRoom
from tests.testkit.faults.visitor import Visitor

# A sanction reaches every process within this; a message on its way may still be stored.
SETTLE_SECONDS = 2.5
# Of what only its author sees, a `sync` has the newest.
MOST_SHADOWS = 50


def judge_newcomers(
    verdict: Verdict,
    newcomers: Newcomers,
    rooms: dict[str, StoredRoom],
    held: list[StoredHeld],
    sanctions: Counter[tuple[str, str]],
) -> Counter[str]:
    """Adds to the verdict; how many messages came to each state."""
    rows = {row.cid: row for row in held}
    verdict.said += len(newcomers.journal.said)
    for visitor in newcomers.visitors:
        for cid in _said_by(newcomers, visitor):
            said = newcomers.journal.said[cid]
            _judge_message(verdict, newcomers, visitor, cid, said, rows.get(cid), rooms)
        _judge_order(verdict, newcomers, visitor, rows)
        if visitor is not newcomers.banned:
            _judge_own_list(verdict, newcomers, visitor, rows)
    people = ((newcomers.muted, "mute"), (newcomers.banned, "ban"), (newcomers.shadow, "shadow"))
    for visitor, kind in people:
        if sanctions[visitor.me, kind] != 1:
            verdict.undone += 1
            verdict.tell(f"{kind} of {visitor.me} is in force {sanctions[visitor.me, kind]} times")
    for problem in (*newcomers.problems, *newcomers.moderator.refusals):
        verdict.undone += 1
        verdict.tell(problem)
    said_here = newcomers.journal.said
    return Counter(rows[cid].state for cid in said_here if cid in rows)


def judge_sightings(
    verdict: Verdict, newcomers: Newcomers, visitors: Iterable[Visitor], held: list[StoredHeld]
) -> None:
    """Nobody else saw a byte of what was not approved."""
    private = {row.cid: row.author for row in held if row.state != "approved"}
    for visitor in visitors:
        for word in visitor.sighted & newcomers.words.keys():
            cid = newcomers.words[word]
            if private.get(cid, visitor.me) != visitor.me:
                verdict.leaked += 1
                verdict.tell(f"{visitor.me} saw {cid} of {private[cid]}")


def _judge_message(
    verdict: Verdict,
    newcomers: Newcomers,
    visitor: Visitor,
    cid: str,
    said: Said,
    row: StoredHeld | None,
    rooms: dict[str, StoredRoom],
) -> None:
    stored = rooms[said.room].cids.get(cid, [])
    since = newcomers.since.get(visitor.me)
    is_after = since is not None and said.at > since + SETTLE_SECONDS
    if visitor in (newcomers.muted, newcomers.banned) and row is None:
        # It came too late, or never arrived: nobody learned that it is stored.
        if said.held_at or (visitor is newcomers.muted and said.failed != "muted"):
            verdict.lost += 1
            verdict.tell(f"{cid} of {visitor.me} is nowhere: {said}")
        return
    if row is None:
        verdict.unresolved += 1
        verdict.tell(f"{cid} of {visitor.me} was not held; stored at {stored}, {said}")
        return
    verdict.acked += 1
    if visitor is newcomers.shadow:
        is_right = row.state == "shadow" and not stored
    elif row.state == "approved":
        is_right = stored == [row.seq] and not is_after
    else:
        is_right = row.state in ("rejected", "waiting") and not stored and not is_after
    decided = newcomers.moderator.decisions.get(cid, row.state)
    if not is_right or decided != row.state:
        verdict.undone += 1
        verdict.tell(f"{cid} of {visitor.me}: {row}, stored at {stored}, decided {decided}")
    if said.failed and (said.failed, row.state) != ("forbidden", "rejected"):
        verdict.failed += 1
        verdict.tell(f"{cid} of {visitor.me} failed with {said.failed}, and is {row.state}")


def _judge_order(
    verdict: Verdict, newcomers: Newcomers, visitor: Visitor, rows: dict[str, StoredHeld]
) -> None:
    """The oldest is approved first, so an author's messages keep their order."""
    seqs = defaultdict(list)
    for cid in _said_by(newcomers, visitor):
        row = rows.get(cid)
        if row is not None and row.state == "approved" and row.seq is not None:
            seqs[row.room].append(row.seq)
    for slug, found in seqs.items():
        if found != sorted(found):
            verdict.disordered += 1
            verdict.tell(f"{visitor.me} in {slug}: approved in another order, {found}")


def _judge_own_list(
    verdict: Verdict, newcomers: Newcomers, visitor: Visitor, rows: dict[str, StoredHeld]
) -> None:
    """Their own page shows what waits, and what they take for sent."""
    is_as_sent = visitor is newcomers.shadow
    state = "shadow" if is_as_sent else "waiting"
    own = [cid for cid in _said_by(newcomers, visitor) if cid in rows]
    expected = {cid: is_as_sent for cid in own if rows[cid].state == state}
    for view in visitor.views.values():
        shown = {cid: sent for cid, sent in view.waiting.items() if cid in own}
        if len(expected) <= MOST_SHADOWS and shown != expected:
            verdict.disordered += 1
            verdict.tell(f"{visitor.me} in {view.slug} sees {shown} of {expected}")


def _said_by(newcomers: Newcomers, visitor: Visitor) -> list[str]:
    return [cid for cid, said in newcomers.journal.said.items() if said.author == visitor.me]
