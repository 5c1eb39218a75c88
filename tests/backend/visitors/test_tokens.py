"""A token says who somebody is on one site; nothing but its very bytes does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.signing import TimestampSigner

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token, read_old_token, read_token

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def test_it_says_who_and_which_version(visitor: Visitor) -> None:
    claims = read_token(make_token(visitor), visitor.site_id)
    assert (claims.visitor, claims.version, claims.is_expired) == (visitor.public_id, 1, False)


def test_each_byte_counts(visitor: Visitor) -> None:
    token = make_token(visitor)
    for place in range(len(token)):
        for other in {chr(ord(token[place]) ^ 1), "A", "."} - {token[place]}:
            with pytest.raises(InvalidToken):
                read_old_token(token[:place] + other + token[place + 1 :], visitor.site_id)


def test_its_length_counts(visitor: Visitor) -> None:
    token = make_token(visitor)
    for other in (token[:-1], token[1:], token + "A", token + "=", " " + token, token + "\n"):
        with pytest.raises(InvalidToken):
            read_old_token(other, visitor.site_id)


def test_it_is_nobody_on_another_site(visitor: Visitor, other_site: Site) -> None:
    with pytest.raises(InvalidToken):
        read_token(make_token(visitor), other_site.pk)


def test_it_expires_after_thirty_days(visitor: Visitor) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = make_token(visitor)
        clock.shift(timedelta(days=30))
        assert read_token(token, visitor.site_id).visitor == visitor.public_id
        clock.shift(timedelta(seconds=1))
        with pytest.raises(TokenExpired):
            read_token(token, visitor.site_id)
        assert read_old_token(token, visitor.site_id).is_expired


def test_an_expired_token_of_another_site_is_invalid(visitor: Visitor, other_site: Site) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = make_token(visitor)
        clock.shift(timedelta(days=31))
        with pytest.raises(InvalidToken):
            read_token(token, other_site.pk)


def test_a_signature_for_another_purpose_does_not_pass(visitor: Visitor) -> None:
    value = f"t1.{visitor.site_id}.{visitor.public_id}.1"
    signer = TimestampSigner(salt="another purpose", sep=".")
    with pytest.raises(InvalidToken):
        read_token(signer.sign(value), visitor.site_id)


@pytest.mark.parametrize(
    "value",
    ["t1.1.v_x", "t2.1.v_x.1", "t1.1.m_x.1", "t1.x.v_x.1", "t1.1.v_x.1.1", "t1.1.v_é.1", ""],
)
def test_a_genuine_signature_under_something_else_does_not_pass(value: str) -> None:
    signer = TimestampSigner(salt="inglenook.visitors.token", sep=".")
    with pytest.raises(InvalidToken):
        read_token(signer.sign(value), 1)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "garbage",
        "....",
        "null",
        "a" * 201,
        "a" * 100_000,
        "\x00",
        "\ud800",
        "t1.1.v_x.1",
        "é",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ2X3gifQ.",
    ],
)
def test_garbage_is_refused_without_a_crash(token: str) -> None:
    with pytest.raises(InvalidToken):
        read_old_token(token, 1)


def test_a_rotated_secret_still_reads_old_tokens(visitor: Visitor) -> None:
    signer = TimestampSigner(key="the former key", salt="inglenook.visitors.token", sep=".")
    token = signer.sign(f"t1.{visitor.site_id}.{visitor.public_id}.1")
    with pytest.raises(InvalidToken):
        read_token(token, visitor.site_id)
    newer = TimestampSigner(
        key="the new key",
        fallback_keys=["the former key"],
        salt="inglenook.visitors.token",
        sep=".",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inglenook.visitors.tokens._signer", newer)
        assert read_token(token, visitor.site_id).visitor == visitor.public_id
