"""`inglenook site …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand
from inglenook.cli.commands.options import SITE_KEY_EXAMPLE, Amount, site_option

SITE = Group(
    "site",
    "websites that may embed the chat",
    [
        ProductCommand(
            "create",
            "make a site with its key and a first room, and print the tag to paste",
            example="inglenook site create "
            '--name "Candle Shop" --origin https://shop.example --json',
            function="sites:create",
            options=[
                click.Option(["--name"], metavar="N", required=True),
                click.Option(
                    ["--origin", "origins"],
                    metavar="O",
                    multiple=True,
                    required=True,
                    help="Where its pages are; may be repeated.",
                ),
                click.Option(
                    ["--owner"], metavar="E", help="E-mail address of the account that owns it."
                ),
            ],
        ),
        ProductCommand(
            "list",
            "list the sites",
            example="inglenook site list",
            function="sites:list_sites",
        ),
        ProductCommand(
            "rotate-key",
            "give a site a new key; the old one works on for a while",
            example=f"inglenook site rotate-key --site {SITE_KEY_EXAMPLE} --overlap 7",
            function="sites:rotate_key",
            options=[
                site_option(),
                click.Option(
                    ["--overlap"],
                    metavar="DAYS",
                    type=Amount("days", least=0, most=366),
                    default=7.0,
                    help="Days (default 7; 0 ends the old key at once).",
                ),
            ],
        ),
        ProductCommand(
            "add-owner",
            "give a site one more owner",
            example=f"inglenook site add-owner --site {SITE_KEY_EXAMPLE} --owner olive@example.com",
            function="sites:add_owner",
            options=[
                site_option(),
                click.Option(
                    ["--owner"], metavar="E", required=True, help="E-mail address of an account."
                ),
            ],
        ),
        ProductCommand(
            "disable",
            "switch a site off: its visitors are disconnected, nothing is deleted",
            example=f"inglenook site disable --site {SITE_KEY_EXAMPLE}",
            function="sites:disable",
            options=[site_option()],
        ),
        ProductCommand(
            "enable",
            "switch a site on again",
            example=f"inglenook site enable --site {SITE_KEY_EXAMPLE}",
            function="sites:enable",
            options=[site_option()],
        ),
        ProductCommand(
            "origins",
            "print the origins of a site, after adding and removing what is named",
            example=f"inglenook site origins --site {SITE_KEY_EXAMPLE} "
            "--add https://www.shop.example",
            function="sites:origins",
            options=[
                site_option(),
                click.Option(
                    ["--add", "added"], metavar="O", multiple=True, help="May be repeated."
                ),
                click.Option(
                    ["--remove", "removed"], metavar="O", multiple=True, help="May be repeated."
                ),
            ],
        ),
        ProductCommand(
            "pages",
            "print which pages get rooms of their own, after adding and removing what is named",
            example=f"inglenook site pages --site {SITE_KEY_EXAMPLE} --add '/blog/*'",
            function="sites:pages",
            options=[
                site_option(),
                click.Option(
                    ["--add", "added"],
                    metavar="P",
                    multiple=True,
                    help="A path; * stands for any characters. May be repeated.",
                ),
                click.Option(
                    ["--remove", "removed"], metavar="P", multiple=True, help="May be repeated."
                ),
            ],
        ),
    ],
)
