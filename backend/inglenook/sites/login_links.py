"""One-time login links: `<BASE_URL>/login/<token>/`.

They are for accounts without a password and for the first sign-in. django-sesame makes the tokens
and signs them over what signing in changes (the time of the last login), so using a token once
spends it. A new password or address of the account ends it, too.
"""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from sesame import tokens_v2

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites.models import Account

LINK_SECONDS: Final[int] = settings.SESAME_MAX_AGE
_SPENT = "This login link is not valid, or it was used already."
# 30 bytes (`SESAME_PACKER` and `SESAME_SIGNATURE_SIZE` in config/settings.py) in base64. The
# library would leave out other characters before it reads the token.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{40}")
_EVER: Final = 2**40


def make_login_token(account: Account) -> str:
    """A token that signs `account` in once, within 24 hours."""
    return str(tokens_v2.create_token(account))


def account_for_login_token(token: str) -> Account:
    """The account that the token signs in. It changes nothing.

    Raises InvalidToken, also when the token was used, and TokenExpired.
    """
    # The library gives the same None for both, so a token that is good for ever is asked for first.
    account = _account_for(token, _EVER) if _TOKEN.fullmatch(token) else None
    if account is None:
        raise InvalidToken(_SPENT)
    if _account_for(token, LINK_SECONDS) is None:
        raise TokenExpired("This login link has expired.")
    return account


def _account_for(token: str, max_age_seconds: int) -> Account | None:
    found: Account | None = tokens_v2.parse_token(token, _active_account, max_age=max_age_seconds)
    return found


def _active_account(pk: int) -> Account | None:
    return Account.objects.filter(pk=pk, is_active=True).first()
