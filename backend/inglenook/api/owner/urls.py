"""Addresses of the owners' API.

Without a key only the document is served: nobody learns which other addresses and methods exist.
"""

from __future__ import annotations

from typing import Final

from django.urls import re_path

from inglenook.api.http.views import unknown_address, urls_of
from inglenook.api.owner.authentication import ANY_KEY
from inglenook.api.owner.openapi import get_openapi
from inglenook.api.owner.operations import OPERATIONS

PREFIX: Final = "manage/"
VARY: Final = ("Authorization",)

urlpatterns = [
    *urls_of([get_openapi], prefix=PREFIX, vary=VARY, is_strict=True),
    *urls_of(
        OPERATIONS,
        prefix=PREFIX,
        vary=VARY,
        other_methods=ANY_KEY,
        is_strict=True,
        long_parts=("entry",),
    ),
    re_path(r"^manage(?:/|$)", unknown_address(vary=VARY, authentication=ANY_KEY)),
]
