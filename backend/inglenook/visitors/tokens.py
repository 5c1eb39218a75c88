"""A visitor's token: who they are on one site, signed by us.

`t1.<site>.<visitor>.<version>.<time>.<signature>` holds no secret and grants nothing beyond being
that visitor. It is never stored: raising `Visitor.token_version` kills all that were given out. The
key is Django's SECRET_KEY under a salt of its own (SECRET_KEY_FALLBACKS are read too, so the key
can be rotated), and the signature is compared as text, so that no other spelling of the same bytes
passes.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from msgspec import Struct

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.visitors.models import Visitor

# Longer than any we make: what is longer is not worth a signature.
MAX_TOKEN_CHARS = 200
_CLAIMS = re.compile(r"t1\.([0-9]{1,19})\.(v_[A-Za-z0-9]{1,38})\.([0-9]{1,10})", re.ASCII)
_signer = TimestampSigner(salt="inglenook.visitors.token", sep=".")


class TokenClaims(Struct, frozen=True):
    """What a genuine token says. `visitor` is the public id."""

    visitor: str
    version: int
    is_expired: bool = False


def make_token(visitor: Visitor) -> str:
    return _signer.sign(f"t1.{visitor.site_id}.{visitor.public_id}.{visitor.token_version}")


def token_seconds() -> int:
    """How long a token works; each session gives a new one."""
    return int(settings.LIMITS.token_days) * 86_400


def read_token(token: str, site_id: int) -> TokenClaims:
    """The claims of a token of this site.

    Raises InvalidToken, or TokenExpired for a genuine one that is too old.
    """
    claims = read_old_token(token, site_id)
    if claims.is_expired:
        raise TokenExpired
    return claims


def read_old_token(token: str, site_id: int) -> TokenClaims:
    """As `read_token`, for a caller to whom an expired token still says who it was."""
    # Django's signer encodes the text before it compares: a lone surrogate must not get that far.
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise InvalidToken
    is_expired = False
    try:
        value = _signer.unsign(token, max_age=timedelta(seconds=token_seconds()))
    except SignatureExpired:
        is_expired = True
        value = _signer.unsign(token)
    except BadSignature:
        raise InvalidToken from None
    found = _CLAIMS.fullmatch(value)
    if found is None or int(found[1]) != site_id:
        raise InvalidToken
    return TokenClaims(visitor=found[2], version=int(found[3]), is_expired=is_expired)
