"""What the shell around each page shows: whose rail it is, of which site, and what waits where."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from msgspec import Struct

from inglenook.dashboard.access import LAST_SITE, SiteMembership, account_of
from inglenook.dashboard.review.queue import calm_end
from inglenook.dashboard.shell.sections import SECTIONS, Section, section_of
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.sites.selectors import memberships_of

# The switcher lists so many sites; Home has all of them.
MOST_SITES: Final = 30


class Entry(Struct, frozen=True):
    """One section in the rail of one member. `badge` counts what waits there."""

    section: Section
    url: str
    is_current: bool
    badge: int

    @property
    def label(self) -> Promise:
        return self.section.label


class Shell(Struct, frozen=True):
    account: Account
    membership: SiteMembership | None
    sites: list[Site]
    has_more_sites: bool
    entries: list[Entry]

    @property
    def site(self) -> Site | None:
        return self.membership.site if self.membership else None

    @property
    def calm_until(self) -> datetime | None:
        """When the calm of the site ends, for a bar on every page while it is on."""
        return calm_end(self.site) if self.site else None

    @property
    def calm_minutes(self) -> int:
        """So many are left of it."""
        until = self.calm_until
        return max(1, round((until - timezone.now()).total_seconds() / 60)) if until else 0

    @property
    def may_search(self) -> bool:
        return self.membership is not None and may(self.membership.member.role, Action.SEARCH)

    @property
    def daily(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.section.is_daily]

    @property
    def others(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.section.is_daily]

    @property
    def in_bar(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.section.is_in_bar]

    @property
    def behind_more(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.section.is_in_bar]

    @property
    def is_behind_more(self) -> bool:
        """Whether the page that is open stands behind "More" on a phone."""
        return any(entry.is_current for entry in self.behind_more)


def shell_of(request: HttpRequest, membership: SiteMembership | None) -> Shell:
    """The shell of a signed-in person. It asks the same queries however many sites there are."""
    account = account_of(request)
    members = list(
        memberships_of(account)
        .select_related("site")
        .order_by("site__name", "site_id")[: MOST_SITES + 1]
    )
    membership = membership or _last_open(request, account, members)
    match = request.resolver_match
    page = match.url_name if match and match.app_name == "dashboard" else None
    return Shell(
        account=account,
        membership=membership,
        sites=[member.site for member in members[:MOST_SITES]],
        has_more_sites=len(members) > MOST_SITES,
        entries=_entries(membership, page or ""),
    )


def _last_open(
    request: HttpRequest, account: Account, members: list[Member]
) -> SiteMembership | None:
    """The site that was open last, if it is still theirs, else their first."""
    last = request.COOKIES.get(LAST_SITE, "")
    found = next((member for member in members if str(member.site_id) == last), None)
    member = found or next(iter(members), None)
    return SiteMembership(account, member.site, member) if member else None


def _entries(membership: SiteMembership | None, page: str) -> list[Entry]:
    current = section_of(page)
    return [
        Entry(
            section=section,
            url=_address(section, membership),
            is_current=section is current,
            badge=section.badge(membership) if section.badge and membership else 0,
        )
        for section in SECTIONS
        if _is_open_to(section, membership)
    ]


def _is_open_to(section: Section, membership: SiteMembership | None) -> bool:
    if membership is None:
        return not section.of_site
    return section.action is None or may(membership.member.role, section.action)


def _address(section: Section, membership: SiteMembership | None) -> str:
    of_site = [membership.site.pk] if section.of_site and membership else []
    return reverse(f"dashboard:{section.url}", args=of_site)
