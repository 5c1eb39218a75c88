"""A deleted site: hidden and refusing at once, back for seven days, then gone with all of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.jobs.site_removal import remove_sites
from inglenook.protocol.errors import Forbidden, NotFound
from inglenook.sites import selectors
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.api_keys import api_key_for_secret, create_api_key
from inglenook.sites.deletion import delete_site, restore_site
from inglenook.sites.models import Account, AuditEntry, Member, Site


def member_actor(site: Site, role: str) -> Actor:
    member = Member.objects.filter(site=site).first()
    assert member
    Member.objects.filter(pk=member.pk).update(role=role)
    return Actor("member", member.public_id, member.name)


def test_it_is_hidden_and_refuses_at_once_and_comes_back_as_it_was(
    site: Site, owner: Account, room: Room
) -> None:
    _, secret = create_api_key(site=site, name="Bot", scopes=["audit"], created_by=SYSTEM)
    key = site.keys.get().key
    version = site.access_version
    delete_site(site=site, by=member_actor(site, "owner"))
    selectors.forget_sites()
    card = selectors.site_for_key(key)
    assert card
    assert not card.is_enabled
    assert card.access_version > version
    assert api_key_for_secret(secret) is None
    assert not selectors.sites_of_account(owner).exists()
    with pytest.raises(NotFound):
        selectors.site_of_account(owner, site.pk)
    restore_site(site_id=site.pk, by=member_actor(site, "owner"))
    selectors.forget_sites()
    card = selectors.site_for_key(key)
    assert card
    assert card.is_enabled
    assert api_key_for_secret(secret)
    assert list(selectors.sites_of_account(owner)) == [site]
    assert Room.objects.filter(pk=room.pk).exists()


def test_a_site_that_was_switched_off_comes_back_switched_off(site: Site) -> None:
    Site.objects.update(disabled_at=timezone.now())
    delete_site(site=site, by=SYSTEM)
    assert not restore_site(site_id=site.pk, by=SYSTEM).is_enabled


@pytest.mark.parametrize("role", ["manager", "moderator", "viewer"])
def test_owners_alone_delete_it(role: str, site: Site) -> None:
    by = member_actor(site, role)
    with pytest.raises(Forbidden):
        delete_site(site=site, by=by)
    site.refresh_from_db()
    assert site.deleted_at is None


def test_what_was_not_deleted_cannot_come_back(site: Site) -> None:
    for site_id in (site.pk, site.pk + 1):
        with pytest.raises(NotFound):
            restore_site(site_id=site_id, by=SYSTEM)


def test_after_seven_days_it_is_gone_with_everything_and_others_stay(
    site: Site, room: Room, other_site: Site
) -> None:
    Message.objects.create(room=room, seq=1, rev=1, at=timezone.now(), body="gone soon", cid="1")
    delete_site(site=site, by=SYSTEM)
    Site.objects.filter(pk=site.pk).update(deleted_at=timezone.now() - timedelta(days=6, hours=23))
    list(remove_sites())
    assert Message.objects.exists()
    Site.objects.filter(pk=site.pk).update(deleted_at=timezone.now() - timedelta(days=7, hours=1))
    others = AuditEntry.objects.filter(site=other_site).count()
    list(remove_sites())
    assert list(Site.objects.all()) == [other_site]
    assert not Message.objects.exists()
    assert not AuditEntry.objects.exclude(site=other_site).exists()
    assert AuditEntry.objects.count() == others


def pressed(client: Client, name: str, *args: Any, **sent: str) -> str:
    answer = client.post(reverse(f"dashboard:{name}", args=args), sent, follow=True)
    return answer.content.decode()


def test_the_pages_ask_for_the_name_and_lead_back(
    client: Client, site: Site, owner: Account, stranger: Account, other_site: Site
) -> None:
    client.force_login(owner)
    assert "This is not the name." in pressed(client, "delete_site", site.pk, confirm="Shop")
    page = pressed(client, "delete_site", site.pk, confirm="Candle Shop")
    assert "Candle Shop is deleted." in page
    assert "Gone for good on" in page
    assert "1 deleted site can be brought back" in client.get("/dashboard/").content.decode()
    assert client.get(reverse("dashboard:rooms", args=[site.pk])).status_code == 404
    foreign = Client()
    foreign.force_login(stranger)
    restore = reverse("dashboard:restore_site", args=[site.pk])
    assert foreign.post(restore).status_code == 404
    assert "Candle Shop is back." in pressed(client, "restore_site", site.pk)
    assert client.get(reverse("dashboard:rooms", args=[site.pk])).status_code == 200
