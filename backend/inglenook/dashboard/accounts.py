"""What is our own in signing in: who may make an account, whose tries are counted together, how mails name us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from msgspec import Struct

from inglenook.sites.addresses import address_of_request


class OwnSite(Struct, frozen=True):
    """What allauth calls the site: ours by the base URL, whatever the Host of a request says."""

    name: str
    domain: str


def own_site() -> OwnSite:
    host = urlsplit(settings.BASE_URL).netloc
    return OwnSite(host, host)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """By default only the operator makes accounts, with `inglenook owner create`."""
        return bool(settings.OPENS_SIGNUP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what tries are counted: the address that our own proxies name, as everywhere else."""
        peer = str(request.META.get("REMOTE_ADDR", ""))
        return address_of_request(request) or peer or "local"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {"current_site": own_site(), **context})

    def format_email_subject(self, subject: str) -> str:
        return f"[{own_site().name}] {subject}"
