"""A member of the team, and the page of the site that they moderate on."""

from __future__ import annotations

import pytest
from django.test import Client

from inglenook.sites.models import Account, Member, Site
from inglenook.visitors.page_logins import make_code
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
