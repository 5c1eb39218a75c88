from __future__ import annotations

from typing import Any

import pytest

from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.word_rules import word_filter
from inglenook.protocol.frames import Ack
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from tests.testkit.wire import new_cid


@pytest.fixture
def amber(visitor: Visitor) -> Participant:
    return participant_from_visitor(visitor)


@pytest.fixture
def teal(other_visitor: Visitor) -> Participant:
    return participant_from_visitor(other_visitor)


@pytest.fixture
def foreigner(foreign_visitor: Visitor) -> Participant:
    return participant_from_visitor(foreign_visitor)


@pytest.fixture
def olive(site: Site, owner: Account) -> Participant:
    return participant_from_member(site.members.get(account=owner))


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates have their own tests; here nobody is too fast."""
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1000, 1000)))


@pytest.fixture
def settled(room: Room, amber: Participant, teal: Participant) -> None:
    """Nothing is read for the first time, and no message more matters to anybody's trust."""
    Visitor.objects.update(trust_messages=50)
    word_filter(room.site_id, Site.objects.get(pk=room.site_id).access_version)


def say(room: Room, author: Participant, body: str = "Hello", **more: Any) -> Ack:
    cid = more.pop("cid", None) or new_cid()
    return post_message(Draft(slug=room.slug, author=author, cid=cid, body=body, **more))
