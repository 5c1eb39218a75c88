"""What is measured side by side: the product on both servers, its peers, and the limit.
Each starts on the core for servers.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import SERVER_CORE, pin, tree_of
from bench.product import product
from bench.run import PartFailed
from scripts.steps import CACHE, ROOT
from tests.testkit import services
from tests.testkit.process import Process, accepts_connections, free_port

PYTHON_PACKAGES = CACHE / "bench" / "python"
Job = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """`start` gives the job that reaches it: port, dialect, words, pids.
    `in_flight` is what a busy room has on its way.
    """

    name: str
    title: str
    start: Callable[[], AbstractContextManager[Job]]
    in_flight: int = 48
    is_ours: bool = False


@contextmanager
def _ours(server: str) -> Iterator[Job]:
    with product(server=server) as made:
        yield made.job()


@contextmanager
def _peer(
    argv: list[str],
    dialect: str,
    words: dict[str, Any],
    *,
    env: dict[str, str] | None = None,
    uses_redis: bool = False,
) -> Iterator[Job]:
    if shutil.which(argv[0]) is None:
        raise PartFailed(f"{argv[0]} is not there: `make bench` installs it, and must be able to")
    folder = Path(tempfile.mkdtemp(prefix="inglenook-bench-"))
    port = free_port()
    process = Process(
        " ".join(argv[:4]),
        [word.replace("PORT", str(port)) for word in argv],
        log=folder / "peer.log",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port), "STORE": str(folder)}
        | (env or {}),
        folder=ROOT,
    )
    try:
        process.start(lambda: accepts_connections(port))
        pin(tree_of(process.pid), SERVER_CORE)
        redis = services.redis().process if uses_redis else None
        yield {
            "port": port,
            "dialect": dialect,
            "words": words,
            "pids": [process.pid],
            "beside": [redis.pid] if redis else [],
        }
    except PartFailed as failed:
        raise PartFailed(f"{failed}\n{process.log_text()[-1500:]}") from None
    finally:
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _tutorial(*, redis: bool) -> AbstractContextManager[Job]:
    daphne = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", "PORT"]
    return _peer(
        [*daphne, "bench.peers.tutorial:application"],
        "tutorial",
        {"path": "/ws/chat/lobby/"},
        env={"TUTORIAL_REDIS": services.redis().url} if redis else None,
        uses_redis=redis,
    )


SOCKET_IO_WORDS = {"path": "/socket.io/?EIO=4&transport=websocket", "is_in": "40{"}


def _socketio(*, redis: bool) -> AbstractContextManager[Job]:
    argv = ["node", "bench/peers/socketio.mjs", "PORT"]
    return _peer(
        argv + ([services.redis().url] if redis else []),
        "socketio",
        SOCKET_IO_WORDS,
        uses_redis=redis,
    )


def _python_socketio() -> AbstractContextManager[Job]:
    uvicorn = [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "PORT"]
    return _peer(
        [*uvicorn, "--log-level", "warning", "bench.peers.python_socketio:application"],
        "socketio",
        SOCKET_IO_WORDS,
        env={"PYTHONPATH": f"{PYTHON_PACKAGES}{os.pathsep}{ROOT}"},
    )


def _ws() -> AbstractContextManager[Job]:
    return _peer(["node", "bench/peers/ws.mjs", "PORT"], "plain", {})


def _bun() -> AbstractContextManager[Job]:
    program = ROOT / "bench" / "node_modules" / ".bin" / "bun"
    return _peer([str(program), "bench/peers/bun.mjs", "PORT"], "plain", {})


def _nats(dialect: str = "nats") -> AbstractContextManager[Job]:
    """GOMAXPROCS: Go counts the machine's cores before we give it one."""
    program = PYTHON_PACKAGES / "bin" / "nats-server"
    argv = [str(program), "--config", f"bench/peers/{dialect}.conf"]
    return _peer(argv, dialect, {"is_in": "PONG\r\n"}, env={"GOMAXPROCS": "1"})


def _limit() -> AbstractContextManager[Job]:
    return _peer([sys.executable, "-m", "bench.peers.limit", "PORT"], "plain", {})


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("uvicorn", "Inglenook on uvicorn", lambda: _ours("uvicorn"), is_ours=True),
        Variant("daphne", "Inglenook on daphne", lambda: _ours("daphne"), is_ours=True),
        Variant("socketio", "Socket.IO", lambda: _socketio(redis=False)),
        Variant("socketio-redis", "Socket.IO, Redis adapter", lambda: _socketio(redis=True)),
        Variant("ws", "ws on Node", _ws),
        Variant("bun", "Bun (uWebSockets)", _bun),
        Variant("nats", "NATS over WebSocket", _nats),
        Variant("python-socketio", "python-socketio, uvicorn", _python_socketio),
        Variant("tutorial", "Channels tutorial, memory", lambda: _tutorial(redis=False), 4),
        Variant("tutorial-redis", "Channels tutorial, Redis", lambda: _tutorial(redis=True), 4),
        Variant("limit", "limit: ready frames", _limit),
    )
}

# Peers that store, for durable sends alone: none of the above does.
STORING = {
    "nats-stream": Variant("nats-stream", "NATS JetStream", lambda: _nats("nats-stream")),
}
