"""What is left to set up of a site, for those who may do it: a list that goes when it is done."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.dashboard.access import SiteMembership
from inglenook.sites.models import Member, OriginSighting
from inglenook.sites.roles import Action, may


class Step(Struct, frozen=True):
    label: Promise
    url: str
    is_done: bool


def steps_of(membership: SiteMembership) -> list[Step]:
    """Empty where the role may not set the site up. Steps whose page is not there are left out."""
    site, role = membership.site, membership.member.role
    if not may(role, Action.CHANGE_SITE):
        return []
    is_seen = OriginSighting.objects.filter(site=site, was_refused=False).exists()
    has_team = Member.objects.filter(site=site).exclude(pk=membership.member.pk).exists()
    steps = [
        _step(_("Put the chat on a page"), "site", membership, is_done=is_seen),
        _step(_("Choose a colour"), "look", membership, is_done=bool(site.theme.get("accent"))),
        _step(_("Invite somebody"), "team", membership, is_done=has_team),
        _step(_("Say when you are open"), "hours", membership, is_done=bool(site.opening_hours)),
    ]
    return [step for step in steps if step]


def _step(label: Promise, page: str, membership: SiteMembership, *, is_done: bool) -> Step | None:
    try:
        url = reverse(f"dashboard:{page}", args=[membership.site.pk])
    except NoReverseMatch:
        return None
    return Step(label, url, is_done)
