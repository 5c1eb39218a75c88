"""Caddy with the very file of deploy/caddy: its own port and certificate are put in,
nothing else is changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from tests.testkit.fronts.front import NAME, Front, ensure
from tests.testkit.process import Process, accepts_connections

SHIPPED = Path(__file__).resolve().parents[3] / "deploy" / "caddy" / "Caddyfile"
PLACES = ("/usr/bin/caddy", "/opt/homebrew/bin/caddy", "/usr/local/bin/caddy")


class Caddy(Front):
    def __init__(self, folder: Path, certificate: tuple[Path, Path]) -> None:
        super().__init__(folder, certificate)
        self.file = folder / "Caddyfile"
        self.env = {
            **os.environ,
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "INGLENOOK_NAME": f"{NAME}:{self.port}",
        }
        program = ensure("caddy", "caddy", PLACES)
        self.process = Process(
            "Caddy",
            [program, "run", "--config", str(self.file), "--adapter", "caddyfile"],
            log=folder / "caddy.log",
            folder=folder,
            env=self.env,
        )

    def start(self, ports: list[int]) -> Self:
        self.file.write_text(self._filled_in())
        processes = " ".join(f"127.0.0.1:{port}" for port in ports)
        self.process.env = {**self.env, "INGLENOOK_PROCESSES": processes}
        self.process.start(lambda: accepts_connections(self.port))
        return self

    def _filled_in(self) -> str:
        text = SHIPPED.read_text()
        site = "{$INGLENOOK_NAME:chat.example.com} {\n"
        own = f"\tbind 127.0.0.1\n\ttls {self.certificate} {self.private_key}\n"
        for there, here in {
            "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n",
            site: site + own,
        }.items():
            assert there in text, f"deploy/caddy/Caddyfile has no {there!r} any more"
            text = text.replace(there, here)
        return text
