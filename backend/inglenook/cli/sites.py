"""`inglenook site …`"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from inglenook.chat.models import Room
from inglenook.chat.room_services import make_first_room
from inglenook.cli.database import prepare_database
from inglenook.cli.output import Answer, Refusal, table
from inglenook.cli.owners import account_by_email
from inglenook.sites import api_keys, selectors, services, site_settings, snippets
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Account, Member, Site, SiteKey
from inglenook.sites.scopes import ALL_SCOPES


def create(*, name: str, origins: Sequence[str], owner: str | None) -> Answer:
    prepare_database()
    account = account_by_email(owner) if owner else _only_account()
    with transaction.atomic():
        site = services.create_site(name=name, origins=list(origins), owner=account, by=SYSTEM)
        make_first_room(site, by=SYSTEM)
        _, secret = api_keys.create_api_key(
            site=site, name=api_keys.FIRST_KEY_NAME, scopes=ALL_SCOPES, created_by=SYSTEM
        )
    found = {**describe(site), "secret_key": secret, "snippet": snippet(site)}
    lines = [
        f"{site.name} may be embedded by {', '.join(found['origins'])}.",
        f"site key    {found['site_key']}",
        f"secret key  {secret}   (shown this once; for your own server, never for a page)",
        f"room        {', '.join(found['rooms'])}",
        "",
        "Paste this tag into its pages:",
        "",
        found["snippet"],
    ]
    nobody = "nobody owns this site yet. Give it to somebody: inglenook site add-owner --help"
    return Answer(found, lines, remark="" if account else nobody)


def list_sites() -> Answer:
    prepare_database()
    sites = [describe(site) for site in Site.objects.order_by("pk")]
    rows = [
        [
            site["site_key"],
            site["name"],
            "on" if site["enabled"] else "off",
            ", ".join(site["origins"]),
        ]
        for site in sites
    ]
    lines = (
        table(["key", "name", "state", "origins"], rows)
        if rows
        else [
            "There is no site yet. "
            "Make one: inglenook site create --name NAME --origin https://shop.example"
        ]
    )
    return Answer({"sites": sites}, lines)


def rotate_key(*, site_key: str, overlap: float) -> Answer:
    site = site_by_key(site_key)
    key = services.rotate_key(site=site, overlap=timedelta(days=overlap))
    old = SiteKey.objects.filter(site=site).exclude(pk=key.pk).order_by("-expires_at").first()
    until = old.expires_at.isoformat(timespec="seconds") if old and old.expires_at else None
    found = {"site_key": key.key, "old_keys_until": until, "snippet": snippet(site)}
    end = f"The old key works until {until}." if overlap else "The old key has ended."
    return Answer(found, [f"The new key is {key.key}", end, "", found["snippet"] or ""])


def disable(*, site_key: str) -> Answer:
    site = site_settings.disable_site(site=site_by_key(site_key))
    return Answer(describe(site), [f"{site.name} is switched off."])


def enable(*, site_key: str) -> Answer:
    site = site_settings.enable_site(site=site_by_key(site_key))
    return Answer(describe(site), [f"{site.name} is switched on."])


def add_owner(*, site_key: str, owner: str) -> Answer:
    site = site_by_key(site_key)
    services.add_owner(site=site, account=account_by_email(owner))
    found = describe(site)
    return Answer(found, [f"{site.name} is owned by {', '.join(found['owners'])}."])


def origins(*, site_key: str, added: Sequence[str], removed: Sequence[str]) -> Answer:
    site = site_by_key(site_key)
    with transaction.atomic():
        for entry in added:
            services.add_origin(site=site, entry=entry)
        for entry in removed:
            services.remove_origin(site=site, entry=entry)
    found = describe(site)
    return Answer(found, found["origins"] or ["No page may embed this site: it lists no origin."])


def pages(*, site_key: str, added: Sequence[str], removed: Sequence[str]) -> Answer:
    site = site_by_key(site_key)
    kept = [each for each in site.page_patterns or [] if each not in removed]
    patterns = list(dict.fromkeys([*kept, *added]))
    site = site_settings.change_settings(site=site, changes={"page_patterns": patterns})
    none = "No page gets a room of its own."
    return Answer({"page_patterns": patterns}, patterns or [none])


def site_by_key(key: str) -> Site:
    """The site of a key. An expired key counts too: an operator who gives it means that site."""
    prepare_database()
    row = (
        SiteKey.objects.filter(key=key).select_related("site").first() if "\0" not in key else None
    )
    if row is None:
        raise Refusal(f"there is no site with the key {key}. `inglenook site list` shows them all.")
    return row.site


def describe(site: Site) -> dict[str, Any]:
    """What --json prints of a site. Only `site create` adds the secret key."""
    return {
        "id": site.pk,
        "name": site.name,
        "site_key": next(iter(selectors.live_keys(site)), None),
        "origins": selectors.origins_of_site(site),
        "enabled": site.is_enabled,
        "owners": list(
            site.members.filter(role=Member.Role.OWNER).values_list("account__email", flat=True)
        ),
        "rooms": list(
            Room.objects.filter(site=site, gone=False)
            .exclude(kind=Room.Kind.PRIVATE)
            .order_by("pk")
            .values_list("slug", flat=True)
        ),
    }


def snippet(site: Site) -> str:
    room = site.default_room or services.FIRST_ROOM_SLUG
    return snippets.bubble_snippet(
        settings.BASE_URL, selectors.live_keys(site)[0], room, site.theme
    )


def _only_account() -> Account | None:
    """The only account there is, or None where there is none yet.

    Raises Refusal where there are several: without an owner the site is on nobody's dashboard.
    """
    accounts = list(Account.objects.order_by("pk")[:2])
    if len(accounts) > 1:
        raise Refusal("there are several accounts. Say whose site it is: --owner EMAIL")
    return accounts[0] if accounts else None
