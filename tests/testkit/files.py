"""Files that somebody might send: honest ones, broken ones, and ones that mean harm."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image, ImageDraw

BOUNDARY = "a-boundary-of-tests"
SCRIPT = b"<script>alert(document.domain)</script>"


def picture(form: str = "PNG", size: tuple[int, int] = (300, 200), **how: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#a8431f").save(out, form, **how)
    return out.getvalue()


def photograph(size: tuple[int, int] = (1200, 800)) -> bytes:
    """A PNG of a sky over hills, with so much noise that it is some megabytes large."""
    noise = Image.effect_noise(size, 60).convert("RGB")
    sky = Image.linear_gradient("L").resize(size)
    land = Image.merge(
        "RGB", (sky, sky.point(lambda it: 220 - it // 2), sky.point(lambda it: 255 - it))
    )
    out = BytesIO()
    Image.blend(land, noise, 0.25).save(out, "PNG")
    return out.getvalue()


def shelf(size: tuple[int, int] = (640, 420)) -> bytes:
    """A PNG of three jars on a shelf."""
    width, height = size
    drawn = Image.effect_noise(size, 12).convert("RGB")
    drawn = Image.blend(Image.new("RGB", size, "#dfe5dc"), drawn, 0.08)
    pen = ImageDraw.Draw(drawn)
    floor = height * 4 // 5
    pen.rectangle((0, floor, width, height), fill="#8b6f57")
    for at, (color, tall) in enumerate((("#47708f", 230), ("#a8431f", 180), ("#6a8f5a", 150))):
        left = width // 8 + at * width // 4
        pen.rounded_rectangle((left, floor - tall, left + width // 5, floor), 24, fill=color)
        pen.rectangle((left + 18, floor - tall - 16, left + width // 5 - 18, floor - tall), color)
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def animation(form: str = "GIF", frames: int = 3) -> bytes:
    out = BytesIO()
    drawn = [Image.new("RGB", (40, 30), (80 * n, 0, 0)) for n in range(frames)]
    drawn[0].save(out, form, save_all=True, append_images=drawn[1:], duration=100)
    return out.getvalue()


def located() -> bytes:
    """A JPEG that says where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)}
    return picture("JPEG", exif=exif.tobytes(), comment=b"secret remark")


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of some bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"


def archive(names: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in names.items():
            made.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    """Some kilobytes that would unpack to 60 MB."""
    return archive({f"{n}.bin": b"\0" * 20_000_000 for n in range(3)})


def gzip_bomb() -> bytes:
    return gzip.compress(b"\0" * 50_000_000)


def form(content: bytes, name: str = "photo.png", kind: str = "image/png", alt: str = "") -> bytes:
    """The body of an upload; its content type is `FORM_TYPE`. A name goes as it is."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    parts = head.encode("utf-8", "surrogateescape")
    parts += f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
    if alt:
        parts += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="alt"\r\n\r\n'.encode()
        parts += alt.encode() + b"\r\n"
    return parts + f"--{BOUNDARY}--\r\n".encode()


FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
