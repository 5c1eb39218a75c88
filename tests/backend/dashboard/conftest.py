"""The cast of the dashboard's tests: who is signed in, and which messages the room has."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.limits import policy
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

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
