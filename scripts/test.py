"""`make test`: installs what the tests need, then runs all of them. `make e2e`, `make docs`:
a part. `make e2e LOSSY=1`: with a Redis between two processes that loses, doubles
and swaps what it is given.

    lint, types, import rules, TypeScript        the quickest answers first
    Python with real servers · the browser · faults and fronts
    Python alone · Python on PostgreSQL          beside them

Two at a time, because two cores is what a small machine has, and what needs no clock beside them
(scripts/lanes.py). Nothing is skipped: what is missing and cannot be installed ends this with the
words for installing it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from scripts import apt, browser, engines
from scripts.bench import install_packages
from scripts.check import BIN, NPX, sizes_fit, static
from scripts.folders import BROWSER_FOLDERS
from scripts.install import install
from scripts.lanes import Part, report_failures, run_parts
from scripts.steps import ChoreError, chore, say

FRONTS = {"nginx": "nginx-light", "caddy": "caddy", "pgbouncer": "pgbouncer"}
PYTEST = [str(BIN / "pytest"), "-q", "--durations=15"]
# A test that runs beside others may have to wait for a processor.
PATIENT = [*PYTEST, "--timeout=600"]
EDGES = ("tests/backend/api", "tests/backend/dashboard", "tests/backend/pages")


def programs_of_the_machine() -> str:
    """Browsers, and what stands in front of the product or between it and its database: Debian's
    packages, for root. Answers with the Chromium of the tests.

    Before the tests begin: an installation would eat up the time of the first that asks for it.
    """
    chromium = browser.ensure_for_tests()
    engines.ensure()
    missing = [
        package
        for program, package in FRONTS.items()
        if not shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    ]
    if missing and apt.may_install():
        apt.install("Front servers and pooler", *missing)
    return chromium


def install_all(*, with_peers: bool) -> dict[str, str]:
    """Everything that tests need. apt-get works beside pip and npm: each waits for the network."""
    with ThreadPoolExecutor(1) as beside:
        programs = beside.submit(programs_of_the_machine) if apt.may_install() else None
        env = install(dev=True)
        if with_peers:
            install_packages()  # tests/tooling/test_plots.py draws
    chromium = programs.result() if programs else programs_of_the_machine()
    os.environ["INGLENOOK_CHROMIUM"] = env["INGLENOOK_CHROMIUM"] = chromium
    return env


def servers_are_there() -> None:
    """Starts each once, so that a missing one fails before anything has taken minutes."""
    # Only now: what it imports has just been installed.
    from tests.testkit import services

    try:
        services.postgres()
        services.redis()
    except services.ServiceMissing as error:
        raise ChoreError(str(error)) from error


def in_browser() -> Part:
    return Part("Browsers, end to end", [*PYTEST, "-m", "browser", *BROWSER_FOLDERS], counts=True)


def everything(env: dict[str, str]) -> list[Part]:
    """The long ones first, so that both lanes end at about the same time."""
    on_postgres = {**os.environ, "INGLENOOK_TEST_DATABASE": "postgres"}
    apart = ["tests/faults", "tests/deploy"]
    with_servers = [*PYTEST, "-m", "whole and not browser"]
    again = [*PATIENT, "-m", "database and not whole and not any_database"]
    return [
        Part(
            "Python with real servers",
            [*with_servers, *(f"--ignore={folder}" for folder in apart)],
            counts=True,
        ),
        *static(env),
        Part("TypeScript", [*NPX, "vitest", "run"], env, counts=True),
        in_browser(),
        Part("Faults and fronts", [*with_servers, *apart], counts=True),
        Part("Python on SQLite", [*PATIENT, "-m", "not whole"], counts=True, is_patient=True),
        # Two, so that no processor is idle while the last one runs.
        Part(
            "PostgreSQL, calls and pages",
            [*again, *EDGES],
            on_postgres,
            counts=True,
            is_patient=True,
        ),
        Part(
            "PostgreSQL, all else",
            [*again, "tests/backend", *(f"--ignore={folder}" for folder in EDGES)],
            on_postgres,
            counts=True,
            is_patient=True,
        ),
    ]


def main() -> bool:
    began = time.monotonic()
    word = sys.argv[1] if len(sys.argv) > 1 else "test"
    if word == "docs":
        install(dev=True)
        parts = run_parts([Part("papers", [*PYTEST, "tests/docs"], counts=True)])
    else:
        env = install_all(with_peers=word == "test")
        servers_are_there()
        parts = run_parts(everything(env) if word == "test" else [in_browser()])
    is_ok = report_failures(parts)
    if word == "test":
        is_ok = sizes_fit() and is_ok
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    say(f"\n{word}: {'all well' if is_ok else 'FAILED'}, {minutes} min {seconds:02} s")
    say(closing_line(parts))
    return is_ok


def closing_line(parts: list[Part]) -> str:
    """All tests of all parts in the one line that whoever reads logs looks for."""
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for part in parts:
        for name, number in part.tests().items() if part.counts else ():
            if name in total:
                total[name] += number
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    return f"{total['passed']} passed, {total['failed']} failed{skipped}"


if __name__ == "__main__":
    sys.exit(chore(main))
