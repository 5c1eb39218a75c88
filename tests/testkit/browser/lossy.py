"""`make e2e LOSSY=1`: every demo is two processes, and Redis between them loses,
doubles and swaps what they tell each other.

browsers ──> LossyFront, each connection to the next process ──> the demo
                                                             └─> `inglenook serve` beside it,
                                                             on the same data
"""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Final

from tests.testkit import services
from tests.testkit.faults.proxy import Proxy
from tests.testkit.process import free_port
from tests.testkit.server import Server

ROOT = Path(__file__).resolve().parents[3]
IS_LOSSY: Final = bool(os.environ.get("LOSSY"))
LOSSY_SETTINGS: Final = {
    "DJANGO_SETTINGS_MODULE": "tests.testkit.faults.lossy_settings",
    "PYTHONPATH": str(ROOT),
}


def lossy_env() -> dict[str, str]:
    return {**LOSSY_SETTINGS, "REDIS_URL": services.redis().url}


class LossyFront:
    """The other process, and the port that stands for both. Neither lives longer than the demo."""

    def __init__(self, folder: Path, demo_port: int, env: dict[str, str], server: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env["INGLENOOK_BASE_URL"] = self.url
        shared = (*LOSSY_SETTINGS, "REDIS_URL", "INGLENOOK_BASE_URL", "INGLENOOK_DATA_DIR")
        self.beside = Server(folder, server=server, env={name: env[name] for name in shared})
        self._ports = (demo_port, self.beside.port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._proxy: Proxy | None = None

    def start(self) -> None:
        self.beside.start()
        if self._proxy is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
            self._proxy = Proxy(*self._ports, port=self.port)
            asyncio.run_coroutine_threadsafe(self._proxy.start(), self._loop).result(20)

    def kill(self) -> None:
        self.beside.kill()

    def stop(self) -> None:
        if self._proxy is not None and self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._proxy.close(), self._loop).result(20)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._proxy = None
        self.beside.stop()
