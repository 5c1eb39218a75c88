"""What stands in front of the processes, whoever made it:
a port with TLS, a name, a certificate of its own.
"""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts import apt
from tests.testkit.process import Process, free_port

NAME = "localhost"


class FrontMissing(Exception):
    """There is no such program on this machine. The text says what to install."""


def ensure(program: str, package: str, places: Sequence[str]) -> str:
    """The program's path; installed first where it is missing and may be. Raises FrontMissing."""
    if not (found := _find(program, places)) and apt.may_install():
        apt.install(program, package)
        found = _find(program, places)
    if found:
        return found
    raise FrontMissing(
        f"These tests need {program}, and this machine has none. Install it\n"
        f"(Debian: apt-get install {package}, macOS: brew install {program})."
    )


def _find(program: str, places: Sequence[str]) -> str | None:
    candidates = (shutil.which(program), *places)
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


class Front:
    """Everything it writes is in `folder`. Clients of the tests are given it,
    or what has its addresses, as a server.
    """

    process: Process

    def __init__(self, folder: Path, certificate: tuple[Path, Path]) -> None:
        folder.mkdir()
        self.folder = folder
        self.certificate, self.private_key = certificate
        self.port = free_port()
        self.base_url = f"https://{NAME}:{self.port}"
        self.ws_url = f"wss://{NAME}:{self.port}"

    def stop(self) -> None:
        self.process.stop()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """The certificate and its key: for a day it says it is `localhost`, signed by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key
