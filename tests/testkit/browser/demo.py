"""`inglenook demo` under test: the product and the foreign pages that embed it,
as `make run` starts them.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import httpx

from tests.testkit import blank
from tests.testkit.browser.lossy import IS_LOSSY, LossyFront, lossy_env
from tests.testkit.commands import COMMAND, Commands
from tests.testkit.process import Process, free_port
from tests.testkit.server import DEFECTS, FOREIGN

OWNER_EMAIL = "owner@example.com"
# How long to wait between two looks at the tables, and how many looks at most.
SETTLE_SECONDS = 0.5
SETTLE_LOOKS = 20
# What one visitor may send at once; whoever writes more here is several visitors.
BURST = 10


class Speaker:
    """A visitor without a browser, over the HTTP API: for what is only the scenery of a test."""

    def __init__(self, base_url: str, site_key: str, origin: str) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url}/api/v1/{site_key}", headers={"Origin": origin}, timeout=20
        )
        response = self._ask("POST", "/session", json={"token": None, "room": None})
        self._http.headers["Authorization"] = f"Bearer {response['token']}"
        self.name: str = response["visitor"]["name"]

    def call_themselves(self, name: str) -> None:
        self.name = self._ask("PATCH", "/me", json={"name": name})["name"]

    def say(self, body: str, *, room: str = "lobby") -> int:
        """The message's place."""
        message = {"cid": str(uuid.uuid4()), "body": body}
        return int(self._ask("POST", f"/rooms/{room}/messages", json=message)["seq"])

    def answer(self, seq: int, body: str, *, room: str = "lobby") -> int:
        message = {"cid": str(uuid.uuid4()), "body": body, "reply_to": seq}
        return int(self._ask("POST", f"/rooms/{room}/messages", json=message)["seq"])

    def ask_the_team(self, body: str) -> int:
        """The message's place in the speaker's private room."""
        token = str(self._http.headers["Authorization"]).removeprefix("Bearer ")
        response = self._ask("POST", "/session", json={"token": token, "room": "private"})
        private = next(room for room in response["rooms"] if room["kind"] == "private")
        return self.say(body, room=private["slug"])

    def edit(self, seq: int, body: str, *, room: str = "lobby") -> None:
        self._ask("PATCH", f"/rooms/{room}/messages/{seq}", json={"body": body})

    def delete(self, seq: int, *, room: str = "lobby") -> None:
        self._ask("DELETE", f"/rooms/{room}/messages/{seq}")

    def is_writing(self, *, room: str = "lobby") -> None:
        self._ask("POST", f"/rooms/{room}/typing")

    def history(self, room: str = "lobby") -> list[dict[str, Any]]:
        """Every message that is stored in the room, oldest first."""
        found: list[dict[str, Any]] = []
        before: int | None = None
        while True:
            asked = {"limit": 100} | ({"before": before} if before else {})
            page = self._ask("GET", f"/rooms/{room}/messages", params=asked)
            found = page["messages"] + found
            if not page["more"]:
                return found
            before = found[0]["seq"]

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self._http.request(method, path, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None


class Demo:
    """One installation with its foreign pages. Killed and started again, it is the same one."""

    def __init__(self, folder: Path, *, server: str = "uvicorn", **variables: str) -> None:
        self.folder = folder
        self.pages_port = free_port(in_a_row=2)  # the demo pages take both
        self.port = self.pages_port
        while self.port in (self.pages_port, self.pages_port + 1):
            self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.pages_url = f"http://127.0.0.1:{self.pages_port}"
        self.unlisted_url = f"http://127.0.0.1:{self.pages_port + 1}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not FOREIGN.match(name)},
            "INGLENOOK_ENV_FILE": os.devnull,
            "INGLENOOK_DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "DEMO_PORT": str(self.pages_port),
            **variables,
        }
        folder.mkdir(parents=True, exist_ok=True)
        self._front: LossyFront | None = None
        if IS_LOSSY:
            self.env |= lossy_env()
            self._front = LossyFront(folder, self.port, self.env, server)
            self.base_url = self._front.url
        self.process = Process(
            f"inglenook demo --server {server}",
            [str(COMMAND), "demo", "--server", server],
            log=folder / "demo.log",
            env=self.env,
            folder=folder,
        )
        self._commands = Commands(self.env, folder)

    def start(self) -> Self:
        blank.furnish(self.folder / "data", with_sqlite="DATABASE_URL" not in self.env)
        self.process.start(self._is_up)
        if self._front is not None:
            self._front.start()
        return self

    def stop(self) -> None:
        self._commands.end()
        if self._front is not None:
            self._front.stop()
        self.process.stop()

    def kill(self) -> None:
        if self._front is not None:
            self._front.kill()
        self.process.kill()

    @property
    def site_key(self) -> str:
        """From the table that it prints, as a person would take it."""
        return self._printed(r'data-site="(pk_\w+)"')

    @property
    def login_link(self) -> str:
        return self._printed(r"Dashboard +(\S+)")

    def room_page(self, room: str = "lobby") -> str:
        return f"{self.base_url}/s/{self.site_key}/r/{room}/"

    def speaker(self) -> Speaker:
        return Speaker(self.base_url, self.site_key, self.pages_url)

    def seed(self, room: str, bodies: list[str]) -> None:
        """Fills a room, with as many visitors as the limits ask for."""
        for start in range(0, len(bodies), BURST):
            with closing(self.speaker()) as speaker:
                for body in bodies[start : start + BURST]:
                    speaker.say(body, room=room)

    def run(self, *words: str, ok: bool = True) -> str:
        """What another `inglenook` command of this installation prints.
        Raises when it fails, if `ok`.
        """
        done = self._commands.run(words)
        assert done.returncode == 0 or not ok, (
            f"inglenook {' '.join(words)}:\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def new_room(self, name: str, *more: str) -> str:
        """The slug of a room that is new and empty."""
        slug = f"room-{uuid.uuid4().hex[:8]}"
        words = ("--site", self.site_key, "--slug", slug, "--name", name)
        return str(json.loads(self.run("room", "create", *words, *more, "--json"))["slug"])

    def bodies(self, room: str = "lobby") -> list[str]:
        """What is stored in the room, in its order."""
        with closing(self.speaker()) as speaker:
            return [one["body"] for one in speaker.history(room)]

    def rows(self) -> dict[str, int]:
        """How many rows each table has, once the last words of closed sockets are stored:
        two looks agree.
        """
        counts = self._rows_now()
        for _ in range(SETTLE_LOOKS):
            time.sleep(SETTLE_SECONDS)
            earlier, counts = counts, self._rows_now()
            if counts == earlier:
                return counts
        raise AssertionError("The demo goes on writing rows though nobody acts.")

    def _rows_now(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.folder / "data" / "inglenook.sqlite3")) as database:
            return {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for name in _tables(database)
            }

    def assert_clean(self) -> None:
        log = self.process.log_text()
        if DEFECTS.search(log):
            raise AssertionError(f"The demo's log has defects:\n{log[-8000:]}")
        if self._front is not None:
            self._front.beside.assert_clean()

    def _is_up(self) -> bool:
        healthz = f"http://127.0.0.1:{self.port}/healthz"
        try:
            is_healthy = httpx.get(healthz, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False
        return is_healthy and "Ctrl-C stops it" in self.process.log_text()

    def _printed(self, pattern: str) -> str:
        found = re.findall(pattern, self.process.log_text())
        assert found, f"{pattern} is not in\n{self.process.log_text()}"
        return str(found[-1])


def _tables(database: sqlite3.Connection) -> Iterator[str]:
    """Without those of jobs: the worker writes of its own hourly work, whoever acts."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if not name.startswith(("sqlite_", "jobs_", "django_tasks")):
            yield name
