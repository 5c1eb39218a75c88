"""Every form of a visitor's pages has a limit, whoever sends it.

Somebody known, or each time somebody new.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import get_resolver

from inglenook.chat.models import Message, Room
from inglenook.limits import policy

OFTEN = 150
FORMS = {
    "room": lambda n: ("", {"cid": str(uuid.uuid4()), "body": f"number {n}"}),
    "name": lambda n: ("name/", {"name": f"Robin {n}"}),
    "report": lambda _: ("report/1/", {"reason": "spam"}),
}
READ_ONLY = {"site", "news", "file", "own_copy"}
# It deletes who sends it, so nobody sends it twice: test_own_data.py has its limits.
ENDS_THE_SENDER = {"you"}


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    used = (
        policy.of_newcomers,
        policy.of_visitor,
        policy.of_address,
        policy.of_names,
        policy.of_reports,
    )
    for limit in used:
        limit.forget()
    yield
    for limit in used:
        limit.forget()


def test_every_form_is_walked_over() -> None:
    pages = get_resolver("inglenook.pages.urls").reverse_dict
    assert {name for name in pages if isinstance(name, str)} == set(
        FORMS
    ) | READ_ONLY | ENDS_THE_SENDER


@pytest.mark.any_database
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("visitor", ["the same", "a new one each time"])
def test_every_form_has_a_limit(site_key: str, room: Room, form: str, visitor: str) -> None:
    room.head = 1
    room.save()
    Message.objects.create(room=room, seq=1, rev=1, at=room.created_at, body="Buy now")
    known = Client()
    make: Callable[[], Client] = Client if visitor == "a new one each time" else lambda: known
    statuses = []
    for n in range(OFTEN):
        path, fields = FORMS[form](n)
        client = make()
        client.defaults["REMOTE_ADDR"] = "203.0.113.7"
        answer = client.post(f"/s/{site_key}/r/lobby/{path}", fields)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break
    assert statuses[-1] == 429
    assert set(statuses[:-1]) <= {302, 303}
    assert len(statuses) > 5
