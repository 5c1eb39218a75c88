"""Each picture of the papers is there and has words for those who do not see it; the moving ones
are small and short.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from scripts.captures import MAX_BYTES, MAX_MS, MOMENTS, OUT

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)#?\s]+)")
SHOWN = [
    (paper, words, paper.parent / address)
    for paper in PAPERS
    for words, address in PICTURE.findall(paper.read_text("utf-8"))
    if "://" not in address
]


def test_the_papers_show_each_moment_once() -> None:
    moving = sorted(path.resolve() for _, _, path in SHOWN if path.suffix == ".webp")
    assert moving == sorted((OUT / f"{name}.webp").resolve() for name in MOMENTS)


@pytest.mark.parametrize(("paper", "words", "path"), SHOWN, ids=lambda part: str(part)[-24:])
def test_a_picture_is_there_and_has_words(paper: Path, words: str, path: Path) -> None:
    assert path.is_file(), f"{paper.name} shows {path}"
    assert len(words.split()) >= 2, f"{path.name} is called {words!r} in {paper.name}"


@pytest.mark.parametrize("name", MOMENTS)
def test_a_moment_moves_and_is_small_and_short(name: str) -> None:
    path = OUT / f"{name}.webp"
    assert path.stat().st_size <= MAX_BYTES
    with Image.open(path) as moving:
        assert 480 <= moving.width <= 720
        length = 0
        for frame in range(moving.n_frames):
            moving.seek(frame)
            moving.load()
            length += moving.info["duration"]
        assert moving.n_frames >= 5
    assert 2_000 <= length <= MAX_MS
