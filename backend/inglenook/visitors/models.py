"""Who is chatting: anonymous people, known to one site by a token of ours."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models
from django.utils import timezone

from inglenook.sites.models import Member, Site, random_word


def new_visitor_id() -> str:
    return "v_" + random_word(20)


def folded(text: str) -> str:
    """The text by NFKC and without case."""
    return unicodedata.normalize("NFKC", text).casefold()


class Visitor(models.Model):
    """An anonymous person on one site.

    Raising `token_version` kills every token given out before.
    """

    class Role(models.TextChoices):
        VISITOR = "visitor"
        TRUSTED = "trusted"

    class Trust(models.TextChoices):
        NEW = "new"
        KNOWN = "known"
        TRUSTED = "trusted"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="visitors")
    public_id = models.CharField(max_length=40, unique=True, default=new_visitor_id)
    name = models.CharField(max_length=40)
    # `name` as searches compare it; databases differ in what is the same letter in another case.
    name_folded = models.TextField(blank=True, default="", db_default="")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VISITOR)
    # Fixed by hand; empty where trust is earned.
    trust_fixed = models.CharField(
        max_length=10, choices=Trust.choices, blank=True, default="", db_default=""
    )
    # Earned trust counts from here: the first stored message, or the end of the last sanction.
    trust_since = models.DateTimeField(null=True, blank=True)
    trust_messages = models.PositiveIntegerField(default=0, db_default=0)
    note = models.TextField(blank=True, default="", db_default="")
    # Hashes of the last address and of its range, kept until `address_expires_at`.
    address_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    range_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    address_expires_at = models.DateTimeField(null=True, blank=True)
    # Made from where a sanction reached, or as one too many in an hour: messages wait.
    held_by_address = models.BooleanField(default=False, db_default=False)
    # Which version of the site's text they agreed to, and when; empty: to none.
    consent_version = models.CharField(max_length=200, blank=True, default="", db_default="")
    consent_at = models.DateTimeField(null=True, blank=True)
    # What they said before they wrote (`visitors/answers.py`); nobody has proven it. `answers` are
    # by the keys of the site's own questions.
    email = models.CharField(max_length=254, blank=True, default="", db_default="")
    answers = models.JSONField(null=True, blank=True)
    # What the site's pages say of them (`visitors/page_facts.py`): `{url, title, referrer}`, and
    # text by names of the page's own.
    page = models.JSONField(null=True, blank=True)
    attributes = models.JSONField(null=True, blank=True)
    token_version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["site", "address_hash", "created_at"], name="visitor_of_address"),
            models.Index(fields=["site", "-id"], name="visitors_newest_first"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_folded = folded(self.name)
        super().save(*args, **kwargs)


class PageLogin(models.Model):
    """A member of the team on a page of the site (`visitors/page_logins.py`).

    It hangs on the session that asked for it. `login_digest` of that session's key, `code_digest`
    and `token_digest` are SHA-256 in hexadecimal; the code's goes when the code is used.
    `expires_at` is the code's end, then the token's.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="page_logins")
    origin = models.CharField(max_length=300)
    # An earlier build takes the column for a key, finds no session, and asks for another code.
    login_digest = models.CharField(max_length=64, db_column="login")
    code_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.member_id} on {self.origin}"
