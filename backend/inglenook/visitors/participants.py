"""Either of the people in a room: a visitor, or a member of the site's team.

What every rule about "who" works on.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from inglenook.sites.models import Member
from inglenook.sites.roles import Action, may, wire_role
from inglenook.visitors.models import Visitor

# The roles of a site's team, as the wire names them.
TEAM_ROLES: Final = frozenset(("moderator", "owner"))


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

    @property
    def is_team(self) -> bool:
        return self.role in TEAM_ROLES


def participant_from_visitor(visitor: Visitor, address: str | None = None) -> Participant:
    return Participant(
        id=visitor.public_id,
        site_id=visitor.site_id,
        name=visitor.name,
        role=visitor.role,
        visitor_pk=visitor.pk,
        address=address,
    )


def participant_from_member(member: Member) -> Participant:
    return Participant(
        id=member.public_id,
        site_id=member.site_id,
        name=member.name,
        role=wire_role(member.role),
        may_write=may(member.role, Action.WRITE),
    )
