"""May this be said here, by this person, now? Pure: facts in, a verdict out.

The fourteen steps of docs/owners-api.md, "What a message passes"; the first refusal answers.

    1 banned                     refusal_of_person
    2 shape  3 room  4 `cid`     the caller's: they are about the draft and what is stored
    5 archived  6 locked  7 muted                       refusal_to_write
    8 rate                       the caller's: each try counts
    9 slow mode  10 files  11 links  12 words           verdict_on_message: Refuse, Hold
    13 approval, calm, address                          Hold
    14 shadow                                           Hold with the reason `shadow`

The team passes over 6 to 14. A private room knows `locked`, and neither 9 nor 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from inglenook.protocol.errors import (
    Banned,
    BlockedLink,
    BlockedWord,
    ChatError,
    Forbidden,
    Muted,
    RoomArchived,
    RoomLocked,
    SlowMode,
)
from inglenook.protocol.frame_parts import May
from inglenook.protocol.refusals import whole_seconds
from inglenook.visitors.trust import Trust, is_at_least

READS_ONLY = "Your role in the team reads, and writes nothing."
ERASED = "All that you wrote was erased. Start a new chat to write again."
NOT_WAITING = "An edited message cannot wait for approval. Write a new one."
# What a room with `files="images"` takes.
IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
NO_FILES = "You cannot send files here."
HoldReason = Literal["approval", "calm", "address", "word", "shadow"]


class RoomFacts(Struct, frozen=True, kw_only=True):
    """A room's settings, as they are in force. `locked_until` is as the wire writes it."""

    is_private: bool = False
    archived: bool = False
    locked: bool = False
    locked_until: str | None = None
    read_only_for: str = "nobody"
    slow_s: int = 0
    approval: str = "none"
    links: str = "all"
    files: str = "none"
    files_from: str = "known"
    file_types: Sequence[str] = ()
    is_calm: bool = False


class Lasting(Struct, frozen=True):
    """Something in force; `until` None: for good."""

    until: str | None = None


class AuthorFacts(Struct, frozen=True, kw_only=True):
    """`may_write` False: a member of the team who reads only."""

    is_team: bool = False
    may_write: bool = True
    is_erased: bool = False
    ban: Lasting | None = None
    mute: Lasting | None = None
    is_shadowed: bool = False
    trust: Trust = "new"
    is_signed: bool = False
    is_held_by_address: bool = False


class MessageFacts(Struct, frozen=True, kw_only=True):
    """`quiet_s` is how long ago the author's last message in this room was; None for never.

    `file_types` are the media types of its files, as they came. `blocked_by` and `held_by` are word
    rules.
    """

    quiet_s: float | None = None
    has_files: bool = False
    file_types: Sequence[str] = ()
    has_links: bool = False
    blocked_by: int | None = None
    held_by: int | None = None


class Allow(Struct, frozen=True):
    """It is stored and everybody sees it."""


class Hold(Struct, frozen=True):
    """It is stored, and its author alone sees it: it waits for the team, or is a shadow.

    `rule` is the word rule that holds it.
    """

    reason: HoldReason
    rule: int | None = None


class Refuse(Struct, frozen=True):
    """It is not stored. The author gets `refusal`."""

    refusal: ChatError


Verdict = Allow | Hold | Refuse
ALLOW = Allow()
SHADOW = Hold("shadow")


def refusal_of_person(author: AuthorFacts) -> ChatError | None:
    """Step 1. Who is erased has no token any more, and a socket for a moment yet."""
    if author.is_erased:
        return Forbidden(ERASED)
    return None if author.ban is None else Banned(until=author.ban.until)


def refusal_to_write(room: RoomFacts, author: AuthorFacts) -> ChatError | None:
    """Steps 5 to 7, of messages, edits and reactions."""
    if not author.may_write:
        return Forbidden(READS_ONLY)
    if room.archived:
        return RoomArchived()
    if author.is_team:
        return None
    if room.locked:
        return RoomLocked(until=room.locked_until)
    if not room.is_private and _reads_only(room.read_only_for, author):
        return RoomLocked(_READ_ONLY_WORDS[room.read_only_for])
    if author.mute is not None:
        return Muted(until=author.mute.until)
    return None


def verdict_on_message(room: RoomFacts, author: AuthorFacts, message: MessageFacts) -> Verdict:
    """Steps 9 to 14, of a new message."""
    if author.is_team:
        return ALLOW
    slow = None if room.is_private else _too_soon(room.slow_s, message.quiet_s)
    return Refuse(slow) if slow else _verdict_on_content(room, author, message)


def verdict_on_edit(room: RoomFacts, author: AuthorFacts, message: MessageFacts) -> Verdict:
    """Steps 10 to 14. What would have to wait is refused; a shadow's edit is Hold."""
    if author.is_team:
        return ALLOW
    verdict = _verdict_on_content(room, author, message)
    if isinstance(verdict, Hold) and verdict != SHADOW:
        return Refuse(Forbidden(NOT_WAITING))
    return verdict


def may_of(room: RoomFacts, author: AuthorFacts) -> May:
    """What somebody may do in a room now, as the wire tells it."""
    refusal = refusal_of_person(author) or refusal_to_write(room, author)
    if refusal is not None:
        return May(send=refusal.code, until=refusal.until)
    return May(files=_file_types(room, author))


def types_taken(room: RoomFacts, author: AuthorFacts) -> list[str]:
    """The media types of files that a room takes of somebody.

    Step 10 passes over the team: whatever the room says, they can send a picture.
    """
    found = _file_types(room, author)
    return list(dict.fromkeys([*IMAGE_TYPES, *found])) if author.is_team else found


# --- the small steps


_READ_ONLY_WORDS = {
    "new": "New visitors read here; you can write in a while.",
    "anonymous": "Only who is signed in can write here.",
    "visitors": "Only the team writes here.",
}


def _reads_only(read_only_for: str, author: AuthorFacts) -> bool:
    match read_only_for:
        case "new":
            return author.trust == "new"
        case "anonymous":
            return not author.is_signed
        case "visitors":
            return True
    return False


def _too_soon(slow_s: int, quiet_s: float | None) -> SlowMode | None:
    if not slow_s or quiet_s is None or quiet_s >= slow_s:
        return None
    left_ms = max(1, round((slow_s - quiet_s) * 1000))
    seconds = whole_seconds(left_ms)
    text = f"This room is in slow mode: one message every {slow_s} s. Next in {seconds} s."
    return SlowMode(text, retry_ms=left_ms)


def _verdict_on_content(room: RoomFacts, author: AuthorFacts, message: MessageFacts) -> Verdict:
    if message.has_files:
        taken = _file_types(room, author)
        if not taken or not set(message.file_types).issubset(taken):
            words = NO_FILES if not taken else "This room does not take such a file."
            return Refuse(Forbidden(words, field="attachments"))
    if message.has_links and not _may_link(room, author):
        return Refuse(BlockedLink(field="body"))
    if message.blocked_by is not None:
        return Refuse(BlockedWord(field="body"))
    if message.held_by is not None:
        return Hold("word", message.held_by)
    waits = None if room.is_private else _reason_to_wait(room, author)
    if waits is not None:
        return Hold(waits)
    return SHADOW if author.is_shadowed else ALLOW


def _may_link(room: RoomFacts, author: AuthorFacts) -> bool:
    if room.is_calm and author.trust != "trusted":
        return False
    return _is_from(room.links, author.trust)


def _file_types(room: RoomFacts, author: AuthorFacts) -> list[str]:
    if room.files == "none" or not (author.is_team or _is_from(room.files_from, author.trust)):
        return []
    return list(IMAGE_TYPES if room.files == "images" else room.file_types)


def _is_from(wanted: str, trust: str) -> bool:
    """Whether this trust is enough for what is for `all`, `known`, `trusted` or `none`."""
    return wanted == "all" or (wanted != "none" and is_at_least(trust, wanted))


def _reason_to_wait(room: RoomFacts, author: AuthorFacts) -> HoldReason | None:
    is_new = author.trust == "new"
    if room.approval == "all" and author.trust != "trusted":
        return "approval"
    if not is_new:
        return None
    if room.approval == "new":
        return "approval"
    if room.is_calm:
        return "calm"
    return "address" if author.is_held_by_address else None
