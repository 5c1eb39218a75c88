"""The workspace as an app: its manifest, what its worker keeps, the page without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Room
from inglenook.dashboard.shell import app
from inglenook.sites.models import Site
from tests.backend.dashboard.conftest import Says

BUILT = {"workspace": "widget/workspace.ABC.js", "service_worker": "widget/service-worker.ABC.js"}


@pytest.fixture
def build(settings: Any, tmp_path: Path) -> Path:
    settings.EMBED_DIR = tmp_path
    (tmp_path / "widget").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(BUILT))
    (tmp_path / BUILT["service_worker"]).write_text("keep(SHELL);")
    return tmp_path


def shell_in(worker: str) -> dict[str, Any]:
    found = re.match(r"const SHELL = (\{.*\});\n", worker)
    assert found
    shell: dict[str, Any] = json.loads(found[1])
    return shell


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    answer = client.get(reverse("dashboard:manifest"))
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["start_url"] == reverse("dashboard:home")
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for size, purpose in app.ICONS:
        path = finders.find(app.icon_file(size, purpose))
        assert path
        header = Path(path).read_bytes()[:24]
        assert header[1:4] == b"PNG"
        assert int.from_bytes(header[16:20]) == int(size)


def test_the_worker_keeps_files_of_the_shell_alone(client: Client, build: Path) -> None:
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    text = answer.content.decode()
    assert text.endswith("keep(SHELL);")
    shell = shell_in(text)
    assert shell["offline"] == reverse("dashboard:offline")
    assert all(name.startswith(("/static/", "/widget/workspace.")) for name in shell["files"])
    for name in app.shell_files():
        assert finders.find(name), name


def test_another_build_is_another_version(client: Client, build: Path) -> None:
    before = shell_in(client.get("/service-worker.js").content.decode())["version"]
    (build / "manifest.json").write_text(
        json.dumps({**BUILT, "workspace": "widget/workspace.XYZ.js"})
    )
    assert shell_in(client.get("/service-worker.js").content.decode())["version"] != before


def test_without_a_build_there_is_no_worker(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.EMBED_DIR = tmp_path
    assert client.get("/service-worker.js").status_code == 404


def test_the_page_that_the_browser_keeps_names_nobody(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    says("a secret")
    page = as_owner.get(reverse("dashboard:offline")).content.decode()
    assert "No connection" in page
    for word in ("Olive", "owner@shop.example", "Candle Shop", "a secret", "csrf"):
        assert word not in page


def test_the_worker_keeps_what_every_page_loads(as_owner: Client, site: Site, build: Path) -> None:
    page = as_owner.get(reverse("dashboard:site", args=[site.pk])).content.decode()
    kept = shell_in(as_owner.get("/service-worker.js").content.decode())["files"]
    loaded = re.findall(r'(?:rel="stylesheet" href|<script[^>]* src)="([^"]+)"', page)
    assert len(loaded) > 8
    assert set(loaded) <= set(kept)
