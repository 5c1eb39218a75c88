"""Every change of accounts, sites, keys and origins.

What may end a live socket goes through `bump_access_version`. Each act has its row in the record
(`audit.py`); `by` is who acts, the command line where nobody is named.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from inglenook.protocol.errors import (
    Conflict,
    Empty,
    Invalid,
    InvalidText,
    NotFound,
    Quota,
    TooLong,
)
from inglenook.protocol.text import normalise_name
from inglenook.sites import audit, login_links, sightings
from inglenook.sites.access_lock import withdraw_access
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, AllowedOrigin, Member, Site, SiteKey
from inglenook.sites.origins import EntryError, parse_entry
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.selectors import live_keys
from inglenook.sites.signals import access_changed

MAX_ORIGINS: Final = 100
MOST_SITE_KEYS: Final = 50
SITE_NAME_CHARS: Final = 80
KEY_OVERLAP: Final = timedelta(days=7)
# Every new site starts with this public room; whoever makes the site makes it.
FIRST_ROOM_SLUG: Final = "lobby"
FIRST_ROOM_NAME: Final = "Lobby"

# These live in files of their own; callers find every service here.
make_login_token = login_links.make_login_token
account_for_login_token = login_links.account_for_login_token
note_sighting = sightings.note_sighting
note_trouble = sightings.note_trouble
note_wrong_key = sightings.note_wrong_key


def bump_access_version(site_id: int, *, withdraws: bool = True) -> None:
    """Says that something changed which may end or change the site's live sockets: counted at once,
    announced after COMMIT.

    From here to COMMIT no message of the site is stored (`access_lock`), unless nobody loses a
    right by the change. Whoever locked a room before must pass `withdraws=False`.
    """
    with transaction.atomic():
        if withdraws:
            withdraw_access(site_id)
        Site.objects.filter(pk=site_id).update(access_version=F("access_version") + 1)
        transaction.on_commit(lambda: _announce(site_id))


def bump_every_access_version() -> None:
    """As `bump_access_version` for every site.

    It is not announced: each process finds it at its next look at the versions.
    """
    Site.objects.update(access_version=F("access_version") + 1)


def _announce(site_id: int) -> None:
    # The change is stored: a listener that fails must not make it look undone.
    access_changed.send_robust(sender=Site, site_id=site_id)


def create_account(*, email: str, password: str | None = None, name: str = "") -> Account:
    """Makes an account; without a password it is entered by a login link.

    Raises Invalid(field email, password or name).
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"“{email}” is not an e-mail address.", field="email") from None
    taken = Invalid(f"There is an account for {email} already.", field="email")
    if Account.objects.filter(email=email).exists():
        raise taken
    name = clean_name(name, 40, "name") if name.strip() else ""
    if password is not None:
        _check_password(password, Account(email=email, name=name))
    try:
        with transaction.atomic():
            return Account.objects.create_user(email, password, name=name)
    except IntegrityError:
        raise taken from None


def set_first_password(*, account: Account, password: str, name: str) -> None:
    """For an account without one. Raises Invalid (field password or name)."""
    account.name = clean_name(name, 40, "name")
    _check_password(password, account)
    account.set_password(password)
    account.save(update_fields=["name", "password"])


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None


def create_site(
    *, name: str, origins: list[str], owner: Account | None, by: Actor | None = None
) -> Site:
    """Makes a site with its key, origins and owner; rooms are the caller's to add.

    `by` None: its owner, as the member that they become.
    Raises Invalid(field name or origin).
    """
    name = clean_name(name, SITE_NAME_CHARS, "name")
    entries = list(dict.fromkeys(_entry(text) for text in origins))
    _check_origin_count(len(entries))
    with transaction.atomic():
        site = Site.objects.create(name=name, default_room=FIRST_ROOM_SLUG)
        SiteKey.objects.create(site=site)
        AllowedOrigin.objects.bulk_create(
            AllowedOrigin(site=site, entry=entry) for entry in entries
        )
        if owner is not None:
            member = Member.objects.create(
                site=site, account=owner, name=owner.get_full_name()[:40], role=Member.Role.OWNER
            )
            by = by or actor_of_member(member)
        after = {"name": name, "origins": entries}
        _record(site, by or SYSTEM, "site.create", ("site", str(site.pk)), after=after)
    return site


def actor_of_member(member: Member) -> Actor:
    return Actor(kind="member", id=member.public_id, name=member.name)


def add_owner(*, site: Site, account: Account, by: Actor = SYSTEM) -> Member:
    """Makes an account an owner of the site; a moderator is promoted."""
    with transaction.atomic():
        known = Member.objects.filter(site=site, account=account).first()
        member, _ = Member.objects.update_or_create(
            site=site,
            account=account,
            defaults={"role": Member.Role.OWNER},
            create_defaults={"role": Member.Role.OWNER, "name": account.get_full_name()[:40]},
        )
        _record(
            site,
            by,
            "member.update" if known else "member.create",
            ("member", member.public_id),
            before={"role": known.role} if known else None,
            after={"role": member.role},
        )
        bump_access_version(site.pk)
    return member


def rotate_key(*, site: Site, overlap: timedelta = KEY_OVERLAP, by: Actor = SYSTEM) -> SiteKey:
    """A new public key; the present ones work for `overlap` longer, or less if they were to end
    sooner.
    """
    require_actor(by, site.pk, Action.CHANGE_PUBLIC_KEYS)
    if overlap < timedelta(0):
        raise Invalid("The overlap cannot be negative.", field="overlap")
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site.pk)
        if len(live_keys(site)) >= MOST_SITE_KEYS:
            raise Quota(f"{MOST_SITE_KEYS} public keys of this site work now. End one first.")
        end = timezone.now() + overlap
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=end)
        SiteKey.objects.filter(lasting, site=site).update(expires_at=end)
        key = SiteKey.objects.create(site=site)
        after = {"others_end_at": end.isoformat()}
        _record(site, by, "site_key.create", ("site_key", key.key), after=after)
        bump_access_version(site.pk)
    return key


def end_site_key(*, site: Site, key: str, by: Actor = SYSTEM) -> None:
    """Ends a public key at once; its live sockets close.

    Raises NotFound, and Conflict for the last key that works.
    """
    require_actor(by, site.pk, Action.CHANGE_PUBLIC_KEYS)
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site.pk)
        # PostgreSQL raises on text with a NUL.
        row = SiteKey.objects.filter(site=site, key=key).first() if key.isprintable() else None
        if row is None:
            raise NotFound("This site has no such key.")
        if live_keys(site) == [key]:
            raise Conflict("This is the last key that works; make another one first.")
        row.delete()
        _record(site, by, "site_key.delete", ("site_key", key))
        bump_access_version(site.pk)


def add_origin(
    *, site: Site, entry: str, field: str = "origin", by: Actor = SYSTEM
) -> AllowedOrigin:
    """Lists an origin; one that is listed already stays as it is.

    `field` is what the caller calls it. Raises Invalid(field) with what to write instead, Quota.
    """
    require_actor(by, site.pk, Action.CHANGE_ORIGINS)
    canonical = _entry(entry, field)
    with transaction.atomic():
        # Two additions at once: the row of the site is the turnstile.
        Site.objects.select_for_update().get(pk=site.pk)
        row = AllowedOrigin.objects.filter(site=site, entry=canonical).first()
        if row is not None:
            return row
        _check_origin_count(AllowedOrigin.objects.filter(site=site).count() + 1)
        row = AllowedOrigin.objects.create(site=site, entry=canonical)
        _record(site, by, "origin.create", ("origin", canonical))
        bump_access_version(site.pk)
    return row


def remove_origin(*, site: Site, entry: str, field: str = "origin", by: Actor = SYSTEM) -> None:
    """Withdraws an origin; its live sockets close.

    Raises Invalid(field) for what is no origin, NotFound where it is not listed.
    """
    require_actor(by, site.pk, Action.CHANGE_ORIGINS)
    canonical = _entry(entry, field)
    with transaction.atomic():
        deleted, _ = AllowedOrigin.objects.filter(site=site, entry=canonical).delete()
        if not deleted:
            raise NotFound(f"{canonical} is not on this site's list.", field=field)
        _record(site, by, "origin.delete", ("origin", canonical))
        bump_access_version(site.pk)


def _record(site: Site, by: Actor, action: str, target: tuple[str, str], **facts: Any) -> None:
    audit.record(site_id=site.pk, by=by, action=action, target=target, **facts)


def _check_origin_count(count: int) -> None:
    if count > MAX_ORIGINS:
        raise Quota(f"A site can list {MAX_ORIGINS} origins at most.", field="origin")


def _entry(text: str, field: str = "origin") -> str:
    try:
        return str(parse_entry(text))
    except EntryError as error:
        raise Invalid(_words(error), field=field, suggestion=error.suggestion) from None


def _words(error: EntryError) -> str:
    hint = f" Did you mean {error.suggestion}?" if error.suggestion else ""
    return f"{error.message}{hint}"


def clean_name(raw: str, most: int, field: str) -> str:
    """A name by the rules of the wire, so that a site's or an owner's cannot disturb a page or a
    terminal either.
    """
    try:
        return normalise_name(raw, most)
    except Empty:
        raise Invalid("A name is missing.", field=field) from None
    except (TooLong, InvalidText) as error:
        raise Invalid(error.message, field=field) from None
