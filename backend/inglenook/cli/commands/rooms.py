"""`inglenook room …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand
from inglenook.cli.commands.options import SITE_KEY_EXAMPLE, site_option

ROOM = Group(
    "room",
    "rooms of a site",
    [
        ProductCommand(
            "create",
            "make a room",
            example=f"inglenook room create --site {SITE_KEY_EXAMPLE} "
            '--slug help --name "Help desk"',
            function="rooms:create",
            options=[
                site_option(),
                click.Option(
                    ["--slug"],
                    metavar="S",
                    help="Its name in addresses: a-z, 0-9 and -, at most 64.",
                ),
                click.Option(["--name"], metavar="N", required=True),
                click.Option(["--topic"], metavar="T", default=""),
                click.Option(
                    ["--kind"],
                    type=click.Choice(["public", "private"]),
                    default="public",
                    help="private: for the site's team alone, "
                    "or with --visitor for that visitor and the team.",
                ),
                click.Option(
                    ["--visitor", "visitor_id"],
                    metavar="ID",
                    help="The visitor of this private room; it gets its own slug.",
                ),
            ],
        ),
        ProductCommand(
            "list",
            "list the rooms of a site",
            example=f"inglenook room list --site {SITE_KEY_EXAMPLE}",
            function="rooms:list_rooms",
            options=[site_option()],
        ),
        ProductCommand(
            "archive",
            "archive a room: it can be read but not written in",
            example=f"inglenook room archive --site {SITE_KEY_EXAMPLE} --slug help",
            function="rooms:archive",
            options=[
                site_option(),
                click.Option(["--slug"], metavar="S", required=True),
                click.Option(["--undo"], is_flag=True, help="Bring it back."),
            ],
        ),
        ProductCommand(
            "preset",
            "set who may write in a room, and how, in one go",
            example=f"inglenook room preset --site {SITE_KEY_EXAMPLE} --slug help --name calm",
            function="rooms:preset",
            options=[
                site_option(),
                click.Option(["--slug"], metavar="S", required=True),
                click.Option(
                    ["--name"],
                    type=click.Choice(["open", "calm", "announcements"]),
                    required=True,
                    help="open: everybody writes; calm: new people wait for approval; "
                    "announcements: the team alone writes.",
                ),
            ],
        ),
        ProductCommand(
            "retention",
            "set how long a room keeps its messages, or see what that would take",
            example=f"inglenook room retention --site {SITE_KEY_EXAMPLE} "
            "--slug help --days 30 --preview",
            function="rooms:retention",
            options=[
                site_option(),
                click.Option(["--slug"], metavar="S", required=True),
                click.Option(
                    ["--days"],
                    metavar="D",
                    type=click.IntRange(1, 3650),
                    help="Messages that are older go, every hour.",
                ),
                click.Option(["--as-site"], is_flag=True, help="As long as the site says."),
                click.Option(
                    ["--preview"], is_flag=True, help="Count what would go, and change nothing."
                ),
            ],
        ),
        ProductCommand(
            "export",
            "write all messages of a room into a file",
            example=f"inglenook room export --site {SITE_KEY_EXAMPLE} --slug help",
            function="rooms:export",
            options=[site_option(), click.Option(["--slug"], metavar="S", required=True)],
        ),
    ],
)
