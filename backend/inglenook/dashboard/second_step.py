"""The second step of signing in, and passkeys: what is our own beside allauth.

A code of an app works once, in all processes: the time step of the last one is kept with the
secret, under a lock. Recovery codes are spent under the same lock.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.devices import device

QUIET_MODULES: Final = 4
NAME_CHARS: Final = 60
NO_PASSKEY: Final = _("The passkey was not used. Try again, or take another way.")


def passkeys_work() -> bool:
    """Browsers make passkeys for names alone, and only where nobody listens."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not right. A code is good for half a minute, and once."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ARG002  as allauth calls it
        """What a new passkey is called until its owner says otherwise: the browser of today."""
        made_by = device(context.request.headers.get("User-Agent", ""))[:NAME_CHARS]
        return made_by or str(_("Passkey"))

    def get_totp_issuer(self) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """By the base URL, whatever the Host of a request says."""
        host = urlsplit(settings.BASE_URL).hostname or ""
        return {"id": host, "name": f"Inglenook ({host})"}

    def build_totp_svg(self, url: str) -> str:
        """Drawn without styles: the page's policy allows none. Black on white in both schemes."""
        import qrcode

        code = qrcode.QRCode(border=QUIET_MODULES)
        code.add_data(url)
        rows = code.get_matrix()
        dark = "".join(
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, is_dark in enumerate(row)
            if is_dark
        )
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" width="232" height="232" role="img" '
            'aria-label="{2}"><rect width="{0}" height="{0}" fill="#fff"/>'
            '<path d="{1}" fill="#000"/></svg>',
            len(rows),
            dark,
            _("The key as a picture, for the camera of the app"),
        )


class _Once:
    """What a form of codes does beside allauth's: it locks, and refuses a time step twice."""

    def clean_code(self) -> str:
        with transaction.atomic():
            own = Authenticator.objects.select_for_update().filter(user=self.user)  # type: ignore[attr-defined]  # allauth's form has it
            kept = {row.type: row for row in own}
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form has it
            totp = kept.get(Authenticator.Type.TOTP)
            if totp is not None and self.authenticator.type == totp.type:  # type: ignore[attr-defined]  # as above
                _spend(totp, code)
        return code


def _spend(totp: Any, code: str) -> None:
    """Raises ValidationError for a time step that is not after the last one."""
    secret = decrypt(totp.data["secret"])
    steps = [
        step
        for step in auth.yield_hotp_counters_from_time()
        if auth.format_hotp_value(auth.hotp_value(secret, step)) == "".join(code.split())
    ]
    if not steps or steps[-1] <= totp.data.get("last_step", -1):
        raise ValidationError(SecondStepAdapter.error_messages["incorrect_code"])
    totp.data["last_step"] = steps[-1]
    totp.save(update_fields=["data"])


CODE_WIDGET = forms.TextInput(
    attrs={"class": "mono", "autocomplete": "one-time-code", "inputmode": "numeric"}
)


class _Worded:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        field = self.fields["code"]  # type: ignore[attr-defined]  # allauth's form has it
        field.label, field.widget = _("Code"), CODE_WIDGET
        field.error_messages["required"] = _("Write the code.")


class CodeForm(_Worded, _Once, AuthenticateForm):
    """At signing in."""


class CodeAgainForm(_Worded, _Once, ReauthenticateForm):
    """Before something that matters."""


class FirstCodeForm(_Worded, ActivateTOTPForm):
    """Shows that the app has the key."""


# What the library raises for JSON of another shape, beside what allauth expects.
_ODD_SHAPES: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class _Shaped:
    """A form of passkeys that says so where what came has another shape."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # allauth's form has it
        except _ODD_SHAPES:
            raise ValidationError(NO_PASSKEY) from None


class PasskeyForm(_Shaped, AuthenticateWebAuthnForm):
    """As the second step."""


class PasskeyAgainForm(_Shaped, ReauthenticateWebAuthnForm):
    """Before something that matters."""


class PasskeyLoginForm(_Shaped, LoginWebAuthnForm):
    """Instead of a password."""


class NewPasskeyForm(AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean()
        except _ODD_SHAPES:
            raise ValidationError(NO_PASSKEY) from None
        return found


@receiver(authenticator_added, dispatch_uid="inglenook.dashboard.second_step")
def _was_shown(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    """Whoever has just shown an app's code or a passkey is not asked for it again at once.

    The next page shows the recovery codes, and a code works once.
    """
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", reauthenticated=True)
