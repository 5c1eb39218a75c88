"""`inglenook visitor …`"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inglenook.moderation.selectors import active_ban
from inglenook.protocol.errors import InvalidToken
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import visitor_for_token
from inglenook.visitors.tokens import make_token
from tests.backend.cli.conftest import Command


def test_a_visitor_is_banned_and_let_in_again(
    command: Command, site: Site, site_key: str, visitor: Visitor
) -> None:
    who = ("--site", site_key, "--visitor", visitor.public_id)
    found = command("visitor", "ban", *who, "--reason", "spam", "--json").json
    assert found == {"visitor": visitor.public_id, "banned": True, "until": None}
    ban = active_ban(site.pk, visitor.public_id)
    assert ban is not None
    assert ban.reason == "spam"
    assert command("visitor", "unban", *who, "--json").json["was_banned"] is True
    assert active_ban(site.pk, visitor.public_id) is None
    again = command("visitor", "unban", *who)
    assert (again.code, "was not banned" in again.out) == (0, True)


def test_a_ban_can_end_by_itself(
    command: Command, site: Site, site_key: str, visitor: Visitor
) -> None:
    who = ("--site", site_key, "--visitor", visitor.public_id)
    assert "until" in command("visitor", "ban", *who, "--hours", "24").out
    ban = active_ban(site.pk, visitor.public_id)
    assert ban is not None
    assert ban.until is not None
    assert abs(ban.until - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)


def test_hours_are_a_number(command: Command, site_key: str, visitor: Visitor) -> None:
    who = ("--site", site_key, "--visitor", visitor.public_id)
    for hours in ("0", "-1", "soon", "inf", "nan"):
        result = command("visitor", "ban", *who, f"--hours={hours}")
        assert (result.code, "hours" in result.err) == (2, True), hours


def test_somebody_else_s_visitor_cannot_be_banned(
    command: Command, site: Site, site_key: str, foreign_visitor: Visitor
) -> None:
    who = ("--site", site_key, "--visitor", foreign_visitor.public_id)
    assert foreign_visitor.public_id in command("visitor", "ban", *who).refused()


def test_the_sessions_of_a_visitor_end(
    command: Command, site: Site, site_key: str, visitor: Visitor
) -> None:
    token = make_token(visitor)
    who = ("--site", site_key, "--visitor")
    assert command("visitor", "end-sessions", *who, visitor.public_id).code == 0
    with pytest.raises(InvalidToken):
        visitor_for_token(site_id=site.pk, token=token)
    assert "no such visitor" in command("visitor", "end-sessions", *who, "v_never").refused()
