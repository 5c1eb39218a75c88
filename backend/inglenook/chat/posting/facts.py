"""The facts that the policy judges by: a room's, and an author's, read in the look-up of a message.

    look-up of posting, personal parts of a page ─► AuthorRow ─► AuthorFacts ─┐
    Room ─► RoomFacts ────────────────────────────────────────────────────────┴─► moderation/policy

The columns belong to whatever statement reads them, so nobody's facts cost a statement of their
own. Only the end of a mute or ban is read apart: few have one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from inglenook.chat.models import Room
from inglenook.chat.selectors import CALM_SLOW_S, timestamp
from inglenook.moderation.models import Sanction
from inglenook.moderation.policy import AuthorFacts, Lasting, RoomFacts
from inglenook.moderation.selectors import FLAGS, end_of_sanction, flags_where
from inglenook.sites.database import moment
from inglenook.visitors.participants import Participant
from inglenook.visitors.trust import Trust, TrustRecord, TrustRules, rises_at, trust_of

# SQLite takes 999 variables in a statement on old builds.
AUTHORS_A_STATEMENT: Final = 500
# A look into an enumeration costs a microsecond, and every message asks these.
_SHADOWED: Final = FLAGS[Sanction.Kind.SHADOW]
_PRIVATE: Final = Room.Kind.PRIVATE.value
_LISTED: Final = Room.Files.LISTED.value


class AuthorRow(NamedTuple):
    """The columns of AUTHOR_COLUMNS. `flags` is the sum of `moderation.selectors.FLAGS`.

    A visitor's are None for the team. `previews` is true or false as the database has it.
    """

    flags: int | None
    trust_fixed: str | None
    trust_since: Any
    trust_messages: int | None
    held_by_address: Any
    erased_at: Any
    access_version: int
    repeat_s: int
    previews: Any
    calm_until: Any
    known_minutes: int
    known_messages: int
    trusted_days: int
    trusted_messages: int

    @property
    def rules(self) -> TrustRules:
        return TrustRules(
            self.known_minutes, self.known_messages, self.trusted_days, self.trusted_messages
        )

    @property
    def record(self) -> TrustRecord:
        since = moment(self.trust_since)
        return TrustRecord(self.trust_fixed or "", since, self.trust_messages or 0)

    def trust(self, now: datetime) -> Trust:
        if not self.trust_fixed and (self.trust_messages or 0) < min(
            self.known_messages, self.trusted_messages
        ):
            return "new"  # whatever the time; without a look at it
        return trust_of(self.record, self.rules, now)

    def rises_at(self, now: datetime) -> datetime | None:
        """When time alone makes more of the trust."""
        return rises_at(self.record, self.rules, now)

    @property
    def counts(self) -> bool:
        """Whether one message more can matter to the trust."""
        known = self.trust_messages
        if known is None or self.trust_fixed:
            return False
        return known < self.known_messages or known < self.rules.most_messages


_OF_VISITOR: Final = (
    *("trust_fixed", "trust_since", "trust_messages"),
    *("held_by_address", "erased_at"),
)
# The access version of a site, as its table names it.
VERSION_COLUMN: Final = "standing"
_OF_SITE: Final = (
    *(VERSION_COLUMN, "repeat_s", "previews", "calm_until"),
    *("known_minutes", "known_messages", "trusted_days", "trusted_messages"),
)


def author_columns(site: str, visitor: str, author_id: str) -> str:
    """The columns of an AuthorRow in a statement where `site` and `visitor` are joined.

    They have one parameter: now.
    """
    return ", ".join(
        [
            flags_where(f"{site}.id", author_id),
            *[f"{visitor}.{name}" for name in _OF_VISITOR],
            *[f"{site}.{name}" for name in _OF_SITE],
        ]
    )


_AUTHORS: Final = f"""
WITH wanted (author_id) AS (VALUES {{values}})
SELECT wanted.author_id, EXISTS (
    SELECT 1 FROM chat_heldmessage AS held WHERE held.room_id = %s
    AND held.author_id = wanted.author_id AND held.state IN ('waiting', 'shadow')
), {author_columns("site", "visitor", "wanted.author_id")}
FROM wanted JOIN sites_site AS site ON site.id = %s
LEFT JOIN visitors_visitor AS visitor ON visitor.public_id = wanted.author_id
"""  # noqa: S608  only constants are put in


class AuthorIn(NamedTuple):
    """Somebody in a room. `has_held`: something of theirs there is seen by them alone."""

    has_held: bool
    row: AuthorRow


def authors_in(room: Room, author_ids: Sequence[str]) -> dict[str, AuthorIn]:
    """By author id, in one query."""
    found: dict[str, AuthorIn] = {}
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        for start in range(0, len(author_ids), AUTHORS_A_STATEMENT):
            some = author_ids[start : start + AUTHORS_A_STATEMENT]
            values = ", ".join(["(%s)"] * len(some))
            # Of a room that is not made yet nothing is held.
            cursor.execute(_AUTHORS.format(values=values), [*some, room.pk or 0, now, room.site_id])
            for author_id, has_held, *columns in cursor.fetchall():
                found[author_id] = AuthorIn(bool(has_held), AuthorRow(*columns))
    return found


def author_facts(author: Participant, row: AuthorRow, now: datetime) -> AuthorFacts:
    if author.is_team:
        return AuthorFacts(is_team=True, may_write=author.may_write)
    flags = row.flags or 0
    return AuthorFacts(
        is_erased=row.erased_at is not None,
        ban=_lasting(author, flags, Sanction.Kind.BAN) if flags else None,
        mute=_lasting(author, flags, Sanction.Kind.MUTE) if flags else None,
        is_shadowed=bool(flags & _SHADOWED),
        trust=row.trust(now),
        is_held_by_address=bool(row.held_by_address),
    )


def room_facts(room: Room, calm_until: Any, now: datetime) -> RoomFacts:
    """`calm_until` is the site's, as a row has it."""
    is_private = room.kind == _PRIVATE
    calm = moment(calm_until)
    is_calm = not is_private and calm is not None and calm > now
    locked_until = moment(room.locked_until)
    return RoomFacts(
        is_private=is_private,
        archived=room.archived,
        locked=room.locked and (locked_until is None or locked_until > now),
        locked_until=timestamp(locked_until) if locked_until else None,
        read_only_for=room.read_only_for,
        slow_s=max(room.slow_s, CALM_SLOW_S) if is_calm else room.slow_s,
        approval=room.approval,
        links=room.links,
        files=room.files,
        files_from=room.files_from,
        file_types=room.file_types or () if room.files == _LISTED else (),
        is_calm=is_calm,
    )


def _lasting(author: Participant, flags: int, kind: Sanction.Kind) -> Lasting | None:
    if not flags & FLAGS[kind]:
        return None
    until = end_of_sanction(author.site_id, author.id, kind)
    return Lasting(timestamp(until) if until else None)
