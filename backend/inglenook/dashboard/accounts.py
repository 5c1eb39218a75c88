"""What is our own in signing in: who may make an account, whose tries are counted together, and mails."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from inglenook.sites.addresses import address_key

logger = logging.getLogger(__name__)


class MailFailed(Exception):
    """The mail server, or what stands for it, did not take a mail."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """By default only the operator makes accounts, with `inglenook owner create`."""
        return bool(settings.OPENS_SIGNUP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what tries are counted: the address that our own proxies name, as everywhere else."""
        peer = str(request.META.get("REMOTE_ADDR", ""))
        forwarded_for = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        return address_key(peer, forwarded_for, settings.TRUSTED_PROXIES) or peer or "local"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail: to the address that people know us by, never to the Host of a request."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises MailFailed. What a mail server says may hold the address, so the log has its code alone."""
        try:
            super().send_mail(template_prefix, email, {**context, "base_url": settings.BASE_URL})
        except Exception as error:  # noqa: BLE001 - any backend may be set, and raises what it likes
            why = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
            logger.error("a mail could not be sent", extra={"why": why})
            raise MailFailed from None
