"""`inglenook demo`"""

from __future__ import annotations

import click

from inglenook.cli.commands.declaration import ProductCommand
from inglenook.cli.commands.options import Port
from inglenook.cli.commands.serving import serving_options

DEMO = ProductCommand(
    "demo",
    "serve with a demo owner, a demo site and foreign demo pages on other ports",
    example="inglenook demo --port 8000 --demo-port 8100",
    function="demo:demo",
    options=[
        *serving_options(),
        click.Option(
            ["--demo-port"],
            type=Port(),
            help="Port of the demo pages (default: DEMO_PORT, else 8100); "
            "the next one is used too.",
        ),
        click.Option(
            ["--reset"],
            is_flag=True,
            help="Put the demo site back as it was at first, and end; a demo that runs goes on.",
        ),
    ],
    has_json=False,
)
