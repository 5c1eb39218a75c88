"""Of all that stands against a message, the first of the fourteen steps answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.models import Sanction, WordRule
from inglenook.moderation.word_rules import forget_word_filters
from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import Ack
from inglenook.sites.models import Site
from inglenook.visitors.participants import Participant

pytestmark = pytest.mark.django_db
CID = "the-cid-that-is-sent"


class Scene:
    """A room, somebody who writes there, and the message that they send."""

    def __init__(self, room: Room, author: Participant, patch: pytest.MonkeyPatch) -> None:
        self.room = room
        self.author = author
        self.patch = patch
        self.body = ["Hello"]
        self.slug = room.slug
        self.files: list[str] = []

    def set(self, **fields: object) -> None:
        Room.objects.filter(pk=self.room.pk).update(**fields)

    def sanction(self, kind: str) -> None:
        Sanction.objects.create(site_id=self.room.site_id, visitor_id=self.author.id, kind=kind)

    def rule(self, action: str) -> None:
        WordRule.objects.create(site_id=self.room.site_id, pattern=action, action=action)
        self.body.append(action)

    def send(self) -> str:
        forget_word_filters()
        (outcome,) = post_messages(
            [
                Draft(
                    slug=self.slug,
                    author=self.author,
                    cid=CID,
                    body=" ".join(self.body),
                    attachments=self.files,
                )
            ]
        )
        if isinstance(outcome, ChatError):
            return outcome.code
        assert isinstance(outcome, Ack)
        if outcome.dup:
            return "stored"
        if outcome.as_sent:
            return "shadow"
        return "waits" if outcome.held else "passes"


def _stored(scene: Scene) -> None:
    HeldMessage.objects.create(
        room=scene.room, author_id=scene.author.id, cid=CID, body="x", reason="approval"
    )


def _rate(scene: Scene) -> None:
    scene.patch.setattr(policy, "of_visitor", RateLimit(Allowance(0.001, 1)))
    policy.spend_each([(scene.author, "")])


def _slow(scene: Scene) -> None:
    scene.set(slow_s=60)
    Message.objects.create(
        room=scene.room, seq=1, rev=1, author_id=scene.author.id, cid="before-it", at=timezone.now()
    )
    scene.set(head=1)


def _link(scene: Scene) -> None:
    scene.set(links="none")
    scene.body.append("https://example.com")


def _nowhere(scene: Scene) -> None:
    scene.slug = "nowhere"


# In the order of the steps: what stands against the message, by its answer.
AGAINST: dict[str, Callable[[Scene], object]] = {
    "banned": lambda scene: scene.sanction("ban"),
    "invalid_text": lambda scene: scene.body.append("\x00"),
    "not_found": _nowhere,
    "stored": _stored,
    "room_archived": lambda scene: scene.set(archived=True),
    "room_locked": lambda scene: scene.set(locked=True),
    "muted": lambda scene: scene.sanction("mute"),
    "rate": _rate,
    "slow_mode": _slow,
    "forbidden": lambda scene: scene.files.append("file"),
    "blocked_link": _link,
    "blocked_word": lambda scene: scene.rule("block"),
    "waits": lambda scene: scene.set(approval="all"),
    "shadow": lambda scene: scene.sanction("shadow"),
}
STEPS = list(AGAINST)


def cases() -> list[list[str]]:
    """Each alone, each with the next, all, and some by chance."""
    dice = random.Random(10)
    alone = [[step] for step in STEPS]
    pairs = [list(pair) for pair in pairwise(STEPS)]
    chance = [sorted(dice.sample(STEPS, dice.randint(2, 9)), key=STEPS.index) for _ in range(40)]
    return [[], *alone, *pairs, STEPS, *chance]


@pytest.mark.parametrize("against", cases(), ids="+".join)
def test_the_first_step_that_stands_against_it_answers(
    against: list[str], room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(room, amber, monkeypatch)
    for step in against:
        AGAINST[step](scene)
    assert scene.send() == (against[0] if against else "passes")


def test_the_same_text_within_the_site_s_time_is_too_fast(
    room: Room, amber: Participant, teal: Participant, olive: Participant
) -> None:
    Site.objects.filter(pk=room.site_id).update(repeat_s=60)

    def say(author: Participant, body: str, cid: str) -> str:
        (outcome,) = post_messages([Draft(slug=room.slug, author=author, cid=cid, body=body)])
        return outcome.code if isinstance(outcome, ChatError) else "passes"

    assert say(amber, "Buy now!", "cid-000001") == "passes"
    assert say(amber, "  buy NOW ", "cid-000002") == "rate"
    assert say(amber, "Buy later!", "cid-000003") == "passes"
    assert say(teal, "Buy now!", "cid-000004") == "passes"
    assert [say(olive, "Hello", f"cid-1{n:05}") for n in range(2)] == ["passes", "passes"]


def test_a_lock_that_is_over_stands_against_nobody(room: Room, amber: Participant) -> None:
    past, future = (timezone.now() + timedelta(minutes=by) for by in (-1, 1))
    for until, answers in ((future, ChatError), (past, Ack)):
        Room.objects.filter(pk=room.pk).update(locked=True, locked_until=until)
        cid = f"cid-until-{until.minute:02}"
        (outcome,) = post_messages([Draft(slug=room.slug, author=amber, cid=cid, body="Hello")])
        assert isinstance(outcome, answers)
        if isinstance(outcome, ChatError):
            assert outcome.until is not None


def test_a_mask_stores_what_is_shown_and_nothing_else(room: Room, amber: Participant) -> None:
    WordRule.objects.create(site_id=room.site_id, pattern="badger", action="mask")
    forget_word_filters()
    draft = Draft(slug=room.slug, author=amber, cid=CID, body="a *badger* here")
    (outcome,) = post_messages([draft])
    assert isinstance(outcome, Ack)
    row = Message.objects.get(room=room)
    assert row.body == "a *••••••* here"
    assert row.entities == [{"kind": "bold", "at": 2, "len": 8}]
