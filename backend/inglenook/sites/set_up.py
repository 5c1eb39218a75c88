"""The first account of an installation, made by a code that the server prints when it starts.

    inglenook serve ─> new_code, printed ─> the set-up page ─> make_first_owner

A code is good for an hour and once, and only while there is no account. Each process that starts
prints one of its own, and all of them are in the database, so any process takes any of them. What
is stored is a digest.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from inglenook.protocol.errors import Conflict, Invalid
from inglenook.sites.models import Account, SetUpCode
from inglenook.sites.services import create_account

CODE_SECONDS: Final = 60 * 60
# Letters and digits that nobody takes for another: 12 of them are 58 bits.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS: Final = 3
_GROUP_CHARS: Final = 4


class _Memory:
    """That there is an account is remembered: accounts come, and the last one never goes."""

    has_account = False


def needs_owner() -> bool:
    """Whether nobody owns this installation yet. It asks the database until somebody does."""
    if not _Memory.has_account:
        _Memory.has_account = Account.objects.exists()
    return not _Memory.has_account


def forget_owner() -> None:
    """For tests, whose accounts do go."""
    _Memory.has_account = False


def new_code() -> str:
    """A code to print, such as `K7QF-9M2T-XW4R`; those that are over are removed."""
    groups = (
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARS)) for _ in range(_GROUPS)
    )
    code = "-".join(groups)
    now = timezone.now()
    SetUpCode.objects.filter(expires_at__lte=now).delete()
    SetUpCode.objects.create(digest=_digest(code), expires_at=now + timedelta(seconds=CODE_SECONDS))
    return code


def make_first_owner(*, code: str, email: str, password: str, name: str = "") -> Account:
    """Makes the first account and spends every code.

    Raises Invalid (field code, email, password or name), and Conflict where there is an account.
    """
    with transaction.atomic():
        # Two presses at once: the second waits for these rows, and then finds none.
        kept = list(SetUpCode.objects.select_for_update().order_by("pk"))
        if Account.objects.exists():
            raise Conflict("This installation has an owner already.")
        if not _is_good(code, kept):
            raise Invalid(
                "This code is not the one on the console, or it is older than an hour.",
                field="code",
            )
        account = create_account(email=email, password=password, name=name)
        SetUpCode.objects.all().delete()
    return account


def _is_good(code: str, kept: list[SetUpCode]) -> bool:
    """Every row is compared, so that the time tells nothing of which fits."""
    digest, now = _digest(code), timezone.now()
    fits = [constant_time_compare(row.digest, digest) and row.expires_at > now for row in kept]
    return any(fits)


def _digest(code: str) -> str:
    """However it is written: small letters, blanks and no hyphens are the same code."""
    plain = "".join(char for char in code.upper() if char in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()
