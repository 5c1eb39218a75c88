"""The secret of a site by which its server signs who a visitor is: made at first use, rotated.

A rotated secret holds until its end, so that a site's servers can be changed without haste.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import IdentitySecret, Site
from inglenook.sites.roles import Action, require_actor


def identity_secret_of(*, site: Site, by: Actor = SYSTEM) -> str:
    """The secret to sign with now. The first call makes it. Who reads it is on record."""
    require_actor(by, site.pk, Action.READ_IDENTITY_SECRET)
    with transaction.atomic():
        # Two first calls at once: the row of the site is the turnstile.
        Site.objects.select_for_update().get(pk=site.pk)
        newest = _holding(site).filter(expires_at__isnull=True).order_by("-pk").first()
        _record(site, by, "read" if newest else "create")
        return (newest or IdentitySecret.objects.create(site=site)).secret


def rotate_identity_secret(*, site: Site, overlap: timedelta, by: Actor = SYSTEM) -> str:
    """A new secret; the present ones hold for `overlap` longer, or less if they end sooner."""
    require_actor(by, site.pk, Action.READ_IDENTITY_SECRET)
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site.pk)
        now = timezone.now()
        IdentitySecret.objects.filter(site=site, expires_at__lte=now).delete()
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now + overlap)
        IdentitySecret.objects.filter(lasting, site=site).update(expires_at=now + overlap)
        _record(site, by, "rotate", after={"others_end_at": (now + overlap).isoformat()})
        return IdentitySecret.objects.create(site=site).secret


def identity_secrets_that_hold(site: Site) -> list[str]:
    """What a signature may be made with now, the newest first."""
    return list(_holding(site).order_by("-pk").values_list("secret", flat=True))


def _record(site: Site, by: Actor, verb: str, after: dict[str, str] | None = None) -> None:
    """Without the secret."""
    action = f"identity_secret.{verb}"
    target = ("site", str(site.pk))
    audit.record(site_id=site.pk, by=by, action=action, target=target, after=after)


def _holding(site: Site) -> QuerySet[IdentitySecret]:
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return IdentitySecret.objects.filter(lasting, site=site)
