"""Every address below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("inglenook.api.owner.urls")),
    path("", include("inglenook.api.visitor.urls")),
]
