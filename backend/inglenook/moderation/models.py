"""What the team decided about somebody."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inglenook.sites.actors import Actor, actor_of
from inglenook.sites.models import Account, Site


class Sanction(models.Model):
    """A visitor may not speak (`mute`), not be here (`ban`), or reaches nobody (`shadow`).

    It lasts until `until` or for good. With the scope `address` or `range`, `address_hash` holds
    the hash that visitors who come later are compared with until `address_expires_at`.
    """

    class Kind(models.TextChoices):
        MUTE = "mute"
        BAN = "ban"
        SHADOW = "shadow"

    class Scope(models.TextChoices):
        PERSON = "person"
        ADDRESS = "address"
        RANGE = "range"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="sanctions")
    visitor_id = models.CharField(
        max_length=40
    )  # the public id: a sanction outlives an erased visitor
    kind = models.CharField(max_length=10, choices=Kind.choices)
    scope = models.CharField(
        max_length=10, choices=Scope.choices, default=Scope.PERSON, db_default="person"
    )
    address_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    address_expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)
    maker_kind = models.CharField(max_length=10, blank=True, default="", db_default="")
    maker_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    maker_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    lifted_by_kind = models.CharField(max_length=10, blank=True, default="", db_default="")
    lifted_by_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    lifted_by_name = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        indexes = (
            models.Index(fields=["site", "visitor_id"], name="sanction_of_visitor"),
            models.Index(
                fields=["site", "address_hash"],
                name="sanction_of_address",
                condition=~models.Q(address_hash=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.visitor_id}"

    @property
    def made_by(self) -> Actor | None:
        """None for a sanction of an older release."""
        return actor_of(self.maker_kind, self.maker_id, self.maker_name)

    @property
    def lifted_by(self) -> Actor | None:
        return actor_of(self.lifted_by_kind, self.lifted_by_id, self.lifted_by_name)


class WordRule(models.Model):
    """What is done with a message or name that matches. The instance's own rules have no site."""

    class Match(models.TextChoices):
        WORD = "word"
        PART = "part"
        REGEX = "regex"

    class Action(models.TextChoices):
        BLOCK = "block"
        HOLD = "hold"
        MASK = "mask"

    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.CASCADE, related_name="word_rules"
    )
    pattern = models.CharField(max_length=200)
    match = models.CharField(max_length=10, choices=Match.choices, default=Match.WORD)
    in_body = models.BooleanField(default=True)
    in_name = models.BooleanField(default=True)
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.BLOCK)
    # Slugs of the rooms it concerns; None for all.
    rooms = models.JSONField(null=True, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.action} {self.match} {self.pattern}"


class SwitchedOffRule(models.Model):
    """One of the instance's rules that a site does not want."""

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="switched_off_rules", db_index=False
    )
    rule = models.ForeignKey(WordRule, on_delete=models.CASCADE, related_name="switched_off")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "rule"], name="one_switch_a_rule"),)

    def __str__(self) -> str:
        return f"{self.site_id} without {self.rule_id}"
