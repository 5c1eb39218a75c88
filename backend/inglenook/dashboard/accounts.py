"""What is our own in signing in: who may make an account, whose tries count together, and mails."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from inglenook.dashboard.guessing import Guess, remember_browser
from inglenook.protocol.refusals import whole_seconds
from inglenook.sites import mails
from inglenook.sites.addresses import address_of_request, parse_address


class OwnSite(Struct, frozen=True):
    """What allauth calls the site: ours by the base URL, whatever the Host of a request says."""

    name: str
    domain: str


def own_site() -> OwnSite:
    host = urlsplit(settings.BASE_URL).netloc
    return OwnSite(host, host)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right."),
        "enter_current_password": gettext_lazy("This is not your password."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "account_inactive": gettext_lazy("This account is switched off."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """By default only the operator makes accounts, with `inglenook owner create`."""
        return bool(settings.OPENS_SIGNUP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what tries are counted: the address that our own proxies name, as everywhere else.

        It is always an address, because the list of sessions keeps it: of IPv6 the /64's first.
        """
        peer = parse_address(str(request.META.get("REMOTE_ADDR", "")))
        named = address_of_request(request)
        return named.partition("/")[0] if named else str(peer or "127.0.0.1")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account of a right password; None for a wrong one.

        Raises ValidationError after too many wrong ones.
        """
        guess = Guess(request, str(credentials.get("email", "")), self.get_client_ip(request))
        refused = guess.refused()
        if refused is not None:
            seconds = whole_seconds(refused.retry_ms)
            raise ValidationError(
                _("Too many wrong passwords. Please try again in %(seconds)d s.")
                % {"seconds": seconds},
                code="too_many_login_attempts",
            )
        account = super().authenticate(request, **credentials)
        if account is not None:
            guess.was_right()
        return account

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: guessing.py counts wrong passwords.

        allauth counts an account's wrong passwords from everywhere, so that anybody could lock its
        owner out.
        """

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase | None:
        """Whoever signs up has a row with an address to prove.

        Accounts without one were made by the operator, who knows whose they are.
        """
        if not EmailAddress.objects.filter(user=user).exists():
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        answer: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        return answer

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        remember_browser(request, response, user.email)
        return response

    def format_email_subject(self, subject: str) -> str:
        return f"[{own_site().name}] {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail, with the address that people know us by.

        The Host of a request is never used.
        """
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises MailFailed."""
        try:
            own = {"current_site": own_site(), "base_url": settings.BASE_URL}
            super().send_mail(template_prefix, email, {**own, **context})
        except Exception as error:  # noqa: BLE001  # any backend may be set
            raise mails.failure(error) from None
