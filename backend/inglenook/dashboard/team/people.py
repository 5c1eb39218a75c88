"""The team as its page shows it. It asks the same queries however many members there are."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Case, IntegerField, Value, When
from django.utils.functional import Promise
from msgspec import Struct

from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.team.role_table import ROLES
from inglenook.sites.models import Member
from inglenook.sites.roles import action_to_change, may

# Owners first.
_ORDER: Final = list(reversed(ROLES))


class Person(Struct, frozen=True, kw_only=True):
    """One line. `may_change`: whoever looks may give them another role, or remove them."""

    member: Member
    role: Promise
    is_you: bool
    is_away: bool
    may_change: bool
    last_seen_at: datetime | None
    invited_until: datetime | None


def team_of(membership: SiteMembership) -> list[Person]:
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(_ORDER)),
        output_field=IntegerField(),
    )
    members = (
        Member.objects.filter(site=membership.site)
        .select_related("account__seen", "invitation")
        .order_by("-state", order, "name", "pk")
    )
    # By state: those who are there before those who are invited.
    return sorted(
        (_person(membership, member) for member in members),
        key=lambda person: person.member.state != Member.State.ACTIVE,
    )


def roles_to_give(membership: SiteMembership) -> list[tuple[str, Promise]]:
    """Nobody gives what he lacks."""
    own = membership.member.role
    return [(role, name) for role, name in ROLES.items() if may(own, action_to_change(role))]


def _person(membership: SiteMembership, member: Member) -> Person:
    invitation = getattr(member, "invitation", None)
    seen = getattr(member.account, "seen", None)
    return Person(
        member=member,
        role=ROLES[member.role],
        is_you=member.pk == membership.member.pk,
        is_away=member.account.is_away,
        may_change=may(membership.member.role, action_to_change(member.role)),
        last_seen_at=seen.at if seen else None,
        invited_until=invitation.expires_at if invitation else None,
    )
