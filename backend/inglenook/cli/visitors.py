"""`inglenook visitor …`"""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta

from django.utils import timezone

from inglenook.cli.output import answer
from inglenook.cli.sites import site_by_key
from inglenook.moderation import services


def ban(options: Namespace) -> None:
    site = site_by_key(options.site)
    until = timezone.now() + timedelta(hours=options.hours) if options.hours else None
    sanction = services.ban_visitor(
        site=site, visitor_id=options.visitor, until=until, reason=options.reason
    )
    end = sanction.until.isoformat(timespec="seconds") if sanction.until else None
    found = {"visitor": sanction.visitor_id, "banned": True, "until": end}
    answer(
        options,
        found,
        [f"{sanction.visitor_id} is banned {f'until {end}' if end else 'for good'}."],
    )


def unban(options: Namespace) -> None:
    site = site_by_key(options.site)
    was_banned = services.unban_visitor(site=site, visitor_id=options.visitor)
    found = {"visitor": options.visitor, "banned": False, "was_banned": was_banned}
    answer(
        options,
        found,
        [f"{options.visitor} {'may come in again' if was_banned else 'was not banned'}."],
    )
