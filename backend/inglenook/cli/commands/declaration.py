"""What the commands are declared with.

A command of ours names the function that does it, as "module:function" of `inglenook.cli`, and
hands it its options by name. Click only reads the words: invoking a command answers with a `Run`,
and `main` calls that when click is done, so click never handles an exception of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import click

# Does what was asked for, and answers with the exit code.
Run = Callable[[], int]


class Group(click.Group):
    """Commands of one subject, listed in the order of their declaration."""

    def __init__(self, name: str, about: str, commands: Sequence[click.Command]) -> None:
        super().__init__(
            name,
            help=_sentence(about),
            short_help=about,
            commands=commands,
            subcommand_metavar="COMMAND ...",
            context_settings={"help_option_names": ["-h", "--help"]},
        )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


class Command(click.Command):
    """One command with an example of its use. `about` starts small, as it stands in a list."""

    def __init__(
        self, name: str, about: str, *, example: str, params: Sequence[click.Parameter]
    ) -> None:
        super().__init__(name, help=_sentence(about), short_help=about, params=list(params))
        self.example = example

    def format_epilog(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        # Not wrapped: it is there to be copied.
        formatter.write(f"\nexample:\n  {self.example}\n")


class ProductCommand(Command):
    """A command that needs the product: its settings, and usually its database."""

    def __init__(
        self,
        name: str,
        about: str,
        *,
        example: str,
        function: str,
        options: Sequence[click.Option] = (),
        has_json: bool = True,
    ) -> None:
        super().__init__(name, about, example=example, params=options)
        self.function = function
        if has_json:
            self.params.append(
                click.Option(
                    ["--json", "as_json"],
                    is_flag=True,
                    help="Print one JSON object and nothing else.",
                )
            )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        typed = list(args)  # click empties its own list
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter:
            # Click names the first only; whoever typed it wants to mend all at once.
            given, _, _ = self.make_parser(ctx).parse_args(typed)
            missing = [p.opts[0] for p in self.params if p.required and p.name not in given]
            raise click.UsageError(f"Missing: {', '.join(missing)}.", ctx) from None

    def invoke(self, ctx: click.Context) -> Run:
        # Not at the top: this loads Django.
        from inglenook.cli.running import run_function

        options = dict(ctx.params)
        as_json = options.pop("as_json", False)
        return partial(run_function, self.function, options, as_json=as_json)


class DjangoCommand(click.Command):
    """Hands all words after its own to Django as they are, `--help` and `--` too."""

    def __init__(self, name: str, about: str) -> None:
        super().__init__(name, help=_sentence(about), short_help=about)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return ctx.args

    def invoke(self, ctx: click.Context) -> Run:
        from inglenook.cli.running import run_django

        return partial(run_django, list(ctx.args))


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."
