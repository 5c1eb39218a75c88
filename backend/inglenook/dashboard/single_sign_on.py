"""Signing in with an account elsewhere, by OpenID Connect.

The provider vouches for an address: who has an account with it here comes into that account. Others
get one where the operator says so (`INGLENOOK_OIDC_SIGNUP`).
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class ProviderAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(
        self,
        request: HttpRequest,  # noqa: ARG002  as allauth calls it
        sociallogin: Any,  # noqa: ARG002  as allauth calls it
    ) -> bool:
        return bool(settings.OPENS_SIGNUP_BY_OIDC or settings.OPENS_SIGNUP)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        account = super().populate_user(request, sociallogin, data)
        account.email = account.email.lower()
        account.name = str(data.get("name") or "")[:40]
        return account
