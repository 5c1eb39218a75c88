"""Rooms and what stands in them.

The numbers (`head`, `rev`, `seq`, `epoch`) are those of docs/protocol.md,
"What a client does with numbers".
"""

from __future__ import annotations

from typing import cast

from django.db import models
from django.utils import timezone

from inglenook.protocol.frames import DeletedBy
from inglenook.sites.models import Site, random_word
from inglenook.visitors.models import Visitor


def new_epoch() -> str:
    return random_word(12)


class Room(models.Model):
    """Where messages are.

    `head` is its highest `rev`; `rev` is that of its own last change (name, topic, pins …).
    """

    class Kind(models.TextChoices):
        PUBLIC = "public"
        PAGE = "page"
        PRIVATE = "private"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rooms")
    slug = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PUBLIC)
    visitor = models.ForeignKey(
        Visitor, null=True, blank=True, on_delete=models.CASCADE, related_name="private_rooms"
    )
    head = models.BigIntegerField(default=0)
    rev = models.BigIntegerField(default=0)
    epoch = models.CharField(max_length=32, default=new_epoch)
    topic = models.CharField(max_length=300, blank=True)
    announcement = models.CharField(max_length=500, blank=True)
    slow_s = models.PositiveIntegerField(default=0)
    locked = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)
    pinned = models.JSONField(default=list, blank=True)
    first_seq = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "slug"], name="one_slug_a_site"),)

    def __str__(self) -> str:
        return self.slug


class Message(models.Model):
    """One message.

    `seq` is its place and never changes; `rev` is the room's number of its last change.
    """

    class Change(models.TextChoices):
        """What the last change was.

        A reaction's live frame carries what the row alone does not hold.
        """

        NEW = "n"
        EDIT = "e"
        DELETE = "d"
        REACTION = "r"

    # No index of its own here and below: the first constraint of each begins with the same column.
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    seq = models.BigIntegerField()
    rev = models.BigIntegerField()
    change = models.CharField(max_length=1, choices=Change.choices, default=Change.NEW)
    # The wire writes null for these four where there is none; DJ001 would have two ways of saying
    # so become one.
    cid = models.CharField(max_length=64, null=True)  # noqa: DJ001  the wire says null, not ""
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    author_id = models.CharField(max_length=40, null=True)  # noqa: DJ001  the wire says null, not ""
    author_name = models.CharField(max_length=40, blank=True)
    author_role = models.CharField(max_length=10, default="visitor")
    author_avatar = models.CharField(max_length=300, null=True)  # noqa: DJ001  the wire says null, not ""
    body = models.TextField(blank=True)
    entities = models.JSONField(default=list)
    reply_to = models.BigIntegerField(null=True)
    deleted = models.CharField(max_length=10, null=True)  # noqa: DJ001  the wire says null, not ""
    reactions = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_a_seq"),
            models.UniqueConstraint(fields=["room", "rev"], name="one_message_a_rev"),
            models.UniqueConstraint(fields=["room", "author_id", "cid"], name="one_message_a_cid"),
        )

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"

    @property
    def deleted_by(self) -> DeletedBy | None:
        """`deleted` in its type; `services.entomb` alone writes it."""
        return cast(DeletedBy | None, self.deleted)


class Reaction(models.Model):
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reaction_rows", db_index=False
    )
    author_id = models.CharField(max_length=40)
    emoji = models.CharField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "author_id", "emoji"], name="one_reaction_each"
            ),
        )

    def __str__(self) -> str:
        return self.emoji


class ReadMark(models.Model):
    """Up to which `rev` somebody has read a room; kept as a maximum."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="read_marks", db_index=False
    )
    reader_id = models.CharField(max_length=40)
    rev = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["room", "reader_id"], name="one_mark_each"),)

    def __str__(self) -> str:
        return f"{self.reader_id} {self.rev}"
