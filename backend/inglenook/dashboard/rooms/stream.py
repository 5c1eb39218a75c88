"""The messages of a room as the team sees them: with trust, reports, and what waits in its place.

    rows of room_view ─┐
    trust of authors  ─┼─► lines, by time ─► templates
    reports, held     ─┘

`Look` is what of this does not move the room's numbers: a page remembers the one that it is drawn
with, and asks what is different. Each call asks the same number of queries however much there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString
from msgspec import Struct

from inglenook.chat.attachments.shown import ShownFile, shown_files
from inglenook.chat.body_html import body_html
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.room_view import MessageRow, Shown, row_of
from inglenook.chat.services import is_restorable
from inglenook.dashboard.access import SiteMembership
from inglenook.moderation.models import WordRule
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, may
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

# What waits stands in the room up to so much, the newest of it; Review has all.
MOST_HELD: Final = 30
MOST_REPORTED: Final = 50
QUOTE_CHARS: Final = 120
# Numbers that columns hold, and no more of them than a page of ours remembers.
_NUMBER: Final = "[0-9]{1,18}"
_LOOK: Final = re.compile(
    rf"({_NUMBER}(\.{_NUMBER}){{0,{MOST_HELD}}})?"
    rf"_({_NUMBER}-{_NUMBER}(\.{_NUMBER}-{_NUMBER}){{0,{MOST_REPORTED}}})?"
)


class Author(Struct, frozen=True):
    """How a visitor stands: `trust` new, known or trusted; empty for the team and the erased."""

    trust: str = ""
    is_new_today: bool = False


class Quote(Struct, frozen=True):
    """The message that another one answers."""

    seq: int
    author: str
    text: str


class Line(Struct, frozen=True, kw_only=True):
    """One message. `reports` says how many people reported it, while that is open."""

    row: MessageRow
    author: Author
    reports: int = 0
    is_pinned: bool = False
    may_restore: bool = False
    quote: Quote | None = None

    @property
    def at(self) -> datetime:
        return self.row.at

    @property
    def is_visitor(self) -> bool:
        return bool(self.row.author_id and self.row.author_id.startswith("v_"))


class HeldLine(Struct, frozen=True, kw_only=True):
    """One message that waits for the team. `rule` is the word rule that held it."""

    held: HeldMessage
    html: SafeString
    author: Author
    files: list[ShownFile]
    rule: str = ""

    @property
    def at(self) -> datetime:
        return self.held.at


class Look(Struct, frozen=True):
    """What waits in a room, by id, and how many people reported which message."""

    held: tuple[int, ...] = ()
    reports: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        held = ".".join(map(str, self.held))
        return held + "_" + ".".join(f"{seq}-{count}" for seq, count in self.reports)


def look_at(room: Room, membership: SiteMembership) -> Look:
    """Empty for a role that decides nothing about it."""
    if not may(membership.member.role, Action.APPROVE):
        return Look()
    held = HeldMessage.objects.filter(room=room, state=HeldMessage.State.WAITING)
    reports = Report.objects.filter(room=room, state=Report.State.OPEN)
    counted = reports.annotate(people=Count("entries")).order_by("-seq")
    return Look(
        tuple(sorted(held.order_by("-pk").values_list("pk", flat=True)[:MOST_HELD])),
        tuple(sorted(counted.values_list("seq", "people")[:MOST_REPORTED])),
    )


def read_look(text: str) -> Look | None:
    """The look of an address; None for what is none."""
    if not _LOOK.fullmatch(text):
        return None
    held, _, reports = text.partition("_")
    pairs = [pair.split("-") for pair in reports.split(".") if pair]
    return Look(
        tuple(int(each) for each in held.split(".") if each),
        tuple((int(seq), int(count)) for seq, count in pairs),
    )


def lines_of(
    room: Room,
    site: Site,
    rows: Sequence[MessageRow],
    look: Look,
    *,
    held: Iterable[int] = (),
) -> list[Line | HeldLine]:
    """These rows and these held messages, in one order."""
    waiting = held_lines(room, site, held)
    reports = dict(look.reports)
    authors = _authors(site, {row.author_id for row in rows if row.author_id})
    others = _other_messages(room, rows)
    lines: list[Line | HeldLine] = [
        Line(
            row=row,
            author=authors.get(row.author_id or "", Author()),
            reports=reports.get(row.seq, 0),
            is_pinned=row.seq in room.pinned,
            may_restore=row.seq in others and is_restorable(others[row.seq]),
            quote=_quote(others.get(row.reply_to or 0)) if not row.deleted else None,
        )
        for row in rows
    ]
    # Rows come by their place, and time rises with it; a sort that is stable leaves them so.
    return sorted([*lines, *waiting], key=lambda line: line.at) if waiting else lines


def held_between(look: Look, room: Room, shown: Shown, *, is_newest: bool) -> list[int]:
    """What of it waits among these messages, by id."""
    if not look.held:
        return []
    rows = HeldMessage.objects.filter(room=room, pk__in=look.held)
    if shown.has_older and shown.rows:
        rows = rows.filter(at__gte=shown.rows[0].at)
    if not is_newest:
        rows = rows.filter(at__lte=shown.rows[-1].at) if shown.rows else rows.none()
    return list(rows.values_list("pk", flat=True))


def held_lines(room: Room, site: Site, ids: Iterable[int]) -> list[HeldLine]:
    """Those that wait still, the oldest first."""
    wanted = list(ids)
    if not wanted:
        return []
    state = HeldMessage.State.WAITING
    found = list(HeldMessage.objects.filter(room=room, pk__in=wanted, state=state).order_by("at"))
    authors = _authors(site, {held.author_id for held in found})
    rules = {held.rule_id for held in found if held.rule_id}
    patterns = dict(WordRule.objects.filter(pk__in=rules).values_list("pk", "pattern"))
    return [
        HeldLine(
            held=held,
            html=body_html(held.body, held.entities),
            files=shown_files(held.attachments),
            author=authors.get(held.author_id, Author()),
            rule=patterns.get(held.rule_id or 0, ""),
        )
        for held in found
    ]


def lines_of_seqs(
    room: Room, site: Site, seqs: Iterable[int], membership: SiteMembership, look: Look
) -> list[Line | HeldLine]:
    """These messages, each by itself."""
    messages = Message.objects.filter(room=room, seq__in=list(seqs)).order_by("seq")
    rows = [row_of(message, membership.participant) for message in messages]
    return lines_of(room, site, rows, look)


def _authors(site: Site, ids: set[str]) -> dict[str, Author]:
    visitors = Visitor.objects.filter(site=site, public_id__in=ids, erased_at=None)
    today = timezone.now().date()
    return {
        visitor.public_id: Author(
            trust_of_visitor(visitor, site), visitor.created_at.date() == today
        )
        for visitor in visitors
    }


def _other_messages(room: Room, rows: Sequence[MessageRow]) -> dict[int, Message]:
    """What rows answer, and what could be restored."""
    wanted = {row.reply_to for row in rows if row.reply_to}
    wanted |= {row.seq for row in rows if row.deleted == "moderator"}
    if not wanted:
        return {}
    return {message.seq: message for message in Message.objects.filter(room=room, seq__in=wanted)}


def _quote(message: Message | None) -> Quote | None:
    if message is None or message.deleted is not None:
        return None
    return Quote(message.seq, message.author_name, message.body[:QUOTE_CHARS])
