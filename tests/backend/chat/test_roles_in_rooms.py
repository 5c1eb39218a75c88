"""What a member's role means in a room: who reads only, and who is not in the team yet."""

from __future__ import annotations

import pytest

from inglenook.chat import room_services, services
from inglenook.chat import selectors as chat_selectors
from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.dashboard.rooms.overview import rooms_with_activity, tabs_of
from inglenook.protocol.errors import Forbidden, NotFound
from inglenook.sites import selectors
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_member

pytestmark = pytest.mark.django_db


def with_role(site: Site, account: Account, role: str) -> Participant:
    member = Member.objects.get(site=site, account=account)
    member.role = role
    return participant_from_member(member)


def draft(room: Room, author: Participant, cid: str) -> Draft:
    return Draft(slug=room.slug, author=author, cid=cid, body="Hello")


@pytest.mark.parametrize("role", ["moderator", "manager", "owner"])
def test_who_writes_in_the_team_also_pins_and_deletes(
    site: Site, room: Room, moderator: Account, role: str
) -> None:
    member = with_role(site, moderator, role)
    ack = post_message(draft(room, member, "cid-of-a-member"))
    assert ack.seq == 1
    assert room_services.pin_message(room=room, actor=member, seq=1, on=True).seq == 1
    assert services.delete_message(room=room, actor=member, seq=1).rev == 3


def test_a_viewer_changes_nothing_in_a_room(site: Site, room: Room, moderator: Account) -> None:
    post_message(draft(room, with_role(site, moderator, "moderator"), "cid-before"))
    viewer = with_role(site, moderator, "viewer")
    assert viewer.role == "moderator"
    with pytest.raises(Forbidden):
        post_message(draft(room, viewer, "cid-of-a-viewer"))
    with pytest.raises(Forbidden):
        services.edit_message(room=room, actor=viewer, seq=1, body="Other")
    with pytest.raises(Forbidden):
        services.react(room=room, actor=viewer, seq=1, emoji="👍", on=True)
    with pytest.raises(Forbidden):
        services.delete_message(room=room, actor=viewer, seq=1)
    with pytest.raises(Forbidden):
        room_services.pin_message(room=room, actor=viewer, seq=1, on=True)
    room.refresh_from_db()
    assert room.head == 1


def test_who_is_only_invited_is_not_in_the_team(site: Site, moderator: Account) -> None:
    assert selectors.member_of(site.pk, moderator) is not None
    Member.objects.filter(site=site, account=moderator).update(state=Member.State.INVITED)
    assert selectors.member_of(site.pk, moderator) is None
    assert not selectors.sites_of_account(moderator).exists()


@pytest.mark.parametrize("role", Member.Role.values)
def test_a_private_room_is_there_for_roles_that_have_the_inbox(
    site: Site, moderator: Account, visitor: Visitor, role: str
) -> None:
    private = Room.objects.create(
        site=site, slug="p_" + "a" * 26, name="Amber", kind=Room.Kind.PRIVATE, visitor=visitor
    )
    member = with_role(site, moderator, role)
    if may(role, Action.INBOX):
        assert chat_selectors.room_by_slug(site.pk, private.slug, member) == private
    else:
        with pytest.raises(NotFound):
            chat_selectors.room_by_slug(site.pk, private.slug, member)
    listed = rooms_with_activity(member, show="private", after="").items
    assert (private in listed) is may(role, Action.INBOX)
    assert ("private" in tabs_of(member)) is may(role, Action.INBOX)
