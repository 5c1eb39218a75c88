"""The team's page: who it is, invitations by mail and by link, and joining by one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from inglenook.dashboard.team import role_table
from inglenook.sites import invitations
from inglenook.sites.models import Account, AccountSeen, Invitation, Member, Site
from inglenook.sites.roles import MAY, Action
from inglenook.sites.services import create_account
from tests.backend.dashboard.test_audit import colleague
from tests.backend.dashboard.test_login import PASSWORD, is_signed_in

NEW = {"name": "Nora", "email": "nora@shop.example", "password": PASSWORD}


def team(site: Site) -> str:
    return reverse("dashboard:team", args=[site.pk])


def new_link(client: Client, site: Site, role: str = "moderator") -> str:
    """The path of a link that the page shows."""
    answer = client.post(team(site), {"by": "link", "link-role": role})
    found = re.search(r"http://[^/]+(/invite/\w{40}/)", answer.content.decode())
    assert found
    return found[1]


def mailed_link(client: Client, site: Site, email: str = "nora@shop.example") -> str:
    sent = {"by": "mail", "email": email, "name": "", "role": "viewer"}
    assert client.post(team(site), sent).status_code == 302
    found = re.search(r"http://[^/]+(/invite/\w{40}/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_it_shows_names_roles_and_who_was_seen(as_owner: Client, site: Site) -> None:
    seen = colleague(site).account
    AccountSeen.objects.create(account=seen, at=timezone.now() - timedelta(hours=3))
    page = as_owner.get(team(site))
    for words in ("Olive", "Vera", "Viewer", "3 hours ago", "viewer@shop.example"):
        assertContains(page, words)


def test_addresses_are_for_those_who_invite(as_moderator: Client, site: Site) -> None:
    page = as_moderator.get(team(site))
    assertNotContains(page, "owner@shop.example")
    assertNotContains(page, "Invite somebody")


def test_the_table_of_roles_says_what_the_code_does(as_owner: Client, site: Site) -> None:
    assert set(role_table.WORDS) == set(Action)
    said = {
        (str(action), str(role)): may
        for row in role_table.rows()
        for action in row.actions
        for role, may in row.may
    }
    for action in Action:
        for role, name in role_table.ROLES.items():
            words = str(role_table.WORDS[action])
            assert said[words, str(name)] == (action in MAY[role])
    assertContains(as_owner.get(team(site)), "read public rooms")


def test_it_asks_the_same_queries_for_many(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    colleague(site)
    with django_assert_num_queries(10):
        as_owner.get(team(site))
    accounts = [Account(email=f"n{n}@shop.example", password="!") for n in range(150)]
    made = Account.objects.bulk_create(accounts)
    Member.objects.bulk_create(Member(site=site, account=each, name="N") for each in made)
    with django_assert_num_queries(10):
        as_owner.get(team(site))


def test_who_has_no_account_makes_one_by_a_link_even_where_nobody_signs_up(
    as_owner: Client, site: Site
) -> None:
    link = new_link(as_owner, site)
    visitor = Client()
    for _ in range(2):  # looking spends nothing
        assertContains(visitor.get(link), "Join the team of Candle Shop")
    answer = visitor.post(link, NEW)
    assert answer["Location"] == reverse("dashboard:rooms", args=[site.pk])
    assert is_signed_in(visitor)
    member = Member.objects.get(account__email="nora@shop.example")
    assert (member.name, member.role, member.state) == ("Nora", "moderator", "active")
    assert Client().get(link).status_code == 410
    assert Client().post(link, {**NEW, "email": "second@shop.example"}).status_code == 410
    assert not Account.objects.filter(email="second@shop.example").exists()


def test_who_has_an_account_joins_with_it(
    as_owner: Client, as_stranger: Client, stranger: Account, site: Site
) -> None:
    link = new_link(as_owner, site, "owner")
    assertContains(as_stranger.get(link), stranger.email)
    assert as_stranger.post(link).status_code == 302
    assert Member.objects.get(site=site, account=stranger).role == "owner"


def test_a_link_gives_nobody_elses_account_a_password(as_owner: Client, site: Site) -> None:
    """Also not one that the operator made and nobody used yet."""
    account = create_account(email="nora@shop.example")
    answer = Client().post(new_link(as_owner, site), NEW)
    assert answer.status_code == 422
    assertContains(answer, "Sign in with it", status_code=422)
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert Invitation.objects.exists()


def test_a_mail_proves_the_address_of_a_new_account(as_owner: Client, site: Site) -> None:
    link = mailed_link(as_owner, site)
    visitor = Client()
    assertContains(visitor.get(link), "nora@shop.example")
    answer = visitor.post(link, {"name": "Nora", "password": PASSWORD, "email": "x@evil.example"})
    assert answer.status_code == 302
    member = Member.objects.get(account__email="nora@shop.example")
    assert (member.state, member.role) == ("active", "viewer")
    assert member.account.check_password(PASSWORD)
    assert not Account.objects.filter(email="x@evil.example").exists()


def test_an_account_in_use_keeps_its_password(as_owner: Client, site: Site) -> None:
    account = create_account(email="nora@shop.example", password=PASSWORD)
    link = mailed_link(as_owner, site)
    visitor = Client()
    page = visitor.get(link)
    assertContains(page, f"/accounts/login/?next={link}")
    visitor.post(link, {"name": "Thief", "password": "another hearth, three chairs"})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert not is_signed_in(visitor)


def test_an_invitation_for_somebody_else_is_said_so(
    as_owner: Client, as_stranger: Client, site: Site, stranger: Account
) -> None:
    link = mailed_link(as_owner, site)
    assertContains(as_stranger.get(link), "signed in as stranger@evil.example")
    assert as_stranger.post(link).status_code == 403
    assert not Member.objects.filter(site=site, account=stranger).exists()


@pytest.mark.parametrize("end", ["expire", "revoke", "remove"])
def test_what_has_ended_says_so(as_owner: Client, site: Site, end: str) -> None:
    link = mailed_link(as_owner, site) if end == "remove" else new_link(as_owner, site)
    invitation = Invitation.objects.get()
    if end == "expire":
        Invitation.objects.update(expires_at=timezone.now())
    elif end == "revoke":
        args = [site.pk, invitation.public_id]
        as_owner.post(reverse("dashboard:revoke_invitation", args=args))
    else:
        assert invitation.member
        args = [site.pk, invitation.member.public_id]
        as_owner.post(reverse("dashboard:remove_member", args=args))
    for answer in (Client().get(link), Client().post(link, NEW), as_owner.post(link)):
        assert answer.status_code == 410
        assertContains(answer, "Ask whoever sent it", status_code=410)


def test_sending_again_ends_the_first_link(as_owner: Client, site: Site) -> None:
    first = mailed_link(as_owner, site)
    member = Member.objects.get(account__email="nora@shop.example")
    as_owner.post(reverse("dashboard:resend_invitation", args=[site.pk, member.public_id]))
    assert len(mail.outbox) == 2
    assert Client().get(first).status_code == 410


def test_without_mail_there_are_links_alone(
    as_owner: Client, site: Site, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = as_owner.get(team(site))
    assertContains(page, "hand the link over yourself")
    assertNotContains(page, "Send the invitation")
    sent = {"by": "mail", "email": "nora@shop.example", "role": "viewer"}
    as_owner.post(team(site), sent)
    assert not Member.objects.filter(account__email="nora@shop.example").exists()


def test_a_mail_that_fails_leaves_an_invitation_to_send_again(
    as_owner: Client, site: Site, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    sent = {"by": "mail", "email": "nora@shop.example", "role": "viewer"}
    page = as_owner.post(team(site), sent, follow=True)
    assertContains(page, "could not be sent")
    assertContains(page, "Send it again")
    assert Member.objects.get(account__email="nora@shop.example").state == "invited"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"by": "mail", "email": "nobody", "role": "viewer"}, "not an e-mail address"),
        ({"by": "mail", "email": "owner@shop.example", "role": "viewer"}, "on this team already"),
        ({"by": "mail", "email": "nora@shop.example", "role": "king"}, "cannot give this role"),
        ({"by": "link", "link-role": "king"}, "cannot give this role"),
    ],
)
def test_a_refused_invitation_keeps_what_was_written(
    as_owner: Client, site: Site, sent: dict[str, str], words: str
) -> None:
    answer = as_owner.post(team(site), sent)
    assertContains(answer, words, status_code=422)
    if "email" in sent:
        assertContains(answer, f'value="{sent["email"]}"', status_code=422)
    assert not Invitation.objects.exists()


def test_a_manager_gives_neither_his_own_role_nor_an_owners(
    as_moderator: Client, moderator: Account, site: Site
) -> None:
    Member.objects.filter(account=moderator).update(role="manager")
    for role in ("manager", "owner"):
        answer = as_moderator.post(team(site), {"by": "link", "link-role": role})
        assert answer.status_code == 422
        args = [site.pk, colleague(site).public_id]
        changed = as_moderator.post(reverse("dashboard:change_role", args=args), {"role": role})
        assert changed.status_code == 403
    assert not Invitation.objects.exists()
    owner = Member.objects.get(site=site, role="owner")
    args = [site.pk, owner.public_id]
    assert as_moderator.post(reverse("dashboard:remove_member", args=args)).status_code == 403
    assert (
        as_moderator.post(
            reverse("dashboard:change_role", args=args), {"role": "viewer"}
        ).status_code
        == 403
    )


def test_the_last_owner_stays(as_owner: Client, site: Site) -> None:
    answer = as_owner.post(reverse("dashboard:leave_team", args=[site.pk]), follow=True)
    assertContains(answer, "the last owner")
    assert Member.objects.filter(site=site, role="owner").exists()


def test_everybody_else_may_leave(as_moderator: Client, moderator: Account, site: Site) -> None:
    assert as_moderator.post(reverse("dashboard:leave_team", args=[site.pk])).status_code == 302
    assert not Member.objects.filter(account=moderator).exists()
    assert as_moderator.get(team(site)).status_code == 404


def test_whoever_leaves_is_spoken_to_and_whoever_is_removed_is_spoken_of(
    as_moderator: Client, as_owner: Client, moderator: Account, site: Site
) -> None:
    own = as_moderator.get(reverse("dashboard:leave_team", args=[site.pk])).content.decode()
    assert "What you wrote stays, with your name." in own
    assert "heir open pages" not in own
    member = Member.objects.get(site=site, account=moderator)
    removing = reverse("dashboard:remove_member", args=[site.pk, member.public_id])
    of_another = as_owner.get(removing).content.decode()
    assert "What they wrote stays, with their name." in of_another
    assert "our open pages" not in of_another


def test_another_sites_members_and_links_are_not_there(
    as_owner: Client, site: Site, other_site: Site
) -> None:
    theirs = other_site.members.get()
    made, _ = invitations.invite_by_link(site=other_site, role="viewer")
    for name, row in (
        ("change_role", theirs.public_id),
        ("remove_member", theirs.public_id),
        ("resend_invitation", theirs.public_id),
        ("revoke_invitation", made.public_id),
    ):
        path = reverse(f"dashboard:{name}", args=[site.pk, row])
        assert as_owner.post(path, {"role": "viewer"}).status_code == 404
    assert other_site.members.get() == theirs
    assert Invitation.objects.get() == made


def test_joining_needs_the_forms_token(as_owner: Client, site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(new_link(as_owner, site), NEW).status_code == 403
    assert not Account.objects.filter(email="nora@shop.example").exists()
