"""Pictures of people and of sites: drawn anew as squares, and kept in two widths in a folder of
ours.

    what came ─> files/pictures.py ─> WebP of 256 and 64 pixels ─> PICTURES_DIR

A face is cut to its square; a mark of a site is whole in it, on clear ground.

Nothing of what came is kept. A name is random and never used again, so browsers keep a picture for
ever.
"""

from __future__ import annotations

import re
import secrets
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from inglenook.files import pictures

WIDTHS: Final = (256, 64)
_NAME: Final = re.compile(r"[0-9a-f]{32}")
_PATH: Final = re.compile(r"/pictures/([0-9a-f]{32})-\d{2,3}\.webp")


def keep_picture(data: bytes, *, is_whole: bool = False) -> str:
    """The name under which both widths are kept now; `is_whole`: nothing is cut off.

    Raises as `files.pictures.draw`.
    """
    shape = pictures.Shape(WIDTHS, is_square=True, is_whole=is_whole)
    drawings = pictures.draw(BytesIO(data), shape, field="picture")
    name = secrets.token_hex(16)
    settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
    for one in drawings.all:
        _file(name, one.of).write_bytes(one.content)
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


def _file(name: str, width: int) -> Path:
    folder: Path = settings.PICTURES_DIR
    return folder / f"{name}-{width}.webp"
