"""`inglenook serve` under test: the real command in a process of its own,
as an operator starts it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, Self

import httpx

from tests.testkit import blank
from tests.testkit.commands import COMMAND, Commands
from tests.testkit.process import Process, free_port

# A test's server knows only what the test tells it, not what the developer's shell or `.env` says.
FOREIGN = re.compile(r"INGLENOOK_|DJANGO_|DATABASE_URL|REDIS_URL|TEST_|PORT$|DEMO_PORT$")
# Neither may ever be in a log: an exception nobody caught, or a socket closed by one.
DEFECTS = re.compile(r"Traceback \(most recent call last\)|\b1011\b|was never (awaited|retrieved)")


class Server:
    """One `inglenook serve`. Several with the same folder or database make one installation.

    A new one gets its static files and SQLite's migrated database ready made, unless `is_bare`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        server: str = "uvicorn",
        port: int | None = None,
        env: dict[str, str] | None = None,
        is_bare: bool = False,
    ) -> None:
        self.folder = folder
        self.is_bare = is_bare
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not FOREIGN.match(name)},
            "INGLENOOK_ENV_FILE": os.devnull,
            "INGLENOOK_DATA_DIR": str(folder / "data"),
            "INGLENOOK_BASE_URL": self.base_url,
            **(env or {}),
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.process = Process(
            f"inglenook serve --server {server}",
            [str(COMMAND), "serve", "--port", str(self.port), "--server", server],
            log=folder / f"server-{self.port}.log",
            env=self.env,
            folder=folder,
        )
        self._commands = Commands(self.env, folder)

    def start(self) -> Self:
        """Returns when `/healthz` answers."""
        self._furnish()
        self.process.start(self._is_healthy)
        return self

    def stop(self) -> int:
        self._commands.end()
        return self.process.stop()

    def kill(self) -> None:
        self._commands.end()
        self.process.kill()

    def restart(self) -> Self:
        """Stops and starts on the same port, with the same data."""
        self.stop()
        return self.start()

    def run(self, *words: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs another `inglenook` command of this installation. Raises when it fails, if `ok`."""
        self._furnish()
        done = self._commands.run(words)
        if ok and done.returncode != 0:
            raise AssertionError(
                f"inglenook {' '.join(words)} ended with "
                f"{done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def ask(self, *words: str) -> Any:
        """What a command answers with `--json`."""
        return json.loads(self.run(*words, "--json").stdout)

    def log_text(self) -> str:
        return self.process.log_text()

    def defects(self) -> list[str]:
        """The lines of the log that must not be there."""
        return [line for line in self.log_text().splitlines() if DEFECTS.search(line)]

    def assert_clean(self) -> None:
        if self.defects():
            raise AssertionError(f"The server's log has defects:\n{self.log_text()[-8000:]}")

    def _furnish(self) -> None:
        if not self.is_bare:
            folder = Path(self.env["INGLENOOK_DATA_DIR"])
            blank.furnish(folder, with_sqlite="DATABASE_URL" not in self.env)

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False
