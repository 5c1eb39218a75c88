"""Every command and option, one file a subject. Nothing here loads Django: help comes at once."""

from __future__ import annotations

import click

from inglenook.cli.commands.completion import COMPLETION
from inglenook.cli.commands.declaration import DjangoCommand, Group
from inglenook.cli.commands.demo import DEMO
from inglenook.cli.commands.keys import KEY
from inglenook.cli.commands.owners import OWNER
from inglenook.cli.commands.rooms import ROOM
from inglenook.cli.commands.rules import RULES
from inglenook.cli.commands.serving import SERVE, WORKER
from inglenook.cli.commands.sites import SITE
from inglenook.cli.commands.visitors import VISITOR

__all__ = ["INGLENOOK", "PROGRAM"]

PROGRAM = "inglenook"
_DJANGO = DjangoCommand("django", "one of Django's own commands")


class _Inglenook(Group):
    """The command itself: a word that is not ours is one of Django's commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return _DJANGO.name, _DJANGO, args

    def format_epilog(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        formatter.write(
            "\nAny other word is one of Django's commands, for example `inglenook migrate`.\n"
            "`inglenook COMMAND --help` tells about one command.\n"
        )


INGLENOOK: click.Group = click.version_option(
    package_name="inglenook", message="%(prog)s %(version)s", help="Show the version and exit."
)(
    _Inglenook(
        PROGRAM,
        "anonymous chat rooms for any website",
        [SERVE, WORKER, DEMO, OWNER, SITE, KEY, ROOM, VISITOR, RULES, COMPLETION, _DJANGO],
    )
)
