"""A login link signs one account in, once, within a day."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth.models import update_last_login

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites import services
from inglenook.sites.models import Account

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000


def test_it_finds_its_account(owner: Account, stranger: Account) -> None:
    token = services.make_login_token(owner)
    assert services.account_for_login_token(token) == owner
    assert services.account_for_login_token(services.make_login_token(stranger)) == stranger


def test_looking_does_not_use_it_up_and_signing_in_does(owner: Account) -> None:
    token = services.make_login_token(owner)
    assert services.account_for_login_token(token) == services.account_for_login_token(token)
    update_last_login(None, owner)  # type: ignore[arg-type]  # what signing in does
    with pytest.raises(InvalidToken, match="used already"):
        services.account_for_login_token(token)


def test_it_lasts_a_day(owner: Account) -> None:
    with time_machine.travel(NOON, tick=False):
        token = services.make_login_token(owner)
    with time_machine.travel(NOON + 24 * 3600 - 1, tick=False):
        assert services.account_for_login_token(token) == owner
    with time_machine.travel(NOON + 24 * 3600 + 1, tick=False), pytest.raises(TokenExpired):
        services.account_for_login_token(token)


def test_a_new_password_or_address_or_a_closed_account_ends_it(owner: Account) -> None:
    token = services.make_login_token(owner)
    owner.set_password("correct horse battery")
    owner.save()
    with pytest.raises(InvalidToken):
        services.account_for_login_token(token)
    token = services.make_login_token(owner)
    Account.objects.filter(pk=owner.pk).update(email="new@shop.example")
    with pytest.raises(InvalidToken):
        services.account_for_login_token(token)
    token = services.make_login_token(Account.objects.get(pk=owner.pk))
    Account.objects.update(is_active=False)
    with pytest.raises(InvalidToken):
        services.account_for_login_token(token)


def test_no_other_character_anywhere_in_it_passes(owner: Account) -> None:
    token = services.make_login_token(owner)
    for place, character in enumerate(token):
        forged = token[:place] + ("1" if character != "1" else "2") + token[place + 1 :]
        with pytest.raises((InvalidToken, TokenExpired)):
            services.account_for_login_token(forged)


def test_nothing_may_stand_beside_it(owner: Account) -> None:
    token = services.make_login_token(owner)
    for beside in (f"{token}=", f"{token}\n", f" {token}", f"{token[:9]}!{token[9:]}", token[:-1]):
        with pytest.raises(InvalidToken):
            services.account_for_login_token(beside)


def test_an_expired_one_that_was_used_counts_as_used(owner: Account) -> None:
    with time_machine.travel(NOON, tick=False):
        token = services.make_login_token(owner)
        update_last_login(None, owner)  # type: ignore[arg-type]  # what signing in does
    with time_machine.travel(NOON + 25 * 3600, tick=False), pytest.raises(InvalidToken):
        services.account_for_login_token(token)


@pytest.mark.parametrize(
    "token",
    [
        "A" * 40,
        "_" * 40,
        "é" * 40,
        "",
        "-",
        "--",
        "a-b-c-d",
        "1-1-",
        "é-1-1",
        "zzzzzzzzzzzzz-1-x",
        "!-!-!",
    ],
)
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        services.account_for_login_token(token)
