"""Pictures that people send: read, and drawn again. The only place that has anything decoded.

    what came (≤ 5 MB) ─> a program of its own (`drawing.py`): ≤ 25 megapixels, JPEG, PNG, WebP,
    GIF ─> Drawings: WebP in several widths, without notes

Nothing of what came is kept. Of a moving picture the first one is taken.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from inglenook.protocol.errors import Invalid, TooLarge, Unavailable
from inglenook.protocol.limits import PICTURE_BYTES

MEDIA_TYPE: Final = "image/webp"
NO_PICTURE: Final = "This is no picture that we can read. Take a JPEG, PNG, WebP or GIF."
TOO_LARGE: Final = "A picture has 5 MB at most."
TOO_MANY_PIXELS: Final = "A picture has 25 megapixels at most."
SECONDS: Final = 40.0
# Isolated: it reads no variable of Python's, and no folder but the installed ones.
PROGRAM: Final = ["-I", "-m", "inglenook.files.drawing"]
# So many are drawn at once in a process; one needs up to 300 MB for a moment.
_places: Final = threading.BoundedSemaphore(1)
_drawer: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


class Shape(Struct, frozen=True):
    """The widths in which a picture is kept, the largest first.

    `is_square`: cut to a square, or with `is_whole` the whole picture in one; otherwise the longer
    side has the width.
    """

    widths: tuple[int, ...]
    is_square: bool = False
    is_whole: bool = False


class Drawing(Struct, frozen=True):
    """`of` is the width that was asked for."""

    of: int
    width: int
    height: int
    content: bytes


class Drawings(Struct, frozen=True):
    """`came_as` is the media type of what came, by its content. `all` begins with the largest."""

    came_as: str
    all: list[Drawing]


def draw(file: BinaryIO, shape: Shape, *, field: str) -> Drawings:
    """The picture in `file`, drawn anew. For threads: it takes up to seconds.

    Raises TooLarge, Invalid, Unavailable, each naming `field` where it is the picture's fault.
    """
    data = file.read(PICTURE_BYTES + 1)
    if len(data) > PICTURE_BYTES:
        raise TooLarge(TOO_LARGE, field=field)
    head, _, rest = _output(data, shape, field).partition(b"\n")
    facts = json.loads(head)
    match facts.get("error"):
        case "pixels":
            raise Invalid(TOO_MANY_PIXELS, field=field)
        case "unreadable":
            raise Invalid(NO_PICTURE, field=field)
    found, at = [], 0
    for one in facts["drawings"]:
        end = at + one["bytes"]
        found.append(Drawing(one["of"], one["width"], one["height"], rest[at:end]))
        at = end
    return Drawings(facts["media_type"], found)


async def draw_in_turn(file: BinaryIO, shape: Shape, *, field: str) -> Drawings:
    """As `draw`, for the event loop: who waits holds no thread up."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_drawer, partial(draw, file, shape, field=field))


def _output(data: bytes, shape: Shape, field: str) -> bytes:
    how = json.dumps(msgspec.structs.asdict(shape))
    if not _places.acquire(timeout=SECONDS):
        raise Unavailable("Many pictures come at once. Please send it again.", retry_ms=5000)
    try:
        done = subprocess.run(  # noqa: S603  our own program, and numbers of ours
            [sys.executable, *PROGRAM, how],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Invalid(NO_PICTURE, field=field) from None
    finally:
        _places.release()
    if done.returncode != 0:
        # The picture broke the program, or needed more than it may have.
        raise Invalid(NO_PICTURE, field=field)
    return done.stdout
