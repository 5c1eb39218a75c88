"""A filled database of before comes through, and goes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from inglenook.visitors.models import PageLogin
from tests.testkit.migrations import migrate_to, migrate_to_newest

BEFORE = ("visitors", "0005_what_visitors_say")
KEY = "k" * 32

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate_to(BEFORE)
    migrate_to_newest()


def test_the_key_of_a_login_becomes_its_digest(before: Any) -> None:
    site = before.get_model("sites", "Site").objects.create(name="Shop")
    account = before.get_model("sites", "Account").objects.create(email="a@shop.example")
    member = before.get_model("sites", "Member").objects.create(site=site, account=account)
    before.get_model("visitors", "PageLogin").objects.create(
        member=member, origin="https://shop.example", login=KEY, expires_at=timezone.now()
    )
    migrate_to_newest()
    assert PageLogin.objects.get().login_digest == hashlib.sha256(KEY.encode()).hexdigest()
    # No key comes back from it.
    again = migrate_to(BEFORE).get_model("visitors", "PageLogin")
    assert not again.objects.exists()
