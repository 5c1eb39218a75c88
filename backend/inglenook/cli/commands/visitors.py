"""`inglenook visitor …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand
from inglenook.cli.commands.options import SITE_KEY_EXAMPLE, Amount, site_option

TEN_YEARS_IN_HOURS = 24 * 366 * 10


def _visitor_option() -> click.Option:
    return click.Option(["--visitor", "visitor_id"], metavar="ID", required=True, help="v_…")


VISITOR = Group(
    "visitor",
    "people who chat on a site",
    [
        ProductCommand(
            "ban",
            "ban a visitor from a site and close their connections",
            example=f"inglenook visitor ban --site {SITE_KEY_EXAMPLE} --visitor v_9kQ… --hours 24",
            function="visitors:ban",
            options=[
                site_option(),
                _visitor_option(),
                click.Option(
                    ["--hours"],
                    metavar="H",
                    type=Amount("hours", least=0.01, most=TEN_YEARS_IN_HOURS),
                    help="How long (default: until it is lifted).",
                ),
                click.Option(["--reason"], metavar="R", default="", help="Shown to the team."),
            ],
        ),
        ProductCommand(
            "unban",
            "let a visitor in again",
            example=f"inglenook visitor unban --site {SITE_KEY_EXAMPLE} --visitor v_9kQ…",
            function="visitors:unban",
            options=[site_option(), _visitor_option()],
        ),
        ProductCommand(
            "end-sessions",
            "end every session of a visitor, when somebody else has got hold of one",
            example=f"inglenook visitor end-sessions --site {SITE_KEY_EXAMPLE} --visitor v_9kQ…",
            function="visitors:end_sessions",
            options=[site_option(), _visitor_option()],
        ),
    ],
)
