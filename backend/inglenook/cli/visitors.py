"""`inglenook visitor …`"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from inglenook.cli.output import Answer
from inglenook.cli.sites import site_by_key
from inglenook.moderation import services
from inglenook.sites.actors import SYSTEM
from inglenook.visitors.directory import row_of, visitors_of
from inglenook.visitors.services import end_tokens


def ban(*, site_key: str, visitor_id: str, hours: float | None, reason: str) -> Answer:
    site = site_by_key(site_key)
    until = timezone.now() + timedelta(hours=hours) if hours else None
    sanction = services.ban_visitor(site=site, visitor_id=visitor_id, until=until, reason=reason)
    end = sanction.until.isoformat(timespec="seconds") if sanction.until else None
    found = {"visitor": sanction.visitor_id, "banned": True, "until": end}
    return Answer(
        found,
        [f"{sanction.visitor_id} is banned {f'until {end}' if end else 'for good'}."],
    )


def unban(*, site_key: str, visitor_id: str) -> Answer:
    site = site_by_key(site_key)
    was_banned = services.unban_visitor(site=site, visitor_id=visitor_id)
    found = {"visitor": visitor_id, "banned": False, "was_banned": was_banned}
    return Answer(
        found,
        [f"{visitor_id} {'is no longer banned' if was_banned else 'was not banned'}."],
    )


def end_sessions(*, site_key: str, visitor_id: str) -> Answer:
    visitor = row_of(visitors_of(site_by_key(site_key)), visitor_id)
    end_tokens(visitor=visitor, by=SYSTEM)
    return Answer({"visitor": visitor_id}, [f"Every session of {visitor_id} has ended."])
