"""The sections of the workspace, in one table: the rail, the bar of phones and the keys read it.

To add a section, add a line. A section stands in the rail of whoever's role may do its `action`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.inbox.lines import people_waiting
from inglenook.dashboard.review.queue import waits
from inglenook.sites.roles import Action


class Section(Struct, frozen=True, kw_only=True):
    """One entry of the rail.

    `url` names the page that it opens, `pages` those that belong to it beside that one. `action` is
    what a role needs; None: any role. `badge` counts what waits there for the member. `key` follows
    `g` on a keyboard. `is_daily`: it stands in the upper part of the rail, and on phones in the bar
    if it `is_in_bar`, else behind "More". A section that is not `of_site` needs no site.
    """

    name: str
    label: Promise
    icon: str
    url: str
    key: str
    pages: tuple[str, ...] = ()
    action: Action | None = None
    badge: Callable[[SiteMembership], int] | None = None
    is_daily: bool = False
    is_in_bar: bool = False
    of_site: bool = True

    def holds(self, page: str) -> bool:
        """Whether the page, by the name of its address, belongs to this section."""
        return page == self.url or page in self.pages


SECTIONS: Final = (
    Section(
        name="home",
        label=_("Home"),
        icon="home",
        url="home",
        key="h",
        pages=("home_news", "create_site", "deleted_sites", "restore_site"),
        is_daily=True,
        is_in_bar=True,
        of_site=False,
    ),
    Section(
        name="inbox",
        label=_("Inbox"),
        icon="inbox",
        url="inbox",
        key="m",
        pages=("conversation", "inbox_lines"),
        action=Action.INBOX,
        badge=people_waiting,
        is_daily=True,
        is_in_bar=True,
    ),
    Section(
        name="rooms",
        label=_("Rooms"),
        icon="rooms",
        url="rooms",
        key="r",
        pages=(
            *("create_room", "suggested_slug", "room", "room_changes", "room_older"),
            *("room_settings", "archive_room", "restore_room", "delete_message", "room_file"),
            *("room_side", "retention_preview", "room_preset", "move_room", "clear_room"),
            *("delete_room", "message_acts", "act_on_message", "act_on_held", "on_pages"),
        ),
        action=Action.READ_ROOMS,
        is_daily=True,
        is_in_bar=True,
    ),
    Section(
        name="review",
        label=_("Review"),
        icon="review",
        url="review",
        key="v",
        pages=(
            *("case", "decide", "several", "undo", "calm"),
            *("sanctions", "create_sanction", "lift_sanction"),
            *("word_rules", "create_word_rule", "check_text", "word_rule"),
            *("switch_word_rule", "remove_word_rule"),
        ),
        action=Action.HANDLE_REPORTS,
        badge=waits,
        is_daily=True,
        is_in_bar=True,
    ),
    Section(
        name="people",
        label=_("People"),
        icon="people",
        url="people",
        key="p",
        pages=(
            *("person", "note_person", "trust_person", "delete_of_person"),
            *("export_person", "erase_person"),
        ),
        action=Action.READ_PEOPLE,
        is_daily=True,
    ),
    Section(
        name="settings",
        label=_("Settings"),
        icon="settings",
        url="site_settings",
        key="s",
        pages=(
            *("look", "look_preview", "words", "notices"),
            *("site_picture", "no_site_picture"),
            *("origins", "remove_origin", "rotate_key", "disable_site", "enable_site"),
            *("writing", "consent", "questions", "hours", "kept", "kept_preview"),
            *("room_exports", "export_room", "exported_file", "delete_site"),
            *("keys", "identity_secret", "end_site_key", "end_api_key"),
        ),
        action=Action.CHANGE_SITE,
    ),
    Section(
        name="install",
        label=_("Install"),
        icon="install",
        url="site",
        key="i",
        pages=("install_check",),
    ),
    Section(
        name="team",
        label=_("Team"),
        icon="team",
        url="team",
        key="t",
        pages=(
            *("leave_team", "change_role", "remove_member", "resend_invitation"),
            "revoke_invitation",
        ),
    ),
    Section(
        name="log",
        label=_("Log"),
        icon="log",
        url="log",
        key="l",
        pages=("log_file",),
        action=Action.READ_AUDIT,
    ),
)  # fmt: skip


def section_of(page: str) -> Section | None:
    """The section of a page, by the name of its address."""
    return next((section for section in SECTIONS if section.holds(page)), None)
