"""The cast of the dashboard's tests: who is signed in, and which messages the room has."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from inglenook.chat.models import Attachment, HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.reports import report_message
from inglenook.limits import policy
from inglenook.moderation.services import impose
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

from .visits import DESKTOP_LIGHT, Visit

Says = Callable[[str], Message]


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    """How often somebody tried to sign in is counted here and in the cache."""
    cache.clear()
    for limit in (
        policy.of_guesses_by_pair,
        policy.of_guesses_by_browser,
        policy.of_guesses_by_address,
        policy.of_guesses_by_account,
        policy.of_set_up_by_address,
        policy.of_set_up_by_all,
    ):
        limit.forget()


def _signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def as_owner(owner: Account) -> Client:
    return _signed_in(owner)


@pytest.fixture
def as_moderator(moderator: Account) -> Client:
    return _signed_in(moderator)


@pytest.fixture
def as_stranger(stranger: Account, other_site: Site) -> Client:
    """Signed in, with a site of their own."""
    return _signed_in(stranger)


@pytest.fixture
def says(room: Room, visitor: Visitor) -> Says:
    """The visitor says something in the room."""

    def say(body: str) -> Message:
        author = participant_from_visitor(visitor)
        ack = post_message(Draft(slug=room.slug, author=author, cid=str(uuid.uuid4()), body=body))
        assert ack.seq is not None
        return Message.objects.get(room=room, seq=ack.seq)

    return say


@pytest.fixture(scope="module")
def _orm_beside_playwright() -> Iterator[None]:
    # Playwright keeps an event loop in this thread, which Django takes for a mistake of ours.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def visit(
    request: pytest.FixtureRequest,
    _orm_beside_playwright: None,
    browser: Browser,
    live_server: Any,
    owner: Account,
    site: Site,
    room: Room,
) -> Iterator[Visit]:
    context = browser.new_context(**getattr(request, "param", DESKTOP_LIGHT))
    client = Client()
    client.force_login(owner)
    cookie = client.cookies["inglenook_session"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    yield Visit(context.new_page(), live_server.url)
    context.close()


@pytest.fixture
def case_file(site: Site, room: Room, visitor: Visitor, says: Says) -> None:
    """One of everything that a team decides about: a message that was reported, with a file, one
    that waits, a sanction in force, a word rule; and a second room, which is not the first that
    people see.
    """
    message = says("Hello")
    now = timezone.now()
    Attachment.objects.create(
        site=site, room=room, seq=message.seq, name="wall.webp", stored_at=now, used_at=now
    )
    teal = Visitor.objects.create(site=site, name="Teal Wren")
    report_message(
        room=room, reporter=participant_from_visitor(teal), seq=message.seq, reason="spam"
    )
    HeldMessage.objects.create(
        room=room,
        author_id=teal.public_id,
        author_name=teal.name,
        cid="held",
        body="Let me in",
        reason=HeldMessage.Reason.APPROVAL,
    )
    impose(site=site, visitor_id=teal.public_id, kind="mute", seconds=3600, by=SYSTEM)
    create_rule(site=site, pattern="spam", by=SYSTEM)
    Room.objects.create(site=site, slug="attic", name="Attic")
