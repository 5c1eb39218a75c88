"""IDLE: what a connected socket holds while nothing happens, and how fast they come in,
64 on their way at a time.

`in` means for the product: origin, key and token judged, `welcome` said, and (memory) a
subscription to a room and its `sync`.
"""

from __future__ import annotations

from typing import Any

from bench.product import product
from bench.progress import Progress
from bench.run import PartFailed, load, reason
from bench.variants import VARIANTS

NAME = "IDLE"
PEERS = ("ws", "socketio", "bun", "nats", "python-socketio", "tutorial-redis")
SERVERS = ("uvicorn", "daphne")
SOCKETS, SHORT_SOCKETS = 5000, 1000
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    sockets = SHORT_SOCKETS if is_short else SOCKETS
    chosen = [name for name in (*SERVERS, *PEERS) if not only or name in only]
    progress = Progress(NAME, len(chosen))
    runs: list[Result] = []
    for name in chosen:
        progress.step(f"{VARIANTS[name].title}, {sockets} sockets")
        run: Result = {"variant": name, "sockets": sockets}
        try:
            run |= _ours(name, sockets) if name in SERVERS else _peer(name, sockets)
            progress.note(
                f"{VARIANTS[name].title}: {run['kib_per_socket']:.1f} KiB a socket, "
                f"{run['handshakes_per_s']:,.0f} handshakes/s"
            )
        except (PartFailed, AssertionError, OSError) as error:
            run["error"] = reason(error)
            progress.note(f"{VARIANTS[name].title}: FAILED: {run['error']}")
        runs.append(run)
    progress.end()
    return {"runs": runs, "short": is_short}


def _ours(server: str, sockets: int) -> Result:
    with product(server=server) as made:
        job = made.job(sockets=1, rooms=10, steps=[{"do": "grow", "sockets": sockets}])
        (subscribed,) = load(job)
    with product(server=server) as made:
        job = made.job(sockets=1, steps=[{"do": "grow", "sockets": sockets // 2, "rest": 0.1}])
        job["words"] |= {"is_in": '"type":"welcome"', "subscribes": False}
        (greeted,) = load(job)
    return {**subscribed, "handshakes_per_s": greeted["opened_per_s"]}


def _peer(name: str, sockets: int) -> Result:
    with VARIANTS[name].start() as job:
        (found,) = load({**job, "sockets": 1, "steps": [{"do": "grow", "sockets": sockets}]})
    return {**found, "handshakes_per_s": found["opened_per_s"]}
