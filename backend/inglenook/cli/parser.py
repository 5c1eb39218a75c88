"""Every word of the command, with one example each. No Django here."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any, Protocol

from inglenook.cli.environment import DEFAULT_HOST
from inglenook.sites.scopes import ALL_SCOPES

OWN_WORDS = ("serve", "demo", "owner", "site", "key", "room", "visitor", "django")
_SITE_KEY = "pk_3vX…"


class Commands(Protocol):
    """What `add_subparsers` answers with."""

    def add_parser(self, name: str, **options: Any) -> ArgumentParser: ...


def build_parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="inglenook",
        description="Anonymous chat rooms for any website.",
        epilog="Any other word is one of Django's commands, for example `inglenook migrate`.\n"
        "`inglenook COMMAND --help` tells about one command.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_serving(commands)
    _add_owner(_group(commands, "owner", "accounts of those who own sites"))
    _add_site(_group(commands, "site", "websites that may embed the chat"))
    _add_key(_group(commands, "key", "API keys of a site, for programs of its owner"))
    _add_room(_group(commands, "room", "rooms of a site"))
    _add_visitor(_group(commands, "visitor", "people who chat on a site"))
    _command(commands, "django", "one of Django's own commands", "inglenook django shell", "")
    return parser


def _group(commands: Commands, name: str, about: str) -> Commands:
    group = commands.add_parser(name, help=about, description=f"{about.capitalize()}.")
    found: Commands = group.add_subparsers(metavar="COMMAND", required=True)
    return found


def _command(
    commands: Commands, name: str, about: str, example: str, run: str, *, answers: bool = False
) -> ArgumentParser:
    """`run` is "module:function" of this package; `answers` adds --json."""
    command = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run, json=False)
    if answers:
        command.add_argument(
            "--json", action="store_true", help="print one JSON object and nothing else"
        )
    return command


def _add_serving(commands: Commands) -> None:
    serve = _command(
        commands,
        "serve",
        "check the settings, bring the embedded database up to date, and serve",
        "inglenook serve --host 0.0.0.0 --port 8000",
        "serving:serve",
    )
    demo = _command(
        commands,
        "demo",
        "serve with a demo owner, a demo site and foreign demo pages on other ports",
        "inglenook demo --port 8000 --demo-port 8100",
        "demo:demo",
    )
    for command in (serve, demo):
        command.add_argument(
            "--host", default=DEFAULT_HOST, help="address to listen on (default %(default)s)"
        )
        command.add_argument(
            "--port", type=_port, help="port to listen on (default: PORT, else 8000)"
        )
        command.add_argument("--server", choices=("uvicorn", "daphne"), default="uvicorn")
    demo.add_argument(
        "--demo-port",
        type=_port,
        help="port of the demo pages (default: DEMO_PORT, else 8100); the next one is used too",
    )


def _add_owner(commands: Commands) -> None:
    create = _command(
        commands,
        "create",
        "make an account; without a password it signs in by the link that is printed",
        "inglenook owner create --email olive@example.com",
        "accounts:create",
        answers=True,
    )
    create.add_argument("--password", metavar="P", help="10 characters or more")
    create.add_argument("--name", metavar="N", default="", help="the name shown beside messages")
    link = _command(
        commands,
        "login-link",
        "print a link that signs an account in, once, within 24 hours",
        "inglenook owner login-link --email olive@example.com",
        "accounts:login_link",
        answers=True,
    )
    for command in (create, link):
        command.add_argument("--email", metavar="E", required=True)


def _add_site(commands: Commands) -> None:
    create = _command(
        commands,
        "create",
        "make a site with its key and a first room, and print the tag to paste",
        'inglenook site create --name "Candle Shop" --origin https://shop.example --json',
        "sites:create",
        answers=True,
    )
    create.add_argument("--name", metavar="N", required=True)
    create.add_argument(
        "--origin",
        metavar="O",
        action="append",
        required=True,
        help="where its pages are; may be repeated",
    )
    create.add_argument("--owner", metavar="E", help="e-mail address of the account that owns it")
    _command(
        commands, "list", "list the sites", "inglenook site list", "sites:list_sites", answers=True
    )
    rotate = _command(
        commands,
        "rotate-key",
        "give a site a new key; the old one works on for a while",
        f"inglenook site rotate-key --site {_SITE_KEY} --overlap 7",
        "sites:rotate_key",
        answers=True,
    )
    rotate.add_argument(
        "--overlap",
        metavar="DAYS",
        type=_days,
        default=7.0,
        help="days (default 7; 0 ends the old key at once)",
    )
    give = _command(
        commands,
        "add-owner",
        "give a site one more owner",
        f"inglenook site add-owner --site {_SITE_KEY} --owner olive@example.com",
        "sites:add_owner",
        answers=True,
    )
    give.add_argument("--owner", metavar="E", required=True, help="e-mail address of an account")
    disable = _command(
        commands,
        "disable",
        "switch a site off: its visitors are disconnected, nothing is deleted",
        f"inglenook site disable --site {_SITE_KEY}",
        "sites:disable",
        answers=True,
    )
    enable = _command(
        commands,
        "enable",
        "switch a site on again",
        f"inglenook site enable --site {_SITE_KEY}",
        "sites:enable",
        answers=True,
    )
    origins = _command(
        commands,
        "origins",
        "print the origins of a site, after adding and removing what is named",
        f"inglenook site origins --site {_SITE_KEY} --add https://www.shop.example",
        "sites:origins",
        answers=True,
    )
    origins.add_argument("--add", metavar="O", action="append", default=[], help="may be repeated")
    origins.add_argument(
        "--remove", metavar="O", action="append", default=[], help="may be repeated"
    )
    for command in (rotate, give, disable, enable, origins):
        _add_site_key(command)


def _add_key(commands: Commands) -> None:
    create = _command(
        commands,
        "create",
        "make an API key and print it, this once",
        f"inglenook key create --site {_SITE_KEY} --name Reports --scope people:read --days 90",
        "keys:create",
        answers=True,
    )
    create.add_argument("--name", metavar="N", required=True, help="what it is for")
    create.add_argument(
        "--scope",
        metavar="S",
        action="append",
        required=True,
        choices=(*ALL_SCOPES, "all"),
        help=f"what it may do; may be repeated: {', '.join(ALL_SCOPES)}, or all",
    )
    create.add_argument(
        "--days",
        metavar="DAYS",
        type=_days_ahead,
        help="when it ends (default: when it is revoked)",
    )
    listing = _command(
        commands,
        "list",
        "list the API keys of a site",
        f"inglenook key list --site {_SITE_KEY}",
        "keys:list_keys",
        answers=True,
    )
    revoke = _command(
        commands,
        "revoke",
        "end an API key at once",
        f"inglenook key revoke --site {_SITE_KEY} --key k_7Lm…",
        "keys:revoke",
        answers=True,
    )
    revoke.add_argument("--key", metavar="ID", required=True, help="its id, as the list shows it")
    for command in (create, listing, revoke):
        _add_site_key(command)


def _add_room(commands: Commands) -> None:
    create = _command(
        commands,
        "create",
        "make a room",
        f'inglenook room create --site {_SITE_KEY} --slug help --name "Help desk"',
        "rooms:create",
        answers=True,
    )
    create.add_argument(
        "--slug", metavar="S", help="its name in addresses: a-z, 0-9 and -, at most 64"
    )
    create.add_argument("--name", metavar="N", required=True)
    create.add_argument("--topic", metavar="T", default="")
    create.add_argument(
        "--kind",
        choices=("public", "private"),
        default="public",
        help="private: for the site's team alone, or with --visitor for that visitor and the team",
    )
    create.add_argument(
        "--visitor", metavar="ID", help="whose private room it is; it gets its own slug"
    )
    listing = _command(
        commands,
        "list",
        "list the rooms of a site",
        f"inglenook room list --site {_SITE_KEY}",
        "rooms:list_rooms",
        answers=True,
    )
    archive = _command(
        commands,
        "archive",
        "archive a room: it can be read but not written in",
        f"inglenook room archive --site {_SITE_KEY} --slug help",
        "rooms:archive",
        answers=True,
    )
    archive.add_argument("--slug", metavar="S", required=True)
    archive.add_argument("--undo", action="store_true", help="bring it back")
    for command in (create, listing, archive):
        _add_site_key(command)


def _add_visitor(commands: Commands) -> None:
    ban = _command(
        commands,
        "ban",
        "shut a visitor out of a site; their connections are closed",
        f"inglenook visitor ban --site {_SITE_KEY} --visitor v_9kQ… --hours 24",
        "visitors:ban",
        answers=True,
    )
    ban.add_argument(
        "--hours", metavar="H", type=_hours, help="how long (default: until let in again)"
    )
    ban.add_argument("--reason", metavar="R", default="", help="for the team")
    unban = _command(
        commands,
        "unban",
        "let a visitor in again",
        f"inglenook visitor unban --site {_SITE_KEY} --visitor v_9kQ…",
        "visitors:unban",
        answers=True,
    )
    for command in (ban, unban):
        _add_site_key(command)
        command.add_argument("--visitor", metavar="ID", required=True, help="v_…")


def _add_site_key(command: ArgumentParser) -> None:
    command.add_argument("--site", metavar="KEY", required=True, help="the site's public key, pk_…")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ArgumentTypeError(f"{text!r} is not a port: write a number from 1 to 65535")
    return int(text)


def _hours(text: str) -> float:
    return _number(text, least=0.01, most=24 * 366 * 10, unit="hours")


def _days(text: str) -> float:
    return _number(text, least=0, most=366, unit="days")


def _days_ahead(text: str) -> float:
    return _number(text, least=0.01, most=3660, unit="days")


def _number(text: str, *, least: float, most: float, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise ArgumentTypeError(
            f"{text!r} does not do: write a number of {unit} from {least:g} to {most:g}"
        )
    return value
