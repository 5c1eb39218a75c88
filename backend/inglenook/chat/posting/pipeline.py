"""One message's way through the server, for many at once. Read `post_messages` from top to bottom.

    drafts ─> resolve  which room, is it stored already, is its author muted: one query for all
           ─> judge    may this be said, here, by this person, now: pure, but for slow mode
           ─> rate     is it too fast: takes from the limits, one question to Redis
           ─> parse    links, marks and mentions of the text
           ─> attach   files, and the message that it answers
           ─> store    one short transaction: numbers of the rooms, rows ── COMMIT ─> events, acks

A step sees only the messages that no earlier step has answered, and a refused message is refused
alone. A message that is refused before `store` costs no number; one that `judge` refuses costs
nothing of a limit. Everything before `store` happens outside the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inglenook.chat import publish, selectors
from inglenook.chat.message_text import clean_body, entities_of
from inglenook.chat.models import Message, Room
from inglenook.chat.posting import store as message_store
from inglenook.chat.posting.draft import Draft, Outcome
from inglenook.chat.posting.store import Found, NewMessage
from inglenook.chat.posting.verdict import carry_out, verdict_on_message
from inglenook.limits.policy import spend_each
from inglenook.protocol import ids
from inglenook.protocol.errors import ChatError, Invalid, NotFound
from inglenook.protocol.frames import Ack


class Post:
    """A draft on its way, and what the steps found out about it. `outcome` ends the way.

    `resolve` gives it a `room`, `store` a `message`.
    """

    __slots__ = ("body", "draft", "entities", "is_muted", "message", "outcome", "room")
    room: Room
    message: NewMessage

    def __init__(self, draft: Draft, *, is_muted: bool) -> None:
        self.draft = draft
        self.is_muted = is_muted
        self.body = ""
        self.entities: list[dict[str, Any]] = []
        self.outcome: Outcome | None = None


def post_message(draft: Draft) -> Ack:
    """Posts one message, stored once for every `cid` of its author, however often it is asked.

    Raises Invalid (field), NotFound, what the policy refuses with (Muted, RoomLocked, RoomArchived,
    SlowMode), Empty, TooLong, InvalidText, Rate.
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
    posts = resolve(drafts)
    judge(_unanswered(posts))
    rate(_unanswered(posts))
    parse(_unanswered(posts))
    attach(_unanswered(posts))
    store(_unanswered(posts), now)
    return [post.outcome for post in posts if post.outcome is not None]


def resolve(drafts: Sequence[Draft]) -> list[Post]:
    """Finds each draft's room as far as its author may know of it.

    Answers what is stored already.
    """
    found = _look_up(drafts)
    stored = Message.objects.in_bulk([one.posted for one in found if one.posted is not None])
    # A private room that is not made yet is one room for all its drafts.
    unmade: dict[tuple[int, str], Room] = {}
    posts = []
    for draft, one in zip(drafts, found, strict=True):
        address = (draft.author.site_id, draft.slug)
        post = Post(draft, is_muted=one.is_muted)
        posts.append(post)
        try:
            room = selectors.seen_by(one.room or unmade.get(address), *address, draft.author)
        except NotFound as refusal:
            post.outcome = refusal
            continue
        if room.id is None:
            unmade[address] = room
        post.room = room
        message = stored.get(one.posted or 0)
        if message is not None:
            post.outcome = _as_duplicate(selectors.ack_frame(room, message, draft.cid))
    return posts


def judge(posts: Sequence[Post]) -> None:
    """Refuses what has not the form of a message, and what the policy of the room refuses."""
    for post in posts:
        try:
            if not ids.is_cid(post.draft.cid):
                raise Invalid(ids.CID_WORDS, field="cid")
            carry_out(verdict_on_message(post.room, post.draft.author, is_muted=post.is_muted))
            post.body = clean_body(post.draft.body)
        except ChatError as refusal:
            post.outcome = refusal


def rate(posts: Sequence[Post]) -> None:
    """Takes from the limits what each message costs, and refuses what is one too many."""
    refusals = spend_each([(post.draft.author, post.room.slug) for post in posts])
    for post, refusal in zip(posts, refusals, strict=True):
        post.outcome = refusal


def parse(posts: Sequence[Post]) -> None:
    """Finds the links, marks and mentions of each text. Only a text with an `@` costs queries."""
    for post in posts:
        post.entities = entities_of(post.room, post.body)


def attach(posts: Sequence[Post]) -> None:
    """Checks what belongs to a message beside its text: files, and the message that it answers."""
    for post in posts:
        draft = post.draft
        if draft.attachments:
            post.outcome = Invalid("Files cannot be sent here.", field="attachments")
        elif draft.reply_to is not None and not _has_message(post.room, draft.reply_to):
            text = "The message that this answers is not here."
            post.outcome = Invalid(text, field="reply_to")


def store(posts: Sequence[Post], now: datetime) -> None:
    """Stores the messages, announces them and fills in their acks.

    The same `cid` twice is stored once.
    """
    first: dict[tuple[object, ...], Post] = {}
    for post in posts:
        first.setdefault(_key(post.draft), post)
    at_iso = selectors.timestamp(now)
    for post in first.values():
        post.message = NewMessage(
            room=post.room,
            author=post.draft.author,
            cid=post.draft.cid,
            at=now,
            at_iso=at_iso,
            body=post.body,
            entities=post.entities,
            reply_to=post.draft.reply_to,
        )
    if first:
        _commit(list(first.values()))
    for post in posts:
        if post.outcome is None:
            earlier = first[_key(post.draft)].outcome
            post.outcome = _as_duplicate(earlier) if isinstance(earlier, Ack) else earlier


# --- the small steps


def _unanswered(posts: Sequence[Post]) -> list[Post]:
    return [post for post in posts if post.outcome is None]


def _look_up(drafts: Sequence[Draft]) -> list[Found]:
    """In one query, however many there are."""
    # What has not the form of a slug or a `cid` is nowhere; a database may take offence at it.
    return message_store.look_up(
        [
            (
                draft.author.site_id,
                draft.slug if ids.is_slug(draft.slug) else "",
                draft.author.id,
                draft.cid if ids.is_cid(draft.cid) else "",
            )
            for draft in drafts
        ]
    )


def _key(draft: Draft) -> tuple[object, ...]:
    return (draft.author.site_id, draft.slug, draft.author.id, draft.cid)


def _has_message(room: Room, seq: int) -> bool:
    return room.pk is not None and Message.objects.filter(room_id=room.pk, seq=seq).exists()


def _as_duplicate(ack: Ack) -> Ack:
    """The first answer again: a new message's `rev` is its `seq`, whatever happened to it since."""
    return Ack(cid=ack.cid, room=ack.room, seq=ack.seq, rev=ack.seq, at=ack.at, dup=True)


def _commit(posts: Sequence[Post]) -> None:
    """Stores the messages together.

    Where the database finds a duplicate that `resolve` did not see (another process was a moment
    earlier), all are rolled back with their numbers, and go one by one.
    """
    try:
        _insert(posts)
    except IntegrityError:
        if len(posts) > 1:
            for post in posts:
                _commit([post])
        else:
            _commit_late(posts[0])


def _commit_late(post: Post) -> None:
    """The same `cid`, or two first messages of a private room, came at once: the first stands."""
    message = post.message
    was_made = message.room.id is not None
    (found,) = _look_up([post.draft])
    message.room = found.room or message.room
    if found.posted is not None:
        stored = Message.objects.get(pk=found.posted)
        post.outcome = _as_duplicate(selectors.ack_frame(message.room, stored, message.cid))
    elif was_made:
        raise IntegrityError(f"room {message.room.id} takes no message")
    else:
        _insert([post])


def _insert(posts: Sequence[Post]) -> None:
    """One transaction. The events are announced after its COMMIT."""
    messages = [post.message for post in posts]
    unmade = [message.room for message in messages if message.room.id is None]
    try:
        with _transaction(is_needed=bool(unmade)):
            for room in unmade:
                if room.id is None:  # a private room is made by its first message
                    room.save(force_insert=True)
            message_store.store(messages)
            publish.messages_posted([message for message in messages if message.rev])
    except IntegrityError:
        for room in unmade:
            room.pk = None
        raise
    for post in posts:
        post.outcome = (
            post.message.ack() if post.message.rev else NotFound("There is no such room here.")
        )


def _transaction(*, is_needed: bool) -> AbstractContextManager[None]:
    """One statement is a transaction by itself, which saves two rounds to the database.

    Inside another transaction it needs a savepoint. An outbox will need the transaction too.
    """
    if is_needed or connection.in_atomic_block or not message_store.is_one_statement():
        return transaction.atomic()
    return nullcontext()
