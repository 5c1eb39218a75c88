"""Who may write where, as tables: facts in, a verdict out; and the order of the refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.moderation.policy import (
    SHADOW,
    Allow,
    AuthorFacts,
    Hold,
    Lasting,
    MessageFacts,
    Refuse,
    RoomFacts,
    Verdict,
    may_of,
    refusal_of_person,
    refusal_to_write,
    verdict_on_edit,
    verdict_on_message,
)
from inglenook.protocol.errors import ChatError, SlowMode

AUTHORS = {
    "new": AuthorFacts(),
    "known": AuthorFacts(trust="known"),
    "trusted": AuthorFacts(trust="trusted"),
    "signed": AuthorFacts(trust="known", is_signed=True),
    "address": AuthorFacts(is_held_by_address=True),
    "shadow": AuthorFacts(trust="known", is_shadowed=True),
    "muted": AuthorFacts(mute=Lasting("T")),
    "banned": AuthorFacts(ban=Lasting(), mute=Lasting()),
    "viewer": AuthorFacts(is_team=True, may_write=False),
    "team": AuthorFacts(is_team=True),
}
ROOMS = {
    "open": RoomFacts(),
    "archived": RoomFacts(archived=True, locked=True),
    "locked": RoomFacts(locked=True, locked_until="T"),
    "read only: new": RoomFacts(read_only_for="new"),
    "read only: anonymous": RoomFacts(read_only_for="anonymous"),
    "read only: visitors": RoomFacts(read_only_for="visitors"),
    "slow": RoomFacts(slow_s=30),
    "approval: new": RoomFacts(approval="new"),
    "approval: all": RoomFacts(approval="all"),
    "calm": RoomFacts(is_calm=True, slow_s=10),
    "links: known": RoomFacts(links="known"),
    "links: trusted": RoomFacts(links="trusted"),
    "links: none": RoomFacts(links="none"),
    "files": RoomFacts(files="images", files_from="trusted"),
    "private": RoomFacts(
        is_private=True, slow_s=30, read_only_for="visitors", approval="all", links="none"
    ),
    "private, locked": RoomFacts(is_private=True, locked=True),
}
# Five seconds after their last message, which is too soon in a slow room.
PLAIN = MessageFacts(quiet_s=5)
ACTS = {
    "message": PLAIN,
    "link": MessageFacts(has_links=True),
    "file": MessageFacts(has_files=True),
    "word": MessageFacts(held_by=7),
    "bad word": MessageFacts(blocked_by=7, held_by=8),
}
# `.` passes, `?` waits for approval, `c` for the end of the calm, `a` because of the address, `w`
# because of a word, `s` is a shadow; A archived, L locked, M muted, B banned, F forbidden, S slow
# mode, K a link, W a word.
MATRIX = """
                       new known trusted signed address shadow muted banned viewer team
open
  message               .    .     .       .      a       s      M     B      F     .
  link                  .    .     .       .      a       s      M     B      F     .
  file                  F    F     F       F      F       F      M     B      F     .
  word                  w    w     w       w      w       w      M     B      F     .
  bad word              W    W     W       W      W       W      M     B      F     .
  edit                  .    .     .       .      F       s      M     B      F     .
  reaction              .    .     .       .      .       .      M     B      F     .
archived
  message               A    A     A       A      A       A      A     B      F     A
  edit                  A    A     A       A      A       A      A     B      F     A
  reaction              A    A     A       A      A       A      A     B      F     A
locked
  message               L    L     L       L      L       L      L     B      F     .
  edit                  L    L     L       L      L       L      L     B      F     .
  reaction              L    L     L       L      L       L      L     B      F     .
read only: new
  message               L    .     .       .      L       s      L     B      F     .
  reaction              L    .     .       .      L       .      L     B      F     .
read only: anonymous
  message               L    L     L       .      L       L      L     B      F     .
read only: visitors
  message               L    L     L       L      L       L      L     B      F     .
slow
  message               S    S     S       S      S       S      M     B      F     .
  word                  w    w     w       w      w       w      M     B      F     .
  edit                  .    .     .       .      F       s      M     B      F     .
  reaction              .    .     .       .      .       .      M     B      F     .
approval: new
  message               ?    .     .       .      ?       s      M     B      F     .
  word                  w    w     w       w      w       w      M     B      F     .
  edit                  F    .     .       .      F       s      M     B      F     .
  reaction              .    .     .       .      .       .      M     B      F     .
approval: all
  message               ?    ?     .       ?      ?       ?      M     B      F     .
  edit                  F    F     .       F      F       F      M     B      F     .
calm
  message               S    S     S       S      S       S      M     B      F     .
  link                  K    K     .       K      K       K      M     B      F     .
  word                  w    w     w       w      w       w      M     B      F     .
  edit                  F    .     .       .      F       s      M     B      F     .
links: known
  link                  K    .     .       .      K       s      M     B      F     .
  message               .    .     .       .      a       s      M     B      F     .
links: trusted
  link                  K    K     .       K      K       K      M     B      F     .
links: none
  link                  K    K     K       K      K       K      M     B      F     .
files
  file                  F    F     .       F      F       F      M     B      F     .
private
  message               .    .     .       .      .       s      M     B      F     .
  link                  K    K     K       K      K       K      M     B      F     .
  word                  w    w     w       w      w       w      M     B      F     .
  edit                  .    .     .       .      .       s      M     B      F     .
  reaction              .    .     .       .      .       .      M     B      F     .
private, locked
  message               L    L     L       L      L       L      L     B      F     .
"""
LETTERS = {
    "room_archived": "A",
    "room_locked": "L",
    "muted": "M",
    "banned": "B",
    "forbidden": "F",
    "slow_mode": "S",
    "blocked_link": "K",
    "blocked_word": "W",
}
REASONS = {"approval": "?", "calm": "c", "address": "a", "word": "w", "shadow": "s"}


def cells() -> list[Any]:
    first, *lines = MATRIX.strip("\n").splitlines()
    authors, room, found = first.split(), "", []
    for line in lines:
        if not line.startswith(" "):
            room = line
            continue
        words = line.split()
        act = " ".join(words[: -len(authors)])
        for author, letter in zip(authors, words[-len(authors) :], strict=True):
            found.append(pytest.param(room, act, author, letter, id=f"{room}-{act}-{author}"))
    return found


def letter_of(place: RoomFacts, author: AuthorFacts, act: str) -> str:
    refusal = refusal_of_person(author) or refusal_to_write(place, author)
    if refusal is not None:
        return LETTERS[refusal.code]
    if act == "reaction":
        return "."
    verdict: Verdict
    if act == "edit":
        verdict = verdict_on_edit(place, author, PLAIN)
    else:
        verdict = verdict_on_message(place, author, ACTS[act])
    match verdict:
        case Allow():
            return "."
        case Hold(reason):
            return REASONS[reason]
        case Refuse(refused):
            return LETTERS[refused.code]


@pytest.mark.parametrize(("room", "act", "author", "letter"), cells())
def test_the_matrix(room: str, act: str, author: str, letter: str) -> None:
    assert letter_of(ROOMS[room], AUTHORS[author], act) == letter


def test_every_room_and_author_is_in_the_matrix() -> None:
    rows = [line for line in MATRIX.strip("\n").splitlines() if not line.startswith(" ")]
    assert rows == list(ROOMS)
    assert MATRIX.strip("\n").splitlines()[0].split() == list(AUTHORS)


def test_a_calm_room_holds_newcomers_once_they_are_slow_enough() -> None:
    quiet = MessageFacts(quiet_s=11)
    assert verdict_on_message(ROOMS["calm"], AUTHORS["new"], quiet) == Hold("calm")
    assert verdict_on_message(ROOMS["calm"], AUTHORS["known"], quiet) == Allow()


def test_slow_mode_says_when_the_next_message_may_come() -> None:
    verdict = verdict_on_message(ROOMS["slow"], AUTHORS["known"], MessageFacts(quiet_s=10.5))
    assert isinstance(verdict, Refuse)
    assert isinstance(verdict.refusal, SlowMode)
    assert verdict.refusal.retry_ms == 19_500
    for quiet_s in (None, 30, 31.5):
        message = MessageFacts(quiet_s=quiet_s)
        assert verdict_on_message(ROOMS["slow"], AUTHORS["known"], message) == Allow()


def test_the_word_rule_that_holds_a_message_is_named() -> None:
    assert verdict_on_message(ROOMS["open"], AUTHORS["new"], ACTS["word"]) == Hold("word", 7)


@pytest.mark.parametrize(
    ("room", "author", "send", "until"),
    [
        ("open", "new", None, None),
        ("open", "shadow", None, None),
        ("open", "muted", "muted", "T"),
        ("open", "banned", "banned", None),
        ("locked", "new", "room_locked", "T"),
        ("locked", "muted", "room_locked", "T"),
        ("locked", "team", None, None),
        ("archived", "team", "room_archived", None),
        ("open", "viewer", "forbidden", None),
        ("read only: new", "new", "room_locked", None),
        ("slow", "new", None, None),
        ("approval: all", "new", None, None),
    ],
)
def test_what_one_may_do_now_and_until_when(
    room: str, author: str, send: str | None, until: str | None
) -> None:
    may = may_of(ROOMS[room], AUTHORS[author])
    assert (may.send, may.until) == (send, until)


def test_files_are_named_for_whom_may_send_them() -> None:
    listed = RoomFacts(files="listed", files_from="all", file_types=("text/plain",))
    assert may_of(listed, AUTHORS["new"]).files == ["text/plain"]
    assert may_of(ROOMS["files"], AUTHORS["known"]).files == []
    assert "image/png" in may_of(ROOMS["files"], AUTHORS["trusted"]).files
    assert "image/png" in may_of(ROOMS["files"], AUTHORS["team"]).files
    assert may_of(ROOMS["open"], AUTHORS["team"]).files == []


# Each fact that stands against a message, in the order of the steps, and what it answers alone.
AGAINST: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "banned": ({}, {"ban": Lasting()}, {}),
    "room_archived": ({"archived": True}, {}, {}),
    "room_locked": ({"locked": True}, {}, {}),
    "muted": ({}, {"mute": Lasting()}, {}),
    "slow_mode": ({"slow_s": 9}, {}, {"quiet_s": 1.0}),
    "forbidden": ({}, {}, {"has_files": True}),
    "blocked_link": ({"links": "none"}, {}, {"has_links": True}),
    "blocked_word": ({}, {}, {"blocked_by": 1}),
    "word": ({}, {}, {"held_by": 2}),
    "approval": ({"approval": "all"}, {}, {}),
    "shadow": ({}, {"is_shadowed": True}, {}),
}


@given(st.sets(st.sampled_from(list(AGAINST))))
def test_of_all_that_stands_against_a_message_the_first_answers(against: set[str]) -> None:
    place, author, message = {}, {}, {}
    for name in against:
        of_room, of_author, of_message = AGAINST[name]
        place |= of_room
        author |= of_author
        message |= of_message
    room, who = RoomFacts(**place), AuthorFacts(**author)
    refusal: ChatError | None = refusal_of_person(who) or refusal_to_write(room, who)
    verdict = verdict_on_message(room, who, MessageFacts(**message))
    if refusal is None and isinstance(verdict, Refuse):
        refusal = verdict.refusal
    if refusal is not None:
        answer = refusal.code
    else:
        answer = verdict.reason if isinstance(verdict, Hold) else "passes"
    assert answer == next((name for name in AGAINST if name in against), "passes")


def test_a_shadow_is_a_message_that_need_not_wait() -> None:
    assert verdict_on_message(ROOMS["open"], AUTHORS["shadow"], MessageFacts()) == SHADOW
    waits = verdict_on_message(ROOMS["approval: all"], AUTHORS["shadow"], MessageFacts())
    assert waits == Hold("approval")
