"""The option that most subjects have, and the kinds of number that options take."""

from __future__ import annotations

from typing import Any

import click

SITE_KEY_EXAMPLE = "pk_3vX…"


def site_option() -> click.Option:
    return click.Option(
        ["--site", "site_key"], metavar="KEY", required=True, help="The site's public key, pk_…"
    )


class Port(click.ParamType[int]):
    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
            self.fail(f"{text!r} is not a port: write a number from 1 to 65535", param, ctx)
        return int(text)


class Amount(click.ParamType[float]):
    """A number of `unit` within bounds, which may have a fraction."""

    def __init__(self, unit: str, *, least: float, most: float) -> None:
        self.name = unit
        self._least = least
        self._most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not self._least <= number <= self._most:
            bounds = f"from {self._least:g} to {self._most:g}"
            self.fail(f"{value!r} does not do: write a number of {self.name} {bounds}", param, ctx)
        return number
