"""The code of the console: for the first account, once, for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inglenook.protocol.errors import Conflict, Invalid
from inglenook.sites import set_up
from inglenook.sites.models import Account, SetUpCode

PASSWORD = "a hearth with two chairs"


def make(code: str, email: str = "olive@shop.example") -> Account:
    return set_up.make_first_owner(code=code, email=email, password=PASSWORD, name="Olive")


def test_a_code_makes_the_first_account_and_is_spent(db: None) -> None:
    assert set_up.needs_owner()
    code = set_up.new_code()
    account = make(code)
    assert account.check_password(PASSWORD)
    assert not set_up.needs_owner()
    assert not SetUpCode.objects.exists()
    with pytest.raises(Conflict):
        make(code, "sly@evil.example")
    assert Account.objects.get() == account


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", " "), " {} ".format])
def test_a_code_may_be_written_as_people_write(db: None, write: object) -> None:
    assert callable(write)
    assert make(write(set_up.new_code()))


def test_the_database_does_not_hold_the_code(db: None) -> None:
    code = set_up.new_code()
    kept = str(SetUpCode.objects.values().get())
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_code_is_over_after_an_hour(db: None) -> None:
    code = set_up.new_code()
    with time_machine.travel(timezone.now() + timedelta(seconds=set_up.CODE_SECONDS + 1)):
        with pytest.raises(Invalid) as refused:
            make(code)
        assert refused.value.field == "code"
        set_up.new_code()
        assert SetUpCode.objects.count() == 1  # the one that is over is gone


@pytest.mark.parametrize("code", ["", "-", "K7QF-9M2T-XW4R", "é" * 40, "\0", "0" * 12])
def test_another_code_makes_nothing(db: None, code: str) -> None:
    set_up.new_code()
    with pytest.raises(Invalid):
        make(code)
    assert not Account.objects.exists()


def test_each_process_prints_a_code_and_any_of_them_works(db: None) -> None:
    first, second = set_up.new_code(), set_up.new_code()
    assert first != second
    make(first)
    assert not SetUpCode.objects.exists()


def test_a_refused_account_leaves_the_code_good(db: None) -> None:
    code = set_up.new_code()
    with pytest.raises(Invalid) as refused:
        set_up.make_first_owner(code=code, email="olive@shop.example", password="short")
    assert refused.value.field == "password"
    assert make(code)
