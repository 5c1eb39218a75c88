"""Who may embed us: accounts of owners and moderators, their sites, keys and origins."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from inglenook.sites.actors import Actor, ActorKind
from inglenook.sites.install_models import InstallTrouble as InstallTrouble
from inglenook.sites.install_models import OriginSighting as OriginSighting

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def random_word(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_site_key() -> str:
    """A public site key: an identifier that stands in pages, never a secret. 32 characters, over
    128 bits.
    """
    return "pk_" + random_word(32)


def new_secret_key() -> str:
    """The secret of an API key. It is shown once; the database keeps its hash."""
    return "sk_" + random_word(40)


def new_identity_secret() -> str:
    return "is_" + random_word(48)


def new_api_key_id() -> str:
    return "k_" + random_word(20)


def new_address_key() -> str:
    """What a site's visitors' addresses are hashed with, so that two sites cannot compare them."""
    return random_word(40)


def new_member_id() -> str:
    return "m_" + random_word(20)


def new_invitation_id() -> str:
    return "i_" + random_word(20)


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Account:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: an owner or a moderator of one or more sites.

    Known by e-mail address.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=40, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Of the workspace; empty: what the browser asks for.
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    # The name of their picture (sites/pictures.py); empty: initials.
    picture = models.CharField(max_length=40, blank=True, default="", db_default="")
    # Says so of themselves; it changes nothing but what the team sees.
    is_away = models.BooleanField(default=False, db_default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    def get_short_name(self) -> str:
        return self.get_full_name()


class AccountSeen(models.Model):
    """When somebody last used the workspace, to some minutes (`sites/last_seen.py`)."""

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="seen"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} at {self.at}"


class SetUpCode(models.Model):
    """A code that makes the first account of an installation (`sites/set_up.py`).

    `digest` is the SHA-256 of the code in hexadecimal.
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"good until {self.expires_at}"


class Archive(models.TextChoices):
    """Who may read what was said from a page of ours."""

    PUBLIC = "public"
    LINK = "link"
    NONE = "none"


class Site(models.Model):
    """A customer's website.

    `access_version` counts every change that may end or change a live socket (keys, origins, bans,
    roles).
    """

    name = models.CharField(max_length=80)
    default_room = models.CharField(max_length=64, blank=True)
    theme = models.JSONField(default=dict, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    consent = models.JSONField(null=True, blank=True)
    allows_null_origin = models.BooleanField(default=False)
    disabled_at = models.DateTimeField(null=True, blank=True)
    # Hidden and refusing since then; a job removes it some days later (`sites/deletion.py`).
    deleted_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", db_default="UTC")
    opening_hours = models.JSONField(null=True, blank=True)
    away_text = models.CharField(max_length=500, blank=True, default="", db_default="")
    prechat = models.JSONField(null=True, blank=True)
    track_page = models.BooleanField(default=False, db_default=False)
    # Whether the server asks the pages behind links for their titles (chat/previews/).
    previews = models.BooleanField(default=False, db_default=False)
    # The addresses that `data-room="auto"` may make rooms of, such as `/blog/*`; None for none.
    page_patterns = models.JSONField(null=True, blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    archive = models.CharField(
        max_length=10, choices=Archive.choices, default=Archive.NONE, db_default="none"
    )
    repeat_s = models.PositiveIntegerField(default=0, db_default=0)
    new_visitors_per_hour = models.PositiveIntegerField(default=0, db_default=0)
    known_minutes = models.PositiveIntegerField(default=10, db_default=10)
    known_messages = models.PositiveIntegerField(default=3, db_default=3)
    trusted_days = models.PositiveIntegerField(default=7, db_default=7)
    trusted_messages = models.PositiveIntegerField(default=50, db_default=50)
    calm_until = models.DateTimeField(null=True, blank=True)
    # Empty for a site of an older release, until an address of it is hashed for the first time.
    address_key = models.CharField(max_length=40, default=new_address_key, db_default="")
    access_version = models.BigIntegerField(default=1, db_column="standing")
    # The access version since which the widget looks and speaks as it does.
    look_version = models.BigIntegerField(default=0, db_default=0)
    # Counts every change of a room's position.
    room_order = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None and self.deleted_at is None


class SiteKey(models.Model):
    """A public key of a site.

    A rotated key works until `expires_at`, so that pages can be changed without haste;
    `last_seen_at`, to the minute, says whether pages still have it.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=60, unique=True, default=new_site_key)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key


class ApiKey(models.Model):
    """What a program of the site's owner proves itself by (`sites/api_keys.py`).

    `digest` is the SHA-256 of the secret in hexadecimal, `prefix` the secret's first characters, by
    which an owner tells keys apart. `created_by_…` is an `Actor`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="api_keys")
    public_id = models.CharField(max_length=40, unique=True, default=new_api_key_id)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_kind = models.CharField(max_length=10)
    created_by_id = models.CharField(max_length=40)
    created_by_name = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def created_by(self) -> Actor:
        return Actor(
            kind=cast(ActorKind, self.created_by_kind),
            id=self.created_by_id,
            name=self.created_by_name,
        )


class IdentitySecret(models.Model):
    """What a site's own server signs its visitors' identities with (`sites/identity_secrets.py`).

    Signatures are made and checked with the text itself, so it is stored as it is.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="identity_secrets")
    secret = models.CharField(max_length=60, default=new_identity_secret)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"identity secret of {self.site_id}"


class AllowedOrigin(models.Model):
    """One entry of a site's list of origins, in the canonical form of `origins.parse_entry`."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="origins")
    entry = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "entry"], name="one_origin_entry_a_site"),
        )

    def __str__(self) -> str:
        return self.entry


class Member(models.Model):
    """An account's place in a site's team. `public_id` is its author id in that site's rooms."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MANAGER = "manager"
        MODERATOR = "moderator"
        VIEWER = "viewer"

    class State(models.TextChoices):
        INVITED = "invited"
        ACTIVE = "active"

    class NoticeTime(models.TextChoices):
        ALWAYS = "always"
        HERE = "here"
        OPEN = "open"
        NEVER = "never"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    public_id = models.CharField(max_length=40, unique=True, default=new_member_id)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MODERATOR)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.ACTIVE, db_default="active"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # What their browser makes them notice, and when (`sites/notices.py`).
    notices_lines = models.BooleanField(default=True, db_default=True)
    notices_review = models.BooleanField(default=True, db_default=True)
    notices_sound = models.BooleanField(default=False, db_default=False)
    notices_when = models.CharField(
        max_length=10, choices=NoticeTime.choices, default=NoticeTime.ALWAYS, db_default="always"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "account"], name="one_membership_a_site"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class Invitation(models.Model):
    """A link onto a site's team, good once (`sites/invitations.py`).

    `digest` is the SHA-256 of its token in hexadecimal. `member` is whom it was mailed to; None:
    whoever has the link. `created_by_…` is an `Actor`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="invitations")
    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="invitation"
    )
    public_id = models.CharField(max_length=40, unique=True, default=new_invitation_id)
    role = models.CharField(max_length=10, choices=Member.Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_by_kind = models.CharField(max_length=10)
    created_by_id = models.CharField(max_length=40)
    created_by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.public_id} ({self.role})"


class AuditEntry(models.Model):
    """One act of the team, a key or the command line (`sites/audit.py`).

    Rows are added and never changed: triggers of the database refuse an UPDATE, and a DELETE that
    no `AuditRemoval` allows. `before` and `after` hold settings and ids: no message text, no
    secret, no visitor's name.
    """

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="audit_entries", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=20)
    target_id = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["site", "-id"], name="audit_of_site"),
            models.Index(fields=["at"], name="audit_by_age"),
            models.Index(fields=["site", "target_kind", "target_id"], name="audit_of_target"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.target_kind} {self.target_id}"

    @property
    def actor(self) -> Actor:
        return Actor(kind=cast(ActorKind, self.actor_kind), id=self.actor_id, name=self.actor_name)


class AuditRemoval(models.Model):
    """Lets entries go that are older than `before`, while this row is there.

    `audit.remove_entries` writes and removes it in the transaction of the removal, so outside of
    one the table is empty.
    """

    before = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.before}"
