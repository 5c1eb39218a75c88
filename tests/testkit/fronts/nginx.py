"""nginx with the very files of deploy/nginx: names, ports and certificate are filled in,
nothing else is changed.

a client ──TLS──> nginx ──> process 1, process 2
its address: loopback, or what it says in X-Test-Address, as if it had come from there
"""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from typing import Self

from tests.testkit.fronts.front import NAME, Front, ensure
from tests.testkit.process import Process, accepts_connections, free_port

SHIPPED = Path(__file__).resolve().parents[3] / "deploy" / "nginx"
PLACES = ("/usr/sbin/nginx", "/opt/homebrew/bin/nginx", "/usr/local/bin/nginx")
ADDRESS_HEADER = "X-Test-Address"

MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    {temporary}
    # What stands for the rest of the world: the address a test says it has.
    set_real_ip_from 127.0.0.1;
    real_ip_header {address_header};
    include {folder}/inglenook.conf;
}}
"""


class Nginx(Front):
    """One nginx in front of `ports`, on free ports of its own, with
    everything it writes in `folder`.
    """

    def __init__(self, folder: Path, certificate: tuple[Path, Path]) -> None:
        super().__init__(folder, certificate)
        self.plain_port = free_port()
        self.access_log = folder / "inglenook.log"
        self.process = Process(
            "nginx",
            [
                ensure("nginx", "nginx-light", PLACES),
                "-p",
                str(folder),
                "-c",
                str(folder / "nginx.conf"),
            ],
            log=folder / "error.log",
            folder=folder,
        )

    def start(self, ports: list[int]) -> Self:
        self._write(ports)
        self.process.start(lambda: accepts_connections(self.port))
        return self

    def log_entries(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.access_log.read_text().splitlines()]

    def defects(self) -> list[str]:
        """What nginx calls an error of its own or of the configuration."""
        marks = ("[emerg]", "[alert]", "[crit]")
        return [
            line for line in self.process.log_text().splitlines() if any(m in line for m in marks)
        ]

    def _write(self, ports: list[int]) -> None:
        temporary = (
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
        )
        user = f"user {pwd.getpwuid(0).pw_name} root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            MAIN.format(
                user=user,
                folder=self.folder,
                temporary=" ".join(temporary),
                address_header=ADDRESS_HEADER,
            )
        )
        locations = (SHIPPED / "inglenook-locations.conf").read_text()
        (self.folder / "inglenook-locations.conf").write_text(locations)
        (self.folder / "inglenook.conf").write_text(self._filled_in(ports))

    def _filled_in(self, ports: list[int]) -> str:
        text = (SHIPPED / "inglenook.conf").read_text()
        upstream = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
        shipped = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in (8001, 8002))
        for there, here in {
            shipped: upstream,
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl default_server backlog=4096;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "chat.example.com$": f"{NAME}$",
            "server_name chat.example.com;": f"server_name {NAME};",
            "/etc/letsencrypt/live/chat.example.com/fullchain.pem": str(self.certificate),
            "/etc/letsencrypt/live/chat.example.com/privkey.pem": str(self.private_key),
            "/var/lib/nginx/inglenook": str(self.folder / "cache"),
            "/var/log/nginx/inglenook.log": str(self.access_log),
            "/etc/nginx/snippets": str(self.folder),
        }.items():
            assert there in text, f"deploy/nginx/inglenook.conf has no {there!r} any more"
            text = text.replace(there, here)
        return text
