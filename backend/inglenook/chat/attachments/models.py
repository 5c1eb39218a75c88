"""What is known of the files of messages. Their bytes are in a store (`files/storage.py`)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from inglenook.protocol.ids import ATTACHMENT_PREFIX, ATTACHMENT_RANDOM_CHARS
from inglenook.sites.models import Site, random_word


def new_attachment_id() -> str:
    return ATTACHMENT_PREFIX + random_word(ATTACHMENT_RANDOM_CHARS)


class Attachment(models.Model):
    """One file that somebody sent to a room.

    `stored_at` None: its bytes are on their way. `used_at` None: no message has it yet; then either
    `seq` names the message, or `held` the row of what only its author sees.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_attachment_id)
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="attachments", db_index=False
    )
    # By name: the models of rooms import nothing of here, and nothing here imports them.
    room = models.ForeignKey(
        "chat.Room", on_delete=models.CASCADE, related_name="attachments", db_index=False
    )
    author_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    alt = models.CharField(max_length=500, blank=True)
    # What is served, and what came: rooms say which of the latter they take.
    media_type = models.CharField(max_length=100)
    came_as = models.CharField(max_length=100)
    # Of what is served first; `kept_bytes` counts every width.
    bytes = models.BigIntegerField(default=0)
    kept_bytes = models.BigIntegerField(default=0)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    # Of a picture, the widths in which it is kept, the largest first.
    widths = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    seq = models.BigIntegerField(null=True)
    held = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["room", "seq"], name="file_of_message"),
            models.Index(fields=["site", "author_id"], name="file_of_author"),
            models.Index(
                fields=["created_at"],
                name="file_unused",
                condition=models.Q(used_at__isnull=True),
            ),
            models.Index(fields=["held"], name="file_held", condition=models.Q(held__isnull=False)),
        )

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_picture(self) -> bool:
        return bool(self.widths)

    @property
    def stored_names(self) -> list[str]:
        """Where its bytes are, the first served first."""
        folder = f"{self.site_id}/{self.public_id[2:4]}/{self.public_id}"
        if self.is_picture:
            return [f"{folder}-{width}.webp" for width in self.widths]
        return [folder]

    @property
    def facts(self) -> dict[str, Any]:
        """As the rows of messages keep it; `wire` makes the frame of it."""
        found: dict[str, Any] = {
            "id": self.public_id,
            "name": self.name,
            "alt": self.alt,
            "media_type": self.media_type,
            "bytes": self.bytes,
        }
        if self.width is not None:
            found |= {"width": self.width, "height": self.height}
        return found


class RemovedFile(models.Model):
    """The name of bytes that have to go. A worker removes them, also after a crash."""

    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
