"""Rights that end while messages are being stored: one of the two waits for the other.

    store     ─ holds the site's access until COMMIT, beside other stores ─> asks whether its access
                version is still the one that the messages were judged by
    withdraw  ─ waits for those, alone until COMMIT ─> a ban, its new access version

So no message is stored after the COMMIT of what refuses it, and a transaction that withdraws and
then deletes finds all that was stored before. On SQLite a transaction that writes is that lock.

Whoever takes rooms too takes this first, or two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

# A key is two numbers: 4713 stands for this lock, the second for the site. It has 32 bits; two
# sites that share one wait for each other in vain.
_KEYS: Final = 2**31
HOLD_ACCESS: Final = (
    "SELECT pg_advisory_xact_lock_shared(4713, site) FROM unnest(%s::integer[]) AS site"
)
_WITHDRAW: Final = "SELECT pg_advisory_xact_lock(4713, %s)"


def keys_of(site_ids: Iterable[int]) -> list[int]:
    """The parameter of HOLD_ACCESS: each site once, in the order in which everybody takes them."""
    return sorted({site_id % _KEYS for site_id in site_ids})


def hold_access(site_ids: Iterable[int]) -> None:
    """Until COMMIT nobody withdraws a right on these sites. Only what a later statement reads is
    sure to be in force. Inside a transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(HOLD_ACCESS, [keys_of(site_ids)])


def withdraw_access(site_id: int) -> None:
    """Waits for those who hold the site's access; until COMMIT nobody else does.

    Inside a transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_WITHDRAW, keys_of([site_id]))
