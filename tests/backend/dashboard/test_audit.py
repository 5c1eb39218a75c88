"""Every page that changes something has an entry of the member who did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from inglenook.chat.decisions import Step
from inglenook.chat.models import Attachment, HeldMessage, Report, Room
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.undo import undo_link
from inglenook.dashboard.urls import urlpatterns
from inglenook.jobs import room_export
from inglenook.jobs.models import Job
from inglenook.moderation.models import Sanction, WordRule
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.deletion import delete_site
from inglenook.sites.models import Account, ApiKey, AuditEntry, Invitation, Member, Site
from inglenook.sites.services import rotate_key
from inglenook.visitors.models import Visitor
from tests.backend.conftest import forget_record

# What is sent to each page that changes something, and the acts that this is.
RULE = {"pattern": "eggs", "match": "word", "action": "hold", "where": ["body"], "enabled": "on"}
ACTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "create_site": (
        {"name": "New", "origins": "https://new.example"},
        ["site.create", "room.create"],
    ),
    "site_settings": ({"name": "Candles", "default_room": "lobby"}, ["site.update"]),
    "origins": ({"origin": "https://new.example"}, ["origin.create"]),
    "remove_origin": ({"entry": "https://shop.example"}, ["origin.delete"]),
    "rotate_key": ({}, ["site_key.create"]),
    "on_pages": ({"origin": "https://shop.example"}, ["member.moderate_on_page"]),
    "disable_site": ({}, ["site.update"]),
    "enable_site": ({}, []),  # it is on
    "team": (
        {"by": "mail", "email": "new@shop.example", "role": "viewer"},
        ["member.create", "invitation.mail"],
    ),
    "change_role": ({"role": "moderator"}, ["member.update"]),
    "remove_member": ({}, ["member.delete"]),
    "resend_invitation": ({}, []),  # they have joined
    "revoke_invitation": ({}, ["invitation.delete"]),
    "leave_team": ({}, ["member.delete"]),
    "create_room": ({"name": "Den", "slug": "den"}, ["room.create"]),
    "room_settings": ({"name": "Den", "slow_s": "0"}, ["room.update"]),
    "archive_room": ({}, ["room.update"]),
    "restore_room": ({}, []),  # it is not archived
    "delete_message": ({}, ["message.delete", "report.resolve"]),
    "room_preset": ({"preset": "calm"}, ["room.update"]),
    "move_room": ({"to": "down"}, ["room.update"]),
    "clear_room": ({"confirm": "lobby"}, ["room.clear"]),
    "delete_room": ({"confirm": "attic"}, ["room.delete"]),
    "act_on_message": ({"act": "mute"}, ["sanction.create"]),
    "act_on_held": ({"act": "reject"}, ["held.reject"]),
    "undo": ({}, ["sanction.lift"]),
    "calm": ({"act": "begin", "minutes": "30"}, ["calm.begin"]),
    "decide": ({"act": "keep"}, ["report.resolve"]),
    "several": (
        {"visitor": lambda: Visitor.objects.get(name="Amber Otter").public_id},
        ["sanction.create", "visitor.delete_messages", "report.resolve"],
    ),
    "create_sanction": (
        {"visitor": "Amber Otter", "kind": "mute", "seconds": "3600", "scope": "person"},
        ["sanction.create"],
    ),
    "lift_sanction": ({}, ["sanction.lift"]),
    "create_word_rule": ({**RULE, "pattern": "wax"}, ["word_rule.create"]),
    "word_rule": (RULE, ["word_rule.update"]),
    "switch_word_rule": ({"enabled": "off"}, ["word_rule.update"]),
    "remove_word_rule": ({}, ["word_rule.delete"]),
    "writing": (
        {
            "known_minutes": "5",
            "known_messages": "1",
            "trusted_days": "0",
            "trusted_messages": "9",
            "repeat_s": "0",
            "new_visitors_per_hour": "3",
        },
        ["site.update"],
    ),
    "delete_site": ({"confirm": "Candle Shop"}, ["site.delete"]),
    "restore_site": ({}, ["site.restore"]),
    "look": ({"title": "Ask us"}, ["site.update"]),
    "words": ({"word:panel.title": "Ask us"}, ["site.update"]),
    "site_picture": ({"picture": lambda: a_picture()}, ["site.update"]),
    "no_site_picture": ({}, ["site.update"]),
    "consent": ({"text": "We keep what you write.", "version": "1"}, ["site.update"]),
    "questions": ({"name": "off", "email": "required", "fields_asked": ""}, ["site.update"]),
    "hours": ({"mon": "9-17", "time_zone": "Europe/Berlin", "away_text": ""}, ["site.update"]),
    "kept": ({"retention_days": "30"}, ["site.update"]),
    "export_room": ({"room": "lobby"}, ["room.export"]),
    "end_site_key": ({}, ["site_key.delete"]),
    "end_api_key": ({}, ["key.delete"]),
    "note_person": ({"note": "Knows glass"}, ["visitor.update"]),
    "trust_person": ({"trust": "trusted"}, ["visitor.update"]),
    "delete_of_person": ({}, ["visitor.delete_messages"]),
    "erase_person": ({"confirm": "Teal Wren"}, ["visitor.erase"]),
    # What people write in person is its own record.
    "room": ({"body": "hello"}, []),
}
# What is shown at once: it works for a minute, and once.
SHOWN = {"on_pages"}
# What somebody sets for themselves alone.
OWN = {"language", "away", "profile", "picture", "no_picture", "notices"}
ONLY_READ = {
    *(
        "home",
        "home_news",
        "noticed",
        "site",
        "install_check",
        "rooms",
        "search",
        "manifest",
        "offline",
    ),
    *("suggested_slug", "room_changes", "room_file", "room_older", "room_side"),
    "retention_preview",
    *("people", "person", "export_person"),  # a file, which is on record: test_people.py
    *("inbox", "inbox_lines", "conversation"),
    *("deleted_sites", "kept_preview", "room_exports", "exported_file"),
    "look_preview",
    *("keys", "identity_secret"),  # their answers have a secret: test_settings.py
    *("log", "log_file", "message_acts", "review", "case", "sanctions", "word_rules", "check_text"),
}


def test_every_page_is_known_here() -> None:
    assert ACTS.keys() | OWN | ONLY_READ == {each.name for each in urlpatterns}
    assert not ACTS.keys() & ONLY_READ


def sent_to(name: str) -> dict[str, Any]:
    """What is known only once the rows are there is asked for now."""
    return {key: value() if callable(value) else value for key, value in ACTS[name][0].items()}


def colleague(site: Site) -> Member:
    """A viewer of the team."""
    account, _ = Account.objects.get_or_create(email="viewer@shop.example")
    member, _ = Member.objects.get_or_create(
        site=site, account=account, defaults={"name": "Vera", "role": "viewer"}
    )
    return member


def open_link(site: Site) -> Invitation:
    invitation, _ = Invitation.objects.get_or_create(
        site=site,
        public_id="i_open",
        defaults={
            "role": "viewer",
            "digest": "0" * 64,
            "created_by_kind": "system",
            "created_by_id": "system",
            "created_by_name": "Inglenook",
            "expires_at": timezone.now() + timedelta(days=1),
        },
    )
    return invitation


def an_api_key(site: Site) -> ApiKey:
    return create_api_key(site=site, name="Bot", scopes=["audit"], created_by=SYSTEM)[0]


def a_picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def part_of_look(name: str, site: Site) -> str:
    """The part whose picture is set, or taken away."""
    if name == "no_site_picture":
        site.theme = {"icon": f"/pictures/{'a' * 32}-256.webp"}
        site.save(update_fields=["theme"])
    return "icon"


def private_line(site: Site) -> Room:
    visitor = Visitor.objects.get(site=site, name="Teal Wren")
    line, _ = Room.objects.get_or_create(site=site, slug="p_teal", kind="private", visitor=visitor)
    return line


def written_export(site: Site) -> int:
    """The job of an export that is done."""
    room_export.export_now(Room.objects.get(site=site, slug="lobby"), by=SYSTEM)
    return Job.objects.order_by("-pk")[0].pk


def address(name: str, site: Site) -> str:  # noqa: C901  a line a page
    if name == "create_site":
        return reverse("dashboard:create_site")
    if name == "restore_site":
        delete_site(site=site, by=SYSTEM)
    if name in ("change_role", "remove_member", "resend_invitation"):
        return reverse(f"dashboard:{name}", args=[site.pk, colleague(site).public_id])
    if name == "revoke_invitation":
        return reverse(f"dashboard:{name}", args=[site.pk, open_link(site).public_id])
    if name in ("delete_message", "message_acts", "act_on_message"):
        return reverse(f"dashboard:{name}", args=[site.pk, "lobby", 1])
    if name == "room_file":
        file = Attachment.objects.get().public_id
        return reverse("dashboard:room_file", args=[site.pk, "lobby", file])
    if name == "undo":
        member = site.members.filter(role="owner").order_by("pk")[0]
        steps = [Step("lift", str(Sanction.objects.get().pk))]
        return undo_link(SiteMembership(cast(Account, member.account), site, member), steps)
    of_a_row: dict[str, Callable[[], object]] = {
        "act_on_held": lambda: HeldMessage.objects.get().pk,
        "case": lambda: f"r{Report.objects.get().pk}",
        "decide": lambda: f"r{Report.objects.get().pk}",
        "end_site_key": lambda: rotate_key(site=site).site.keys.order_by("pk")[0].key,
        "end_api_key": lambda: an_api_key(site).public_id,
        "exported_file": lambda: written_export(site),
        "lift_sanction": lambda: Sanction.objects.get().pk,
        **dict.fromkeys(("site_picture", "no_site_picture"), lambda: part_of_look(name, site)),
        **{
            each: lambda: WordRule.objects.get().pk
            for each in ("word_rule", "switch_word_rule", "remove_word_rule")
        },
    }
    if name in of_a_row:
        return reverse(f"dashboard:{name}", args=[site.pk, of_a_row[name]()])
    if name.endswith("person"):
        teal = Visitor.objects.get(site=site, name="Teal Wren")
        return reverse(f"dashboard:{name}", args=[site.pk, teal.public_id])
    if name == "conversation":
        return reverse("dashboard:conversation", args=[site.pk, private_line(site).slug])
    if name == "delete_room":
        return reverse("dashboard:delete_room", args=[site.pk, "attic"])
    if name == "retention_preview":
        return reverse("dashboard:retention_preview", args=[site.pk, "lobby"])
    in_a_room = "room" in name and name not in (
        *("rooms", "create_room", "room_exports", "export_room"),
    )
    return reverse(f"dashboard:{name}", args=[site.pk, "lobby"] if in_a_room else [site.pk])


@pytest.mark.parametrize("name", ACTS)
def test_it_has_an_entry_of_the_member(
    name: str, as_owner: Client, site: Site, case_file: None, visitor: Visitor
) -> None:
    owner = Member.objects.get(site=site)
    path = address(name, site)
    forget_record()
    if name == "leave_team":
        Member.objects.filter(account=colleague(site).account).update(role="owner")
    answer = as_owner.post(path, sent_to(name))
    assert answer.status_code == (200 if name in SHOWN else 302)
    actions = ACTS[name][1]
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == actions
    members = {owner.public_id: owner.name, **names_of_team()}
    for entry in entries:
        assert entry.actor.kind == "member"
        assert members[entry.actor.id] == entry.actor.name
        assert visitor.name not in str(entry.before) + str(entry.after)


def names_of_team() -> dict[str, str]:
    return {each.public_id: each.name for each in Member.objects.all()}


def test_a_moderator_and_a_viewer_change_no_room(
    as_moderator: Client, site: Site, room: Room
) -> None:
    for role in ("moderator", "viewer"):
        Member.objects.filter(site=site, role__in=["moderator", "viewer"]).update(role=role)
        answer = as_moderator.post(address("room_settings", site), ACTS["room_settings"][0])
        assert answer.status_code == 403
    Member.objects.filter(site=site, role="viewer").update(role="manager")
    answer = as_moderator.post(address("room_settings", site), ACTS["room_settings"][0])
    assert answer.status_code == 302
