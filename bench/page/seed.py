"""Fills a room of the installation that the environment names:
`python -m bench.page.seed ROOM COUNT`.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import timedelta

WORDS = (
    "the",
    "kettle",
    "is",
    "on",
    "and",
    "somebody",
    "asks",
    "whether",
    "the",
    "shop",
    "has",
    "a",
    "lamp",
    "in",
    "green",
)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "inglenook.config.settings"
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from inglenook.chat.models import Message, Room

    slug, count = sys.argv[1], int(sys.argv[2])
    dice = random.Random(1)  # the same words each time
    begin = timezone.now() - timedelta(seconds=20 * count)
    with transaction.atomic():
        room = Room.objects.select_for_update().get(slug=slug)
        Message.objects.bulk_create(
            [
                Message(
                    room=room,
                    seq=room.head + n,
                    rev=room.head + n,
                    cid=f"seed-{n}",
                    at=begin + timedelta(seconds=20 * n),
                    author_id=f"v_{dice.randrange(40)}",
                    author_name=f"Visitor {dice.randrange(40)}",
                    body=" ".join(dice.choices(WORDS, k=dice.randrange(1, 40))),
                )
                for n in range(1, count + 1)
            ],
            batch_size=500,
        )
        room.head += count
        room.save(update_fields=["head"])


if __name__ == "__main__":
    main()
