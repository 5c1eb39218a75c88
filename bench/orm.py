"""Messages stored one by one by Django's ORM, as most chats on Django do it.
Runs inside the product's settings.

UPDATE … SET head = head + 1, read it, INSERT: one transaction a message, in the one thread of
database_sync_to_async.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from bench.figures import percentile
from bench.machine import SERVER_CORE, pin
from bench.wire import body

WARM_SHARE = 0.25


def run(senders: int, seconds: float) -> None:
    pin([os.getpid()], SERVER_CORE)
    print(json.dumps(asyncio.run(_run(senders, seconds))))
    sys.stdout.flush()


async def _run(senders: int, seconds: float) -> dict[str, float]:
    from channels.db import database_sync_to_async

    from inglenook.chat.models import Room

    rooms = await database_sync_to_async(lambda: list(Room.objects.values_list("pk", flat=True)))()
    delays: list[float] = []
    began = time.perf_counter() + seconds * WARM_SHARE
    post = database_sync_to_async(_post)

    async def sender(index: int) -> None:
        number = 0
        while (started := time.perf_counter()) < began + seconds:
            await post(rooms[index % len(rooms)], index, number)
            number += 1
            if started >= began:
                delays.append(time.perf_counter() - started)

    await asyncio.gather(*(sender(index) for index in range(senders)))
    delays.sort()
    return {
        "acked": len(delays),
        "acks_per_s": len(delays) / seconds,
        "p50_ms": percentile(delays, 0.5) * 1000,
        "p99_ms": percentile(delays, 0.99) * 1000,
    }


def _post(room: int, sender: int, number: int) -> None:
    from django.db import transaction
    from django.db.models import F
    from django.utils import timezone

    from inglenook.chat.models import Message, Room

    with transaction.atomic():
        Room.objects.filter(pk=room).update(head=F("head") + 1)
        head = Room.objects.get(pk=room).head
        Message.objects.create(
            room_id=room,
            seq=head,
            rev=head,
            cid=f"orm-{sender}-{number}-{head}",
            at=timezone.now(),
            author_id=f"v_{sender}",
            author_name="Amber Otter",
            body=body(number),
        )
