"""Every command that changes a site has an entry of the command line."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Room
from inglenook.cli.commands.declaration import ProductCommand
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import Account, AuditEntry, Site
from inglenook.visitors.models import Visitor
from tests.backend.cli.conftest import Command
from tests.backend.conftest import forget_record
from tests.testkit.command_line import all_commands

# The words of each command that changes something, and the acts that this is. PK, VISITOR, API_KEY
# and RULE stand for what there is.
ACTS: dict[str, tuple[str, list[str]]] = {
    "owner create": ("--email new@shop.example", []),  # an account is of no site
    "owner reset-second-step": ("--email owner@shop.example", ["member.reset_second_step"]),
    "owner login-link": ("--email owner@shop.example", ["member.login_link"]),
    "site create": (
        "--name New --origin https://new.example --owner owner@shop.example",
        ["site.create", "room.create", "key.create"],
    ),
    "site rotate-key": ("--site PK", ["site_key.create"]),
    "site disable": ("--site PK", ["site.update"]),
    "site enable": ("--site PK", []),  # it is on
    "site add-owner": ("--site PK --owner other@shop.example", ["member.create"]),
    "site origins": (
        "--site PK --add https://new.example --remove https://shop.example",
        ["origin.create", "origin.delete"],
    ),
    "site pages": ("--site PK --add /blog/*", ["site.update"]),
    "key create": ("--site PK --name New --scope audit", ["key.create"]),
    "key revoke": ("--site PK --key API_KEY", ["key.delete"]),
    "room create": ("--site PK --slug help --name Help", ["room.create"]),
    "room archive": ("--site PK --slug lobby", ["room.update"]),
    "room preset": ("--site PK --slug lobby --name calm", ["room.update"]),
    "room retention": ("--site PK --slug lobby --days 30", ["room.update"]),
    "room export": ("--site PK --slug lobby", ["room.export"]),
    "rules add": ("--pattern badword", ["word_rule.create"]),
    "rules remove": ("--rule RULE", ["word_rule.delete"]),
    "visitor ban": ("--site PK --visitor VISITOR", ["sanction.create"]),
    "visitor unban": ("--site PK --visitor VISITOR", []),  # nobody is banned
    "visitor end-sessions": ("--site PK --visitor VISITOR", ["visitor.end_tokens"]),
}
ONLY_READ = {"site list", "key list", "room list", "rules list"}
OF_THE_INSTALLATION = {"site list", "rules list"}
# They run until a signal ends them, which changes no site by itself; the demo's own site is made
# by it.
SERVERS = {"serve", "worker", "demo"}


def test_every_command_is_known_here() -> None:
    ours = {name for name, it in all_commands() if isinstance(it, ProductCommand)}
    assert ACTS.keys() | ONLY_READ | SERVERS == ours


@pytest.mark.parametrize("name", ACTS)
def test_it_has_an_entry_of_the_command_line(
    name: str, command: Command, site: Site, site_key: str, room: Room, visitor: Visitor
) -> None:
    Account.objects.create_user("other@shop.example")
    key, _ = create_api_key(site=site, name="Old", scopes=["audit"], created_by=SYSTEM)
    rule = create_rule(site=None, pattern="spam", by=SYSTEM)
    forget_record()
    words, actions = ACTS[name]
    for word, meaning in (
        ("API_KEY", key.public_id),
        ("RULE", str(rule.pk)),
        ("PK", site_key),
        ("VISITOR", visitor.public_id),
    ):
        words = words.replace(word, meaning)
    answer = command(*name.split(), *words.split())
    assert answer.code == 0, answer.err
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == actions
    assert all(entry.actor == SYSTEM for entry in entries)


@pytest.mark.parametrize("name", sorted(ONLY_READ))
def test_a_list_is_no_act(name: str, command: Command, site: Site, site_key: str) -> None:
    on_site = [] if name in OF_THE_INSTALLATION else ["--site", site_key]
    assert command(*name.split(), *on_site).code == 0
    assert not AuditEntry.objects.exists()
