"""Removes the sites that were deleted seven days ago, with all that stood in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.utils import timezone

from inglenook.chat.models import Message
from inglenook.jobs import room_export
from inglenook.sites.audit import removal_allowed
from inglenook.sites.database import scrub_deleted
from inglenook.sites.deletion import sites_to_remove
from inglenook.sites.models import Site
from inglenook.sites.site_pictures import PARTS, forget_pictures

PART_ROWS: Final = 500


def remove_sites() -> Iterator[None]:
    """Each step is a part, so that nobody waits long for the database."""
    sites = list(sites_to_remove())
    for site in sites:
        yield from _remove(site)
    if sites:
        scrub_deleted()


def _remove(site: Site) -> Iterator[None]:
    messages = Message.objects.filter(room__site=site).order_by("pk")
    while pks := list(messages.values_list("pk", flat=True)[:PART_ROWS]):
        Message.objects.filter(pk__in=pks).delete()
        yield
    shutil.rmtree(room_export.folder_of(site.pk), ignore_errors=True)
    with transaction.atomic(), removal_allowed(before=timezone.now()):
        site.delete()
    forget_pictures([site.theme.get(part) or "" for part in PARTS])
    yield
