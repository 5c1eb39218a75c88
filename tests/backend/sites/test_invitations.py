"""Invitations: once, for seven days, only as long as whoever made them may give the role."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from inglenook.protocol.errors import (
    Conflict,
    Forbidden,
    InvalidToken,
    NotFound,
    Quota,
    TokenExpired,
)
from inglenook.sites import invitations, members, team_rules
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.mails import MailFailed
from inglenook.sites.models import Account, AuditEntry, Invitation, Member, Site
from inglenook.sites.services import actor_of_member, create_account


@pytest.fixture
def by_owner(site: Site, owner: Account) -> Actor:
    return actor_of_member(Member.objects.get(site=site, account=owner))


@pytest.fixture
def manager(site: Site) -> Member:
    account = create_account(email="manager@shop.example", name="Mo")
    return Member.objects.create(site=site, account=account, name="Mo", role="manager")


def link(site: Site, role: str = "viewer", by: Actor = SYSTEM) -> str:
    """The token of a new one."""
    _, url = invitations.invite_by_link(site=site, role=role, by=by)
    return url.rstrip("/").rpartition("/")[2]


def test_a_link_takes_one_account_onto_the_team(site: Site, stranger: Account) -> None:
    token = link(site, "moderator")
    version = Site.objects.get(pk=site.pk).access_version
    member = invitations.accept(token=token, account=stranger)
    assert (member.role, member.state, member.site) == ("moderator", "active", site)
    assert Site.objects.get(pk=site.pk).access_version > version
    assert AuditEntry.objects.latest("pk").action == "member.join"
    for again in (stranger, create_account(email="second@shop.example")):
        with pytest.raises(InvalidToken):
            invitations.accept(token=token, account=again)


def test_the_database_does_not_hold_the_token(site: Site) -> None:
    token = link(site)
    assert token not in str(list(Invitation.objects.values()))


def test_it_ends_after_seven_days(site: Site, stranger: Account) -> None:
    token = link(site)
    later = timezone.now() + timedelta(days=7, minutes=1)
    with time_machine.travel(later), pytest.raises(TokenExpired):
        invitations.accept(token=token, account=stranger)


@pytest.mark.parametrize("token", ["", "x", "\0", "é", "a" * 40])
def test_another_token_is_none(site: Site, stranger: Account, token: str) -> None:
    link(site)
    with pytest.raises(InvalidToken):
        invitations.accept(token=token, account=stranger)


def test_a_revoked_one_is_gone(site: Site, other_site: Site, stranger: Account) -> None:
    token = link(site)
    invitation = Invitation.objects.get()
    with pytest.raises(NotFound):
        invitations.revoke(site=other_site, invitation_id=invitation.public_id)
    with pytest.raises(NotFound):
        invitations.revoke(site=site, invitation_id="i_\0")
    invitations.revoke(site=site, invitation_id=invitation.public_id)
    with pytest.raises(InvalidToken):
        invitations.accept(token=token, account=stranger)


def test_nobody_gives_what_he_lacks(site: Site, manager: Member, by_owner: Actor) -> None:
    by = actor_of_member(manager)
    for role in ("manager", "owner"):
        with pytest.raises(Forbidden):
            link(site, role, by)
    assert link(site, "moderator", by)
    assert link(site, "owner", by_owner)
    for actor in (SYSTEM, Actor(kind="key", id="k_1", name="A program")):
        with pytest.raises(Forbidden):
            link(site, "owner", actor)


def test_a_link_ends_with_the_power_of_whoever_made_it(
    site: Site, manager: Member, stranger: Account
) -> None:
    token = link(site, "moderator", actor_of_member(manager))
    Member.objects.filter(pk=manager.pk).update(role="moderator")
    with pytest.raises(InvalidToken):
        invitations.accept(token=token, account=stranger)


def test_who_is_removed_leaves_no_way_back(site: Site, manager: Member, stranger: Account) -> None:
    by = actor_of_member(manager)
    token = link(site, "moderator", by)
    invited = members.invite_member(site=site, email="alias@shop.example", role="viewer", by=by)
    invitations.mail_invitation(member=invited, by=by)
    members.remove_member(site=site, member_id=manager.public_id)
    with pytest.raises(InvalidToken):
        invitations.accept(token=token, account=stranger)
    Client().force_login(invited.account)
    assert not Member.objects.filter(account=invited.account).exists()


def test_a_mail_leads_its_address_onto_the_team(site: Site, by_owner: Actor) -> None:
    member = members.invite_member(site=site, email="new@shop.example", role="viewer", by=by_owner)
    invitations.mail_invitation(member=member, by=by_owner)
    (sent,) = mail.outbox
    assert sent.to == ["new@shop.example"]
    assert "Candle Shop" in sent.subject
    token = str(sent.body).partition("/invite/")[2].partition("/")[0]
    assert invitations.may_claim(invitations.invitation_of(token))
    with pytest.raises(Forbidden):
        invitations.accept(token=token, account=create_account(email="thief@evil.example"))
    assert invitations.accept(token=token, account=member.account).state == "active"


def test_another_mail_ends_the_link_of_the_first(site: Site, by_owner: Actor) -> None:
    member = members.invite_member(site=site, email="new@shop.example", role="viewer")
    for _ in range(2):
        invitations.mail_invitation(member=member, by=by_owner)
    tokens = [str(m.body).partition("/invite/")[2].partition("/")[0] for m in mail.outbox]
    with pytest.raises(InvalidToken):
        invitations.invitation_of(tokens[0])
    assert invitations.invitation_of(tokens[1]).member == member


def test_a_mail_that_fails_is_said_so_without_the_address(
    site: Site, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    member = members.invite_member(site=site, email="new@shop.example", role="viewer")
    with pytest.raises(MailFailed):
        invitations.mail_invitation(member=member)
    assert "could not be sent" in caplog.text
    assert "new@shop.example" not in caplog.text


def test_an_invitation_by_mail_that_is_over_makes_nobody_a_member(
    site: Site, by_owner: Actor
) -> None:
    member = members.invite_member(site=site, email="new@shop.example", role="viewer", by=by_owner)
    invitations.mail_invitation(member=member, by=by_owner)
    Invitation.objects.update(expires_at=timezone.now())
    Client().force_login(member.account)
    member.refresh_from_db()
    assert member.state == "invited"


def test_who_is_on_the_team_spends_nothing(site: Site, owner: Account) -> None:
    token = link(site)
    with pytest.raises(Conflict):
        invitations.accept(token=token, account=owner)
    assert Invitation.objects.exists()


def test_open_links_count_as_members(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_rules, "MOST_MEMBERS", 2)
    link(site)
    with pytest.raises(Quota):
        link(site)
