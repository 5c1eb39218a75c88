"""When somebody last used the workspace, to some minutes: the team sees it.

Each process writes it once in FRESH_SECONDS for a person, so most pages write nothing.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from cachetools import TTLCache
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from inglenook.sites.models import AccountSeen

FRESH_SECONDS: Final = 300
MOST_PEOPLE: Final = 10_000

_lock = threading.Lock()
_fresh: TTLCache[int, bool] = TTLCache(MOST_PEOPLE, FRESH_SECONDS)


def note_seen(account_id: int) -> None:
    with _lock:
        if account_id in _fresh:
            return
        _fresh[account_id] = True
    _write(account_id)


def forget_seen() -> None:
    """For tests, whose accounts go and come back with the same numbers."""
    with _lock:
        _fresh.clear()


@receiver(user_logged_in, dispatch_uid="inglenook.sites.last_seen")
def _signed_in(user: Any, **_: object) -> None:
    with _lock:
        _fresh[user.pk] = True
    _write(user.pk)


def _write(account_id: int) -> None:
    AccountSeen.objects.bulk_create(
        [AccountSeen(account_id=account_id, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["at"],
    )
