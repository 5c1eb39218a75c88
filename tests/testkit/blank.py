"""A new installation: its database and its static files, made by the product
once a run, then copied.

A server's first start on an empty folder is tried in `tests/backend/cli`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

from tests.testkit import services
from tests.testkit.commands import COMMAND
from tests.testkit.process import remove_at_exit

SQLITE_NAME = "inglenook.sqlite3"
_one_at_a_time = threading.Lock()
STATIC = "from inglenook.cli.serving import collect_static_files; collect_static_files()"


def furnish(data_folder: Path, *, with_sqlite: bool) -> None:
    """Puts there what a first start would make. What is there stays."""
    with _one_at_a_time:  # two processes of one installation may be started by two threads
        made = _made()
        data_folder.mkdir(parents=True, exist_ok=True)
        stamp = data_folder / ".static"
        if not stamp.exists():
            (data_folder / "static").symlink_to(made / "static")
            shutil.copyfile(made / ".static", stamp)
        if with_sqlite and not (data_folder / SQLITE_NAME).exists():
            shutil.copyfile(made / SQLITE_NAME, data_folder / SQLITE_NAME)


def new_postgres() -> str:
    """The URL of a new database."""
    return services.postgres().new_database(template=_postgres())


@cache
def _made() -> Path:
    folder = remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-blank-")))
    _run(folder, "migrate")
    _run(folder, "shell", "--no-imports", "-c", STATIC)
    return folder


@cache
def _postgres() -> str:
    url = services.postgres().new_database()
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), "migrate", DATABASE_URL=url)
    return url.rpartition("/")[2]


def _run(folder: Path, *words: str, **variables: str) -> None:
    """Raises CalledProcessError; what was complained of is in the tests' output."""
    subprocess.run(
        [str(COMMAND), *words],
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", ""),
            "INGLENOOK_ENV_FILE": os.devnull,
            "INGLENOOK_DATA_DIR": str(folder),
            **variables,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
