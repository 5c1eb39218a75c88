"""Addresses of visitors' calls, below the key of the site, which `SiteMiddleware` looks up."""

from __future__ import annotations

from inglenook.api.http.views import urls_of
from inglenook.api.visitor.openapi import get_openapi
from inglenook.api.visitor.operations import OPERATIONS

urlpatterns = [
    *urls_of([get_openapi], vary=()),
    *urls_of(OPERATIONS, prefix="<str:site_key>/", vary=("Origin", "Authorization")),
]
