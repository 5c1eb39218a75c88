"""Names of widget files that are not of the build that is served here.

Browsers keep embed.js for up to a day, and it names the widget that it was built with. That name is answered
with a module that stands for today's widget: one instance, whatever name it was asked by.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from inglenook.config import static_headers


def widget_of_another_build(request: HttpRequest) -> HttpResponse:
    """The first file alone. A later one would bring a second widget with it, and the first does without them.

    `?exact` is a proxy's, which asks its other processes first: during an upgrade one of them has that very file.
    """
    manifest = settings.EMBED_DIR / "manifest.json"
    if "exact" in request.GET or not manifest.is_file():
        raise Http404
    current = json.loads(manifest.read_text())["widget"].removeprefix("widget/")
    response = HttpResponse(f'export*from"./{current}";\n', content_type="text/javascript")
    static_headers.add_headers(response.headers, "", request.path)
    response["Cache-Control"] = "no-cache"
    return response
