"""Signing in with an account elsewhere, by OpenID Connect.

The provider vouches for an address: who has an account with it here comes into that account. Others
get one where the operator says so (`INGLENOOK_OIDC_SIGNUP`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from requests import RequestException

logger = logging.getLogger(__name__)


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


def says_when_away(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that asks the provider: where it does not answer, or not as it should, it says so."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (RequestException, KeyError, ValueError) as error:
            logger.warning(
                "the provider of accounts did not answer as it should",
                extra={"why": type(error).__name__},
            )
            return render(request, "socialaccount/authentication_error.html", status=503)

    return page
