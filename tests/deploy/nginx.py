"""nginx with the very files of deploy/nginx: names, ports and certificate are filled in, nothing else is changed.

a client ──TLS──> nginx ──> process 1, process 2
its address: loopback, or what it says in X-Test-Address, as if it had come from there
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import pwd
import shutil
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts import apt
from tests.process import Process, accepts_connections, free_port

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx"
PLACES = ("/usr/sbin/nginx", "/opt/homebrew/bin/nginx", "/usr/local/bin/nginx")
NAME = "localhost"
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


class NginxMissing(Exception):
    """There is no nginx on this machine. The text says what to install."""


def ensure_nginx() -> str:
    """The program, installed first where it is missing and may be."""
    if not (found := _find()) and apt.may_install():
        apt.install("nginx", "nginx-light")
        found = _find()
    if found:
        return found
    raise NginxMissing(
        "These tests need nginx, and this machine has none. Install it\n"
        "(Debian: apt-get install nginx-light, macOS: brew install nginx)."
    )


def _find() -> str | None:
    candidates = (shutil.which("nginx"), *PLACES)
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


class Nginx:
    """One nginx in front of `ports`, on free ports of its own, with everything it writes in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.plain_port = free_port()
        self.base_url = f"https://{NAME}:{self.port}"
        self.ws_url = f"wss://{NAME}:{self.port}"
        self.certificate = folder / "fullchain.pem"
        self.access_log = folder / "inglenook.log"
        self.process = Process(
            "nginx",
            [ensure_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf")],
            log=folder / "error.log",
            folder=folder,
        )
        make_certificate(self.certificate, folder / "privkey.pem")

    def start(self, ports: list[int]) -> Self:
        self._write(ports)
        self.process.start(lambda: accepts_connections(self.port))
        return self

    def stop(self) -> None:
        self.process.stop()

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
            "    listen [::]:443 ssl default_server;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "chat.example.com$": f"{NAME}$",
            "server_name chat.example.com;": f"server_name {NAME};",
            "/etc/letsencrypt/live/chat.example.com": str(self.folder),
            "/var/lib/nginx/inglenook": str(self.folder / "cache"),
            "/var/log/nginx/inglenook.log": str(self.access_log),
            "/etc/nginx/snippets": str(self.folder),
        }.items():
            assert there in text, f"deploy/nginx/inglenook.conf has no {there!r} any more"
            text = text.replace(there, here)
        return text


def make_certificate(certificate: Path, key: Path) -> None:
    """One for a day that says it is `localhost`, signed by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
