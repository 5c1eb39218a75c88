"""Every change of accounts, sites, keys and origins.

What may end a live socket goes through `bump_access_version`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from inglenook.protocol.errors import Empty, Invalid, InvalidText, TooLong
from inglenook.protocol.text import normalise_name
from inglenook.sites import login_links, sightings
from inglenook.sites.models import Account, AllowedOrigin, Member, Site, SiteKey
from inglenook.sites.origins import EntryError, parse_entry
from inglenook.sites.signals import access_changed

MAX_ORIGINS: Final = 100
SITE_NAME_CHARS: Final = 80
KEY_OVERLAP: Final = timedelta(days=7)
# Every new site starts with this public room; whoever makes the site makes it.
FIRST_ROOM_SLUG: Final = "lobby"
FIRST_ROOM_NAME: Final = "Lobby"

# These live in files of their own; callers find every service here.
make_login_token = login_links.make_login_token
account_for_login_token = login_links.account_for_login_token
note_sighting = sightings.note_sighting


def bump_access_version(site_id: int) -> None:
    """Says that something changed which may end or change the site's live sockets: counted at once,
    announced after COMMIT.
    """
    with transaction.atomic():
        Site.objects.filter(pk=site_id).update(access_version=F("access_version") + 1)
        transaction.on_commit(lambda: _announce(site_id))


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
        try:
            validate_password(password, Account(email=email, name=name))
        except ValidationError as error:
            raise Invalid(" ".join(error.messages), field="password") from None
    try:
        with transaction.atomic():
            return Account.objects.create_user(email, password, name=name)
    except IntegrityError:
        raise taken from None


def create_site(*, name: str, origins: list[str], owner: Account | None) -> Site:
    """Makes a site with its key, origins and owner; rooms are the caller's to add.

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
            Member.objects.create(
                site=site, account=owner, name=owner.get_full_name()[:40], role=Member.Role.OWNER
            )
    return site


def add_owner(*, site: Site, account: Account) -> Member:
    """Makes an account an owner of the site; a moderator is promoted."""
    with transaction.atomic():
        member, _ = Member.objects.update_or_create(
            site=site,
            account=account,
            defaults={"role": Member.Role.OWNER},
            create_defaults={"role": Member.Role.OWNER, "name": account.get_full_name()[:40]},
        )
        bump_access_version(site.pk)
    return member


def change_site(*, site: Site, name: str | None = None, default_room: str | None = None) -> Site:
    """Changes what is given.

    Whether there is such a room is the caller's to know: rooms are a layer above.
    """
    changed = []
    if name is not None:
        site.name = clean_name(name, SITE_NAME_CHARS, "name")
        changed.append("name")
    if default_room is not None:
        site.default_room = default_room
        changed.append("default_room")
    with transaction.atomic():
        site.save(update_fields=changed)
        bump_access_version(site.pk)
    return site


def rotate_key(*, site: Site, overlap: timedelta = KEY_OVERLAP) -> SiteKey:
    """A new public key; the present ones work for `overlap` longer, or less if they were to end
    sooner.
    """
    if overlap < timedelta(0):
        raise Invalid("The overlap cannot be negative.", field="overlap")
    with transaction.atomic():
        end = timezone.now() + overlap
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=end)
        SiteKey.objects.filter(lasting, site=site).update(expires_at=end)
        key = SiteKey.objects.create(site=site)
        bump_access_version(site.pk)
    return key


def disable_site(*, site: Site) -> Site:
    """Switches a site off: its live sockets close, nothing is deleted. Again changes nothing."""
    return _set_disabled(site, True)


def enable_site(*, site: Site) -> Site:
    return _set_disabled(site, False)


def _set_disabled(site: Site, disabled: bool) -> Site:
    with transaction.atomic():
        changed = Site.objects.filter(pk=site.pk, disabled_at__isnull=disabled).update(
            disabled_at=timezone.now() if disabled else None
        )
        if changed:
            bump_access_version(site.pk)
    site.refresh_from_db(fields=["disabled_at", "access_version"])
    return site


def add_origin(*, site: Site, entry: str) -> AllowedOrigin:
    """Lists an origin; one that is listed already stays as it is.

    Raises Invalid(field origin) with what to write instead.
    """
    canonical = _entry(entry)
    with transaction.atomic():
        # Two additions at once: the row of the site is the turnstile.
        Site.objects.select_for_update().get(pk=site.pk)
        row = AllowedOrigin.objects.filter(site=site, entry=canonical).first()
        if row is not None:
            return row
        _check_origin_count(AllowedOrigin.objects.filter(site=site).count() + 1)
        row = AllowedOrigin.objects.create(site=site, entry=canonical)
        bump_access_version(site.pk)
    return row


def remove_origin(*, site: Site, entry: str) -> None:
    """Withdraws an origin; its live sockets close.

    Raises Invalid(field origin) where it is not listed.
    """
    canonical = _entry(entry)
    with transaction.atomic():
        deleted, _ = AllowedOrigin.objects.filter(site=site, entry=canonical).delete()
        if not deleted:
            raise Invalid(f"{canonical} is not on this site's list.", field="origin")
        bump_access_version(site.pk)


def _check_origin_count(count: int) -> None:
    if count > MAX_ORIGINS:
        raise Invalid(f"A site can list {MAX_ORIGINS} origins at most.", field="origin")


def _entry(text: str) -> str:
    try:
        return str(parse_entry(text))
    except EntryError as error:
        raise Invalid(_words(error), field="origin") from None


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
