"""PgBouncer with the very file of deploy/pgbouncer:
names, ports and who is let in are filled in, nothing else is changed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg

from tests.testkit import services
from tests.testkit.fronts.front import ensure
from tests.testkit.process import Process, free_port, remove_at_exit

SHIPPED = Path(__file__).resolve().parents[3] / "deploy" / "pgbouncer" / "pgbouncer.ini"
PLACES = ("/usr/sbin/pgbouncer", "/opt/homebrew/bin/pgbouncer", "/usr/local/bin/pgbouncer")


class PgBouncer:
    """One in front of one database. `url` is what the product is given
    instead of the database's own.
    """

    def __init__(self, database_url: str, *, mode: str, pool_size: int) -> None:
        self.database = urlsplit(database_url)
        self.port = free_port()
        self.url = self.database._replace(netloc=f"{services.OWNER}@127.0.0.1:{self.port}").geturl()
        account = services.unprivileged()
        self.folder = remove_at_exit(
            Path(tempfile.mkdtemp(prefix="inglenook-pgbouncer-", dir="/tmp"))
        )
        (self.folder / "userlist.txt").write_text(f'"{services.OWNER}" ""\n')
        (self.folder / "pgbouncer.ini").write_text(self._filled_in(mode, pool_size))
        if account:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.process = Process(
            "PgBouncer",
            [ensure("pgbouncer", "pgbouncer", PLACES), str(self.folder / "pgbouncer.ini")],
            log=self.folder / "pgbouncer.log",
            folder=self.folder,
            # It refuses to run as root.
            uid=account.pw_uid if account else None,
            gid=account.pw_gid if account else None,
        )

    def start(self) -> Self:
        self.process.start(self._answers)
        return self

    def stop(self) -> None:
        self.process.stop()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _filled_in(self, mode: str, pool_size: int) -> str:
        text = SHIPPED.read_text()
        name = self.database.path.lstrip("/")
        for there, here in {
            "inglenook = host=127.0.0.1 port=5432 dbname=inglenook": (
                f"{name} = host=127.0.0.1 port={self.database.port} dbname={name}"
            ),
            "listen_port = 6432": f"listen_port = {self.port}\nunix_socket_dir =",
            "auth_type = scram-sha-256": "auth_type = trust",
            "/etc/pgbouncer/userlist.txt": str(self.folder / "userlist.txt"),
            "pool_mode = transaction": f"pool_mode = {mode}",
            "default_pool_size = 20": f"default_pool_size = {pool_size}",
        }.items():
            assert there in text, f"deploy/pgbouncer/pgbouncer.ini has no {there!r} any more"
            text = text.replace(there, here)
        return text
