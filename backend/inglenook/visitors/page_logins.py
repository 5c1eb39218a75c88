"""The team on the site's own pages: a code, good once, becomes a token that one origin may use.

    the workspace ─► make_code ─► fragment of the page's address ─► `session` ─► open_page_login
                                                                                       │ a token
    every other call, each `hello`, each check of live sockets ─► page_member_for_token

The token holds as long as the login that asked for the code, and 12 hours at most. Neither code nor
token nor login is stored, but digests of them, and neither code nor token says anything of that
login.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from msgspec import Struct

from inglenook.protocol.errors import Invalid, InvalidToken
from inglenook.sites import audit
from inglenook.sites.logins import accounts_of_logins, digest_of_login, login_by_digest
from inglenook.sites.models import Member, random_word
from inglenook.sites.origins import allows_origin, origin_of_url, parse_origin
from inglenook.sites.roles import Action, may, require
from inglenook.sites.selectors import site_by_id
from inglenook.sites.services import actor_of_member
from inglenook.visitors.models import PageLogin

# What the powers on a page begin with: whoever may not do this has none there.
NEEDS: Final = Action.DELETE_MESSAGES
CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 12 * 60 * 60
TOKEN_PREFIX: Final = "m1_"  # noqa: S105  how a token begins, no secret
TOKEN_CHARS: Final = 40
CODE_CHARS: Final = 32


class PageMember(Struct, frozen=True):
    """A member by the token of a page: the login that it hangs on, and when it ends anyway."""

    member: Member
    login: str
    until: datetime


def make_code(*, member: Member, origin: str, login: str) -> str:
    """A code that opens the chat on pages of `origin` as this member. `login`: key of a session.

    Raises Forbidden for a role that moderates nothing, and Invalid (field `origin`) where the chat
    may not stand.
    """
    require(member.role, NEEDS)
    page = parse_origin(origin)
    is_own = page == origin_of_url(settings.BASE_URL)
    if (
        page is None
        or is_own
        or not allows_origin(site_by_id(member.site_id).entries, page, own_origin=None)
    ):
        raise Invalid("The chat may not stand on this website.", field="origin")
    code = random_word(CODE_CHARS)
    with transaction.atomic():
        PageLogin.objects.filter(expires_at__lte=timezone.now()).delete()
        audit.record(
            site_id=member.site_id,
            by=actor_of_member(member),
            action="member.moderate_on_page",
            target=("member", member.public_id),
            after={"origin": str(page)},
        )
        PageLogin.objects.create(
            member=member,
            origin=str(page),
            login_digest=digest_of_login(login),
            code_digest=_digest(code),
            expires_at=timezone.now() + timedelta(seconds=CODE_SECONDS),
        )
    return code


def open_page_login(*, site_id: int, code: str, origin: str | None) -> tuple[PageMember, str]:
    """The member whose code it is, and a token. Whatever comes of it, the code is used.

    Raises Invalid, field `code`: used, late, of another site or origin, or its login has ended.
    """
    token = TOKEN_PREFIX + random_word(TOKEN_CHARS)
    until = timezone.now() + timedelta(seconds=TOKEN_SECONDS)
    rows = PageLogin.objects.filter(code_digest=_digest(code), member__site_id=site_id)
    found = rows.first()
    # Of two that come with the same code one changes the row.
    is_first = bool(found and rows.filter(pk=found.pk).update(code_digest=None))
    if (
        found is None
        or not is_first
        or found.origin != origin
        or found.expires_at <= timezone.now()
    ):
        raise _spent()
    try:
        member, login = _member_of(found)
    except InvalidToken:
        raise _spent() from None
    PageLogin.objects.filter(pk=found.pk).update(token_digest=_digest(token), expires_at=until)
    return PageMember(member, login, until), token


def is_page_token(token: str | None) -> bool:
    """Whether it has the form of a member's token, not of a visitor's."""
    return token is not None and token.startswith(TOKEN_PREFIX)


def page_member_for_token(*, site_id: int, token: str, origin: str | None) -> PageMember:
    """The member whose token it is. Raises InvalidToken, also on another origin's page."""
    rows = PageLogin.objects.filter(token_digest=_digest(token), member__site_id=site_id)
    found = rows.filter(expires_at__gt=timezone.now()).first()
    if found is None or found.origin != origin:
        raise InvalidToken
    return PageMember(*_member_of(found), found.expires_at)


def end_page_login(*, site_id: int, token: str) -> None:
    """The token works no more."""
    PageLogin.objects.filter(token_digest=_digest(token), member__site_id=site_id).delete()


def _member_of(found: PageLogin) -> tuple[Member, str]:
    """The member, and the key of the session that asked for the code.

    Raises InvalidToken where that login has ended, or the role moderates nothing any more.
    """
    rows = Member.objects.filter(pk=found.member_id, state=Member.State.ACTIVE)
    member = rows.select_related("account").first()
    login = login_by_digest(member.account_id, found.login_digest) if member else None
    if member is None or login is None or not may(member.role, NEEDS):
        raise InvalidToken("This login has ended.")
    if accounts_of_logins([login]).get(login) != member.account:
        raise InvalidToken("This login has ended.")
    return member, login


def _spent() -> Invalid:
    return Invalid("This code is not valid any more. Make another one.", field="code")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
