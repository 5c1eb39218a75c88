"""A web server that answers just the bytes that a test says, at any speed, with or without TLS."""

from __future__ import annotations

import datetime
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = bytes | Callable[[socket.socket], None]
HEAD_BYTES = 64 * 1024


def page(body: bytes | str, kind: str = "text/html; charset=utf-8", *more: str) -> bytes:
    """A whole answer of 200."""
    content = body.encode() if isinstance(body, str) else body
    head = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *more]
    return "\r\n".join([*head, "", ""]).encode() + content


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class HostileHost:
    """`asked` has the head of each request, as it came. A path that has no answer is a 404."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.asked]

    def answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
            if head.startswith(b"\x16"):  # TLS, where none is spoken
                connection.sendall(b"HTTP/1.1 400 No\r\n\r\n")
                return
        self.asked.append(head.decode())
        path = self.asked[-1].split(" ")[1].partition("?")[0]
        found = self.answers.get(path, b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
        if callable(found):
            found(connection)
        else:
            connection.sendall(found)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def hostile_host(tls: ssl.SSLContext | None = None) -> Iterator[HostileHost]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client may have gone
                connection = self.request
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_side=True)
                host.answer(connection)
                connection.close()

    with _Server(("127.0.0.1", 0), Handler) as server:
        host = HostileHost(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield host
        finally:
            server.shutdown()


def certificate(folder: Path, name: str, *, days: int = 1) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate for `name` that signs itself, and where it is stored."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    authority_path = folder / f"{name}.crt"
    authority_path.write_bytes(made.public_bytes(pem))
    return context, authority_path
