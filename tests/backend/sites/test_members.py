"""The team: invited, active by signing in, never without an owner."""

from __future__ import annotations

import pytest
from django.test import Client

from inglenook.protocol.errors import Conflict, Forbidden, Invalid, NotFound, Quota
from inglenook.sites import members, team_rules
from inglenook.sites.models import Account, Member, Site


def invite(site: Site, email: str = "new@shop.example", role: str = "viewer") -> Member:
    return members.invite_member(site=site, email=email, role=role)


def test_an_invited_member_is_active_after_signing_in(site: Site) -> None:
    member = invite(site, " New@Shop.example ")
    assert (member.account.email, member.state) == ("new@shop.example", "invited")
    assert not member.account.has_usable_password()
    Client().force_login(member.account)
    member.refresh_from_db()
    assert member.state == "active"


def test_who_has_an_account_keeps_it(site: Site, stranger: Account) -> None:
    assert invite(site, stranger.email).account == stranger


def test_it_refuses_whom_it_cannot_invite(
    site: Site, owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email, role, error in (
        ("nobody", "viewer", Invalid),
        (owner.email.upper(), "viewer", Conflict),
        ("new@shop.example", "owner", Forbidden),
    ):
        with pytest.raises(error):
            invite(site, email, role)
    monkeypatch.setattr(team_rules, "MOST_MEMBERS", 1)
    with pytest.raises(Quota):
        invite(site)


def test_the_last_owner_stays(site: Site, owner: Account) -> None:
    mine = Member.objects.get(site=site, account=owner)
    with pytest.raises(Conflict):
        members.change_role(site=site, member_id=mine.public_id, role="manager")
    with pytest.raises(Conflict):
        members.remove_member(site=site, member_id=mine.public_id)
    other = invite(site)
    Member.objects.filter(pk=other.pk).update(role="owner")
    with pytest.raises(Conflict):  # whoever has never signed in owns nothing yet
        members.remove_member(site=site, member_id=mine.public_id)
    Member.objects.filter(pk=other.pk).update(state="active")
    members.change_role(site=site, member_id=mine.public_id, role="manager")
    mine.refresh_from_db()
    assert mine.role == "manager"


def test_a_change_reaches_live_sockets(site: Site) -> None:
    def version() -> int:
        return Site.objects.get(pk=site.pk).access_version

    seen = [version()]
    member = invite(site)
    seen.append(version())
    members.change_role(site=site, member_id=member.public_id, role="moderator")
    seen.append(version())
    members.remove_member(site=site, member_id=member.public_id)
    seen.append(version())
    assert seen == sorted(set(seen))


def test_anothers_member_is_not_there(site: Site, other_site: Site) -> None:
    theirs = other_site.members.get()
    for member_id in (theirs.public_id, "m_none", "m_\0"):
        with pytest.raises(NotFound):
            members.change_role(site=site, member_id=member_id, role="viewer")
        with pytest.raises(NotFound):
            members.remove_member(site=site, member_id=member_id)
