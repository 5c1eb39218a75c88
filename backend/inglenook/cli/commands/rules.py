"""`inglenook rules …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand

# As `moderation.models.WordRule` has them, which loads Django; a test holds the two together.
MATCHES = ("word", "part", "regex")
ACTIONS = ("block", "hold", "mask")
PLACES = ("body", "name")

RULES = Group(
    "rules",
    "word rules of this installation, which stand on every site",
    [
        ProductCommand(
            "list",
            "list the word rules of this installation",
            example="inglenook rules list",
            function="rules:list_rules",
        ),
        ProductCommand(
            "add",
            "add a word rule for every site",
            example="inglenook rules add --pattern badword --action mask",
            function="rules:add",
            options=[
                click.Option(
                    ["--pattern"],
                    metavar="P",
                    required=True,
                    help="The word, or for --match regex a pattern of RE2.",
                ),
                click.Option(
                    ["--match"],
                    type=click.Choice(MATCHES),
                    default="word",
                    help="Whole words, also inside a word, or a pattern (default: word).",
                ),
                click.Option(
                    ["--where"],
                    type=click.Choice(PLACES),
                    multiple=True,
                    help="Messages or names; may be repeated (default: both).",
                ),
                click.Option(
                    ["--action"],
                    type=click.Choice(ACTIONS),
                    default="block",
                    help="What is done with a message (default: block). A name is refused.",
                ),
            ],
        ),
        ProductCommand(
            "remove",
            "remove a word rule of this installation",
            example="inglenook rules remove --rule 17",
            function="rules:remove",
            options=[
                click.Option(
                    ["--rule", "rule_id"],
                    metavar="ID",
                    required=True,
                    help="Its id, as the list shows it.",
                ),
            ],
        ),
    ],
)
