"""A forgotten password: a link by mail, and what to do where this server sends none."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inglenook.dashboard.accounts import MailFailed

NOT_SENT = (
    "The mail could not be sent just now. Try again in some minutes, "
    "or ask whoever runs this server for a one-time link."
)


def sends_mail() -> bool:
    """Without `EMAIL_URL` the settings name the backend of Django that sends nothing (`config/mail.py`)."""
    return settings.EMAIL_BACKEND != "django.core.mail.backends.dummy.EmailBackend"


class ForgottenPasswordView(views.PasswordResetView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sends_mail():
            return render(request, "account/no_mail.html")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except MailFailed:
            # The same for an address that nobody has: a mail would have gone there, too.
            form.add_error(None, NOT_SENT)
            return self.render_to_response(self.get_context_data(form=form), status=503)


class MailSentView(views.PasswordResetDoneView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sends_mail():
            return render(request, "account/no_mail.html")
        return super().dispatch(request, *args, **kwargs)
