"""What a new account is made of, and its first sign-in."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from inglenook.dashboard.forms import NOT_AN_EMAIL, PlainForm
from inglenook.dashboard.guessing import remember_browser
from inglenook.sites.models import Account

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


PASSWORD_HINT: Final = gettext_lazy("10 characters or more. A sentence is good.")


class NameForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=40,
        help_text=gettext_lazy("Stands beside what you write."),
        error_messages={"required": gettext_lazy("Say what people call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class NewAccountForm(NameForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("You sign in with it."),
        error_messages={
            "required": gettext_lazy("Write your e-mail address."),
            "invalid": NOT_AN_EMAIL,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        help_text=PASSWORD_HINT,
        error_messages={"required": gettext_lazy("Choose a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def sign_in(request: HttpRequest, account: Account, then: str, *args: object) -> HttpResponse:
    """Signs a new account in."""
    login(request, account, backend=BACKEND)
    response = redirect(then, *args)
    remember_browser(request, response, account.email)
    return response
