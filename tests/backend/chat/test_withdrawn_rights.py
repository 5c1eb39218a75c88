"""What is withdrawn between the judgement of a message and its COMMIT is withdrawn for it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from inglenook.chat import decisions, room_services, selectors, services
from inglenook.chat.calm import begin_calm
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting import pipeline
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.jobs.erasure import erase
from inglenook.moderation import services as moderation
from inglenook.moderation.word_rule_services import create_rule
from inglenook.protocol.errors import (
    Banned,
    BlockedWord,
    Forbidden,
    Muted,
    NotFound,
    RoomArchived,
    RoomLocked,
    Unavailable,
)
from inglenook.protocol.frames import Ack
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say
from tests.testkit.process import wait_until
from tests.testkit.wire import new_cid

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20

Act = Callable[[Room, Participant], object]


def ban(room: Room, author: Participant) -> object:
    return moderation.ban_visitor(site=room.site, visitor_id=author.id)


def mute(room: Room, author: Participant) -> object:
    return moderation.impose(
        site=room.site, visitor_id=author.id, kind="mute", seconds=60, by=SYSTEM
    )


def shadow(room: Room, author: Participant) -> object:
    return moderation.impose(
        site=room.site, visitor_id=author.id, kind="shadow", seconds=None, by=SYSTEM
    )


def lock(room: Room, _author: Participant) -> object:
    return room_services.change_room(room=room, locked=True)


def archive(room: Room, _author: Participant) -> object:
    return room_services.change_room(room=room, archived=True)


def hold_all(room: Room, _author: Participant) -> object:
    return room_services.change_room(room=room, approval="all")


def clear(room: Room, _author: Participant) -> object:
    return room_services.clear_history(room=room)


def remove(room: Room, _author: Participant) -> object:
    Site.objects.filter(pk=room.site_id).update(default_room="another")
    return room_services.remove_room(room=room)


def calm(room: Room, _author: Participant) -> object:
    return begin_calm(site=room.site, minutes=5, by=SYSTEM)


def block_word(room: Room, _author: Participant) -> object:
    return create_rule(site=room.site, pattern="hello", by=SYSTEM)


def erase_author(room: Room, author: Participant) -> object:
    return erase(site=room.site, visitor_id=author.id, by=SYSTEM)


def draft(room: Room, author: Participant) -> Draft:
    return Draft(slug=room.slug, author=author, cid=new_cid(), body="Hello")


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Calls something once, when a batch was judged and is not stored yet."""

    def hook(act: Callable[[], object], times: int = 1) -> None:
        decide, calls = pipeline.decide, []

        def decided(*given: Any) -> None:
            decide(*given)
            if len(calls) < times:
                calls.append(given)
                act()

        monkeypatch.setattr(pipeline, "decide", decided)

    return hook


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (ban, Banned),
        (mute, Muted),
        (lock, RoomLocked),
        (archive, RoomArchived),
        (remove, NotFound),
        (block_word, BlockedWord),
        (erase_author, Forbidden),
    ],
)
def test_what_was_withdrawn_a_moment_ago_refuses(
    room: Room, amber: Participant, between: Any, act: Act, refusal: type
) -> None:
    between(lambda: act(room, amber))
    (outcome,) = post_messages([draft(room, amber)])
    assert isinstance(outcome, refusal), outcome
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", [shadow, hold_all, calm])
def test_what_has_to_wait_since_a_moment_ago_waits(
    room: Room, amber: Participant, between: Any, act: Act
) -> None:
    between(lambda: act(room, amber))
    (outcome,) = post_messages([draft(room, amber)])
    assert isinstance(outcome, Ack)
    assert not Message.objects.exists()
    assert HeldMessage.objects.count() == 1


def test_a_room_that_was_cleared_a_moment_ago_takes_it_as_its_first(
    room: Room, amber: Participant, between: Any
) -> None:
    answered = say(room, amber)
    between(lambda: clear(room, amber))
    answer = Draft(slug=room.slug, author=amber, cid=new_cid(), body="Yes", reply_to=answered.seq)
    plain, answering = post_messages([draft(room, amber), answer])
    assert isinstance(plain, Ack)
    assert plain.seq == 1
    assert isinstance(answering, Ack | pipeline.Invalid)
    assert set(Message.objects.values_list("reply_to", flat=True)) <= {None, 1}


def test_only_what_is_concerned_is_judged_again(
    room: Room, amber: Participant, teal: Participant, between: Any
) -> None:
    other = Room.objects.create(site_id=room.site_id, slug="help", name="Help")
    between(lambda: lock(other, amber))
    drafts = [draft(room, amber), draft(other, teal), draft(room, teal)]
    one, refused, two = post_messages(drafts)
    assert isinstance(one, Ack)
    assert isinstance(two, Ack)
    assert isinstance(refused, RoomLocked)
    assert (one.seq, two.seq) == (1, 2)
    between(lambda: mute(room, amber))
    muted, fine = post_messages([draft(room, amber), draft(room, teal)])
    assert isinstance(muted, Muted)
    assert isinstance(fine, Ack)
    assert fine.seq == Room.objects.get(pk=room.pk).head == 3


def test_a_message_that_would_wait_is_refused_with_its_author(
    room: Room, amber: Participant, teal: Participant, between: Any
) -> None:
    hold_all(room, amber)
    between(lambda: ban(room, amber))
    refused, waits = post_messages([draft(room, amber), draft(room, teal)])
    assert isinstance(refused, Banned)
    assert isinstance(waits, Ack)
    assert list(HeldMessage.objects.values_list("author_id", flat=True)) == [teal.id]


def test_a_private_room_is_not_made_for_who_is_banned(
    room: Room, amber: Participant, between: Any
) -> None:
    slug = selectors.private_slug(room.site_id, amber.id)
    between(lambda: ban(room, amber))
    first = Draft(slug=slug, author=amber, cid=new_cid(), body="Hello")
    (refused,) = post_messages([first])
    assert isinstance(refused, Banned)
    assert not Room.objects.filter(slug=slug).exists()


def test_what_changes_at_every_try_is_sent_again_later(
    room: Room, amber: Participant, between: Any
) -> None:
    topics = iter("abcdefghijklmnopqrstuvwxyz")
    between(lambda: room_services.change_room(room=room, topic=next(topics)), times=100)
    (outcome,) = post_messages([draft(room, amber)])
    assert isinstance(outcome, Unavailable)
    assert outcome.retry_ms
    assert not Message.objects.exists()


def test_edits_and_reactions_of_who_was_banned_a_moment_ago_are_refused(
    room: Room, amber: Participant, teal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = say(room, amber).seq or 0
    monkeypatch.setattr(services, "spend", lambda actor, _: ban(room, actor))
    with pytest.raises(Banned):
        services.edit_message(room=room, actor=amber, seq=seq, body="Other words")
    with pytest.raises(Banned):
        services.react(room=room, actor=teal, seq=seq, emoji="👍", on=True)
    message = Message.objects.get()
    assert (message.body, message.reactions) == ("Hello", {})


def test_an_edit_passes_the_rules_of_the_moment_in_which_it_is_stored(
    room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = say(room, amber).seq or 0
    judge = services.rights_until_commit

    def ruled(*given: Any) -> Any:
        monkeypatch.setattr(services, "rights_until_commit", judge)
        create_rule(site=room.site, pattern="candle", by=SYSTEM)
        return judge(*given)

    monkeypatch.setattr(services, "rights_until_commit", ruled)
    with pytest.raises(BlockedWord):
        services.edit_message(room=room, actor=amber, seq=seq, body="A candle")
    assert Message.objects.get().body == "Hello"


# --- two transactions at once


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    """One that works beside the test, with a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(lambda: connection.close()).result(SECONDS)


def somebody_waits() -> bool:
    """Whether another transaction waits for this one; SQLite does not say, and lets nobody in."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


def test_a_message_waits_for_a_ban_that_is_under_way(
    room: Room, amber: Participant, olive: Participant, thread: ThreadPoolExecutor, between: Any
) -> None:
    """Judged before the ban, it would be stored after the ban's COMMIT."""
    is_judged, is_banning = Event(), Event()
    between(lambda: (is_judged.set(), is_banning.wait(SECONDS)))
    posted = thread.submit(post_messages, [draft(room, amber)])
    assert is_judged.wait(SECONDS)
    with transaction.atomic():
        decisions.delete_all_and_ban(site=room.site, visitor_ids=[amber.id], by=olive)
        is_banning.set()
        wait_until(somebody_waits, SECONDS, "the message was stored beside the ban")
    (outcome,) = posted.result(SECONDS)
    assert isinstance(outcome, Banned)
    assert not Message.objects.exists()


def test_a_deletion_of_all_waits_for_a_message_that_is_under_way(
    room: Room, amber: Participant, olive: Participant, thread: ThreadPoolExecutor
) -> None:
    """In a room where its author never wrote, nobody would look for it."""
    other = Room.objects.create(site_id=room.site_id, slug="help", name="Help")
    Visitor.objects.update(trust_messages=50)  # so the message does not lock its author's row
    say(room, amber)

    def purge() -> None:
        decisions.delete_all_and_ban(site=room.site, visitor_ids=[amber.id], by=olive)

    with transaction.atomic():
        (outcome,) = post_messages([draft(other, amber)])
        assert isinstance(outcome, Ack)
        purged = thread.submit(purge)
        wait_until(somebody_waits, SECONDS, "the ban did not wait")
    purged.result(SECONDS)
    assert Message.objects.count() == 2
    assert not Message.objects.filter(deleted=None).exists()
