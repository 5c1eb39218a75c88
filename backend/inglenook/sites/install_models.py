"""What Install shows: which origins asked for a site, and what kept pages from the chat."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class OriginSighting(models.Model):
    """An origin that asked for a site, and whether it was let in; what the owner sees as "seen" and
    "refused".
    """

    site = models.ForeignKey("sites.Site", on_delete=models.CASCADE, related_name="sightings")
    origin = models.CharField(max_length=300)
    was_refused = models.BooleanField()
    count = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    # When a page of it last had a tag that carries an older look.
    older_look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["site", "origin", "was_refused"], name="one_sighting_an_origin"
            ),
        )

    def __str__(self) -> str:
        return self.origin


class InstallTrouble(models.Model):
    """What kept pages of an origin from the chat; no page and no person is named."""

    class Kind(models.TextChoices):
        OLD_KEY = "old_key"
        UNKNOWN_KEY = "unknown_key"
        # The page's content security policy: no call at all, or only no WebSocket.
        POLICY = "policy"
        SOCKET_POLICY = "socket_policy"
        # A proxy in front of us passed a WebSocket on as a plain request.
        NO_UPGRADE = "no_upgrade"
        # The widget: everything works but WebSockets; or nothing but its report.
        SOCKET = "socket"
        CALL = "call"

    site = models.ForeignKey("sites.Site", on_delete=models.CASCADE, related_name="troubles")
    origin = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    count = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["site", "origin", "kind"], name="one_trouble_an_origin_and_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.origin}: {self.kind}"
