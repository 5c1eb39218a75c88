"""All prefixes on one page."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
for prefix, module in (
    ("api/v1/", "inglenook.api.urls"),
    ("s/", "inglenook.pages.urls"),
    ("", "inglenook.ops.urls"),
    ("", "inglenook.dashboard.urls"),
):
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
urlpatterns.append(path("accounts/", include("allauth.urls")))
