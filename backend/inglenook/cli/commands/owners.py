"""`inglenook owner …`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import Group, ProductCommand


def _email_option() -> click.Option:
    return click.Option(["--email"], metavar="E", required=True)


OWNER = Group(
    "owner",
    "accounts of site owners",
    [
        ProductCommand(
            "create",
            "make an account; without --password, print a link that signs in",
            example="inglenook owner create --email olive@example.com",
            function="owners:create",
            options=[
                _email_option(),
                click.Option(["--password"], metavar="P", help="10 characters or more."),
                click.Option(
                    ["--name"], metavar="N", default="", help="The name shown beside messages."
                ),
            ],
        ),
        ProductCommand(
            "login-link",
            "print a link that signs an account in, once, within 24 hours",
            example="inglenook owner login-link --email olive@example.com",
            function="owners:login_link",
            options=[_email_option()],
        ),
        ProductCommand(
            "reset-second-step",
            "remove the codes and passkeys of somebody who has lost them",
            example="inglenook owner reset-second-step --email olive@example.com",
            function="owners:reset_second_step",
            options=[_email_option()],
        ),
    ],
)
