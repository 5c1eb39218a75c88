"""Every service that says who acts, by each role: the table of roles decides, whatever the edge."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction

from inglenook.chat import calm, held, page_rooms, person_messages, reports, room_services
from inglenook.chat import services as message_services
from inglenook.chat.models import HeldMessage, Report, Room
from inglenook.moderation import services as moderation_services
from inglenook.protocol.errors import Forbidden
from inglenook.sites import (
    api_keys,
    identity_secrets,
    members,
    services,
    site_settings,
)
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.sites.services import actor_of_member
from inglenook.visitors.models import Visitor
from tests.backend.conftest import forget_record

pytestmark = pytest.mark.django_db
MODULES = (
    services,
    site_settings,
    members,
    api_keys,
    identity_secrets,
    moderation_services,
    room_services,
    message_services,
    person_messages,
    reports,
    page_rooms,
    held,
    calm,
)
# No role gives the right to these.
OF_NO_ROLE = {
    "create_site": "any account may",
    "add_owner": "the command line's alone",
    "make_first_room": "a part of making a site",
    "store_new_room": "a part of making a room",
    "record_message": "a part of other acts",
    "purge_below": "retention's",
}
Act = Callable[["Scene", Actor], object]


class Scene:
    """A site with what the acts are about."""

    def __init__(self, site: Site, room: Room, visitor: Visitor, owner: Account) -> None:
        self.site, self.room, self.visitor, self.owner = site, room, visitor, owner
        self.other = Room.objects.create(site=site, slug="help", name="Help")
        self.member = members.invite_member(site=site, email="x@shop.example", role="viewer")
        self.key, _ = api_keys.create_api_key(
            site=site, name="Old", scopes=["audit"], created_by=SYSTEM
        )
        self.report = Report.objects.create(room=room, seq=1, body="Hello")
        person: dict[str, Any] = {"site": site, "visitor_id": visitor.public_id}
        self.mute = moderation_services.impose(**person, kind="mute", seconds=60, by=SYSTEM)
        _, self.undo = person_messages.delete_all(**person, by=SYSTEM)
        self.held = HeldMessage.objects.create(
            room=room, author_id="v_other", cid="held-0001", body="Hello", reason="word"
        )
        self.old_key = services.live_keys(site)[0]
        services.rotate_key(site=site)


def _impose(it: Scene, by: Actor) -> object:
    return moderation_services.impose(
        site=it.site, visitor_id=it.visitor.public_id, kind="ban", seconds=None, by=by
    )


def _ban(it: Scene, by: Actor) -> object:
    account = Member.objects.get(public_id=by.id).account
    return moderation_services.ban_visitor(
        site=it.site, visitor_id=it.visitor.public_id, by=account
    )


def _unban(it: Scene, by: Actor) -> object:
    account = Member.objects.get(public_id=by.id).account
    _impose(it, SYSTEM)
    return moderation_services.unban_visitor(
        site=it.site, visitor_id=it.visitor.public_id, by=account
    )


def _reopen(it: Scene, by: Actor) -> object:
    settled = reports.resolve_report(report=it.report, outcome="dismissed", by=SYSTEM)
    return reports.reopen_report(report=settled, by=by)


ACTS: dict[str, tuple[Action, Act]] = {
    "rotate_key": (
        Action.CHANGE_PUBLIC_KEYS,
        lambda it, by: services.rotate_key(site=it.site, by=by),
    ),
    "end_site_key": (
        Action.CHANGE_PUBLIC_KEYS,
        lambda it, by: services.end_site_key(site=it.site, key=it.old_key, by=by),
    ),
    "add_origin": (
        Action.CHANGE_ORIGINS,
        lambda it, by: services.add_origin(site=it.site, entry="https://new.example", by=by),
    ),
    "remove_origin": (
        Action.CHANGE_ORIGINS,
        lambda it, by: services.remove_origin(site=it.site, entry="https://shop.example", by=by),
    ),
    "change_settings": (
        Action.CHANGE_SITE,
        lambda it, by: site_settings.change_settings(site=it.site, changes={"name": "B"}, by=by),
    ),
    "disable_site": (
        Action.CHANGE_SITE,
        lambda it, by: site_settings.disable_site(site=it.site, by=by),
    ),
    "enable_site": (
        Action.CHANGE_SITE,
        lambda it, by: (
            site_settings.disable_site(site=it.site),
            site_settings.enable_site(site=it.site, by=by),
        ),
    ),
    "invite_member": (
        Action.CHANGE_MODERATORS,
        lambda it, by: members.invite_member(
            site=it.site, email="y@shop.example", role="moderator", by=by
        ),
    ),
    "change_role": (
        Action.CHANGE_MODERATORS,
        lambda it, by: members.change_role(
            site=it.site, member_id=it.member.public_id, role="moderator", by=by
        ),
    ),
    "remove_member": (
        Action.CHANGE_MODERATORS,
        lambda it, by: members.remove_member(site=it.site, member_id=it.member.public_id, by=by),
    ),
    "create_api_key": (
        Action.CHANGE_API_KEYS,
        lambda it, by: api_keys.create_api_key(
            site=it.site, name="N", scopes=["audit"], created_by=by
        ),
    ),
    "revoke_api_key": (
        Action.CHANGE_API_KEYS,
        lambda it, by: api_keys.revoke_api_key(site=it.site, key_id=it.key.public_id, by=by),
    ),
    "identity_secret_of": (
        Action.READ_IDENTITY_SECRET,
        lambda it, by: identity_secrets.identity_secret_of(site=it.site, by=by),
    ),
    "rotate_identity_secret": (
        Action.READ_IDENTITY_SECRET,
        lambda it, by: identity_secrets.rotate_identity_secret(
            site=it.site, overlap=timedelta(), by=by
        ),
    ),
    "impose": (Action.SANCTION, _impose),
    "impose_on_each": (
        Action.SANCTION,
        lambda it, by: moderation_services.impose_on_each(
            site=it.site,
            visitor_ids=[it.visitor.public_id],
            kind="mute",
            seconds=60,
            by=by,
        ),
    ),
    "lift": (
        Action.SANCTION,
        lambda it, by: moderation_services.lift(site=it.site, sanction_id=it.mute.pk, by=by),
    ),
    "ban_visitor": (Action.SANCTION, _ban),
    "unban_visitor": (Action.SANCTION, _unban),
    "create_room": (
        Action.CHANGE_ROOMS,
        lambda it, by: room_services.create_room(site_id=it.site.pk, slug="new", name="New", by=by),
    ),
    "change_room": (
        Action.CHANGE_ROOMS,
        lambda it, by: room_services.change_room(room=it.room, topic="Ask", by=by),
    ),
    "apply_preset": (
        Action.CHANGE_ROOMS,
        lambda it, by: room_services.apply_preset(room=it.room, name="calm", by=by),
    ),
    "clear_history": (
        Action.CHANGE_ROOMS,
        lambda it, by: room_services.clear_history(room=it.room, by=by),
    ),
    "remove_room": (
        Action.DELETE_ROOM,
        lambda it, by: room_services.remove_room(room=it.other, by=by),
    ),
    "approve_held": (
        Action.APPROVE,
        lambda it, by: held.approve_held(site=it.site, held_id=it.held.pk, by=by),
    ),
    "reject_held": (
        Action.APPROVE,
        lambda it, by: held.reject_held(site=it.site, held_id=it.held.pk, by=by),
    ),
    "reopen_held": (
        Action.APPROVE,
        lambda it, by: (
            held.reject_held(site=it.site, held_id=it.held.pk, by=SYSTEM),
            held.reopen_held(site=it.site, held_id=it.held.pk, by=by),
        ),
    ),
    "begin_calm": (
        Action.CALM,
        lambda it, by: calm.begin_calm(site=it.site, minutes=5, by=by),
    ),
    "end_calm": (
        Action.CALM,
        lambda it, by: (
            calm.begin_calm(site=it.site, minutes=5, by=SYSTEM),
            calm.end_calm(site=it.site, by=by),
        ),
    ),
    "delete_all": (
        Action.DELETE_MESSAGES,
        lambda it, by: person_messages.delete_all(
            site=it.site, visitor_id=it.visitor.public_id, by=by
        ),
    ),
    "delete_all_of_each": (
        Action.DELETE_MESSAGES,
        lambda it, by: person_messages.delete_all_of_each(
            site=it.site, visitor_ids=[it.visitor.public_id], by=by
        ),
    ),
    "undo_deletion": (
        Action.UNDO,
        lambda it, by: person_messages.undo_deletion(
            site=it.site, undo_id=it.undo.public_id, by=by
        ),
    ),
    "resolve_report": (
        Action.HANDLE_REPORTS,
        lambda it, by: reports.resolve_report(report=it.report, outcome="actioned", by=by),
    ),
    "reopen_report": (Action.HANDLE_REPORTS, _reopen),
}


def acts_of(module: ModuleType) -> Iterator[str]:
    """The public functions of a module that take who acts."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        own = function.__module__ == module.__name__ and not name.startswith("_")
        if own and {"by", "created_by"} & set(inspect.signature(function).parameters):
            yield name


def test_every_act_is_known_here() -> None:
    found = {name for module in MODULES for name in acts_of(module)}
    # `entomb` takes whose word it was, not who acts.
    assert found - {"entomb"} == ACTS.keys() | OF_NO_ROLE.keys()


@pytest.fixture
def scene(site: Site, room: Room, visitor: Visitor, owner: Account) -> Scene:
    made = Scene(site, room, visitor, owner)
    forget_record()
    return made


@pytest.mark.any_database
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", Member.Role.values)
def test_the_table_of_roles_decides(name: str, role: str, scene: Scene, moderator: Account) -> None:
    member = Member.objects.get(account=moderator)
    Member.objects.filter(pk=member.pk).update(role=role)
    by = actor_of_member(member)
    action, act = ACTS[name]
    if may(role, action):
        act(scene, by)
        assert AuditEntry.objects.filter(actor_kind="member", actor_id=by.id).exists()
    else:
        with pytest.raises(Forbidden), transaction.atomic():
            act(scene, by)
        assert not AuditEntry.objects.filter(actor_id=by.id).exists()


@pytest.mark.any_database
@pytest.mark.parametrize("name", ACTS)
def test_who_is_not_in_the_team_does_nothing(name: str, scene: Scene, other_site: Site) -> None:
    theirs = actor_of_member(Member.objects.get(site=other_site))
    gone = Actor(kind="member", id="m_gone", name="Gone")
    _, act = ACTS[name]
    for by in (theirs, gone):
        with pytest.raises(Exception, match=r"role|team|does not exist"), transaction.atomic():
            act(scene, by)
    assert not AuditEntry.objects.filter(actor_kind="member").exists()


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_only_owners_change_managers(role: str, scene: Scene, moderator: Account) -> None:
    by = actor_of_member(Member.objects.get(account=moderator))
    Member.objects.filter(account=moderator).update(role=role)
    for change in (
        lambda: members.invite_member(
            site=scene.site, email="y@shop.example", role="manager", by=by
        ),
        lambda: members.change_role(
            site=scene.site, member_id=scene.member.public_id, role="manager", by=by
        ),
        lambda: members.remove_member(site=scene.site, member_id=scene.member.public_id, by=by),
    ):
        if role == "owner":
            change()
        else:
            with pytest.raises(Forbidden), transaction.atomic():
                change()
            Member.objects.filter(pk=scene.member.pk).update(role="manager")
