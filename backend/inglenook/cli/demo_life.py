"""What goes on at the demo site beside its first messages: a colleague, somebody who waits for an
answer, and work for Review.

    ensure_demo_site ─► begin      once, when the site is made
    inglenook demo --reset ─► end, and then all of it anew
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.reports import report_message
from inglenook.chat.room_services import clear_history, pin_message, remove_room
from inglenook.chat.selectors import private_slug
from inglenook.jobs.erasure import erase
from inglenook.moderation.models import Sanction, WordRule
from inglenook.moderation.selectors import active_sanctions
from inglenook.moderation.services import impose, lift
from inglenook.moderation.word_rule_services import create_rule, remove_rule
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.services import actor_of_member, create_account
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant

COLLEAGUE_EMAIL: Final = "moderator@example.com"
COLLEAGUE_NAME: Final = "Morris"
DAY_SECONDS: Final = 24 * 60 * 60
# (words, what becomes of a message that has them)
RULES: Final = (
    ("casino", WordRule.Action.HOLD),
    ("crypto giveaway", WordRule.Action.BLOCK),
    ("drat", WordRule.Action.MASK),
)
# Their names are those of visitors; what the last one says is reported, and has cost a mute.
WAITS: Final = "Teal Wren"
ADVERTISES: Final = "Brisk Weasel"
HELD: Final = (
    (WAITS, "Is the casino night on Friday still on?"),
    (ADVERTISES, "Best casino in town, first spin is free."),
)
PRIVATE: Final = (
    "Hello, my order came without its lid.",
    "It is the blue pot, order 1042. Could you send one?",
)
ADVERT: Final = "Tired of candles? My lamps never go out. Write to me for a price."


def begin(site: Site, people: dict[str, Participant]) -> None:
    """`people` are by name: the owner, and visitors who have spoken."""
    moderator = _colleague(site)
    for pattern, action in RULES:
        create_rule(site=site, pattern=pattern, action=action, by=SYSTEM)
    for number, (who, body) in enumerate(HELD):
        _say(people[who], "coffee", body, f"demo-held-{number}")
    for number, body in enumerate(PRIVATE):
        slug = private_slug(site.pk, people[WAITS].id)
        _say(people[WAITS], slug, body, f"demo-private-{number}")
    _say(people[ADVERTISES], "coffee", ADVERT, "demo-advert")
    coffee = Room.objects.get(site=site, slug="coffee")
    advert = Message.objects.get(room=coffee, cid="demo-advert")
    for who, reason in (("Amber Otter", "spam"), ("Quiet Heron", "other")):
        report_message(room=coffee, reporter=people[who], seq=advert.seq, reason=reason, note="")
    impose(
        site=site,
        visitor_id=people[ADVERTISES].id,
        kind=Sanction.Kind.MUTE,
        seconds=DAY_SECONDS,
        reason="Adverts",
        by=moderator,
    )
    lobby = Room.objects.get(site=site, slug="lobby")
    pin_message(room=lobby, actor=people["Olive"], seq=1, on=True)


def end(site: Site, rooms: Collection[str]) -> None:
    """Nobody has said anything, no rule, sanction or visitor is left, and these rooms alone stay.

    The site, its key and its team stay: pages with the tag go on.
    """
    for rule in WordRule.objects.filter(site=site):
        remove_rule(site=site, rule_id=str(rule.pk), by=SYSTEM)
    for sanction in active_sanctions(site.pk).values():
        lift(site=site, sanction_id=sanction.pk, by=SYSTEM)
    for visitor_id in _visitors_of(site):
        erase(site=site, visitor_id=visitor_id, by=SYSTEM)
    for room in Room.objects.filter(site=site, gone=False).exclude(kind=Room.Kind.PRIVATE):
        if room.slug in rooms:
            clear_history(room=room)
        else:
            remove_room(room=room)


def _visitors_of(site: Site) -> list[str]:
    known = Visitor.objects.filter(site=site, erased_at=None)
    return list(known.values_list("public_id", flat=True))


def _colleague(site: Site) -> Actor:
    account = Account.objects.filter(email=COLLEAGUE_EMAIL).first()
    if account is None:
        account = create_account(email=COLLEAGUE_EMAIL, name=COLLEAGUE_NAME)
    member, _ = Member.objects.get_or_create(
        site=site, account=account, defaults={"name": COLLEAGUE_NAME}
    )
    return actor_of_member(member)


def _say(author: Participant, room: str, body: str, cid: str) -> None:
    post_message(Draft(slug=room, author=author, cid=cid, body=body))
