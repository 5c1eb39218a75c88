"""What every test may ask for: servers, a served product, a browser."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, core, settings
from playwright.sync_api import Browser, expect, sync_playwright

from scripts import browser as chromium
from scripts.folders import BROWSER_FOLDERS
from tests.testkit import blank, services
from tests.testkit.server import Server
from tests.testkit.tls import share_one_context

share_one_context()

Serve = Callable[..., Server]

# A busy machine must not make a property look broken:
# the tests that are about time measure it themselves.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """A pytest that gets a signal to end ends its servers first."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    # One number repeats a run: its order, and what hypothesis made up.
    if core.global_force_seed is None:
        core.global_force_seed = config.getoption("randomly_seed", None)


# A busy machine is slow, not wrong: no test fails for that alone before its 120 seconds.
settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
expect.set_options(timeout=20_000)

HERE = __name__
NEEDS_MORE = {"serve", "browser", "engine", "postgres", "redis", "bench_packages"}
ASKS_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
STARTERS = {"tests.testkit.process", "tests.testkit.server", "tests.testkit.services"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a database, servers or a browser, so that nobody forgets to.

    A test needs servers when it uses such a fixture, or when it or one of its fixtures stands in a
    file that starts programs. Without the mark `database` pytest-django lets it reach none.
    """
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & NEEDS_MORE or any(starts_programs(f) for f in functions_of(item)):
            item.add_marker("whole")
        if used & {"browser", "engine"}:
            item.add_marker("browser")
            if not item.nodeid.startswith(BROWSER_FOLDERS):
                raise pytest.UsageError(
                    f"{item.nodeid} needs a browser, and `make test` looks for such tests in "
                    f"{', '.join(BROWSER_FOLDERS)} alone (scripts/folders.py)."
                )
        if used & ASKS_DATABASE or item.get_closest_marker("django_db"):
            item.add_marker("database")


def functions_of(item: pytest.Item) -> Iterator[Any]:
    """The test and its fixtures, without those of this file: they are known by name."""
    yield getattr(item, "function", None)
    info = getattr(item, "_fixtureinfo", None)
    for definitions in info.name2fixturedefs.values() if info else ():
        for definition in definitions:
            if definition.func.__module__ != HERE:
                yield definition.func


def starts_programs(function: Any) -> bool:
    names = getattr(function, "__globals__", {})
    return any(
        getattr(value, "__module__", None) in STARTERS or getattr(value, "__name__", "") in STARTERS
        for value in names.values()
    )


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database goes with its server or its folder;
    threads of the product may still hold it.
    """
    return True


@pytest.fixture(scope="session")
def postgres() -> services.Postgres:
    return services.postgres()


@pytest.fixture(scope="session")
def redis() -> services.Redis:
    return services.redis()


@contextmanager
def serving(folder: Path) -> Iterator[Serve]:
    """Starts `inglenook serve`; all options have defaults.

        serve()                                      SQLite, one process
        serve(database="postgres", redis=True)       real servers; the database
                                                     is new, migrated and empty
        serve(beside=first)                          a second process of the same installation
        serve(is_bare=True)                          a folder with nothing in it yet
        serve(server="daphne", INGLENOOK_…="…")      any variable by its name

    At the end all are stopped, and a traceback or a 1011 in a log fails the test.
    """
    started: list[Server] = []

    def start(
        *,
        database: str = "sqlite",
        redis: bool = False,
        server: str = "uvicorn",
        beside: Server | None = None,
        is_bare: bool = False,
        **variables: str,
    ) -> Server:
        env = dict(variables)
        if database == "postgres":
            env["DATABASE_URL"] = blank.new_postgres()
        if redis:
            env["REDIS_URL"] = services.redis().url
        if beside:
            shared = ("DATABASE_URL", "REDIS_URL", "INGLENOOK_BASE_URL", "INGLENOOK_SECRET_KEY")
            env = {**{k: beside.env[k] for k in shared if k in beside.env}, **env}
        own = beside.folder if beside else folder / f"installation-{len(started)}"
        new = Server(own, server=server, env=env, is_bare=is_bare)
        started.append(new)
        return new.start()

    try:
        yield start
    finally:
        for server in reversed(started):
            server.stop()
    for server in started:
        server.assert_clean()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Servers of this test alone, as `serving` starts them. A start takes two seconds: where tests
    do not disturb each other, a file has a fixture with `serving` for all of them.
    """
    with serving(tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
def chromium_options() -> dict[str, Any]:
    """How Playwright launches the browser of this machine."""
    return chromium.launch_options()


@pytest.fixture(scope="module")
def browser(chromium_options: dict[str, Any]) -> Iterator[Browser]:
    """Chromium, once a file. Playwright's event loop runs until the file ends,
    so that a file with a browser has no `async def` tests.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(**chromium_options)
        yield opened
        opened.close()
