"""HISTORY: a page of 50 at 5,000,000 stored messages beside one at 50,000, asked
in turn of two processes.

newest   what one sees who comes
deep     at a place anywhere in the past
send     one message more
"""

from __future__ import annotations

import random
import secrets
import shutil
import time
from collections.abc import Callable
from typing import Any

from bench.asker import Asker
from bench.figures import median, ratio_of
from bench.filled import ROOMS, filled
from bench.machine import SERVER_CORE, pin, tree_of
from bench.product import VARIABLES
from bench.progress import Progress
from bench.run import reason
from scripts.steps import CACHE
from tests.testkit.faults.cast import Cast
from tests.testkit.server import Server

NAME = "HISTORY"
SMALL, LARGE, SHORT_LARGE = 50_000, 5_000_000, 500_000
DATABASES = ("sqlite", "postgres")
PAGE = 50
Result = dict[str, Any]
Ask = Callable[[Asker, int | None], object]


def by_socket(asker: Asker, before: int | None) -> object:
    more = {} if before is None else {"before": before}
    return asker.ask("history", type="history", room="room-0", limit=PAGE, **more)


def by_api(asker: Asker, before: int | None) -> object:
    where = "" if before is None else f"&before={before}"
    return asker.api(f"/rooms/room-0/messages?limit={PAGE}{where}")


def by_page(asker: Asker, before: int | None) -> object:
    where = "" if before is None else f"?before={before}"
    return asker.get(f"/s/{asker.key}/r/room-0/{where}")


def one_more(asker: Asker, _before: int | None) -> object:
    """Not a page: a message stored, among so many."""
    cid = secrets.token_hex(8)
    return asker.ask("ack", type="send", room="room-0", cid=cid, body="one message more")


WAYS: dict[str, Ask] = {"socket": by_socket, "send": one_more, "API": by_api, "HTMX page": by_page}


def measure(is_short: bool, only: list[str]) -> Result:
    sizes = (SMALL, SHORT_LARGE if is_short else LARGE)
    pages = 40 if is_short else 200
    databases = [name for name in DATABASES if not only or name in only]
    progress = Progress(NAME, len(databases) * 2)
    runs: list[Result] = []
    for database in databases:
        progress.step(f"{database} with {sizes[0]:,} and {sizes[1]:,} messages: filling")
        servers: list[Server] = []
        try:
            # All before the first server: whoever waited for the second would be taken for gone.
            made = [filled(database, size) for size in sizes]
            askers = [
                asker_of(f"{database}-{size}", cast, url, servers)
                for size, (cast, url) in zip(sizes, made, strict=True)
            ]
            progress.step(f"{database}: pages")
            for way, ask in WAYS.items():
                for place in ("newest", "deep") if ask is not one_more else ("newest",):
                    run = {"database": database, "way": way, "place": place, "sizes": sizes}
                    runs.append({**run, **_pages(ask, askers, sizes, place, pages)})
                    found = runs[-1]
                    progress.note(
                        f"{database}, {way}, {place}: {found['ms'][0]:.2f} → {found['ms'][1]:.2f} "
                        f"ms, × {found['ratio']:.2f}"
                    )
        except Exception as error:  # noqa: BLE001  one database's trouble is not the other's
            runs.append({"database": database, "error": reason(error)})
            progress.note(f"{database}: FAILED: {runs[-1]['error']}")
        finally:
            for server in servers:
                server.kill()
    progress.end()
    return {"runs": runs, "short": is_short}


def asker_of(name: str, cast: Cast, url: str, servers: list[Server]) -> Asker:
    folder = CACHE / "bench" / f"served-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    server = Server(folder, env={**VARIABLES, **cast.env, "DATABASE_URL": url}).start()
    servers.append(server)
    pin(tree_of(server.process.pid), SERVER_CORE)
    token = cast.people[0]["token"]
    asker = Asker(server.port, cast.key, token)
    asker.ask("welcome", type="hello", v=1, token=token, rooms=[])
    return asker


def _pages(ask: Ask, askers: list[Asker], sizes: tuple[int, int], place: str, pages: int) -> Result:
    dice = random.Random(7)
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(pages + 5):
        for index in (0, 1) if number % 2 == 0 else (1, 0):
            head = sizes[index] // ROOMS
            before = None if place == "newest" else dice.randrange(PAGE * 2, head)
            began = time.perf_counter()
            ask(askers[index], before)
            if number >= 5:
                seconds[index].append(time.perf_counter() - began)
    ms = [median(each) * 1000 for each in seconds]
    return {"ms": ms, "ratio": ratio_of(ms[1], ms[0]), "pages": pages}
