"""A member of the team on the page of the site that they moderate on; a room of two visitors."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from inglenook.chat.models import Attachment, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.sites.models import Account, Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.page_logins import make_code
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.conftest import Page
from tests.backend.conftest import ORIGIN


@pytest.fixture
def member(site: Site, moderator: Account) -> Member:
    return Member.objects.get(site=site, account=moderator)


@pytest.fixture
def login(moderator: Account) -> str:
    client = Client()
    client.force_login(moderator)
    return client.session.session_key or ""


@pytest.fixture
def code(member: Member, login: str) -> str:
    return make_code(member=member, origin=ORIGIN, login=login)


@pytest.fixture
def team(newcomer: Page, code: str) -> Page:
    """The page of the site, as the member."""
    newcomer.token = newcomer.post("session", {"code": code}).json()["token"]
    return newcomer


@pytest.fixture
def room_of_two(room_with_files: Room, visitor: Visitor, other_visitor: Visitor) -> Room:
    """Each has written in it: the visitor first, with a file."""
    room = room_with_files
    for cid, author in (("00000001", visitor), ("00000002", other_visitor)):
        post_message(
            Draft(slug=room.slug, author=participant_from_visitor(author), cid=cid, body="Hello")
        )
    now = timezone.now()
    Attachment.objects.create(
        site=room.site,
        room=room,
        author_id=visitor.public_id,
        name="wall.webp",
        stored_at=now,
        used_at=now,
        seq=1,
    )
    return room
