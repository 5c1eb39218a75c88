"""Pictures of people and of sites: read, drawn again, and kept in two widths in a folder of ours.

    what came (≤ 5 MB) ─> its head: format and size (≤ 25 megapixels) ─> decoded, turned upright,
    made a square ─> WebP of 256 and 64 pixels, without any of its notes ─> PICTURES_DIR

A face is cut to its square; a mark of a site is whole in it, on clear ground.

Nothing of what came is kept. A name is random and never used again, so browsers keep a picture for
ever.
"""

from __future__ import annotations

import re
import secrets
import struct
import threading
import warnings
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from PIL import Image, ImageOps

from inglenook.protocol.errors import Invalid, TooLarge
from inglenook.protocol.limits import PICTURE_BYTES

WIDTHS: Final = (256, 64)
MOST_PIXELS: Final = 25_000_000
# Others have decoders that are seldom looked at.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_NAME: Final = re.compile(r"[0-9a-f]{32}")
_PATH: Final = re.compile(r"/pictures/([0-9a-f]{32})-\d{2,3}\.webp")
# One needs up to 200 MB for a moment.
_one_at_a_time: Final = threading.Lock()
_NO_PICTURE: Final = "This is no picture that we can read. Take a JPEG, PNG, WebP or GIF."


def keep_picture(data: bytes, *, is_whole: bool = False) -> str:
    """The name under which both widths are kept now; `is_whole`: nothing is cut off.

    Raises TooLarge, Invalid (field picture).
    """
    if len(data) > PICTURE_BYTES:
        raise TooLarge("A picture has 5 MB at most.", field="picture")
    with _one_at_a_time:
        drawn = _drawn(data, is_whole)
    name = secrets.token_hex(16)
    settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
    for width, content in drawn.items():
        _file(name, width).write_bytes(content)
    return name


def remove_picture(name: str) -> None:
    if _NAME.fullmatch(name):
        for width in WIDTHS:
            _file(name, width).unlink(missing_ok=True)


def path_of(name: str) -> str:
    """Where anybody finds the larger one, below our address."""
    return f"/pictures/{name}-{WIDTHS[0]}.webp"


def name_in(path: str) -> str:
    """The name of a picture of ours, empty where the path is none."""
    found = _PATH.fullmatch(path)
    return found[1] if found else ""


@require_safe
def picture(request: HttpRequest, name: str, width: str) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """Anybody may have it who knows the name: visitors see the team's faces too."""
    try:
        content = _file(name, int(width)).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    # The widget shows it on pages of other origins, some of which ask for this.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _drawn(data: bytes, is_whole: bool) -> dict[int, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _upright(data)
    except Invalid:
        raise
    except (
        *(OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, struct.error),
        *(Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError),
    ):
        # What decoders raise for what is broken, or was made to break them.
        raise Invalid(_NO_PICTURE, field="picture") from None
    found: dict[int, bytes] = {}
    for width in WIDTHS:
        out = BytesIO()
        square = _in_square(image, width, is_whole)
        square.save(out, "WEBP", quality=82)
        found[width] = out.getvalue()
    return found


def _in_square(image: Image.Image, width: int, is_whole: bool) -> Image.Image:
    if not is_whole or image.width == image.height:
        return ImageOps.fit(image, (width, width), Image.Resampling.LANCZOS)
    clear = image.convert("RGBA")
    return ImageOps.pad(clear, (width, width), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))


def _upright(data: bytes) -> Image.Image:
    """The first picture of it, in plain colours. Its size is judged before a pixel is decoded."""
    opened = Image.open(BytesIO(data), formats=FORMATS)
    if opened.width * opened.height > MOST_PIXELS:
        raise Invalid("A picture has 25 megapixels at most.", field="picture")
    # JPEG alone can be decoded smaller at once.
    opened.draft("RGB", (2 * WIDTHS[0], 2 * WIDTHS[0]))
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    # A copy without the notes of the original: place, camera, colour profile.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def _file(name: str, width: int) -> Path:
    folder: Path = settings.PICTURES_DIR
    return folder / f"{name}-{width}.webp"
