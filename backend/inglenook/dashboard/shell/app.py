"""What makes the workspace an app: its manifest, its service worker, the page without a network.

The worker keeps files of the shell alone (widget/src/dashboard/service-worker.ts). It is served at
the root, because a worker may only look after addresses below its own.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

SHEETS: Final = ("tokens", "base", "controls", "parts", "faces", "overlays", "shell", "dashboard")
# In pixels: what phones ask for, and one that may be cut to any shape.
ICONS: Final = (("192", "any"), ("512", "any"), ("512", "maskable"))
HOUR_SECONDS: Final = 3600


@require_safe
@cache_control(public=True, max_age=HOUR_SECONDS)
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    icons = [
        {
            "src": static(icon_file(size, purpose)),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    return JsonResponse(
        {
            "id": reverse("dashboard:home"),
            "name": "Inglenook",
            "short_name": "Inglenook",
            "description": _("Chat rooms for any website, kept on your own server"),
            "start_url": reverse("dashboard:home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf6f1",
            "theme_color": "#f3ebe2",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """The built worker, and before it which files are the shell today."""
    built = settings.EMBED_DIR / "manifest.json"
    if not built.is_file():
        raise Http404
    names = json.loads(built.read_text())
    files = [static(name) for name in shell_files()] + [f"/{names['workspace']}"]
    offline = reverse("dashboard:offline")
    version = hashlib.sha256(" ".join([*files, names["service_worker"]]).encode()).hexdigest()[:12]
    shell = json.dumps({"version": version, "files": files, "offline": offline})
    code = (settings.EMBED_DIR / names["service_worker"]).read_text()
    return HttpResponse(f"const SHELL = {shell};\n{code}", content_type="text/javascript")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Says that there is no network. It holds nobody's words: the browser keeps it."""
    return render(request, "dashboard/offline.html")


def icon_file(size: str, purpose: str) -> str:
    return f"inglenook/app/icon-{size}{'-maskable' if purpose == 'maskable' else ''}.png"


def shell_files() -> list[str]:
    """The static files of every page."""
    htmx = "django_htmx/htmx-2.min.js"
    own = [f"inglenook/{name}.css" for name in SHEETS]
    return [*own, "inglenook/logo.svg", *([htmx] if finders.find(htmx) else [])]
