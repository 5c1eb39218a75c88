"""Every address below /api/v1/. What no API has is `not_found` here, before Django draws a page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from inglenook.api.http.calls import ANYONE
from inglenook.api.http.views import unknown_address

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("inglenook.api.owner.urls")),
    path("", include("inglenook.api.visitor.urls")),
    re_path("", unknown_address(vary=("Origin", "Authorization"), authentication=ANYONE)),
]
