"""What a process on SQLite does not load: memory and time of every start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOADED = """
import sys
import inglenook.config.asgi, inglenook.realtime.servers.server
print(*sys.modules)
"""


def test_who_has_no_redis_and_no_bucket_loads_none_of_their_clients(tmp_path: Path) -> None:
    """Redis's client alone takes 6 MB and a tenth of a start."""
    variables = {
        "INGLENOOK_ENV_FILE": os.devnull,
        "INGLENOOK_DATA_DIR": str(tmp_path),
        "INGLENOOK_SECRET_KEY": "a secret of this test alone, long enough, guarding nothing",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"PATH": os.environ.get("PATH", ""), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "inglenook.limits.redis_counter" in loaded
    assert not loaded & {"redis", "channels_redis", "boto3", "storages", "matplotlib"}
