"""`inglenook key …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand
from inglenook.cli.commands.options import SITE_KEY_EXAMPLE, Amount, site_option
from inglenook.sites.scopes import ALL_SCOPES

KEY = Group(
    "key",
    "API keys of a site, for programs of its owner",
    [
        ProductCommand(
            "create",
            "make an API key and print it, this once",
            example=f"inglenook key create --site {SITE_KEY_EXAMPLE} "
            "--name Reports --scope people:read --days 90",
            function="keys:create",
            options=[
                site_option(),
                click.Option(["--name"], metavar="N", required=True, help="What it is for."),
                click.Option(
                    ["--scope", "scopes"],
                    metavar="S",
                    multiple=True,
                    required=True,
                    type=click.Choice([*ALL_SCOPES, "all"]),
                    help=f"What it may do; may be repeated: {', '.join(ALL_SCOPES)}, or all.",
                ),
                click.Option(
                    ["--days"],
                    metavar="DAYS",
                    type=Amount("days", least=0.01, most=3660),
                    help="When it ends (default: when it is revoked).",
                ),
            ],
        ),
        ProductCommand(
            "list",
            "list the API keys of a site",
            example=f"inglenook key list --site {SITE_KEY_EXAMPLE}",
            function="keys:list_keys",
            options=[site_option()],
        ),
        ProductCommand(
            "revoke",
            "end an API key at once",
            example=f"inglenook key revoke --site {SITE_KEY_EXAMPLE} --key k_7Lm…",
            function="keys:revoke",
            options=[
                site_option(),
                click.Option(
                    ["--key", "key_id"],
                    metavar="ID",
                    required=True,
                    help="Its id, as the list shows it.",
                ),
            ],
        ),
    ],
)
