"""Rooms and what stands in them.

The numbers (`head`, `rev`, `seq`, `epoch`) are those of docs/protocol.md,
"What a client does with numbers".
"""

from __future__ import annotations

from typing import cast

from django.db import models
from django.utils import timezone

from inglenook.chat.attachments.models import Attachment, RemovedFile
from inglenook.protocol.frame_parts import DeletedBy
from inglenook.sites.actors import Actor, actor_of
from inglenook.sites.models import Archive, Site, random_word
from inglenook.visitors.models import Visitor

# Django looks for an app's models here.
__all__ = [
    "Attachment",
    "HeldMessage",
    "Message",
    "Reaction",
    "ReadMark",
    "RemovedFile",
    "Report",
    "ReportEntry",
    "Room",
    "Undo",
]


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

    class ReadOnlyFor(models.TextChoices):
        NOBODY = "nobody"
        NEW = "new"
        ANONYMOUS = "anonymous"
        VISITORS = "visitors"

    class Approval(models.TextChoices):
        NONE = "none"
        NEW = "new"
        ALL = "all"

    class Who(models.TextChoices):
        """From which trust on something may be done."""

        ALL = "all"
        KNOWN = "known"
        TRUSTED = "trusted"
        NONE = "none"

    class Files(models.TextChoices):
        NONE = "none"
        IMAGES = "images"
        LISTED = "listed"

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
    rules = models.TextField(blank=True, default="", db_default="")
    position = models.IntegerField(default=0, db_default=0)
    # The number of the last change of `position` among the site's rooms, and of each such change
    # its number and the position before it: a list that is being read keeps the order that it had.
    moved = models.BigIntegerField(default=0, db_default=0)
    moves = models.JSONField(default=list, db_default=[], blank=True)
    slow_s = models.PositiveIntegerField(default=0)
    locked = models.BooleanField(default=False)
    locked_until = models.DateTimeField(null=True, blank=True)
    # While the site is calm: until when, as the wire's `slow_s` counts it (`chat/calm.py`).
    calm_until = models.DateTimeField(null=True, blank=True)
    read_only_for = models.CharField(
        max_length=10, choices=ReadOnlyFor.choices, default="nobody", db_default="nobody"
    )
    approval = models.CharField(
        max_length=10, choices=Approval.choices, default="none", db_default="none"
    )
    links = models.CharField(max_length=10, choices=Who.choices, default="all", db_default="all")
    files = models.CharField(
        max_length=10, choices=Files.choices, default="none", db_default="none"
    )
    files_from = models.CharField(
        max_length=10, choices=Who.choices, default="known", db_default="known"
    )
    # Media types that `files="listed"` names; None for none.
    file_types = models.JSONField(null=True, blank=True)
    # None: as the site's.
    archive = models.CharField(  # noqa: DJ001  empty would be a third way of saying "none"
        max_length=10, choices=Archive.choices, null=True, blank=True
    )
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    # Of a page's room: the page.
    page_title = models.CharField(max_length=200, blank=True, default="", db_default="")
    page_url = models.TextField(blank=True, default="", db_default="")
    archived = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)
    pinned = models.JSONField(default=list, blank=True)
    first_seq = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "slug"], name="one_slug_a_site"),)
        indexes = (
            models.Index(
                fields=["locked_until"], name="room_lock_ends", condition=models.Q(locked=True)
            ),
            models.Index(
                fields=["calm_until"],
                name="room_calm_ends",
                condition=models.Q(calm_until__isnull=False),
            ),
        )

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
        RESTORE = "s"
        PREVIEW = "p"

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
    deleted_at = models.DateTimeField(null=True)
    # What a moderator's deletion took: `services.KEPT_CONTENT`. A day later it goes.
    deleted_content = models.JSONField(null=True)
    reactions = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    previews = models.JSONField(default=list, db_default=[])

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


class HeldMessage(models.Model):
    """A message that only its author sees: it waits for the team, was rejected, or is a shadow.

    What the team approves becomes a `Message`; its row here then keeps the numbers for the author's
    next attempt with the same `cid`, and no text.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        SHADOW = "shadow"

    class Reason(models.TextChoices):
        APPROVAL = "approval"
        CALM = "calm"
        ADDRESS = "address"
        WORD = "word"
        SHADOW = "shadow"

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="held_messages", db_index=False
    )
    author_id = models.CharField(max_length=40)
    author_name = models.CharField(max_length=40, blank=True)
    author_role = models.CharField(max_length=10, default="visitor")
    author_avatar = models.CharField(max_length=300, blank=True)
    cid = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    body = models.TextField(blank=True)
    entities = models.JSONField(default=list)
    reply_to = models.BigIntegerField(null=True)
    attachments = models.JSONField(default=list)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    # The word rule's id; it outlives the rule.
    rule_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    rejection = models.CharField(max_length=200, blank=True)
    seq = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_kind = models.CharField(max_length=10, blank=True)
    decided_by_id = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "author_id", "cid"], name="one_held_a_cid"),
        )
        indexes = (
            models.Index(fields=["room", "state", "at"], name="held_by_state"),
            models.Index(fields=["room", "author_id", "state", "at"], name="held_of_author"),
        )

    def __str__(self) -> str:
        return f"{self.room_id} {self.state} {self.author_id}"

    @property
    def decided_by(self) -> Actor | None:
        return actor_of(self.decided_by_kind, self.decided_by_id, self.decided_by_name)


class Report(models.Model):
    """The one case of a message that visitors reported. `body` is as it was reported first."""

    class State(models.TextChoices):
        OPEN = "open"
        DISMISSED = "dismissed"
        ACTIONED = "actioned"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="reports", db_index=False)
    seq = models.BigIntegerField()
    body = models.TextField(blank=True)
    author_id = models.CharField(max_length=40, blank=True)
    author_name = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    first_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_kind = models.CharField(max_length=10, blank=True)
    resolved_by_id = models.CharField(max_length=40, blank=True)
    resolved_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["room", "seq"], name="one_case_a_message"),)

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.state}"

    @property
    def resolved_by(self) -> Actor | None:
        return actor_of(self.resolved_by_kind, self.resolved_by_id, self.resolved_by_name)


class ReportEntry(models.Model):
    """What one person reported about a message. Another report of theirs replaces it."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        ABUSE = "abuse"
        PERSONAL = "personal"
        ILLEGAL = "illegal"
        OTHER = "other"

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    reporter_id = models.CharField(max_length=40)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "reporter_id"], name="one_report_each"),
        )

    def __str__(self) -> str:
        return f"{self.reason} by {self.reporter_id}"


def new_undo_id() -> str:
    return "u_" + random_word(20)


class Undo(models.Model):
    """How to take back the deletion of all messages by one person, once and until `until`.

    `messages` lists a room's id and a `seq` each, `held` the ids of held messages; no text.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="undos")
    public_id = models.CharField(max_length=40, unique=True, default=new_undo_id)
    visitor_id = models.CharField(max_length=40)
    messages = models.JSONField(default=list)
    held = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id
