"""What can happen to a room, and how often it does: each kind of change is a function of the room,
whoever does it, and chance. `test_kinds.py` sees to it that none is missing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from inglenook.chat import calm, erasing, held, person_messages, room_services, services
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message, post_messages
from inglenook.chat.previews import keeping
from inglenook.chat.previews.looking_up import Found
from inglenook.moderation.models import Sanction
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant
from tests.testkit.wire import new_cid

EMOJI = ("👍", "🎉", "❤️")
# Of these people one may be erased; the others go on to the end.
ERASABLE = 1


def new(room: Room, who: Participant, dice: random.Random) -> None:
    post_message(Draft(slug=room.slug, author=who, cid=new_cid(), body=f"*{dice.random()}*"))


def many(room: Room, who: Participant, dice: random.Random) -> None:
    drafts = [
        Draft(slug=room.slug, author=who, cid=new_cid(), body=f"_{dice.random()}_")
        for _ in range(dice.randint(1, 4))
    ]
    post_messages(drafts)


def answer(room: Room, who: Participant, dice: random.Random) -> None:
    """With a quote, and a mention of somebody who is in the room."""
    draft = Draft(
        slug=room.slug,
        author=who,
        cid=new_cid(),
        body=f"@{who.name} `{dice.random()}`",
        reply_to=_some(room, dice),
    )
    post_message(draft)


def attach(room: Room, who: Participant, dice: random.Random) -> None:
    """A message with a file or two, and sometimes without a word."""
    now = timezone.now()
    room = room_services.change_room(room=room, files="images", files_from="all")
    files = [
        Attachment.objects.create(
            site_id=room.site_id,
            room=room,
            author_id=who.id,
            name="harbour.webp",
            alt=dice.choice(("", "The harbour")),
            media_type="image/webp",
            bytes=12,
            width=30,
            height=20,
            widths=[30],
            stored_at=now,
        ).public_id
        for _ in range(dice.randint(1, 2))
    ]
    body = dice.choice(("", f"look {dice.random()}"))
    draft = Draft(slug=room.slug, author=who, cid=new_cid(), body=body, attachments=files)
    post_message(draft)


def preview(room: Room, who: Participant, dice: random.Random) -> None:
    """What was found behind a link comes later than the message, or never."""
    url = f"https://example.org/{dice.randint(0, 9)}"
    post_message(Draft(slug=room.slug, author=who, cid=new_cid(), body=f"see {url}"))
    links = [
        (message, url)
        for message in Message.objects.filter(room=room)
        for url in keeping.missing(message)
    ]
    for message, url in dice.sample(links, min(2, len(links))):
        keeping.keep(message, url, Found(title="A page", text=f"{dice.random()}"))


def edit(room: Room, who: Participant, dice: random.Random) -> None:
    services.edit_message(room=room, actor=who, seq=_some(room, dice), body=f"e {dice.random()}")


def delete(room: Room, who: Participant, dice: random.Random) -> None:
    services.delete_message(room=room, actor=who, seq=_some(room, dice))


def restore(room: Room, who: Participant, dice: random.Random) -> None:
    services.restore_message(room=room, actor=who, seq=_some(room, dice))


def react(room: Room, who: Participant, dice: random.Random) -> None:
    services.react(
        room=room,
        actor=who,
        seq=_some(room, dice),
        emoji=dice.choice(EMOJI),
        on=dice.random() < 0.7,
    )


def pin(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.pin_message(room=room, actor=who, seq=_some(room, dice), on=dice.random() < 0.7)


def change(room: Room, who: Participant, dice: random.Random) -> None:
    """Whatever the wire says of a room. A lock would keep people from all else, so it ends."""
    until = timezone.now() + timedelta(hours=1)
    changes = dice.choice(
        (
            {"name": f"n {dice.randint(0, 3)}"},
            {"topic": f"t {dice.randint(0, 3)}", "slow_s": 0},
            {"announcement": f"a {dice.randint(0, 3)}"},
            {"rules": f"be kind\nbe brief {dice.randint(0, 3)}"},
            {"read_only_for": "new"},
            {"archived": True},
            {"locked": True, "locked_until": until},
        )
    )
    changed = room_services.change_room(room=room, **changes)
    if dice.random() < 0.8:
        room_services.change_room(
            room=changed, locked=False, archived=False, read_only_for="nobody"
        )


def preset(room: Room, who: Participant, dice: random.Random) -> None:
    name = dice.choice(("open", "calm", "announcements"))
    room_services.apply_preset(room=room, name=name)


def purge(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.purge_below(room=room, seq=_some(room, dice) // 2)


def clear(room: Room, who: Participant, dice: random.Random) -> None:
    room_services.clear_history(room=room)


def remove(room: Room, who: Participant, dice: random.Random) -> None:
    """The last change of a room: nothing comes after it (a test of its own, below)."""
    Site.objects.update(default_room="")  # the default room stays
    room_services.remove_room(room=room)


def hold(room: Room, who: Participant, dice: random.Random) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    new(room, who, dice)
    Room.objects.filter(pk=room.pk).update(approval="none")


def shadow(room: Room, who: Participant, dice: random.Random) -> None:
    """What a shadow banned person writes, edits and reacts to changes nothing for anybody else."""
    sanction = Sanction.objects.create(site_id=room.site_id, visitor_id=who.id, kind="shadow")
    try:
        dice.choice((new, new, edit, react))(room, who, dice)
    finally:
        sanction.delete()


def clean(room: Room, who: Participant, dice: random.Random) -> None:
    """All by one person is deleted; half of the time that is taken back."""
    if not Visitor.objects.filter(public_id=who.id).exists():
        return
    _, undo = person_messages.delete_all(site=room.site, visitor_id=who.id, by=SYSTEM)
    if dice.random() < 0.5:
        person_messages.undo_deletion(site=room.site, undo_id=undo.public_id, by=SYSTEM)


def erase(room: Room, who: Participant, dice: random.Random) -> None:
    """One of the others goes, with all that they wrote and all their reactions."""
    visitor = Visitor.objects.filter(site=room.site).order_by("pk")[ERASABLE]
    for _ in erasing.erase_parts(visitor):
        pass


def approve(room: Room, who: Participant, dice: random.Random) -> None:
    held.approve_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def reject(room: Room, who: Participant, dice: random.Random) -> None:
    held.reject_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def reopen(room: Room, who: Participant, dice: random.Random) -> None:
    held.reopen_held(site=room.site, held_id=_held(room, dice), by=SYSTEM)


def calm_down(room: Room, who: Participant, dice: random.Random) -> None:
    if dice.random() < 0.5:
        calm.begin_calm(site=room.site, minutes=10, by=SYSTEM)
    else:
        calm.end_calm(site=room.site, by=SYSTEM)


def let_time_pass(room: Room, who: Participant, dice: random.Random) -> None:
    """A lock ends, and a calm where there is one."""
    past = timezone.now() - timedelta(seconds=1)
    room_services.change_room(room=room, locked=True)
    rows = Room.objects.filter(pk=room.pk)
    rows.update(locked_until=past)
    rows.filter(calm_until__isnull=False).update(calm_until=past)
    Site.objects.filter(pk=room.site_id).update(calm_until=None)
    calm.end_what_is_over(calm.rooms_that_are_over())


KINDS: dict[Callable[..., None], int] = {
    new: 10,
    edit: 4,
    delete: 2,
    restore: 4,
    react: 6,
    pin: 2,
    change: 3,
    answer: 2,
    attach: 3,
    preview: 2,
    clean: 1,
    erase: 1,
    preset: 1,
    purge: 1,
    many: 3,
    clear: 1,
    hold: 5,
    shadow: 2,
    approve: 3,
    reject: 2,
    reopen: 1,
    calm_down: 1,
    let_time_pass: 1,
}


def _held(room: Room, dice: random.Random) -> int:
    """Any of the held ones: many are decided already, which is refused or changes nothing."""
    rows = HeldMessage.objects.filter(room=room)
    return dice.choice([*rows.values_list("pk", flat=True), 0])


def _some(room: Room, dice: random.Random) -> int:
    return dice.randint(1, max(1, room.head))
