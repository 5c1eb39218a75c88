"""The demo's owner, site, rooms and first messages; `demo_life` has what else goes on there.

Made once; afterwards only what is missing is added, until `reset_demo_site`.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_services import change_room, create_room
from inglenook.cli import demo_life
from inglenook.moderation.names import rename_visitor
from inglenook.protocol.errors import NotFound
from inglenook.sites import selectors, services
from inglenook.sites.models import Account, Site
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from inglenook.visitors.services import open_session

OWNER_EMAIL: Final = "owner@example.com"
OWNER_NAME: Final = "Olive"
SITE_NAME: Final = "Demo site"
ROOMS: Final = {
    services.FIRST_ROOM_SLUG: (services.FIRST_ROOM_NAME, "Come in, say hello"),
    "help": ("Studio desk", "Requests, questions and lost dogs"),
    "coffee": ("Coffee corner", "For each other, about anything"),
}
# (room, who, what): Olive is the owner, the others are visitors.
MESSAGES: Final = (
    ("lobby", "Olive", "Welcome! This room is on the shop page *and* below the magazine story."),
    ("lobby", "Amber Otter", "So what I write here shows up over there?"),
    ("lobby", "Olive", "At once. Open both and try it 🙂"),
    ("lobby", "Quiet Heron", "No account, no cookie banner. I could get used to this."),
    ("help", "Quiet Heron", "Who played the accordion just after seven?"),
    ("help", "Olive", "That was the baker's brother. We'll ask him for the name of the tune."),
    ("coffee", "Amber Otter", "First frost up here. Anyone else still watering tomatoes?"),
    ("coffee", "Quiet Heron", "Mine gave up in October. I still talk to them."),
)


def ensure_demo_site(demo_port: int) -> Site:
    """The demo owner's site, listing the demo pages on this port."""
    owner = Account.objects.filter(email=OWNER_EMAIL).first()
    if owner is None:
        owner = services.create_account(email=OWNER_EMAIL, name=OWNER_NAME)
    origins = [f"http://127.0.0.1:{demo_port}", f"http://localhost:{demo_port}"]
    site = _site_of(owner)
    if site is None:
        with transaction.atomic():
            site = services.create_site(name=SITE_NAME, origins=origins, owner=owner)
            _make_rooms(site)
        _begin(site, owner)
    for origin in origins:
        services.add_origin(site=site, entry=origin)
    return site


def reset_demo_site() -> Site:
    """The demo site as it was at first. Its key, its address and its team stay.

    Raises NotFound where there is none.
    """
    owner = Account.objects.filter(email=OWNER_EMAIL).first()
    site = _site_of(owner) if owner else None
    if owner is None or site is None:
        raise NotFound("There is no demo site yet: `inglenook demo` makes it.")
    demo_life.end(site, ROOMS)
    rooms = Room.objects.filter(site=site, slug__in=ROOMS, gone=False)
    for room in rooms:
        name, topic = ROOMS[room.slug]
        change_room(room=room, name=name, topic=topic)
    _begin(site, owner)
    return site


def _site_of(owner: Account) -> Site | None:
    return selectors.sites_of_account(owner).filter(name=SITE_NAME).order_by("pk").first()


def _make_rooms(site: Site) -> None:
    for slug, (name, topic) in ROOMS.items():
        create_room(site_id=site.pk, slug=slug, name=name, topic=topic)


def _begin(site: Site, owner: Account) -> None:
    people = _people(site, owner)
    for number, (slug, who, body) in enumerate(MESSAGES):
        post_message(Draft(slug=slug, author=people[who], cid=f"demo-message-{number}", body=body))
    demo_life.begin(site, people)


def _people(site: Site, owner: Account) -> dict[str, Participant]:
    member = selectors.member_of(site.pk, owner)
    people = {OWNER_NAME: participant_from_member(member)} if member else {}
    card = selectors.site_by_id(site.pk)
    speakers = [who for _, who, _ in MESSAGES if who != OWNER_NAME]
    for name in dict.fromkeys([*speakers, demo_life.WAITS, demo_life.ADVERTISES]):
        visitor, _ = open_session(site=card, token=None)
        people[name] = participant_from_visitor(rename_visitor(visitor=visitor, name=name))
    return people
