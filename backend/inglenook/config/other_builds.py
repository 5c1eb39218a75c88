"""Names of widget files that are not of the build that is served here.

Browsers keep embed.js for up to a day, and it names files of the build that it came with. Each of
those names is answered with a module that stands for today's file: one instance, whatever name it
was asked by.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from inglenook.config import static_headers


def file_of_another_build(request: HttpRequest, kind: str) -> HttpResponse:
    """`kind` is one of the files that embed.js asks for.

    Others are asked for by today's files alone.

    `?exact` is a proxy's, which asks its other processes first: during an upgrade one of them has
    that very file.
    """
    manifest = settings.EMBED_DIR / "manifest.json"
    if "exact" in request.GET or not manifest.is_file():
        raise Http404
    names = [name.removeprefix("widget/") for name in json.loads(manifest.read_text())["files"]]
    current = [name for name in names if name.startswith(f"{kind}.")]
    if len(current) != 1:  # This build shares its code otherwise; embed.js goes on without.
        raise Http404
    response = HttpResponse(f'export*from"./{current[0]}";\n', content_type="text/javascript")
    static_headers.add_headers(response.headers, "", request.path)
    response["Cache-Control"] = "no-cache"
    return response
