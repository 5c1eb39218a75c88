"""One message's way through the server, for many at once. Read `post_messages` from top to bottom.

    drafts ─> resolve  who writes, which room, is it stored already: one query for all
           ─> judge    may this person write here now: pure
           ─> rate     is it too fast: takes from the limits, one question to Redis
           ─> parse    word rules; links, marks and mentions of the text
           ─> attach   files, and the message that it answers
           ─> decide   slow mode, files, links, words, approval: allow, hold or refuse: pure
           ─> store    one short transaction: numbers of the rooms, rows ── COMMIT ─> events, acks
                       └─ a ban, a lock, another rule since `resolve`: from `resolve` on again

The policy's fourteen steps (moderation/policy.py) stand in this order. A step sees only the
messages that no earlier step has answered, and a refused message is refused alone. A message that
is refused before `store` costs no number; one that `judge` refuses costs nothing of a limit.
Everything before `store` happens outside the transaction. What is held takes no number either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone

from inglenook.chat import selectors
from inglenook.chat.attachments.using import NO_FILE, find_files
from inglenook.chat.message_text import clean_body, entities_of
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.commit import as_duplicate, commit, look_up
from inglenook.chat.posting.draft import Draft, Outcome, Post
from inglenook.chat.posting.facts import author_facts, room_facts
from inglenook.chat.posting.store import Found
from inglenook.chat.posting.waiting import (
    ASK_AGAIN_MS,
    MOST_WAITING,
    answer_again,
    last_written_at,
    number_waiting,
)
from inglenook.limits.policy import spend_each
from inglenook.moderation.filters.words import WordFilter
from inglenook.moderation.policy import (
    SHADOW,
    Hold,
    MessageFacts,
    Refuse,
    RoomFacts,
    Verdict,
    refusal_of_person,
    refusal_to_write,
    verdict_on_message,
)
from inglenook.moderation.word_rules import word_filter
from inglenook.protocol import ids
from inglenook.protocol.errors import ChatError, Invalid, NotFound, Rate, Unavailable
from inglenook.protocol.frames import Ack

# A room or a site that changes at every try, five times in some milliseconds, is no accident.
MOST_JUDGEMENTS: Final = 5
ASK_SOON_MS: Final = 200


def post_message(draft: Draft) -> Ack:
    """Posts one message, stored once for every `cid` of its author, however often it is asked.

    Raises Invalid (field), NotFound, what the policy refuses with (Banned, RoomArchived,
    RoomLocked, Muted, SlowMode, Forbidden, BlockedLink, BlockedWord), Empty, TooLong, InvalidText,
    Rate.
    """
    (outcome,) = post_messages([draft])
    if isinstance(outcome, ChatError):
        raise outcome
    return outcome


def post_messages(drafts: Sequence[Draft]) -> list[Outcome]:
    """Posts many, in one transaction.

    Each as `post_message` would, its refusal given instead of raised.
    """
    now = timezone.now()
    posts = resolve(drafts, now)
    judge(_unanswered(posts))
    rate(_unanswered(posts))
    _finish(posts, now)
    for _ in range(MOST_JUDGEMENTS):
        outdated = _unanswered(posts)
        if not outdated:
            break
        now = timezone.now()
        again = resolve([post.draft for post in outdated], now)
        judge(_unanswered(again))
        _finish(again, now)  # it has paid its rate
        for post, judged in zip(outdated, again, strict=True):
            post.outcome = judged.outcome
    return [post.outcome or Unavailable(retry_ms=ASK_SOON_MS) for post in posts]


def _finish(posts: Sequence[Post], now: datetime) -> None:
    parse(_unanswered(posts))
    attach(_unanswered(posts))
    decide(_unanswered(posts), now)
    store(_unanswered(posts), now)


def resolve(drafts: Sequence[Draft], now: datetime) -> list[Post]:
    """Finds the facts about each author and draft, and the room as far as its author may know it.

    Refuses who is banned, and what has not the form of a message. Answers what is stored already.
    """
    found = look_up(drafts)
    stored = Message.objects.in_bulk([one.posted for one in found if one.posted is not None])
    held = HeldMessage.objects.in_bulk([one.held for one in found if one.held is not None])
    # A private room that is not made yet is one room for all its drafts.
    unmade: dict[tuple[int, str], Room] = {}
    # Many of a batch are in the same rooms.
    places: dict[tuple[int, str], RoomFacts] = {}
    posts = []
    for draft, one in zip(drafts, found, strict=True):
        address = (draft.author.site_id, draft.slug)
        post = Post(draft)
        posts.append(post)
        try:
            _check_author(post, one, now)
            _check_shape(post)
            post.room = selectors.seen_by(one.room or unmade.get(address), *address, draft.author)
            post.place = places.get(address) or room_facts(
                post.room, post.author_row.calm_until, now
            )
            places[address] = post.place
            if one.posted in stored:
                ack = selectors.ack_frame(post.room, stored[one.posted], draft.cid)
                post.outcome = as_duplicate(ack)
            elif one.held in held:
                post.outcome = answer_again(held[one.held], draft)
        except ChatError as refusal:
            post.outcome = refusal
            continue
        if post.room.id is None:
            unmade[address] = post.room
    return posts


def judge(posts: Sequence[Post]) -> None:
    """Refuses where this person may not write now."""
    for post in posts:
        post.outcome = refusal_to_write(post.place, post.author)


def rate(posts: Sequence[Post]) -> None:
    """Takes from the limits what each message costs, and refuses what is one too many."""
    refusals = spend_each(
        [(post.draft.author, post.room.slug) for post in posts],
        repeats=[(post.author_row.repeat_s, post.body) for post in posts],
    )
    for post, refusal in zip(posts, refusals, strict=True):
        post.outcome = refusal


def parse(posts: Sequence[Post]) -> None:
    """Finds the links, marks and mentions of each text, and what word rules make of it.

    Only a text with an `@` costs queries.
    """
    rules: dict[tuple[int, int], WordFilter] = {}
    for post in posts:
        post.entities = entities_of(post.room, post.body)
        post.has_links = any(entity["kind"] == "link" for entity in post.entities)
        if not post.author.is_team:
            version = (post.room.site_id, post.author_row.access_version)
            if version not in rules:
                rules[version] = word_filter(*version)
            _judge_words(post, rules[version])


def attach(posts: Sequence[Post]) -> None:
    """Finds what belongs to a message beside its text: its files, the message that it answers.

    Only files cost queries.
    """
    find_files([post for post in posts if post.draft.attachments])
    for post in posts:
        answered = post.draft.reply_to
        if answered is not None and not _has_message(post.room, answered):
            text = "The message that this answers is not here."
            post.outcome = Invalid(text, field="reply_to")


def decide(posts: Sequence[Post], now: datetime) -> None:
    """Refuses or holds what the policy does not let pass."""
    # What an earlier message of the same batch did: the database does not know of it yet.
    written: set[tuple[object, ...]] = set()
    waiting: dict[tuple[object, ...], int] = {}
    for post in posts:
        place = (post.room.site_id, post.room.slug, post.draft.author.id)
        verdict = _verdict(post, 0.0 if place in written else _quiet_s(post, now))
        if post.files is None and not isinstance(verdict, Refuse):
            verdict = Refuse(Invalid(NO_FILE, field="attachments"))
        match verdict:
            case Refuse(refusal):
                post.outcome = refusal
                continue
            case Hold() as hold:
                post.held = hold
                if hold != SHADOW:
                    count = waiting.get(place) or number_waiting(post.room, post.draft.author)
                    waiting[place] = count + 1
                    if count >= MOST_WAITING:
                        text = f"{MOST_WAITING} of your messages wait for approval here."
                        post.outcome = Rate(text, retry_ms=ASK_AGAIN_MS)
                        continue
        written.add(place)


def store(posts: Sequence[Post], now: datetime) -> None:
    """Stores the messages, announces them and fills in their acks; what is outdated has none.

    The same `cid` twice is stored once.
    """
    first: dict[tuple[object, ...], Post] = {}
    for post in posts:
        first.setdefault(post.key, post)
    if first:
        commit(list(first.values()), now)
    for post in posts:
        if post.outcome is None:
            earlier = first[post.key].outcome
            post.outcome = as_duplicate(earlier) if isinstance(earlier, Ack) else earlier


# --- the small steps


def _unanswered(posts: Sequence[Post]) -> list[Post]:
    return [post for post in posts if post.outcome is None]


def _check_author(post: Post, found: Found, now: datetime) -> None:
    """Raises Banned."""
    if found.author is None:
        raise NotFound("There is no such site.")
    post.author_row = found.author
    post.author = author_facts(post.draft.author, found.author, now)
    refusal = refusal_of_person(post.author)
    if refusal is not None:
        raise refusal


def _check_shape(post: Post) -> None:
    if not ids.is_cid(post.draft.cid):
        raise Invalid(ids.CID_WORDS, field="cid")
    post.body = clean_body(post.draft.body, may_be_empty=bool(post.draft.attachments))


def _judge_words(post: Post, rules: WordFilter) -> None:
    """Masks the text, and notes the rules that block or hold it."""
    judged = rules.judge(post.body, post.room.slug)
    if judged is None:
        return
    post.blocked_by, post.held_by = judged.blocked_by, judged.held_by
    if judged.body != post.body:
        post.body = judged.body
        post.entities = entities_of(post.room, post.body)


def _has_message(room: Room, seq: int) -> bool:
    return room.pk is not None and Message.objects.filter(room_id=room.pk, seq=seq).exists()


def _verdict(post: Post, quiet_s: float | None) -> Verdict:
    message = MessageFacts(
        quiet_s=quiet_s,
        has_files=bool(post.draft.attachments),
        file_types=[file.came_as for file in post.files or ()],
        has_links=post.has_links,
        blocked_by=post.blocked_by,
        held_by=post.held_by,
    )
    return verdict_on_message(post.place, post.author, message)


def _quiet_s(post: Post, now: datetime) -> float | None:
    """Asks the database in rooms with slow mode alone."""
    if not post.place.slow_s or post.place.is_private or post.author.is_team:
        return None
    last = last_written_at(post.room, post.draft.author)
    return (now - last).total_seconds() if last else None
