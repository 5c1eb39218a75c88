"""A browser that kept embed.js asks for the widget of a build that is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client


def current(kind: str) -> str:
    names = json.loads((settings.EMBED_DIR / "manifest.json").read_text())["files"]
    (name,) = (name for name in names if name.startswith(f"widget/{kind}."))
    return str(name).removeprefix("widget/")


@pytest.mark.parametrize(
    "name",
    [
        "widget.000000.js",
        "widget.0A2B4C6D.js",
        "chunk.0A2B4C6D.js",
        "engine.0A2B4C6D.js",
        "returning.0A2B4C6D.js",
        "boot.0A2B4C6D.js",
    ],
)
def test_its_name_stands_for_todays_file(client: Client, name: str) -> None:
    answer = client.get(f"/widget/{name}")
    assert answer.status_code == 200
    assert answer.content.decode() == f'export*from"./{current(name.partition(".")[0])}";\n'
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_it_is_not_kept_because_the_next_build_makes_it_another(client: Client) -> None:
    assert client.get("/widget/widget.000000.js")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/widget/fallback.000000.js",
        "/widget/widget.js",
        "/widget/widget.00000.js",
        "/widget/widget.00000g.js",
        "/widget/people-view.0A2B4C6D.js",
        "/widget/widget.000000.js?exact",
        "/widget/../widget/widget.000000.js",
    ],
)
def test_nothing_else_is_made_up(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_without_any_build_there_is_nothing_to_stand_for(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.EMBED_DIR = tmp_path
    assert client.get("/widget/widget.000000.js").status_code == 404


@pytest.mark.parametrize("chunks", [[], ["chunk.AAAAAAAA.js", "chunk.BBBBBBBB.js"]])
def test_a_build_that_shares_its_code_otherwise_has_no_file_for_the_name(
    client: Client, settings: LazySettings, tmp_path: Path, chunks: list[str]
) -> None:
    settings.EMBED_DIR = tmp_path
    files = {f"widget/{name}": {} for name in chunks}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}))
    assert client.get("/widget/chunk.000000.js").status_code == 404
