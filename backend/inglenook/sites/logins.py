"""Logins that hold: a session that is stored, not over, and signed for what the account is now.

Signing out deletes the session, another password makes another hash, and an account can be switched
off. A request finds that out by itself; what stays open for long asks here again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from inglenook.sites.models import Account, Member
from inglenook.sites.services import bump_access_version


def accounts_of_logins(session_keys: Collection[str]) -> dict[str, Account]:
    """Whose login each session is; those that do not hold any more are left out.

    Two queries at most.
    """
    if not session_keys:
        return {}
    rows = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    found = {row.session_key: row.get_decoded() for row in rows}
    ids = {key: _account_id(data) for key, data in found.items()}
    accounts = {
        account.pk: account
        for account in Account.objects.filter(pk__in=set(ids.values()), is_active=True)
    }
    return {
        key: account
        for key, data in found.items()
        if (account := accounts.get(ids[key])) and _is_signed_for(account, data)
    }


def digest_of_login(session_key: str) -> str:
    """What a table keeps of a login instead of its key: SHA-256 in hexadecimal."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def login_by_digest(account_id: int, digest: str) -> str | None:
    """The key of the account's session that has this digest; None where no session has."""
    keys = UserSession.objects.filter(user_id=account_id).values_list("session_key", flat=True)
    return next((key for key in keys if digest_of_login(key) == digest), None)


def _is_signed_for(account: Account, data: dict[str, Any]) -> bool:
    signed = str(data.get(HASH_SESSION_KEY, ""))
    return constant_time_compare(signed, account.get_session_auth_hash())


def _account_id(data: dict[str, Any]) -> int:
    """0, which no account has, for a session that nobody is signed in by."""
    found = str(data.get(SESSION_KEY, ""))
    return int(found) if BACKEND_SESSION_KEY in data and found.isdecimal() else 0


# The check of live sockets would find out in time by itself; these let it look at once.


@receiver(post_delete, sender=Session, dispatch_uid="inglenook.sites.logins.session")
def _session_ended(instance: Session, **_: object) -> None:
    _bump_sites_of(_account_id(instance.get_decoded()))


@receiver(post_save, sender=Account, dispatch_uid="inglenook.sites.logins.account")
def _account_changed(instance: Account, created: bool, update_fields: Any, **_: object) -> None:
    if not created and set(update_fields or ()) != {"last_login"}:
        _bump_sites_of(instance.pk)


def _bump_sites_of(account_id: int) -> None:
    if account_id:
        own = Member.objects.filter(account_id=account_id).order_by("site_id")
        for site_id in own.values_list("site_id", flat=True):
            bump_access_version(site_id)
