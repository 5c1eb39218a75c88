"""allauth's forms in the words of this house: labels, hints, and what is said of a slip."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from allauth.account import forms as account
from allauth.socialaccount import forms as elsewhere
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import NOT_AN_EMAIL
from inglenook.dashboard.new_account import PASSWORD_HINT

_EMAIL: Final = {"required": _("Write your e-mail address."), "invalid": NOT_AN_EMAIL}
_ERRORS: Final = {
    "login": _EMAIL,
    "email": _EMAIL,
    "password": {"required": _("Write your password.")},
    "oldpassword": {"required": _("Write your password.")},
    "password1": {"required": _("Choose a password.")},
    "password2": {"required": _("Write it once more.")},
}


class _Worded:
    """Whatever of these fields the form has is called as elsewhere in the workspace."""

    labels: ClassVar = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("The new password once more"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]  # allauth's form has it
        for name, field in fields.items():
            field.label = self.labels.get(name, field.label)
            field.error_messages.update(_ERRORS.get(name, {}))
        if "password1" in fields:
            fields["password1"].help_text = PASSWORD_HINT

    def clean_password2(self) -> str:
        cleaned: dict[str, str] = self.cleaned_data  # type: ignore[attr-defined]  # allauth's form has it
        again = cleaned["password2"]
        if again != cleaned.get("password1", again):
            raise ValidationError(_("The two are not the same."))
        return again


class LoginForm(_Worded, account.LoginForm):
    """E-mail address and password."""


class SignupForm(_Worded, account.SignupForm):
    """A new account."""

    labels = {
        **_Worded.labels,
        "password1": _("Password"),
        "password2": _("The password once more"),
    }


class ForgottenPasswordForm(_Worded, account.ResetPasswordForm):
    """Asks for the link of a mail."""


class NewPasswordForm(_Worded, account.ResetPasswordKeyForm):
    """Behind the link of a mail."""


class ChangePasswordForm(_Worded, account.ChangePasswordForm):
    """Where one knows the current password."""


class FirstPasswordForm(_Worded, account.SetPasswordForm):
    """For an account that has none."""


class PasswordAgainForm(_Worded, account.ReauthenticateForm):
    """Before something that matters."""


class SignupElsewhereForm(_Worded, elsewhere.SignupForm):
    """A new account for somebody whom the provider gave no address of."""
