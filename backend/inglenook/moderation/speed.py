"""How fast people may write. The team has no limits.

messages, edits, reactions   four limits at once: of the visitor, their address, the room and the site
deletions, names, read marks of calls   one of their own each
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings

from inglenook.moderation.rates import TokenBuckets, TooFast, Wanted, peek_all, take_all, take_each
from inglenook.protocol.errors import Rate
from inglenook.visitors.participants import Participant

_LIMITS: Final = settings.LIMITS


def _per_10s(number: int, name: str, words: str) -> TokenBuckets:
    return TokenBuckets(per_second=number / 10, burst=2 * number, name=name, words=words)


of_visitor = TokenBuckets(
    per_second=_LIMITS.sends_per_10s / 10, burst=_LIMITS.burst, name="visitor"
)
of_address = _per_10s(
    _LIMITS.address_sends_per_10s,
    "address",
    "A great deal is being written from your network just now. Please wait a moment.",
)
of_room = _per_10s(
    _LIMITS.room_sends_per_10s, "room", "This room is very busy just now. Please wait a moment."
)
of_site = _per_10s(
    _LIMITS.site_sends_per_10s, "site", "This chat is very busy just now. Please wait a moment."
)
_of_deletions = TokenBuckets(
    per_second=_LIMITS.sends_per_10s / 10, burst=_LIMITS.burst, name="deletions"
)
_of_names = TokenBuckets(
    per_second=_LIMITS.renames_per_minute / 60,
    burst=_LIMITS.renames_per_minute,
    name="names",
    words="Your name was changed often just now. Please wait a moment.",
)
# A socket's marks are merged (realtime/read_marks.py); a call's cannot be, so some may come at once.
_of_read_marks = TokenBuckets(per_second=1 / _LIMITS.seen_s, burst=5)
# How many refusals somebody is given that asked the database first, as a duplicate deserves; beyond them memory refuses.
_patience = TokenBuckets(per_second=1, burst=10)


def spend(author: Participant, slug: str = "") -> None:
    """Takes one from each limit that concerns the author, in the room if there is one. For threads. Raises Rate."""
    (refusal,) = spend_each([(author, slug)])
    if refusal is not None:
        raise refusal


def spend_deletion(actor: Participant) -> None:
    """Whoever takes back what they wrote need not wait for what they may write. For threads. Raises Rate."""
    _spend(actor, (_of_deletions, actor.id))


def spend_rename(visitor: Participant) -> None:
    """For threads. Raises Rate."""
    by_address = [(of_address, visitor.address)] if visitor.address else []
    _spend(visitor, (_of_names, visitor.id), *by_address)


def spend_read_mark(reader: Participant, slug: str) -> None:
    """Raises Rate."""
    _spend(reader, (_of_read_marks, f"{reader.id} {slug}"))


def _spend(who: Participant, *wanted: Wanted) -> None:
    refused = None if who.is_team else take_all(*wanted)
    if refused is not None:
        raise _rate(refused)


def spend_each(acts: Sequence[tuple[Participant, str]]) -> list[Rate | None]:
    """`spend` for each, as if alone, with one question to Redis. What is None may happen."""
    answers: list[Rate | None] = [None] * len(acts)
    limited = [index for index, (author, _) in enumerate(acts) if not author.is_team]
    refusals = take_each([_concerned(*acts[index]) for index in limited]) if limited else []
    for index, refused in zip(limited, refusals, strict=True):
        if refused is not None:
            _patience.take(acts[index][0].id)
            answers[index] = _rate(refused)
    return answers


def refuse_a_flood(author: Participant, slug: str = "") -> None:
    """Refuses from memory who was refused often just now and would be again. For the event loop. Raises Rate.

    Whoever is only a little too fast is not refused here: their frame may be a duplicate of one that is stored.
    """
    if author.is_team or not _patience.is_known(author.id) or not peek_all((_patience, author.id)):
        return
    refused = peek_all(*_concerned(author, slug))
    if refused is not None:
        raise _rate(refused)


def _concerned(author: Participant, slug: str) -> list[Wanted]:
    found = [(of_visitor, author.id), (of_site, str(author.site_id))]
    if author.address:
        found.append((of_address, author.address))
    if slug:
        found.append((of_room, f"{author.site_id} {slug}"))
    return found


def _rate(refused: TooFast) -> Rate:
    return Rate(refused.words, retry_ms=refused.retry_ms)
