"""Either of the people in a room: a visitor, or a member of the site's team.

What every rule about "who" works on.
"""

from __future__ import annotations

import hashlib
from typing import Final

from msgspec import Struct

from inglenook.sites.actors import Actor
from inglenook.sites.models import ApiKey, Member
from inglenook.sites.roles import Action, may, wire_role
from inglenook.visitors.models import Visitor

# The roles of a site's team, as the wire names them.
TEAM_ROLES: Final = frozenset(("moderator", "owner"))
# The role of what a key writes. A program of the owner has the team's powers, as far as its
# scopes go.
BOT_ROLE: Final = "bot"
BOT_NAME_CHARS: Final = 40


def is_member_id(participant_id: str) -> bool:
    """Whether it is the id of a member of the team, and not a visitor's."""
    return participant_id.startswith("m_")


class Participant(Struct, frozen=True, kw_only=True):
    """`id` is the author id on the wire (`v_…`, `m_…`), stable inside one site; `visitor_pk` is
    None for the team.

    `address` is where a visitor acts from, as `sites.addresses` names it, for the limits that go by
    it; None for none.
    """

    id: str
    site_id: int
    name: str
    role: str
    avatar: str | None = None
    visitor_pk: int | None = None
    address: str | None = None
    # False for a member whose role reads only.
    may_write: bool = True
    # False for a member whose role has no inbox.
    reads_private_rooms: bool = True
    # The key that acts, as a bot or for a member; None: whoever it is acts in person.
    key: Actor | None = None

    @property
    def is_team(self) -> bool:
        return self.role in TEAM_ROLES or self.role == BOT_ROLE

    @property
    def actor(self) -> Actor:
        """Who the record names."""
        if self.key is not None:
            return self.key
        return Actor(kind="member" if self.is_team else "visitor", id=self.id, name=self.name)


def participant_from_visitor(visitor: Visitor, address: str | None = None) -> Participant:
    return Participant(
        id=visitor.public_id,
        site_id=visitor.site_id,
        name=visitor.name,
        role=visitor.role,
        visitor_pk=visitor.pk,
        address=address,
    )


def participant_from_member(member: Member, key: Actor | None = None) -> Participant:
    return Participant(
        key=key,
        id=member.public_id,
        site_id=member.site_id,
        name=member.name,
        role=wire_role(member.role),
        may_write=may(member.role, Action.WRITE),
        reads_private_rooms=may(member.role, Action.INBOX),
    )


def participant_from_key(key: ApiKey, *, name: str = "", avatar: str | None = None) -> Participant:
    """A key as the bot of a name, its own unless another is given. One id a name.

    The id is derived, so that a new key of the same name goes on where an old one ended.
    """
    name = name or key.name[:BOT_NAME_CHARS]
    derived = hashlib.sha256(f"{key.site_id}:{name}".encode()).hexdigest()
    return Participant(
        id=f"b_{derived[:20]}",
        site_id=key.site_id,
        name=name,
        role=BOT_ROLE,
        avatar=avatar,
        key=Actor(kind="key", id=key.public_id, name=key.name),
    )
