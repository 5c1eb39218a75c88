"""Who is chatting: anonymous people, known to one site by a token of ours."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inglenook.sites.models import Site, random_word


def new_visitor_id() -> str:
    return "v_" + random_word(20)


class Visitor(models.Model):
    """An anonymous person on one site.

    Raising `token_version` kills every token given out before.
    """

    class Role(models.TextChoices):
        VISITOR = "visitor"
        TRUSTED = "trusted"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="visitors")
    public_id = models.CharField(max_length=40, unique=True, default=new_visitor_id)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VISITOR)
    token_version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"
