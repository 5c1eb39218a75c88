"""Caddy with the very file of deploy/caddy: name, ports and certificate are filled in, nothing else is changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from tests.deploy.front import NAME, Front, ensure
from tests.process import Process, accepts_connections

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "caddy" / "Caddyfile"
PLACES = ("/usr/bin/caddy", "/opt/homebrew/bin/caddy", "/usr/local/bin/caddy")


class Caddy(Front):
    def __init__(self, folder: Path, certificate: tuple[Path, Path]) -> None:
        super().__init__(folder, certificate)
        file = folder / "Caddyfile"
        self.process = Process(
            "Caddy",
            [ensure("caddy", "caddy", PLACES), "run", "--config", str(file)]
            + ["--adapter", "caddyfile"],
            log=folder / "caddy.log",
            folder=folder,
            env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        )

    def start(self, ports: list[int]) -> Self:
        (self.folder / "Caddyfile").write_text(self._filled_in(ports))
        self.process.start(lambda: accepts_connections(self.port))
        return self

    def _filled_in(self, ports: list[int]) -> str:
        text = SHIPPED.read_text()
        upstream = " ".join(f"127.0.0.1:{port}" for port in ports)
        own = f"{NAME}:{self.port} {{\n\tbind 127.0.0.1\n\ttls {self.certificate} {self.private_key}\n"
        for there, here in {
            "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n",
            "chat.example.com {\n": own,
            "127.0.0.1:8001 127.0.0.1:8002": upstream,
        }.items():
            assert there in text, f"deploy/caddy/Caddyfile has no {there!r} any more"
            text = text.replace(there, here)
        return text
