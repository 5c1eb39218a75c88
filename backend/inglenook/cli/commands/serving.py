"""`inglenook serve` and `inglenook worker`, and the options of whatever serves."""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import ProductCommand
from inglenook.cli.commands.options import Port

DEFAULT_HOST = "127.0.0.1"


def serving_options() -> list[click.Option]:
    return [
        click.Option(
            ["--host"], default=DEFAULT_HOST, help=f"Address to listen on (default {DEFAULT_HOST})."
        ),
        click.Option(["--port"], type=Port(), help="Port to listen on (default: PORT, else 8000)."),
        click.Option(
            ["--server"],
            type=click.Choice(["uvicorn", "daphne"]),
            default="uvicorn",
            help="The ASGI server (default uvicorn).",
        ),
    ]


SERVE = ProductCommand(
    "serve",
    "check the settings, bring the embedded database up to date, and serve",
    example="inglenook serve --host 0.0.0.0 --port 8000",
    function="serving:serve",
    options=[
        *serving_options(),
        click.Option(
            ["--no-worker"],
            is_flag=True,
            help="Run no jobs in this process; `inglenook worker` runs them.",
        ),
    ],
    has_json=False,
)

WORKER = ProductCommand(
    "worker",
    "run jobs, such as retention, beside servers that run none",
    example="inglenook worker",
    function="worker:work",
    options=[
        click.Option(
            ["--once"], is_flag=True, help="Run what is due, then end; for a timer, each hour."
        ),
    ],
    has_json=False,
)
