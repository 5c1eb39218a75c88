"""All prefixes on one page, but `/healthz` and `/readyz`, which stand before Django
(ops/probes.py).
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from inglenook.api.files import file
from inglenook.api.visitor.troubles import no_upgrade
from inglenook.config.other_builds import file_of_another_build
from inglenook.dashboard.entrance import entrance
from inglenook.dashboard.first_owner import first_owner
from inglenook.dashboard.login_link import login_link
from inglenook.dashboard.shell.app import service_worker
from inglenook.dashboard.team.accept import accept
from inglenook.sites.pictures import picture

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entrance, name="home"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("login/<str:token>/", login_link, name="login_link"),
    path("set-up/", first_owner, name="set_up"),
    path("invite/<str:token>/", accept, name="invitation"),
    path("accounts/", include("inglenook.dashboard.account_urls")),
    path("dashboard/", include("inglenook.dashboard.urls")),
    path("api/v1/", include("inglenook.api.urls")),
    path("s/", include("inglenook.pages.urls")),
    path("ws/v1/<str:site_key>/", no_upgrade),
    path("files/<str:public_id>", file, name="file"),
    re_path(r"^pictures/(?P<name>[0-9a-f]{32})-(?P<width>64|256)\.webp$", picture, name="picture"),
    re_path(
        r"^widget/(?P<kind>widget|chunk|engine|returning|boot)\.(?:[0-9A-Z]{8}|[0-9a-f]{6})\.js$",
        file_of_another_build,
    ),
]

# Errors under /api/ are JSON all the same: its own middleware answers there.
handler400 = "inglenook.dashboard.errors.bad_request"
handler403 = "inglenook.dashboard.errors.forbidden"
handler404 = "inglenook.dashboard.errors.not_found"
handler500 = "inglenook.dashboard.errors.server_error"
