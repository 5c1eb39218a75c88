"""One-time login links: `<BASE_URL>/login/<token>/`, for accounts without a password and for the first sign-in.

A token is signed over what signing in changes (the time of the last login), so using it once spends it.
"""

from __future__ import annotations

import time
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites.models import Account

LINK_SECONDS: Final = 24 * 60 * 60
_SPENT = "This login link is not valid, or it was used already."


def make_login_token(account: Account) -> str:
    """A token that signs `account` in once, within 24 hours."""
    made_at = int(time.time())
    return f"{int_to_base36(account.pk)}-{int_to_base36(made_at)}-{_signature(account, made_at)}"


def account_for_login_token(token: str) -> Account:
    """The account that the token signs in. Raises InvalidToken (also when it was used) and TokenExpired; changes nothing."""
    account, made_at, signature = _read(token)
    if account is None or not constant_time_compare(signature, _signature(account, made_at)):
        raise InvalidToken(_SPENT)
    if time.time() - made_at > LINK_SECONDS:
        raise TokenExpired("This login link has expired.")
    return account


def _read(token: str) -> tuple[Account | None, int, str]:
    parts = token.split("-")
    if len(parts) != 3 or not token.isascii():
        return None, 0, ""
    try:
        pk, made_at = base36_to_int(parts[0]), base36_to_int(parts[1])
    except ValueError:
        return None, 0, ""
    # More does not fit into a column of the database, which would answer with an error.
    if not 0 <= pk < 2**62:
        return None, 0, ""
    return Account.objects.filter(pk=pk, is_active=True).first(), made_at, parts[2]


def _signature(account: Account, made_at: int) -> str:
    last_login = account.last_login.isoformat() if account.last_login else ""
    state = f"{account.pk}|{account.email}|{account.password}|{last_login}|{made_at}"
    return salted_hmac("inglenook.sites.login_links", state, algorithm="sha256").hexdigest()[:40]
