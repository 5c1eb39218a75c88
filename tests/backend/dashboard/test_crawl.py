"""T22: whoever only looks changes nothing.

Every address that there is, asked for by GET and HEAD, leaves every row as it was.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from inglenook.chat.models import Room
from inglenook.sites.models import Account, AccountSeen, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.conftest import ORIGIN
from tests.backend.dashboard.conftest import Says
from tests.backend.inline_database import one_connection  # noqa: F401  (a fixture)


def patterns(resolver: URLResolver, before: str = "/") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for it in resolver.url_patterns:
        address = f"{before}{it.pattern}"
        found += patterns(it, address) if isinstance(it, URLResolver) else [(address, it)]
    return found


ADDRESSES = sorted(address for address, _ in patterns(get_resolver()))


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for how long a session is kept, and when somebody was seen."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model not in (Session, AccountSeen)
    }


@pytest.fixture
def filled(site: Site, site_key: str, visitor: Visitor, room: Room, says: Says) -> dict[str, str]:
    """What stands for each part of an address."""
    says("Hello")
    return {
        "<int:site_id>": str(site.pk),
        "<slug:slug>": room.slug,
        "<str:slug>": room.slug,
        "<str:site_key>": site_key,
        "<int:seq>": "1",
        "<str:seq>": "1",
        "<str:emoji>": "%F0%9F%91%8D",
        "<str:token>": "1-1-1",
        "<str:key_id>": "k_1",
        "<slug:key_id>": "k_1",
        "<slug:key>": site_key,
        "<slug:part>": "logo",
        "<int:job_id>": "1",
        "<str:member_id>": "m_1",
        "<str:invitation_id>": "i_1",
        "<str:provider_id>": "sso",
        "<int:pk>": "1",
        r"^pictures/(?P<name>[0-9a-f]{32})-(?P<width>64|256)\.webp$": (
            f"pictures/{'a' * 32}-64.webp"
        ),
        "<str:id>": f"f_{'a' * 26}",
        "<str:public_id>": f"f_{'a' * 26}",
        "<str:held_id>": "1",
        "<int:held_id>": "1",
        "<int:sanction_id>": "1",
        "<int:rule_id>": "1",
        "<slug:name>": "r1",
        "<str:rule_id>": "1",
        "<str:visitor_id>": "v_1",
        "<str:sanction_id>": "1",
        "<str:report_id>": "1",
        "<str:undo_id>": "u_1",
        "<str:key>": site_key,
        "<path:entry>": "https%3A%2F%2Fshop.example",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-x/",
        r"^widget/(?P<kind>widget|chunk|engine|returning|boot)"
        r"\.(?:[0-9A-Z]{8}|[0-9a-f]{6})\.js$": "widget/widget.000000.js",
        "^manage(?:/|$)": "manage/nowhere",
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_row_changes(
    address: str, filled: dict[str, str], owner: Account, visitor: Visitor
) -> None:
    path = address
    for part, value in filled.items():
        path = path.replace(part, value)
    assert not set("<>^$") & set(path), f"say what stands in {path}"
    client = Client()
    client.force_login(owner)
    page = {"Origin": ORIGIN, "Authorization": f"Bearer {make_token(visitor)}"}
    before = rows()
    for method, headers in (("GET", {}), ("GET", page), ("HEAD", {"HX-Request": "true"})):
        assert client.generic(method, path, headers=headers).status_code < 500
    assert rows() == before


def test_there_is_something_to_crawl() -> None:
    assert len(ADDRESSES) > 40
