"""What stands beside the messages of a room: what needs a look, its modes, who is here."""

from __future__ import annotations

from msgspec import Struct

from inglenook.chat import here
from inglenook.chat.models import HeldMessage, Report, Room
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.rooms.words import Mode, modes_of
from inglenook.sites.roles import Action, may
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

MOST_PEOPLE = 60


class Person(Struct, frozen=True):
    id: str
    name: str
    is_team: bool
    trust: str = ""


class Side(Struct, frozen=True, kw_only=True):
    reported: int
    held: int
    modes: list[Mode]
    people: list[Person]
    here: int

    @property
    def more_people(self) -> int:
        return self.here - len(self.people)


def side_of(room: Room, membership: SiteMembership) -> Side:
    """Asks the same number of queries however many are here."""
    decides = may(membership.member.role, Action.APPROVE)
    people = here.here_in([room.site_id]).get((room.site_id, room.slug), {})
    # The team first, then by name.
    named = sorted(people.items(), key=lambda it: (it[0].startswith("v_"), it[1].casefold()))
    shown = named[:MOST_PEOPLE]
    visitors = Visitor.objects.filter(site=membership.site, public_id__in=[who for who, _ in shown])
    trust = {each.public_id: trust_of_visitor(each, membership.site) for each in visitors}
    return Side(
        reported=_open_reports(room) if decides else 0,
        held=_waiting(room) if decides else 0,
        modes=modes_of(room),
        people=[
            Person(who, name, not who.startswith("v_"), trust.get(who, "")) for who, name in shown
        ],
        here=len(people),
    )


def _open_reports(room: Room) -> int:
    return Report.objects.filter(room=room, state=Report.State.OPEN).count()


def _waiting(room: Room) -> int:
    return HeldMessage.objects.filter(room=room, state=HeldMessage.State.WAITING).count()
