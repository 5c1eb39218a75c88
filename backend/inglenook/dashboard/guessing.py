"""How often a password may be guessed: guessing is slow, and nobody can lock an owner out by it.

    a browser in which this account was signed in before   (account, browser)
    any other                      (account, address), the address, the account as a whole

A browser is known by a signed cookie, which signing in sets. An account that many addresses attack
gets slow for browsers that it does not know, and for those alone. A right password costs nothing.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from inglenook.limits import policy
from inglenook.limits.rate_limit import Take, TooFast
from inglenook.limits.rate_limiter import give_back, take_all

COOKIE: Final = "inglenook_browser"
COOKIE_SECONDS: Final = 180 * 24 * 60 * 60
MOST_ACCOUNTS: Final = 10
_SALT: Final = "inglenook.dashboard.guessing"


class Guess:
    """One try to sign in, counted from the start.

    Many at once are not more than one after the other.
    """

    def __init__(self, request: HttpRequest, email: str, address: str) -> None:
        account = _named(email)
        browser, known = _read(request)
        if account in known:
            self._takes: tuple[Take, ...] = (
                policy.of_guesses_by_browser.of(f"{account} {browser}"),
            )
        else:
            self._takes = (
                policy.of_guesses_by_pair.of(f"{account} {address}"),
                policy.of_guesses_by_address.of(address),
                policy.of_guesses_by_account.of(account),
            )

    def refused(self) -> TooFast | None:
        return take_all(*self._takes)

    def was_right(self) -> None:
        give_back(*self._takes)


def remember_browser(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """This browser is where the account was signed in."""
    browser, known = _read(request)
    account = _named(email)
    names = [account, *[name for name in known if name != account]][:MOST_ACCOUNTS]
    response.set_signed_cookie(
        COOKIE,
        ".".join([browser or secrets.token_hex(8), *names]),
        salt=_SALT,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """The browser's own word, and the accounts that were signed in here."""
    value = request.get_signed_cookie(COOKIE, "", salt=_SALT, max_age=COOKIE_SECONDS)
    browser, *accounts = str(value).split(".")
    return browser, accounts


def _named(email: str) -> str:
    """One name however the address is written; cookies and counts hold no addresses."""
    written = unicodedata.normalize("NFKC", email.strip()).casefold()
    return salted_hmac(_SALT, written).hexdigest()[:24]
