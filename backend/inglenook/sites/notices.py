"""What a member wants to notice of a site, and when. It changes nothing for anybody else."""

from __future__ import annotations

from datetime import datetime

from inglenook.protocol.errors import Invalid
from inglenook.sites.models import Member
from inglenook.sites.opening_hours import is_open


def change_notices(*, member: Member, lines: bool, review: bool, sound: bool, when: str) -> None:
    """`lines`: private lines; `review`: reports and held messages. Raises Invalid (field when)."""
    if when not in Member.NoticeTime.values:
        raise Invalid("Choose one of these times.", field="when")
    member.notices_lines = lines
    member.notices_review = review
    member.notices_sound = sound
    member.notices_when = when
    member.save(update_fields=["notices_lines", "notices_review", "notices_sound", "notices_when"])


def is_noticing(member: Member, *, is_away: bool, now: datetime) -> bool:
    """Whether this member wants to notice anything of the site at that moment."""
    match member.notices_when:
        case Member.NoticeTime.NEVER:
            return False
        case Member.NoticeTime.HERE:
            return not is_away
        case Member.NoticeTime.OPEN:
            return is_open(member.site, now)
        case _:
            return True
