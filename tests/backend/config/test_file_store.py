"""Where files are kept, as the environment says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from inglenook.config import file_store
from inglenook.config.env import BadSetting

KEYS = {"INGLENOOK_S3_ACCESS_KEY": "name", "INGLENOOK_S3_SECRET_KEY": "secret"}


def test_it_is_a_folder_that_no_address_leads_into(tmp_path: Path) -> None:
    assert file_store.folder("INGLENOOK_FILES_DIR", tmp_path) == tmp_path / "files"
    options = file_store.store("INGLENOOK_S3", tmp_path)["OPTIONS"]
    assert (options["location"], options["base_url"]) == (tmp_path, None)
    assert options["file_permissions_mode"] == 0o600


def test_the_folder_can_be_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_FILES_DIR", str(tmp_path / "elsewhere"))
    assert file_store.folder("INGLENOOK_FILES_DIR", tmp_path) == tmp_path / "elsewhere"


def test_a_bucket_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"INGLENOOK_S3_BUCKET": "files", "INGLENOOK_S3_ENDPOINT": "https://s3.example.com"}
    for name, value in (wanted | KEYS).items():
        monkeypatch.setenv(name, value)
    made = file_store.store("INGLENOOK_S3", tmp_path)
    assert made["BACKEND"] == "storages.backends.s3.S3Storage"
    options = made["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"]) == ("files", "https://s3.example.com")
    assert (options["access_key"], options["secret_key"]) == ("name", "secret")
    # Nobody but the server gets at it.
    assert options["default_acl"] is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"INGLENOOK_S3_ENDPOINT": "s3.example.com"}, "INGLENOOK_S3_ENDPOINT"),
        ({"INGLENOOK_S3_ENDPOINT": "ftp://s3.example.com"}, "INGLENOOK_S3_ENDPOINT"),
        ({"INGLENOOK_S3_ACCESS_KEY": ""}, "INGLENOOK_S3_ACCESS_KEY"),
        ({"INGLENOOK_S3_SECRET_KEY": ""}, "INGLENOOK_S3_SECRET_KEY"),
    ],
)
def test_what_is_wrong_is_named_without_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], named: str
) -> None:
    for name, value in ({"INGLENOOK_S3_BUCKET": "files"} | KEYS | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as refused:
        file_store.store("INGLENOOK_S3", tmp_path)
    assert named in str(refused.value)
    assert "secret" not in str(refused.value)
