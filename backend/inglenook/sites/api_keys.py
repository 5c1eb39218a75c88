"""The API keys of a site: made, found by their secret, ended.

    create_api_key ─► the secret, once      the row keeps its SHA-256 and first 12 characters
    secret of a request ─► SHA-256 ─► api_key_for_secret ─► note_use, at most once a minute

A secret has 40 characters of 62, over 230 bits, so an unsalted fast hash cannot be reversed. The
index is searched for the hash: how long that takes tells nothing about a stored secret.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inglenook.protocol.errors import Invalid, NotFound, Quota
from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM, Actor, actor_columns
from inglenook.sites.models import ApiKey, Site, new_secret_key
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.scopes import checked_scopes
from inglenook.sites.services import clean_name

NAME_CHARS: Final = 80
MOST_KEYS: Final = 100
PREFIX_CHARS: Final = 12
# What says when a key was used last is written at most so often: a call is no write.
USE_NOTED_SECONDS: Final = 60
FIRST_KEY_NAME: Final = "First key"
# What the record says of a key: never its secret.
_SHOWN: Final = ("name", "scopes", "expires_at")
_ID = re.compile(r"k_[A-Za-z0-9]{20}", re.ASCII)
_SECRET = re.compile(r"sk_[A-Za-z0-9]{40}", re.ASCII)


def create_api_key(
    *,
    site: Site,
    name: str,
    scopes: Iterable[str],
    created_by: Actor,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Makes a key. Returns its row and its secret, which cannot be read again.

    Raises Invalid (field name, scopes or expires_at), Quota.
    """
    require_actor(created_by, site.pk, Action.CHANGE_API_KEYS)
    if ApiKey.objects.filter(site=site).count() >= MOST_KEYS:
        raise Quota(f"A site has {MOST_KEYS} API keys at most. End one that nobody uses.")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("A key must end in the future.", field="expires_at")
    secret = new_secret_key()
    name, scopes = clean_name(name, NAME_CHARS, "name"), checked_scopes(scopes)
    with transaction.atomic():
        key = ApiKey.objects.create(
            site=site,
            name=name,
            digest=digest_of(secret),
            prefix=secret[:PREFIX_CHARS],
            scopes=scopes,
            **actor_columns("created_by", created_by),
            expires_at=expires_at,
        )
        _record(key, created_by, "key.create", after=audit.facts(key, _SHOWN))
    return key, secret


def revoke_api_key(*, site: Site, key_id: str, by: Actor = SYSTEM) -> None:
    """Ends a key at once. Raises NotFound where this site has no such key."""
    require_actor(by, site.pk, Action.CHANGE_API_KEYS)
    with transaction.atomic():
        # PostgreSQL raises on text with a NUL.
        found = ApiKey.objects.filter(site=site, public_id=key_id if _ID.fullmatch(key_id) else "")
        key = found.select_for_update().first()
        if key is None:
            raise NotFound("This site has no such key.")
        _record(key, by, "key.delete", before=audit.facts(key, _SHOWN))
        key.delete()


def _record(key: ApiKey, by: Actor, action: str, **facts: Any) -> None:
    audit.record(site_id=key.site_id, by=by, action=action, target=("key", key.public_id), **facts)


def api_keys_of_site(site: Site) -> list[ApiKey]:
    """Every key, ended ones too; the newest first."""
    return list(ApiKey.objects.filter(site=site).order_by("-created_at", "-pk"))


def api_key_for_secret(secret: str) -> ApiKey | None:
    """The key of a secret. None where there is none, or where it has ended."""
    if not _SECRET.fullmatch(secret):
        return None
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    keys = ApiKey.objects.select_related("site")
    return keys.filter(lasting, digest=digest_of(secret), site__deleted_at=None).first()


def use_is_noted(key: ApiKey) -> bool:
    """Whether the row says already, to the minute, that the key is in use."""
    return key.last_used_at is not None and key.last_used_at > _noted_since(timezone.now())


def note_use(*, key: ApiKey) -> None:
    """Writes that the key was used now, unless another process has just written so."""
    now = timezone.now()
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=_noted_since(now))
    ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now


def _noted_since(now: datetime) -> datetime:
    return now - timedelta(seconds=USE_NOTED_SECONDS)


def digest_of(secret: str) -> str:
    """The SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
