"""The last step of posting: what passed is stored in one transaction, and announced after COMMIT.

posts ─> new messages, held messages ─> one transaction ── COMMIT ─> events, acks
            ├─ the same `cid` was stored a moment ago: rolled back, one by one, the first stands
            └─ what they were judged by has changed: not stored, judged again by the pipeline
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from msgspec.structs import replace

from inglenook.chat import publish, selectors
from inglenook.chat.attachments.using import NO_FILE, FilesTaken, use_files
from inglenook.chat.models import HeldMessage, Message
from inglenook.chat.posting import store as message_store
from inglenook.chat.posting.draft import Draft, Post
from inglenook.chat.posting.store import Found, NewMessage, Outdated
from inglenook.chat.posting.waiting import ack_of_held, answer_again, held_row
from inglenook.chat.previews.links import ask_for_previews
from inglenook.protocol import ids
from inglenook.protocol.errors import ChatError, Invalid
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant
from inglenook.visitors.services import note_role
from inglenook.visitors.trust import trust_of, wire_role


def look_up(drafts: Sequence[Draft]) -> list[Found]:
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


def as_duplicate(ack: Ack) -> Ack:
    """The first answer again: a new message's `rev` is its `seq`, whatever happened to it since."""
    return replace(ack, rev=ack.seq, dup=True)


def commit(posts: Sequence[Post], now: datetime) -> None:
    """Stores the posts together, and fills in their outcomes; None for what must be judged again.

    Where the database finds a duplicate that `resolve` did not see (another process was a moment
    earlier), all are rolled back with their numbers, and go one by one.
    """
    try:
        _insert(posts, now)
    except IntegrityError:
        if len(posts) > 1:
            for post in posts:
                commit([post], now)
        else:
            _commit_late(posts[0], now)
    for post in posts:
        _note_trust(post, now)


def _commit_late(post: Post, now: datetime) -> None:
    """The same `cid`, or two first messages of a private room, came at once: the first stands."""
    was_made = post.room.id is not None
    (found,) = look_up([post.draft])
    post.room = found.room or post.room
    if found.posted is not None:
        stored = Message.objects.get(pk=found.posted)
        post.outcome = as_duplicate(selectors.ack_frame(post.room, stored, post.draft.cid))
    elif found.held is not None:
        try:
            post.outcome = answer_again(HeldMessage.objects.get(pk=found.held), post.draft)
        except ChatError as refusal:
            post.outcome = refusal
    elif was_made and not post.files:
        raise IntegrityError(f"room {post.room.id} takes no message")
    else:
        try:
            _insert([post], now)
        except FilesTaken:
            post.outcome = Invalid(NO_FILE, field="attachments")


def _insert(posts: Sequence[Post], now: datetime) -> None:
    """One transaction. The events are announced after its COMMIT."""
    unmade = [post.room for post in posts if post.room.id is None]
    passed = [post for post in posts if post.held is None]
    kept = [post for post in posts if post.held is not None]
    try:
        has_more = any(post.files or _asks_for_previews(post) for post in posts)
        with _transaction(is_needed=bool(unmade or kept or has_more)):
            for room in unmade:
                if room.id is None:  # a private room is made by its first message
                    room.save(force_insert=True)
            if unmade or kept:
                message_store.require_current(
                    [(post.room, post.author_row.access_version) for post in posts]
                )
            messages = _store_messages(passed, now)
            rows = _store_held(kept, now)
    except (IntegrityError, Outdated) as error:
        for room in unmade:
            room.pk = None
        if isinstance(error, Outdated):
            return
        raise
    for post, message in zip(passed, messages, strict=True):
        post.outcome = message.ack() if message.rev else None
    for post, row in zip(kept, rows, strict=True):
        post.outcome = ack_of_held(row, post.room.slug)


def _store_messages(posts: Sequence[Post], now: datetime) -> list[NewMessage]:
    at_iso = selectors.timestamp(now)
    messages = [
        NewMessage(
            room=post.room,
            author=_author(post),
            cid=post.draft.cid,
            at=now,
            at_iso=at_iso,
            body=post.body,
            entities=post.entities,
            reply_to=post.draft.reply_to,
            attachments=[file.facts for file in post.files or ()],
            counts=post.author_row.counts,
            access_version=post.author_row.access_version,
        )
        for post in posts
    ]
    if messages:
        message_store.store(messages)
        for post, message in zip(posts, messages, strict=True):
            if message.rev:
                use_files(post, now, seq=message.rev)
                if _asks_for_previews(post):
                    ask_for_previews(post.room, message.rev, post.entities)
        publish.messages_posted([message for message in messages if message.rev])
    return messages


def _store_held(posts: Sequence[Post], now: datetime) -> list[HeldMessage]:
    rows = [held_row(post, _author(post), now) for post in posts]
    if rows:
        HeldMessage.objects.bulk_create(rows)
        for post, row in zip(posts, rows, strict=True):
            use_files(post, now, held=row.pk)
        publish.held_changed([(post.room, post.draft.author.id) for post in posts])
    return rows


def _asks_for_previews(post: Post) -> bool:
    return post.has_links and bool(post.author_row.previews)


def _author(post: Post) -> Participant:
    """The author with the role that they have earned by now."""
    author = post.draft.author
    if author.is_team:
        return author
    role = wire_role(post.author.trust)
    return author if role == author.role else replace(author, role=role)


def _note_trust(post: Post, now: datetime) -> None:
    """Where this message, or time, changed the trust of its author: says so."""
    author = post.draft.author
    if author.is_team or not isinstance(post.outcome, Ack) or post.outcome.seq is None:
        return
    role = wire_role(post.author.trust)
    is_moved = role != author.role
    if is_moved:
        note_role(visitor_id=author.id, role=role)
    if post.author_row.counts:
        record = post.author_row.record
        more = replace(record, since=record.since or now, messages=record.messages + 1)
        is_moved |= trust_of(more, post.author_row.rules, now) != post.author.trust
    if is_moved:
        publish.visitor_changed(site_id=author.site_id, visitor_id=author.id, role=role)


def _transaction(*, is_needed: bool) -> AbstractContextManager[None]:
    """One statement is a transaction by itself, which saves two rounds to the database.

    Inside another transaction it needs a savepoint. An outbox will need the transaction too.
    """
    if is_needed or connection.in_atomic_block or not message_store.is_one_statement():
        return transaction.atomic()
    return nullcontext()
