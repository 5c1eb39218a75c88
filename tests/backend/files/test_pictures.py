"""A picture is drawn anew by a program of its own; what cannot be drawn is refused."""

from __future__ import annotations

import resource
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from inglenook.files import drawing, pictures
from inglenook.files.pictures import Shape, draw
from inglenook.protocol.errors import Invalid, TooLarge, Unavailable
from inglenook.protocol.limits import PICTURE_BYTES
from tests.testkit import files

SHAPE = Shape((2048, 960, 320))


def drawn(data: bytes, shape: Shape = SHAPE) -> pictures.Drawings:
    return draw(BytesIO(data), shape, field="file")


def test_a_large_picture_comes_in_every_width() -> None:
    found = drawn(files.picture("JPEG", (3000, 1500)))
    assert found.came_as == "image/jpeg"
    assert [(one.of, one.width, one.height) for one in found.all] == [
        (2048, 2048, 1024),
        (960, 960, 480),
        (320, 320, 160),
    ]
    for one in found.all:
        image = Image.open(BytesIO(one.content))
        assert (image.format, image.size) == ("WEBP", (one.width, one.height))


def test_a_small_picture_is_not_made_larger() -> None:
    assert [(one.of, one.width) for one in drawn(files.picture(size=(40, 30))).all] == [(2048, 40)]
    of_both = drawn(files.picture(size=(500, 400)))
    assert [(one.of, one.width) for one in of_both.all] == [(2048, 500), (320, 320)]


def test_a_square_has_every_width() -> None:
    found = drawn(files.picture(size=(30, 20)), Shape((256, 64), is_square=True))
    assert [(one.width, one.height) for one in found.all] == [(256, 256), (64, 64)]


def test_it_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = drawn(files.picture("JPEG", (300, 100), exif=exif.tobytes())).all[0]
    assert (turned.width, turned.height) == (100, 300)
    content = drawn(files.located()).all[0].content
    assert not any(word in content for word in (b"taken", b"secret", b"EXIF", b"Exif", b"ICCP"))


def test_what_is_seen_through_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    assert Image.open(BytesIO(drawn(out.getvalue()).all[0].content)).mode == "RGBA"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_taken(form: str) -> None:
    image = Image.open(BytesIO(drawn(files.animation(form)).all[0].content))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5))[0] < 40


REFUSED = {
    "svg": (files.svg(), pictures.NO_PICTURE),
    "html": (files.SCRIPT, pictures.NO_PICTURE),
    "nothing": (b"", pictures.NO_PICTURE),
    "truncated": (files.picture("JPEG", (800, 800))[:-400], pictures.NO_PICTURE),
    "a head alone": (b"\x89PNG\r\n\x1a\n", pictures.NO_PICTURE),
    "tiff": (files.picture("TIFF"), pictures.NO_PICTURE),
    "bmp": (files.picture("BMP"), pictures.NO_PICTURE),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", pictures.NO_PICTURE),
    "50,000 x 50,000": (files.bomb(), pictures.NO_PICTURE),
    "25 megapixels and one row": (files.bomb(5000, 5001), pictures.TOO_MANY_PIXELS),
    "more than it says": (files.bomb(100, 100), ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_none_is_refused(case: str) -> None:
    content, words = REFUSED[case]
    if not words:
        assert drawn(content).all[0].width == 100
        return
    with pytest.raises(Invalid) as refused:
        drawn(content)
    assert (refused.value.message, refused.value.field) == (words, "file")


def test_25_megapixels_pass() -> None:
    assert drawn(files.picture("PNG", (5000, 5000))).all[0].width == 2048


def test_more_than_5_mb_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_output", lambda *_: pytest.fail("it was looked at"))
    with pytest.raises(TooLarge):
        drawn(b"\0" * (PICTURE_BYTES + 1))


def test_a_picture_that_breaks_its_program_breaks_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "PROGRAM", ["-c", "import os; os.abort()"])
    with pytest.raises(Invalid, match="no picture"):
        drawn(files.picture())
    monkeypatch.setattr(pictures, "PROGRAM", ["-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(pictures, "SECONDS", 0.3)
    with pytest.raises(Invalid, match="no picture"):
        drawn(files.picture())


def test_who_waits_too_long_for_a_turn_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.1)
    with pictures._places, pytest.raises(Unavailable):
        drawn(files.picture())


def test_it_may_use_so_much_memory_and_no_more() -> None:
    ask = "import resource; from inglenook.files import drawing; drawing.limit_resources();"
    ask += "print([resource.getrlimit(it)[0] for it in (resource.RLIMIT_AS, resource.RLIMIT_CPU)])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([drawing.MEMORY_BYTES, drawing.CPU_SECONDS])
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] != drawing.CPU_SECONDS
