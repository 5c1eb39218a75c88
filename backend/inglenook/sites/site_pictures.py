"""The pictures of a site's look: its logo, and the picture on the launcher.

what came ─> pictures.keep_picture ─> theme.logo, theme.icon; a file that nobody names goes
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from inglenook.sites.actors import Actor
from inglenook.sites.models import Account, Site
from inglenook.sites.pictures import keep_picture, name_in, path_of, remove_picture
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.site_settings import change_settings

PARTS: Final = ("logo", "icon")


def set_site_picture(*, site: Site, part: str, content: bytes, by: Actor) -> Site:
    """`part` is one of PARTS; without content it has no picture any more.

    Raises Forbidden, TooLarge, Invalid (field picture).
    """
    require_actor(by, site.pk, Action.CHANGE_SITE)
    name = keep_picture(content, is_whole=True) if content else ""
    theme = dict(Site.objects.get(pk=site.pk).theme)
    before = theme.pop(part, "")
    if name:
        theme[part] = path_of(name)
    site = change_settings(site=site, changes={"theme": theme}, by=by)
    forget_pictures([before])
    return site


def forget_pictures(paths: list[str]) -> None:
    """Removes files of ours that no look and no account names.

    Any site may name any address of ours, so it is not said that a picture is one's own.
    """
    for name in filter(None, map(name_in, paths)):
        in_a_look = Q(theme__logo__icontains=name) | Q(theme__icon__icontains=name)
        is_named = Site.objects.filter(in_a_look).exists()
        if not is_named and not Account.objects.filter(picture=name).exists():
            remove_picture(name)
