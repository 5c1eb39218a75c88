"""What is our own in signing in: who may make an account, and whose tries are counted together."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from inglenook.sites.addresses import address_key


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """By default only the operator makes accounts, with `inglenook owner create`."""
        return bool(settings.OPENS_SIGNUP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what tries are counted: the address that our own proxies name, as everywhere else."""
        peer = str(request.META.get("REMOTE_ADDR", ""))
        forwarded_for = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        return address_key(peer, forwarded_for, settings.TRUSTED_PROXIES) or peer or "local"
