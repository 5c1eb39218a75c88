"""Draws one picture anew, as a program of its own: `python -m inglenook.files.drawing '<how>'`.

    stdin: what came ─> its head: format and size ─> decoded, turned upright ─> WebP in each width,
    without any of its notes ─> stdout: a line of JSON, then the bytes

A decoder that is broken by what came takes this program along, and nothing else. It may use so much
memory and time and no more, and all of it is given back at the end. In a thread of the server a
picture of 25 megapixels would hold up every socket for up to half a second.
"""

from __future__ import annotations

import json
import struct
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO, Final

from PIL import Image, ImageOps

# Others have decoders that are seldom looked at.
FORMATS: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
MOST_PIXELS: Final = 25_000_000
MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 20
QUALITY: Final = 82
FINE: Final = Image.Resampling.LANCZOS
# What decoders raise for what is broken, or was made to break them.
BROKEN: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError, OverflowError),
)


class TooManyPixels(Exception):
    """It is larger than MOST_PIXELS."""


def main() -> None:
    limit_resources()
    how = json.loads(sys.argv[1])
    out = sys.stdout.buffer
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            media_type, images = drawn(BytesIO(sys.stdin.buffer.read()), **how)
    except TooManyPixels:
        write(out, {"error": "pixels"}, [])
    except BROKEN:
        write(out, {"error": "unreadable"}, [])
    else:
        encoded = [as_webp(image) for image in images.values()]
        facts = [
            {"of": width, "width": image.width, "height": image.height, "bytes": len(content)}
            for (width, image), content in zip(images.items(), encoded, strict=True)
        ]
        write(out, {"media_type": media_type, "drawings": facts}, encoded)


def limit_resources() -> None:
    """Of this process. Where the system has no such limits the caller's time limit remains."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def drawn(
    data: BinaryIO, *, widths: list[int], is_square: bool, is_whole: bool
) -> tuple[str, dict[int, Image.Image]]:
    """The media type of what came, and a drawing for each width, the largest first.

    A square is cut out of the middle, in every width, or has the whole picture on clear ground.
    Otherwise the longer side has the width, and nothing is made larger than it came: of a small
    picture there is one drawing.
    """
    media_type, image = upright(data, widths[0])
    if is_square:
        return media_type, {side: square(image, side, is_whole) for side in widths}
    longest = max(image.size)
    images: dict[int, Image.Image] = {}
    for width in widths:
        if width < longest or not images:
            image = images[width] = smaller(image, width)
    return media_type, images


def square(image: Image.Image, side: int, is_whole: bool) -> Image.Image:
    if not is_whole or image.width == image.height:
        return ImageOps.fit(image, (side, side), FINE)
    return ImageOps.pad(image.convert("RGBA"), (side, side), FINE, color=(0, 0, 0, 0))


def smaller(image: Image.Image, longest: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((longest, longest), FINE)
    return copy


def upright(data: BinaryIO, width: int) -> tuple[str, Image.Image]:
    """The first picture of it, in plain colours. Its size is judged before a pixel is decoded."""
    opened = Image.open(data, formats=tuple(FORMATS))
    if opened.width * opened.height > MOST_PIXELS:
        raise TooManyPixels
    media_type = FORMATS[str(opened.format)]
    # JPEG alone can be decoded smaller at once.
    opened.draft("RGB", (2 * width, 2 * width))
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    # A copy without the notes of the original: place, camera, colour profile.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return media_type, clean


def as_webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def write(out: BinaryIO, head: dict[str, Any], parts: list[bytes]) -> None:
    out.write(json.dumps(head).encode() + b"\n")
    out.writelines(parts)
    out.flush()


if __name__ == "__main__":
    main()
