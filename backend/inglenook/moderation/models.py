"""What the team decided about somebody."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inglenook.sites.models import Account, Site


class Sanction(models.Model):
    """A visitor may not speak (`mute`) or not be here (`ban`), until `until` or for good."""

    class Kind(models.TextChoices):
        MUTE = "mute"
        BAN = "ban"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="sanctions")
    visitor_id = models.CharField(
        max_length=40
    )  # the public id: a sanction outlives an erased visitor
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = (models.Index(fields=["site", "visitor_id"], name="sanction_of_visitor"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.visitor_id}"
