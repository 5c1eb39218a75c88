"""No gap, no inversion, no duplicate, whoever writes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inglenook.chat.models import Message, Room
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

WRITERS = 8
EACH = 25


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_no_gap_and_duplicates_burn_no_number(
    room: Room, amber: Participant, teal: Participant
) -> None:
    def write(writer: int) -> list[tuple[str, int]]:
        try:
            found = []
            for number in range(EACH):
                mine = Room.objects.get(pk=room.pk)
                # Two writers share every cid: half of all sends are duplicates of another writer's.
                cid = f"shared-{writer // 2}-{number:04}"
                ack = say(mine, amber, f"{writer} {number}", cid=cid)
                assert ack.seq is not None
                found.append((cid, ack.seq))
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [answer for part in pool.map(write, range(WRITERS)) for answer in part]
    stored = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", "cid"))
    expected = WRITERS // 2 * EACH
    assert [seq for seq, _ in stored] == list(range(1, expected + 1))
    assert Room.objects.get(pk=room.pk).head == expected
    assert {(cid, seq) for seq, cid in stored} == set(answers)
