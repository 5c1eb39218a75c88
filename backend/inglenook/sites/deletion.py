"""Deleting a site: hidden and refusing at once, gone for good after seven days, till then undone.

delete_site ─> deleted_at; every socket and request is refused, no page and no key finds it
restore_site ─> as it was
sites_to_remove ─> those whose seven days are over: a job removes them (`jobs/site_removal.py`)
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from inglenook.protocol.errors import NotFound
from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version

KEPT_DAYS: Final = 7


def delete_site(*, site: Site, by: Actor) -> Site:
    """Hides a site. Again changes nothing. Raises Forbidden."""
    require_actor(by, site.pk, Action.DELETE_SITE)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        if site.deleted_at is None:
            site.deleted_at = timezone.now()
            _store(site, by, "site.delete")
    return site


def restore_site(*, site_id: int, by: Actor) -> Site:
    """Brings a deleted site back. Raises Forbidden; NotFound where there is none to bring back."""
    require_actor(by, site_id, Action.DELETE_SITE)
    with transaction.atomic():
        site = Site.objects.select_for_update().filter(pk=site_id).first()
        if site is None or site.deleted_at is None:
            raise NotFound("There is no such site.")
        site.deleted_at = None
        _store(site, by, "site.restore")
    return site


def deleted_sites_of(account: Account) -> list[Member]:
    """The account's memberships as an owner of sites that were deleted and can come back."""
    own = Member.objects.filter(
        account=account, state=Member.State.ACTIVE, role=Member.Role.OWNER
    ).exclude(site__deleted_at=None)
    return list(own.select_related("site").order_by("-site__deleted_at", "pk"))


def sites_to_remove() -> QuerySet[Site]:
    return Site.objects.filter(deleted_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


def _store(site: Site, by: Actor, action: str) -> None:
    site.save(update_fields=["deleted_at"])
    audit.record(site_id=site.pk, by=by, action=action, target=("site", str(site.pk)))
    bump_access_version(site.pk)
