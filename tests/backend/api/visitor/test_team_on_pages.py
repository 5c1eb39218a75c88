"""A member of the team on the site's own pages: the code, its token, and what it may do."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.protocol.errors import Forbidden, Invalid
from inglenook.sites.members import remove_member
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.sites.services import add_origin
from inglenook.visitors import page_logins
from inglenook.visitors.models import PageLogin, Visitor
from inglenook.visitors.page_logins import make_code
from tests.backend.api.conftest import Page
from tests.backend.conftest import FOREIGN_ORIGIN, ORIGIN


def test_a_code_opens_the_chat_as_the_member(newcomer: Page, code: str, member: Member) -> None:
    answer = newcomer.post("session", {"code": code})
    session = answer.json()
    assert answer.status_code == 200
    assert session["visitor"] == {"id": member.public_id, "name": "Morris", "role": "moderator"}
    assert 12 * 3600 - 60 < session["expires_in"] <= 12 * 3600
    assert not Visitor.objects.exists()


def test_neither_code_nor_token_nor_login_is_stored(team: Page, code: str, login: str) -> None:
    row = PageLogin.objects.get()
    assert row.code_digest is None
    assert row.login_digest == hashlib.sha256(login.encode()).hexdigest()
    for secret in (code, team.token, login):
        assert secret
        assert secret not in vars(row).values()


def test_an_owner_stays_an_owner(newcomer: Page, owner: Account, site: Site) -> None:
    client = Client()
    client.force_login(owner)
    member = Member.objects.get(site=site, account=owner)
    code = make_code(member=member, origin=ORIGIN, login=client.session.session_key or "")
    assert newcomer.post("session", {"code": code}).json()["visitor"]["role"] == "owner"


def refused(answer: Any) -> bool:
    found = answer.json()
    return answer.status_code == 400 and (found["error"], found["field"]) == ("invalid", "code")


def test_a_code_is_good_once(newcomer: Page, code: str) -> None:
    assert newcomer.post("session", {"code": code}).status_code == 200
    assert refused(newcomer.post("session", {"code": code}))


def test_a_code_is_good_for_a_minute(newcomer: Page, code: str) -> None:
    PageLogin.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(newcomer.post("session", {"code": code}))
    assert page_logins.CODE_SECONDS == 60


def test_a_code_is_no_good_on_another_origin_and_then_nowhere(
    newcomer: Page, site: Site, site_key: str, code: str
) -> None:
    add_origin(site=site, entry="https://blog.example")
    assert refused(Page(site_key, None, "https://blog.example").post("session", {"code": code}))
    assert refused(newcomer.post("session", {"code": code}))


def test_a_code_is_no_good_for_another_site(
    code: str, other_site: Site, newcomer: Page, site: Site
) -> None:
    add_origin(site=other_site, entry=ORIGIN)
    elsewhere = Page(other_site.keys.get().key, None, ORIGIN)
    assert refused(elsewhere.post("session", {"code": code}))


def test_a_code_is_no_good_on_our_own_pages(site_key: str, code: str) -> None:
    own = Page(site_key, None, "http://127.0.0.1:8000")
    assert refused(own.post("session", {"code": code}))


@pytest.mark.parametrize("made_up", ["", "x", "\udcff", "m1_" + "a" * 5000])
def test_a_made_up_code_is_refused(newcomer: Page, room: Room, made_up: str) -> None:
    body = b'{"code": "' + made_up.encode("unicode_escape") + b'"}'
    assert newcomer.post("session", body).status_code == 400


def test_a_code_of_somebody_who_left_is_refused(newcomer: Page, code: str, member: Member) -> None:
    remove_member(site=member.site, member_id=member.public_id)
    assert refused(newcomer.post("session", {"code": code}))


def test_a_code_ends_with_its_login(newcomer: Page, code: str) -> None:
    Session.objects.all().delete()
    assert refused(newcomer.post("session", {"code": code}))


def test_a_viewer_gets_no_code(member: Member, login: str) -> None:
    member.role = Member.Role.VIEWER
    member.save()
    with pytest.raises(Forbidden):
        make_code(member=member, origin=ORIGIN, login=login)


@pytest.mark.parametrize("origin", [FOREIGN_ORIGIN, "http://127.0.0.1:8000", "null", "", "shop"])
def test_a_code_is_for_a_website_of_the_site(member: Member, login: str, origin: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_code(member=member, origin=origin, login=login)
    assert caught.value.field == "origin"


def test_the_record_says_who_went_where(member: Member, code: str) -> None:
    entry = AuditEntry.objects.get(action="member.moderate_on_page")
    assert entry.actor == page_logins.actor_of_member(member)
    assert entry.after == {"origin": ORIGIN}
    assert code not in str(entry.after)


def test_codes_that_are_over_go(member: Member, login: str, code: str) -> None:
    PageLogin.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    make_code(member=member, origin=ORIGIN, login=login)
    assert PageLogin.objects.count() == 1


# --- the token


def test_the_token_works_over_http(team: Page, room: Room, member: Member) -> None:
    assert team.say("Hello from the team").status_code == 201
    message = Message.objects.get()
    assert (message.author_id, message.author_role) == (member.public_id, "moderator")
    assert team.get("rooms").json()["rooms"][0]["slug"] == "lobby"
    assert team.get("rooms/lobby/events").status_code == 200


def test_a_session_by_the_token_is_the_same_member_still(team: Page, member: Member) -> None:
    again = team.post("session", {"token": team.token}).json()
    assert again["visitor"]["id"] == member.public_id
    assert again["token"] == team.token


def test_the_token_works_from_its_origin_alone(team: Page, site: Site, site_key: str) -> None:
    add_origin(site=site, entry="https://blog.example")
    for origin in ("https://blog.example", "http://127.0.0.1:8000"):
        other = Page(site_key, None, origin)
        other.token = team.token
        assert other.get("rooms").json()["error"] == "invalid_token"


def is_over(team: Page) -> bool:
    answers = [team.get("rooms"), team.post("session", {"token": team.token})]
    return [answer.status_code for answer in answers] == [401, 401] and not Visitor.objects.exists()


def test_the_token_ends_with_the_login(team: Page) -> None:
    Session.objects.all().delete()
    assert is_over(team)


def test_the_token_stands_when_another_login_of_the_member_ends(
    team: Page, moderator: Account, login: str
) -> None:
    elsewhere = Client()
    elsewhere.force_login(moderator)
    assert Session.objects.exclude(pk=login).delete()[0] == 1
    assert team.get("rooms").status_code == 200
    elsewhere.force_login(moderator)
    Session.objects.filter(pk=login).delete()
    assert is_over(team)


def test_the_token_ends_with_the_membership(team: Page, member: Member) -> None:
    remove_member(site=member.site, member_id=member.public_id)
    assert is_over(team)


def test_the_token_ends_where_the_account_is_switched_off(team: Page, moderator: Account) -> None:
    Account.objects.filter(pk=moderator.pk).update(is_active=False)
    assert is_over(team)


def test_the_token_ends_with_another_password(team: Page, moderator: Account) -> None:
    moderator.set_password("another")
    moderator.save()
    assert is_over(team)


def test_the_token_ends_where_the_role_moderates_nothing(team: Page, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(role=Member.Role.VIEWER)
    assert is_over(team)


def test_the_token_ends_after_twelve_hours(team: Page) -> None:
    PageLogin.objects.update(expires_at=timezone.now())
    assert is_over(team)


def test_the_member_ends_the_token(team: Page) -> None:
    assert team.call("DELETE", "session").status_code == 204
    assert is_over(team)


def test_a_member_has_no_name_here_and_no_data(team: Page) -> None:
    assert team.get("me").json()["error"] == "forbidden"
    assert team.call("PATCH", "me", {"name": "Somebody"}).json()["error"] == "forbidden"
