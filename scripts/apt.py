"""Debian's packages, for the one who may install them."""

from __future__ import annotations

import os
import shutil
from functools import cache

from scripts.steps import CACHE, ChoreError, failure_of, run_logged, timed


def may_install() -> bool:
    """Only root on Debian and its kin; nobody is ever asked for a password."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(title: str, *packages: str) -> None:
    """Raises ChoreError when apt-get refuses."""
    with timed(title):
        _update()
        _run(title, ["apt-get", "install", "-y", "--no-install-recommends", *packages])


@cache
def _update() -> None:
    _run("Package lists", ["apt-get", "update"])


def _run(title: str, argv: list[str]) -> None:
    log = CACHE / "apt.log"
    code = run_logged(argv, log, {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if code != 0:
        raise ChoreError(failure_of(title, argv, code, log))
