"""Two moderators decide opposite things at once: one of them is first, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from inglenook.chat import held
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.protocol.errors import Conflict
from inglenook.sites.actors import Actor
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_of_two_opposite_decisions_stands_and_is_on_record(
    site: Site, room: Room, visitor: Visitor, number: int
) -> None:
    waiting = HeldMessage.objects.create(
        room=room, author_id=visitor.public_id, cid="00000001", body="Hello", reason="approval"
    )
    start = Barrier(2)

    def decide(act: Callable[..., Any]) -> str:
        by = Actor(kind="key", id=f"k_{act.__name__}", name="K")
        try:
            start.wait(10)
            act(site=site, held_id=waiting.pk, by=by)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return act.__name__

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(decide, (held.approve_held, held.reject_held)))
    assert found.count("conflict") == 1
    waiting.refresh_from_db()
    is_approved = "approve_held" in found
    assert waiting.state == ("approved" if is_approved else "rejected")
    assert Message.objects.filter(room=room).count() == int(is_approved)
    (entry,) = AuditEntry.objects.filter(site=site, target_kind="held")
    assert entry.action == ("held.approve" if is_approved else "held.reject")
    assert entry.actor_id == f"k_{found[0] if is_approved else found[1]}"
