"""What somebody sets of their own account."""

from __future__ import annotations

from django.db import transaction

from inglenook.sites.models import Account, Member
from inglenook.sites.services import bump_access_version, clean_name
from inglenook.sites.team_rules import NAME_CHARS


def rename_account(*, account: Account, name: str) -> None:
    """On every team where they are called by their old name. Raises Invalid (field name)."""
    name = clean_name(name, NAME_CHARS, "name")
    with transaction.atomic():
        before = account.get_full_name()[:NAME_CHARS]
        account.name = name
        account.save(update_fields=["name"])
        own = Member.objects.filter(account=account, name__in=(before, ""))
        for member in own.order_by("pk"):
            member.name = name
            member.save(update_fields=["name"])
            # Their open pages learn of it as of any change of access.
            bump_access_version(member.site_id)


def give_picture(*, account: Account, name: str) -> str:
    """`name` as `pictures.keep_picture` gave it, or empty. Returns the one that it replaces."""
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=account.pk)
        before = row.picture
        row.picture = account.picture = name
        row.save(update_fields=["picture"])
    return before
