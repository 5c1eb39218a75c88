"""`INGLENOOK_FILES_DIR`, `INGLENOOK_S3_…`: where files that people send are kept.

INGLENOOK_FILES_DIR        a folder; without a bucket, files are there
INGLENOOK_S3_BUCKET        the bucket of an S3-compatible store
INGLENOOK_S3_ENDPOINT      https://s3.example.com; without it, Amazon's of the region
INGLENOOK_S3_REGION        as the store calls it
INGLENOOK_S3_ACCESS_KEY    both, or neither: then the machine's own are looked for
INGLENOOK_S3_SECRET_KEY
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inglenook.config.env import BadSetting, text


def folder(name: str, data_dir: Path) -> Path:
    return Path(text(name) or data_dir / "files").expanduser().resolve()


def store(prefix: str, files_dir: Path) -> dict[str, Any]:
    """Django's STORAGES["files"]. Raises BadSetting."""
    bucket = text(f"{prefix}_BUCKET")
    endpoint, region = text(f"{prefix}_ENDPOINT"), text(f"{prefix}_REGION")
    keys = text(f"{prefix}_ACCESS_KEY"), text(f"{prefix}_SECRET_KEY")
    if not bucket:
        return _in_folder(files_dir)
    if endpoint and not _is_address(endpoint):
        raise BadSetting(
            f"{prefix}_ENDPOINT", endpoint, "write its address, such as https://s3.example.com."
        )
    if bool(keys[0]) != bool(keys[1]):
        missing = "SECRET_KEY" if keys[0] else "ACCESS_KEY"
        raise BadSetting(f"{prefix}_{missing}", "", "both keys are needed, or neither.")
    return _in_bucket(prefix, bucket, endpoint, region, *keys)


def _is_address(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _in_folder(files_dir: Path) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Nobody but the server reads them, and no address leads into the folder.
        "OPTIONS": {
            "location": files_dir,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _in_bucket(
    prefix: str, bucket: str, endpoint: str, region: str, access_key: str, secret_key: str
) -> dict[str, Any]:
    try:
        from botocore.config import Config
    except ImportError:
        wanted = "what speaks S3 is not installed: pip install 'inglenook[s3]'."
        raise BadSetting(f"{prefix}_BUCKET", bucket, wanted) from None
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "access_key": access_key or None,
            "secret_key": secret_key or None,
            "default_acl": None,
            # Names are random. To look whether one is there would cost a call for each file.
            "file_overwrite": True,
            # What is larger waits in a file, not in memory.
            "max_memory_size": 1024 * 1024,
            "client_config": Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"max_attempts": 2},
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint else "auto"},
                # Stores that are not Amazon's do not know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
